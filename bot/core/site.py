"""What a site decides for itself, read from one file that a clinical lead can sign."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.signature import Signature, content_hash, load_signature

SHIPPED_SITE = Path(__file__).with_name("site.toml")
_BRADEN_TOTALS = (6, 23)
DEFAULT_PRIVATE_MARK = "//"


@dataclass(frozen=True, slots=True)
class Bands:
    """(up to this total, risk), from the highest risk to the lowest, and where they stand."""

    source: str
    meanings: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Turning:
    source: str
    hours: int


@dataclass(frozen=True, slots=True)
class Site:
    """Without a name no site has spoken: its values are those shipped, and shown to nobody.
    What a clinician writes under a card goes to the nurse unless it begins with `private_mark`."""

    name: str
    zone: ZoneInfo
    braden: Bands
    turning: Turning
    private_mark: str
    signature: Signature
    content_hash: str

    @property
    def signed(self) -> bool:
        return self.signature.holds_for(self.content_hash)


def load_site(text: str) -> Site:
    """Reads site.toml. Raises KeyError or ValueError where it is incomplete or impossible."""
    data = tomllib.loads(text)
    bands = tuple((int(most), str(risk)) for most, risk in data["braden"]["bands"])
    _refuse_gaps(bands)
    hours = int(data["turning"]["hours"])
    if not 1 <= hours <= 12:
        raise ValueError("the turning interval lies outside 1 to 12 hours")
    mark = str(data.get("private_mark", DEFAULT_PRIVATE_MARK)).strip()
    if not mark:
        raise ValueError("without a private mark nothing could stay among clinicians")
    return Site(
        name=data["name"].strip(),
        zone=ZoneInfo(data["time_zone"]),
        braden=Bands(data["braden"]["source"], bands),
        turning=Turning(data["turning"]["source"], hours),
        private_mark=mark,
        signature=load_signature(data),
        content_hash=content_hash(text),
    )


@cache
def shipped_site() -> Site:
    return load_site(SHIPPED_SITE.read_text("utf-8"))


def _refuse_gaps(bands: tuple[tuple[int, str], ...]) -> None:
    least, most = _BRADEN_TOTALS
    limits = [limit for limit, _ in bands]
    if [risk for _, risk in bands] != ["high", "moderate", "low"]:
        raise ValueError("Braden needs the bands high, moderate and low, in that order")
    if limits != sorted(set(limits)) or limits[0] < least or limits[-1] != most:
        raise ValueError(f"the Braden bands must rise and end at {most}")
