"""Where on the body a wound is, as a nurse writes it."""

import pytest

from bot.core.body_site import BodySite, find_site, site_of_side, sites_without_side


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Sacro, 3 cm", BodySite.SACRUM),
        ("LPP en región sacra", BodySite.SACRUM),
        ("talón izq con flictena", BodySite.HEEL_LEFT),
        ("right trochanter", BodySite.HIP_RIGHT),
        ("glúteo derecho", BodySite.BUTTOCK_RIGHT),
        ("talón", None),
        ("sacro y talón derecho", None),
        ("ambos talones", None),
        ("sin lesión en sacro", None),
        ("herida", None),
    ],
)
def test_one_place_is_known_with_its_side(text: str, site: BodySite | None) -> None:
    """Two places, a denied one, or a side that is not told leave it open."""
    assert find_site(text) is site


HEELS = [BodySite.HEEL_RIGHT, BodySite.HEEL_LEFT]


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("Talón, 2 cm", HEELS),
        ("heel", HEELS),
        ("heel, sacrum not affected", HEELS),
        ("cadera", [BodySite.HIP_RIGHT, BodySite.HIP_LEFT]),
        ("talón izquierdo", []),
        ("talones", []),
        ("ambos talones", []),
        ("both heels", []),
        ("¿talón?", []),
        ("creo que talón", []),
        ("talón y cadera", []),
        ("talón derecho y cadera", []),
        ("sacro", []),
        ("herida", []),
    ],
)
def test_a_place_is_known_but_for_its_side(text: str, sites: list[BodySite]) -> None:
    """One place, surely said, and no word of a side."""
    assert sites_without_side(text) == sites


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("izquierdo", BodySite.HEEL_LEFT),
        ("Es el izq.", BodySite.HEEL_LEFT),
        ("lado derecho", BodySite.HEEL_RIGHT),
        ("left", BodySite.HEEL_LEFT),
        ("it's the right one", BodySite.HEEL_RIGHT),
        ("codo izquierdo", None),
        ("¿izquierdo?", None),
        ("no, el izquierdo", None),
        ("derecho e izquierdo", None),
        ("she left", None),
        ("right now", None),
        ("all right", None),
        ("talón", None),
    ],
)
def test_a_side_alone_says_which_of_two_places(text: str, site: BodySite | None) -> None:
    """Where both sides of one place are offered; of a longer list it says nothing."""
    assert site_of_side(text, [*HEELS, "other"]) is site
    assert site_of_side(text, list(BodySite)) is None
