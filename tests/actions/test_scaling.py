"""A nurse scores Braden, PUSH or NEWS2 in the chat, one question at a time."""

import pytest
from sqlalchemy import func, select

from bot.actions.replaying import replay
from bot.actions.scored import record_scale
from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.message import MessageKind
from bot.core.scales import ScaleName, load_scales
from bot.core.urgency import Urgency
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import escalation_of, open_escalations
from bot.store.scale_rows import charts_due, open_sitting, scores_of_case
from tests.actions.conftest import QuietWard

_WORDING = Wording(CHECKOUT / "templates")


def _count(ward: QuietWard, table) -> int:  # type: ignore[no-untyped-def]
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(table)))


def _answers(ward: QuietWard, *given: str) -> None:
    for answer in given:
        ward.advance(seconds=20)
        ward.says(answer)


def test_push_is_asked_and_scored(ward: QuietWard) -> None:
    """Area, exudate and tissue: 12 cm2, moderate and slough are 13, with the source."""
    ward.says("push")
    assert "PUSH 3.0*, 1 de 3: Largo (de cabeza a pies) por ancho (en cm²" in ward.read()
    _answers(ward, "4 x 3 cm")
    assert "2 de 3: ¿Cuánto exudado hay?" in ward.read()
    assert "3. moderado" in ward.read()
    _answers(ward, "moderado", "4")
    assert "*PUSH 3.0: 13*" in ward.read()
    assert "Fuente: PUSH 3.0, NPIAP" in ward.read()
    assert "sin paciente" in ward.read()
    assert _count(ward, t.cases) == 0


def test_a_wrong_answer_is_asked_again(ward: QuietWard) -> None:
    """A number outside the range, or none of the answers, loses nothing."""
    ward.says("news2")
    _answers(ward, "400")
    assert "Esa no es una de las respuestas" in ward.read()
    assert "Respiraciones (por minuto, de 4 a 70)" in ward.read()
    _answers(ward, "16", "97 %", "7")
    with ward.store.snapshot() as snapshot:
        thread = str(snapshot.value(select(t.scale_sittings.c.thread_id)))
        sitting = open_sitting(snapshot, thread, ward.now)
    assert sitting
    assert dict(sitting.answers) == {"breaths": "16", "saturation": "97"}


def test_cancel_stops_it(ward: QuietWard) -> None:
    """Afterwards a number is no answer, and the scale can begin again."""
    ward.says("braden")
    _answers(ward, "2", "cancelar")
    assert "sin puntaje" in ward.read()
    _answers(ward, "2")
    assert _count(ward, t.scale_sittings) == 1
    assert "sin puntaje" not in ward.read()
    ward.says("braden")
    assert "1 de 6" in ward.read()


def test_a_scale_leaves_the_open_case_alone(ward: QuietWard) -> None:
    """The answers are no words of the case; the total stands beside it."""
    case_id = ward.sends_seen_as("PAC-1001 sacro", Category.II)
    decisions = _count(ward, t.decisions)
    ward.says("braden")
    _answers(ward, "3", "3", "2", "3", "2", "2")
    assert "*Escala de Braden: 15*" in ward.read()
    assert "Quedó guardada en el caso." in ward.read()
    assert _count(ward, t.decisions) == decisions
    with ward.store.snapshot() as snapshot:
        (score,) = scores_of_case(snapshot, case_id)
        words = snapshot.value(select(func.count()).where(t.inbound.c.case_id == case_id))
    assert (score.total, score.meaning) == (15, "moderate")
    assert words == 1


def test_a_sentence_in_between_goes_to_the_case(ward: QuietWard) -> None:
    """Only a number alone answers; the scale waits."""
    ward.sends_seen_as("sacro", Category.II)
    ward.advance(seconds=5)
    ward.says("push")
    _answers(ward, "mide 3 por 4 y huele bien")
    assert "nota" in ward.read().lower() or "agreg" in ward.read().lower()
    _answers(ward, "12")
    assert "2 de 3" in ward.read()


def test_a_danger_in_between_is_triaged_first(ward: QuietWard) -> None:
    """A person is called at once, and the scale can go on afterwards."""
    ward.says("push")
    _answers(ward, "tiene fiebre de 39 y está confusa")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.urgency is Urgency.EMERGENCY
    _answers(ward, "12")
    assert "2 de 3" in ward.read()


@pytest.mark.parametrize(
    ("answers", "urgency"),
    [
        (("26", "88", "2", "85", "132", "1", "39,2"), Urgency.EMERGENCY),
        (("22", "94", "2", "120", "70", "1", "36,8"), Urgency.VERY_URGENT),
    ],
)
def test_a_high_news2_calls_a_person(
    ward: QuietWard, answers: tuple[str, ...], urgency: Urgency
) -> None:
    """A total that means danger opens a case of its own, and the replay knows why."""
    ward.says("news2")
    _answers(ward, *answers)
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        case = case_by_id(snapshot, escalation.case_id)
        again = list(replay(snapshot, case, ward.rules.table))[-1]
        score = scores_of_case(snapshot, case.id)[-1]
    assert escalation.urgency is urgency
    assert again.is_same
    assert f"*NEWS2: {score.total}*" in ward.read(MessageKind.SCALE_RESULT)
    assert f"*NEWS2: {score.total}.*" in ward.card()


def test_a_low_news2_calls_nobody(ward: QuietWard) -> None:
    """And says what it means."""
    ward.says("news2")
    _answers(ward, "16", "97", "1", "120", "70", "1", "36,8")
    assert "*NEWS2: 0*" in ward.read()
    assert _count(ward, t.escalations) == 0


def test_the_second_total_asks_for_a_chart(ward: QuietWard) -> None:
    """Of the same patient, also in another case or in none."""
    for area in ("12", "6"):
        ward.says("push PAC-1001")
        _answers(ward, area, "3", "4")
        ward.advance(days=7)
    assert "Antes: 13." in ward.read()
    with ward.store.snapshot() as snapshot:
        assert len(charts_due(snapshot, ward.now)) == 1
    ward.says("push PAC-2002")
    _answers(ward, "12", "3", "4")
    with ward.store.snapshot() as snapshot:
        assert len(charts_due(snapshot, ward.now)) == 1


def test_anothers_case_gets_no_scale(ward: QuietWard) -> None:
    """An unknown code is answered as one that is not hers."""
    ward.says("braden K7Q2")
    assert "no tiene un *caso K7Q2*" in ward.read()
    assert _count(ward, t.scale_sittings) == 0


def test_a_scale_on_a_case_shows_on_its_card(ward: QuietWard) -> None:
    """Clinicians see the total where they see the wound."""
    case_id = ward.sends_seen_as("sacro", Category.III)
    ward.says("braden")
    _answers(ward, "1", "1", "1", "1", "1", "1")
    with ward.store.snapshot() as snapshot:
        assert escalation_of(snapshot, case_id)
    assert "Escala de Braden: 6" in ward.card()


def test_a_scale_asked_elsewhere_is_kept_with_the_case(ward: QuietWard) -> None:
    """At the terminal too: the totals stand in order, and danger calls a person."""
    case_id = ward.sends_seen_as("sacro", Category.I)
    keys = [question.key for question in load_scales()[ScaleName.NEWS2].questions]
    for given in (
        ("16", "97", "air", "120", "70", "alert", "36.8"),
        ("26", "88", "oxygen", "85", "132", "alert", "38.0"),
    ):
        answers = dict(zip(keys, given, strict=True))
        with ward.transaction() as tx:
            case = case_by_id(tx, case_id)
            totals = record_scale(tx, ScaleName.NEWS2, answers, case, ward.rules, "admin:cli")
        ward.advance(hours=1)
    assert [one.total for one in totals] == [0, 14]
    with ward.store.snapshot() as snapshot:
        escalation = escalation_of(snapshot, case_id)
    assert escalation
    assert escalation.urgency is Urgency.EMERGENCY
