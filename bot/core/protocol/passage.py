"""What the protocol library holds: passages in our own words, each under the rule it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.staff import Language


class Strength(StrEnum):
    """How strongly a guideline stands behind a rule; most national documents do not grade."""

    STRONG = "strong"
    CONDITIONAL = "conditional"
    GOOD_PRACTICE = "good_practice"
    NO_RECOMMENDATION = "no_recommendation"
    UNGRADED = "ungraded"


class Certainty(StrEnum):
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"
    UNSTATED = "unstated"


class Basis(StrEnum):
    """Whether the source itself was read, or an abstract or secondary page of it."""

    PRIMARY = "primary"
    ABSTRACT = "abstract"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Source:
    """An edition that keys point into. `link` is empty for a document of the site."""

    name: Mapping[Language, str]
    link: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One fact with the key it is cited by ("R7", "CG179 1.1.10", "SITE:protocol.pdf p.3").

    `also` are keys that state the same; `related` are ids of passages that complete it; `conflict`
    names a disagreement between sources. `asked` are ways to ask for it, `terms` words it must be
    found by; neither is ever shown. `setting` names the site's own value that stands beside it.
    """

    id: str
    key: str
    source: Source
    says: Mapping[Language, str]
    asked: Mapping[Language, tuple[str, ...]]
    strength: Strength = Strength.UNGRADED
    certainty: Certainty = Certainty.UNSTATED
    basis: Basis = Basis.PRIMARY
    page: str = ""
    also: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    conflict: str = ""
    terms: str = ""
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree. `sides` are passage ids; `unquoted`: another side is known, but its
    wording is unverified, so that it is named and not quoted."""

    sides: tuple[str, ...]
    unquoted: bool = False
