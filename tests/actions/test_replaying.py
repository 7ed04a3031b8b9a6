"""Why a case was decided as it was, asked afterwards."""

import io
from dataclasses import replace
from datetime import timedelta

from bot.actions.deciding import decide_case
from bot.actions.replaying import replay
from bot.cli.decide import print_decisions
from bot.core.decision import load_table
from bot.core.redflags.emergencies import SHIPPED_TABLE
from bot.core.rules import Rules
from bot.store.case_rows import case_by_code, case_by_id
from bot.store.escalation_rows import open_escalations
from tests.actions.conftest import QuietWard


def _code(ward: QuietWard) -> str:
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        return case_by_id(snapshot, escalation.case_id).code


def _explained(ward: QuietWard, code: str, rules: Rules) -> tuple[int, str]:
    out = io.StringIO()
    with ward.store.snapshot() as snapshot:
        case = case_by_code(snapshot, code)
        assert case is not None
        result = print_decisions(replay(snapshot, case, rules.table), explain=True, out=out)
    return result, out.getvalue()


def test_a_decision_is_made_again_from_what_was_stored(ward: QuietWard) -> None:
    """The row, the table, the nurse's words and an equal result are shown."""
    ward.says("fiebre de 39 y confusa", photos=1)
    result, text = _explained(ward, _code(ward), ward.rules)
    assert result == 0
    assert f"row 1, emergency, table {ward.rules.table.version} (proposal)" in text
    assert "words: fever from 'fiebre de 39'" in text
    assert "the same" in text


def test_a_photo_that_never_came_is_replayed_as_it_stood(ward: QuietWard) -> None:
    """The time runs out without a reading: the decision made then is made again now."""
    ward.says("fiebre de 39", photos=1)
    code = _code(ward)
    ward.advance(hours=2)
    with ward.store.transaction(ward.now + timedelta(hours=1)) as tx:
        case = case_by_code(tx, code)
        assert case is not None
        assert decide_case(tx, case.id, ward.rules) is not None
    result, text = _explained(ward, code, ward.rules)
    assert result == 0
    assert text.count("the same") == 2
    assert "not_assessed:photo_missing" in text


def test_a_changed_table_shows_what_it_would_decide_now(ward: QuietWard) -> None:
    """Where the rows have changed since, the replay says that it differs, and how."""
    ward.says("tiene fiebre", photos=1)
    text = SHIPPED_TABLE.read_text("utf-8").replace('    "fever",\n', "", 1)
    second = text.index("flags = [", text.index('id = "2"')) + len("flags = [")
    table = load_table(f'{text[:second]}"fever", {text[second:]}')
    result, shown = _explained(ward, _code(ward), replace(ward.rules, table=table))
    assert result == 1
    assert "DIFFERS, row 2, very_urgent" in shown
