"""Where on the body a wound is, as a nurse writes it."""

import pytest

from bot.core.body_site import BodySite, find_site


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
