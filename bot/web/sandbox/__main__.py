"""python -m bot.web.sandbox --port 8090"""

import argparse
import os
import signal
from threading import Event

from bot.web.sandbox.sandbox import Sandbox
from bot.web.sandbox.settings import read_sandbox_settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.web.sandbox")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--media-port", type=int, default=0, help="any free one by default")
    chosen = parser.parse_args()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    sandbox = Sandbox(read_sandbox_settings(os.environ))
    with sandbox.running(chosen.port, chosen.media_port) as base_url:
        print(f"{base_url}/sandbox", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
