"""What a site decides for itself, in one file that a clinical lead signs."""

import pytest
from click.testing import CliRunner

from bot.cli.scale import scale
from bot.core.signature import content_hash
from bot.core.site import SHIPPED_SITE, load_site, shipped_site
from bot.settings import SettingsMissing
from bot.wiring import site_of

_TEXT = SHIPPED_SITE.read_text("utf-8")
COQUIMBO = (
    _TEXT.replace('name = ""', 'name = "Hospital Coquimbo"', 1)
    .replace("[15, ", "[14, ")
    .replace('"MINSAL23"', '"COQ21"')
)


def signed(text: str) -> str:
    block = {
        "role": "Wound-care lead",
        "date": "2026-12-01",
        "sha256": content_hash(text),
    }
    at = text.index("[signature]")
    head, tail = text[:at], text[at:].replace('name = ""', 'name = "Dra. Rojas"', 1)
    for key, value in block.items():
        tail = tail.replace(f'{key} = ""', f'{key} = "{value}"', 1)
    return head + tail


def test_the_shipped_file_speaks_for_no_site() -> None:
    """It has no name and no signature, and keeps Chilean time."""
    site = shipped_site()
    assert (site.name, site.signed, site.zone.key) == ("", False, "America/Santiago")


def test_a_signature_holds_for_what_was_signed() -> None:
    """Changing a value makes the site's file a proposal again."""
    text = signed(COQUIMBO)
    assert load_site(text).signed
    assert not load_site(text.replace("hours = 3", "hours = 4")).signed


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("hours = 3", "hours = 40", "turning interval"),
        ('[[12, "high"], ', "[", "high, moderate and low"),
        ("[15, ", "[11, ", "rise"),
        ("[23, ", "[22, ", "end at 23"),
    ],
)
def test_an_impossible_value_is_refused(right: str, wrong: str, complaint: str) -> None:
    """A slip in the file stops the start, not a nurse."""
    assert right in _TEXT
    with pytest.raises(ValueError, match=complaint):
        load_site(_TEXT.replace(right, wrong, 1))


def test_the_site_stands_beside_the_guideline(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A Braden of 15 is moderate by the ministry and low in Coquimbo: the nurse reads both."""
    (tmp_path / "site.toml").write_text(COQUIMBO, "utf-8")
    monkeypatch.setenv("VIGIA_SITE_FILE", str(tmp_path / "site.toml"))
    answers = "3\n3\n2\n3\n2\n2\n"
    told = CliRunner().invoke(scale, ["braden"], input=answers).output
    assert "Escala de Braden: 15. Riesgo moderado" in told
    assert "En Hospital Coquimbo: Riesgo bajo" in told
    assert "[SITE:braden, según COQ21; propuesta sin firmar]" in told
    (tmp_path / "site.toml").write_text(signed(COQUIMBO), "utf-8")
    assert "propuesta" not in CliRunner().invoke(scale, ["braden"], input=answers).output


def test_a_wrong_file_is_told_as_a_wrong_setting(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Whoever starts Vigia reads which setting it is, and what is wrong in its file."""
    file = tmp_path / "site.toml"
    file.write_text(_TEXT.replace("hours = 3", "hours = 40"), "utf-8")
    with pytest.raises(SettingsMissing, match="VIGIA_SITE_FILE: the turning interval"):
        site_of({"VIGIA_SITE_FILE": str(file)})
    file.write_text(_TEXT.replace("time_zone", "zone"), "utf-8")
    with pytest.raises(SettingsMissing, match="time_zone is missing"):
        site_of({"VIGIA_SITE_FILE": str(file)})
    with pytest.raises(SettingsMissing, match="cannot be read"):
        site_of({"VIGIA_SITE_FILE": str(tmp_path / "none.toml")})
