"""TwiML, as far as Twilio Voice plays it to a phone: checked, then read verb by verb."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_ATTRIBUTES = {
    "Say": frozenset({"language", "voice", "loop"}),
    "Gather": frozenset(
        {"input", "numDigits", "finishOnKey", "timeout", "method", "action", "actionOnEmptyResult"}
    ),
    "Pause": frozenset({"length"}),
    "Hangup": frozenset[str](),
}
_NUMBERS = frozenset({"loop", "numDigits", "timeout", "length"})
_LONGEST_SAY = 4096
PARSE_FAILURE, SCHEMA_WARNING = 12100, 12200


@dataclass(frozen=True, slots=True)
class Verb:
    """Words that are spoken; with an `action`, they wait for a key that is brought there."""

    says: str
    language: str
    action: str | None


def fault_in_twiml(twiml: str) -> int | None:
    """Twilio's number of what is wrong in it."""
    try:
        # What is parsed comes from the product under test, on this machine.
        root = ElementTree.fromstring(twiml)
    except ElementTree.ParseError:
        return PARSE_FAILURE
    fits = root.tag == "Response" and len(root) > 0 and all(_fits(verb) for verb in root)
    return None if fits else SCHEMA_WARNING


def verbs_in(twiml: str) -> list[Verb]:
    """Of TwiML without a fault, in their order."""
    return list(_verbs(ElementTree.fromstring(twiml)))


def _verbs(root: Element) -> Iterator[Verb]:
    for one in root:
        spoken = list(one.iter("Say"))
        if one.tag in ("Say", "Gather"):
            words = " ".join(" ".join((say.text or "").split()) for say in spoken)
            language = spoken[0].get("language", "") if spoken else ""
            yield Verb(words, language, one.get("action"))


def _fits(verb: Element, *, inside: bool = False) -> bool:
    known = _ATTRIBUTES.get(verb.tag)
    if known is None or set(verb.attrib) - known or (inside and verb.tag not in ("Say", "Pause")):
        return False
    if not all(verb.get(name, "1").isdecimal() for name in _NUMBERS):
        return False
    if verb.tag == "Say":
        words = (verb.text or "").strip()
        return 0 < len(words) <= _LONGEST_SAY and not len(verb)
    if verb.tag == "Gather":
        # Inline TwiML has no address of its own that a relative action could follow.
        target = urlsplit(verb.get("action", ""))
        is_url = target.scheme in ("http", "https") and bool(target.hostname)
        return is_url and all(_fits(child, inside=True) for child in verb)
    return not len(verb)
