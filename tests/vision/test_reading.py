"""Whatever a phone sends has an outcome, and no category without a model that ran."""

import io
import json
import os
import random
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw

from bot.core.assessment import Category, NotAssessed, Outcome, Tissue
from bot.core.ports import ReadPhoto
from bot.demo.drawn_wound import draw_wound
from jobs.training.dataset import load_items
from jobs.training.negatives import document, planks, tiles
from jobs.vision.decode import MAX_PIXELS, NotReadable, clean_copy, decode, size
from jobs.vision.model import FILES, load
from jobs.vision.onboard import WEIGHTS, OnboardReader, load_reader, reader_from
from jobs.vision.read_command import read_photos


def _bytes(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def _wound() -> Image.Image:
    return Image.open(io.BytesIO(draw_wound()))


def _read(content: bytes) -> ReadPhoto:
    return load_reader().read(content)


def _bomb() -> bytes:
    """A PNG that claims more pixels than may be decoded, in a few hundred bytes."""
    side = int(MAX_PIXELS**0.5) + 4000
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_drawn_deep_wound_is_assessed_and_outlined() -> None:
    """The reader names a distribution and draws a line, and leaves the photo as it was."""
    photo = draw_wound()
    read = _read(photo)
    assert read.reading.outcome is Outcome.ASSESSED
    assert read.reading.p_deep is not None
    assert read.reading.p_deep >= 0.5
    assert read.overlay is not None
    assert Image.open(io.BytesIO(read.overlay)).width <= 1280
    assert photo == draw_wound()


@pytest.mark.parametrize("draw", [tiles, planks, document])
def test_floors_and_documents_get_no_category(draw) -> None:  # type: ignore[no-untyped-def]
    """What is no body is never given a pressure injury category."""
    for seed in range(5):
        picture = draw(np.random.default_rng(1000 + seed))
        assert _read(_bytes(picture)).reading.categories is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", NotAssessed.NOT_AN_IMAGE),
        (b"<html>Sign in</html>", NotAssessed.NOT_AN_IMAGE),
        (draw_wound()[:20_000], NotAssessed.DAMAGED_IMAGE),
        (_bomb(), NotAssessed.IMAGE_TOO_LARGE),
        (_bytes(Image.new("RGB", (800, 600), "black")), NotAssessed.TOO_DARK),
        (_bytes(Image.new("RGB", (800, 600), "white")), NotAssessed.OVEREXPOSED),
        (_bytes(Image.new("RGB", (40, 40), "pink")), NotAssessed.TOO_SMALL),
        (_bytes(Image.new("RGB", (800, 600), (200, 150, 130))), NotAssessed.BLURRED),
    ],
)
def test_a_photo_that_cannot_be_read_says_why(content: bytes, reason: NotAssessed) -> None:
    """Each problem has its own reason, and so its own words for the nurse."""
    assert _read(content).reading.reason is reason


def test_a_moving_picture_is_not_read() -> None:
    """An animation has no one moment that could be assessed."""
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "green")]
    moving = _bytes(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert _read(moving).reading.reason is NotAssessed.UNSUPPORTED_IMAGE


def test_phones_own_formats_are_read() -> None:
    """HEIC, CMYK and PNG of the same wound are assessed like its JPEG."""
    heic = io.BytesIO()
    pillow_heif.from_pillow(_wound().convert("RGB")).save(heic, quality=90)
    cmyk = _bytes(_wound().convert("CMYK"))
    for content in (heic.getvalue(), cmyk, _bytes(_wound(), "PNG")):
        assert _read(content).reading.outcome is Outcome.ASSESSED


@pytest.mark.parametrize("ask", [clean_copy, decode, size])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_whatever_is_wrong_with_a_file_is_said_in_one_way(
    ask: Callable[[bytes], object], format: str
) -> None:
    """Cut anywhere or with bytes turned over, a file is read or is no image: nothing else."""
    chance = random.Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    small = _wound().resize((120, 90))
    # Pillow looks for a PNG's EXIF behind its pixels, and decodes them on the way.
    noted = {"exif": exif.tobytes() if format == "HEIF" else exif} if format != "PNG" else {}
    whole = _bytes(small, format, **noted)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(150):
        hurt = bytearray(whole[: chance.randrange(len(whole) // 2, len(whole))])
        for _ in range(chance.randrange(3)):
            hurt[chance.randrange(min(400, len(hurt)))] = chance.randrange(256)
        try:
            ask(bytes(hurt))
            outcomes["read"] += 1
        except NotReadable:
            outcomes["refused"] += 1
    assert outcomes["refused"]


def test_a_rotated_photo_is_turned_upright() -> None:
    """The phone's rotation mark is obeyed, then removed with everything else it wrote."""
    wide = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(wide).rectangle((0, 0, 60, 60), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Juan Canario"
    clean = clean_copy(_bytes(wide, exif=exif, comment=b"Canario"))
    assert decode(clean).size == (200, 400)
    assert b"Canario" not in clean


def test_an_upright_photo_keeps_its_pixels_and_loses_its_notes() -> None:
    """Colour says much about a wound: cleaning alters no pixel of a plain JPEG."""
    exif = Image.Exif()
    exif[0x010E] = "Juan Canario"
    original = _bytes(_wound(), exif=exif, comment=b"Canario")
    clean = clean_copy(original)
    assert b"Canario" not in clean
    assert np.array_equal(np.asarray(decode(clean)), np.asarray(decode(original)))


def test_the_colour_profile_stays() -> None:
    """A phone's wide colours mean the same after cleaning, upright or turned."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = Image.Exif()
    turned[0x0112] = 6
    for exif in (Image.Exif(), turned):
        clean = clean_copy(_bytes(_wound(), exif=exif, icc_profile=profile))
        assert Image.open(io.BytesIO(clean)).info["icc_profile"] == profile


def test_without_weights_nothing_is_assessed(tmp_path: Path) -> None:
    """A missing or broken model is an outcome, and never a category."""
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    for folder in (tmp_path, tmp_path / "nowhere"):
        read = reader_from(folder).read(draw_wound())
        assert read.reading.reason is NotAssessed.MODEL_MISSING
        assert read.overlay is None


@pytest.mark.parametrize("file", FILES)
def test_weights_that_were_altered_are_not_used(tmp_path: Path, file: str) -> None:
    """One flipped bit in the middle of any part, and nothing is assessed."""
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    weights = bytearray((tmp_path / file).read_bytes())
    weights[len(weights) // 2] ^= 1
    (tmp_path / file).write_bytes(weights)
    assert reader_from(tmp_path).read(draw_wound()).reading.reason is NotAssessed.MODEL_MISSING


@pytest.mark.parametrize("part", ["gate", "category", "tissue"])
def test_a_model_that_computes_nonsense_gives_no_category(part: str) -> None:
    """Not-a-number in any head ends as "model failed", never as a category."""
    model = load(WEIGHTS)
    head = getattr(model, part)
    broken = replace(model, **{part: replace(head, bias=head.bias + np.float32("nan"))})
    read = OnboardReader(broken, "legend").read(draw_wound())
    assert read.reading.reason is NotAssessed.MODEL_FAILED
    assert read.reading.categories is None


def test_a_model_that_breaks_while_reading_gives_no_category(tmp_path: Path) -> None:
    """An exception inside the model ends as "not assessed"."""
    model = load(WEIGHTS)
    narrow = replace(model.category, weight=model.category.weight[:, :-1])
    read = OnboardReader(replace(model, category=narrow), "legend").read(draw_wound())
    assert read.reading.reason is NotAssessed.MODEL_FAILED


def test_the_same_photo_is_read_the_same_in_every_light() -> None:
    """A lamp a little warmer or colder, brighter or darker, turns no deep wound shallow."""
    plain = np.asarray(_wound().convert("RGB"), dtype=np.float32)
    for gain in ((1.08, 1.0, 0.92), (0.92, 1.0, 1.08), (0.85, 0.85, 0.85), (1.1, 1.1, 1.1)):
        lit = Image.fromarray(np.clip(plain * gain, 0, 255).astype(np.uint8))
        p_deep = _read(_bytes(lit)).reading.p_deep
        assert p_deep is not None
        assert p_deep >= 0.5


def test_the_set_of_plausible_categories_holds_the_likeliest() -> None:
    """What is most likely is always plausible, and each kind of tissue has a probability."""
    reading = _read(draw_wound()).reading
    assert reading.categories is not None
    assert reading.categories.ranked[0][0] in reading.plausible
    assert set(reading.tissue) == set(Tissue)


def test_every_file_gets_its_line(tmp_path: Path) -> None:
    """The command answers for each file it was given, also for one that is not there."""
    good = tmp_path / "wound.jpg"
    good.write_bytes(draw_wound())
    out = io.StringIO()
    assert read_photos([good, tmp_path / "absent.jpg"], as_json=True, out=out) == 0
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert set(first) == {
        "file",
        "outcome",
        "reason",
        "quality",
        "wound",
        "p_wound",
        "categories",
        "p_deep",
        "plausible",
        "tissue",
        "notices",
        "model",
    }
    assert first["wound"] is True
    assert sum(first["categories"].values()) == pytest.approx(1)
    assert second["reason"] == "photo_missing"
    assert second["categories"] is None


@pytest.mark.skipif("VIGIA_DATA" not in os.environ, reason="VIGIA_DATA names no folder of photos")
def test_no_photo_of_category_one_is_refused_as_no_wound() -> None:
    """The faintest injury is assessed or goes to a person."""
    data = Path(os.environ["VIGIA_DATA"])
    photos = [item.file for item in load_items(data) if item.labelled is Category.I]
    assert photos
    reasons = {_read(photo.read_bytes()).reading.reason for photo in photos}
    assert not reasons & {NotAssessed.NO_WOUND_SEEN, NotAssessed.NOT_A_BODY}
