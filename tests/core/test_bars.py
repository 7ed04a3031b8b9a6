"""The likely categories as bars."""

import io

import pytest
from PIL import Image

from bot.channels.advice_words import AdviceWords
from bot.core.assessment import Category, CategoryDistribution
from bot.core.staff import Language
from bot.settings import CHECKOUT
from jobs.bars import BAR, LEAST_WIDTH, REST, TRACK, draw_bars
from jobs.lettering import letters

_SURE_FROM = 0.8


def _words(language: Language = Language.ES) -> AdviceWords:
    return AdviceWords.load(CHECKOUT / "templates", language)


def _distribution(**likely: float) -> CategoryDistribution:
    """The named ones; the others share what is left."""
    left = (1 - sum(likely.values())) / (len(Category) - len(likely))
    return CategoryDistribution({one: likely.get(one, left) for one in Category})


def _drawn(
    distribution: CategoryDistribution,
    outlined: bytes | None = None,
    language: Language = Language.ES,
) -> Image.Image:
    drawn = draw_bars(distribution, _SURE_FROM, _words(language), outlined)
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def _is(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


def _row(picture: Image.Image, y: int) -> list[object]:
    return [picture.getpixel((x, y)) for x in range(picture.width)]


def _bars(picture: Image.Image) -> list[list[object]]:
    """The middle row of pixels of each bar, from above."""
    rows = [_row(picture, y) for y in range(picture.height)]
    whole = 0.85 * picture.width
    is_bar = [sum(_count(row, one) for one in (BAR, REST, TRACK)) > whole for row in rows]
    starts = [y for y in range(1, len(rows)) if is_bar[y] and not is_bar[y - 1]]
    ends = [y for y in range(1, len(rows)) if is_bar[y - 1] and not is_bar[y]]
    return [rows[(start + end) // 2] for start, end in zip(starts, ends, strict=True)]


def _count(row: list[object], colour: tuple[int, int, int]) -> int:
    return sum(_is(pixel, colour) for pixel in row)


def _share(row: list[object], colour: tuple[int, int, int]) -> float:
    """From its first to its last pixel, to two places of the whole bar."""
    seen = [x for x, pixel in enumerate(row) if _is(pixel, colour)]
    return round((seen[-1] - seen[0] + 1) / (0.92 * len(row)), 2) if seen else 0.0


def test_each_bar_is_as_long_as_its_category_is_probable() -> None:
    """In order, and the unlikely ones together in one more."""
    bars = _bars(_drawn(_distribution(III=0.56, IV=0.30, II=0.10)))
    assert [_share(bar, BAR) for bar in bars] == [0.56, 0.30, 0.10, 0.0]
    assert [_share(bar, REST) for bar in bars] == [0.0, 0.0, 0.0, 0.04]


def test_all_that_may_be_is_shown() -> None:
    """Six alike have six bars, and nothing is left for the others."""
    bars = _bars(_drawn(_distribution(I=1 / 6)))
    assert [_share(bar, BAR) for bar in bars] == [0.17] * 6
    assert all(_count(bar, REST) == 0 for bar in bars)


@pytest.mark.parametrize("p", [0.999, 1.0])
def test_no_bar_says_certain(p: float) -> None:
    """However sure the reading is, a part of the track is seen, and the others have a row."""
    likeliest, others = _bars(_drawn(_distribution(IV=p)))
    assert _count(likeliest, TRACK) >= 4
    assert _share(likeliest, BAR) == 0.99
    assert _count(others, TRACK) > 0.85 * LEAST_WIDTH


def test_the_mark_stands_where_a_reading_counts_as_sure() -> None:
    """A dark line across the likeliest category's bar, and across no other."""
    picture = _drawn(_distribution(III=0.56, IV=0.40))
    x = round(0.04 * picture.width + _SURE_FROM * 0.92 * picture.width)
    dark = [y for y in range(picture.height) if max(picture.getpixel((x, y))) < 70]
    apart = [y for before, y in zip([-9, *dark], dark, strict=False) if y - before > 1]
    assert len(apart) == 1


@pytest.mark.parametrize("size", [(1280, 720), (960, 1280), (300, 640)])
def test_the_outlined_photo_stands_above_them_uncut(size: tuple[int, int]) -> None:
    """Wide, tall or narrow, at its own size; the bars are as wide as the picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (150, 60, 50)).save(out, "JPEG")
    picture = _drawn(_distribution(III=0.9), out.getvalue())
    assert picture.width == max(size[0], LEAST_WIDTH)
    left = (picture.width - size[0]) // 2
    for x, y in ((left + 2, 2), (left + size[0] - 3, size[1] - 3)):
        assert _is(picture.getpixel((x, y)), (150, 60, 50))
    assert min(picture.getpixel((picture.width // 2, size[1] + 3))) > 230
    (likeliest, _) = _bars(picture.crop((0, size[1], *picture.size)))
    assert _share(likeliest, BAR) == 0.9


def test_an_outline_that_is_no_picture_is_said_so() -> None:
    """Whoever asked for it does without."""
    with pytest.raises(OSError, match="cannot identify"):
        draw_bars(_distribution(I=0.9), _SURE_FROM, _words(), b"no picture")


@pytest.mark.parametrize("language", Language)
def test_its_font_has_every_letter(language: Language) -> None:
    """A letter that a font lacks is drawn as a box."""
    words = _words(language)
    said = "".join([*words.categories.values(), *words.bars.values(), "<>0123456789%"])
    font = letters(30)
    box = bytes(font.getmask("\ue000"))
    assert [one for one in set(said + said.upper()) if bytes(font.getmask(one)) == box] == []


def test_it_speaks_the_language_of_the_card() -> None:
    """The same bars, other words."""
    spanish, english = (
        _drawn(_distribution(III=0.9), language=language) for language in (Language.ES, Language.EN)
    )
    assert _bars(spanish) == _bars(english)
    assert spanish.tobytes() != english.tobytes()
