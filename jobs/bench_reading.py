"""How long one photo takes to read: `python -m jobs.bench_reading`. A 12-megapixel phone JPEG,
drawn in code, on one thread after warm-up."""

import io
import statistics
import time

from PIL import Image

from bot.demo.drawn_wound import draw_wound
from jobs.vision.onboard import load_reader

_RUNS = 10
_PHONE = (4000, 3000)


def main() -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(draw_wound())).resize(_PHONE).save(buffer, "JPEG", quality=90)
    photo, reader = buffer.getvalue(), load_reader()
    reader.read(photo)
    took = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        reader.read(photo)
        took.append(1000 * (time.perf_counter() - started))
    print(
        f"reading a 12-megapixel JPEG, {_RUNS} runs: median {statistics.median(took):.0f} ms, "
        f"longest {max(took):.0f} ms"
    )


if __name__ == "__main__":
    main()
