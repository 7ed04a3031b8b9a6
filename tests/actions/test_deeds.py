"""What clinicians do with a case, and who is told."""

import pytest
from sqlalchemy import select

from bot.actions.cards import refresh_cards
from bot.actions.deciding import decide_case
from bot.actions.escalating import call_again, climb_ladder
from bot.actions.on_call import NoDuty, take_over
from bot.actions.undelivered import give_up
from bot.channels.wording import Wording
from bot.core.assessment import Category, Tissue
from bot.core.audit import AuditKind, ChainIntact, verify_chain
from bot.core.case import CaseStatus
from bot.core.deed import Deed, Form
from bot.core.escalation import EscalationStatus, Named
from bot.core.inbound import Channel
from bot.core.label import Closing, LabelKind
from bot.core.message import MessageKind
from bot.core.permissions import Refusal
from bot.core.ports import CANNOT_REPLACE
from bot.core.staff import Language, Role
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.case_rows import case_by_id, undecided_cases
from bot.store.escalation_rows import due_escalations, escalation_of, open_escalations
from bot.store.inbound_rows import texts_of_case
from bot.store.label_rows import closing_of, labels
from bot.store.outbox_rows import claim_message
from bot.store.said_rows import cards_of, due_messages, message_by_id
from bot.store.staff_rows import all_staff, enrol, remove_staff
from tests.actions.conftest import QuietWard

DOCTOR, WOUND_NURSE, CHARGE_NURSE = "U0DOCTOR", "U0WOUND1", "U0CHARGE"


@pytest.fixture
def case(ward: QuietWard) -> str:
    """A deep wound whose card stands in Slack and that the doctor has taken."""
    ward.says("Sacro", photos=1)
    with ward.store.snapshot() as snapshot:
        id = str(snapshot.value(select(t.cases.c.id)))
    ward.has_read(id, Category.III)
    ward.post_everything()
    assert does(ward, DOCTOR, id, Deed.TAKE) is None
    return id


def does(ward: QuietWard, user: str, case_id: str, deed: Deed, seen: str = "") -> Form | None:
    with ward.transaction() as tx:
        escalation = escalation_of(tx, case_id)
        assert escalation
        return ward.presses(user, tx, case_id, escalation.id, deed, seen)


def sends(ward: QuietWard, user: str, case_id: str, form: Form | None, **fields: str):  # type: ignore[no-untyped-def]
    assert form
    with ward.transaction() as tx:
        return ward.fills(user, tx, case_id, form, **fields)


def told(ward: QuietWard, kind: MessageKind, language: Language = Language.ES) -> list[str]:
    """The words of every message of this kind."""
    wording = Wording(CHECKOUT / "templates")
    with ward.store.snapshot() as snapshot:
        rows = snapshot.all(select(t.outbox.c.id).where(t.outbox.c.kind == kind))
        facts = [message_by_id(snapshot, row.id).message.facts for row in rows]
    return [wording.words(kind, Channel.WHATSAPP, language, fact).text for fact in facts]


def buttons(ward: QuietWard, case_id: str) -> list[str]:
    """Those that the card would show as it was last rewritten."""
    with ward.store.snapshot() as snapshot:
        rows = snapshot.all(
            select(t.outbox.c.id)
            .where(t.outbox.c.kind == MessageKind.CARD, t.outbox.c.case_id == case_id)
            .order_by(t.outbox.c.seq)
        )
        facts = message_by_id(snapshot, rows[-1].id).message.facts
    words = Wording(CHECKOUT / "templates").words(
        MessageKind.CARD, Channel.SLACK, Language.EN, facts
    )
    return [
        element["action_id"]
        for block in words.blocks or ()
        if block["type"] == "actions"
        for element in block["elements"]  # type: ignore[attr-defined]
    ]


def refused(ward: QuietWard) -> list[str]:
    with ward.store.snapshot() as snapshot:
        rows = snapshot.all(select(t.outbox.c.id).where(t.outbox.c.kind == "press_refused"))
        return [str(message_by_id(snapshot, row.id).message.facts["reason"]) for row in rows]


def test_a_deep_wound_is_taken_corrected_and_the_nurse_told(ward: QuietWard, case: str) -> None:
    """The doctor sees another category than the program: theirs is kept and reaches the nurse."""
    form = does(ward, DOCTOR, case, Deed.CORRECT)
    assert form
    wrong = sends(ward, DOCTOR, case, form, category="unstageable", tissue="eschar", note="Seca")
    assert wrong == {}
    with ward.store.snapshot() as snapshot:
        (given,) = labels(snapshot, case)
    assert (given.label.kind, given.label.category) == (LabelKind.CORRECTED, Category.UNSTAGEABLE)
    assert (given.label.tissue, given.label.note) == (Tissue.ESCHAR, "Seca")
    (said,) = told(ward, MessageKind.CLINICIAN_DID)
    assert "no clasificable" in said
    assert "Seca" in said
    assert "Bruno" in told(ward, MessageKind.DONE_UNDER_CARD, Language.EN)[0]
    assert "vigia_confirm" not in buttons(ward, case)


def test_a_confirmed_category_is_kept_with_the_decision_it_judges(
    ward: QuietWard, case: str
) -> None:
    """One press, no form: what was shown is right."""
    assert does(ward, WOUND_NURSE, case, Deed.CONFIRM, "III") is None
    with ward.store.snapshot() as snapshot:
        (given,) = labels(snapshot, case)
    assert (given.label.kind, given.label.category) == (LabelKind.CONFIRMED, Category.III)
    assert given.decision == 1
    assert "categoría III" in told(ward, MessageKind.CLINICIAN_DID)[0]


def test_a_photo_that_was_asked_for_joins_the_case(ward: QuietWard, case: str) -> None:
    """It comes an hour later without a word, and belongs to the case that waits for it."""
    does(ward, DOCTOR, case, Deed.NEW_PHOTO)
    assert "regla" in told(ward, MessageKind.PHOTO_ASKED)[0]
    ward.advance(hours=1)
    ward.says("", photos=1)
    with ward.store.snapshot() as snapshot:
        assert len(snapshot.all(select(t.cases))) == 1
    ward.has_read(case, Category.IV)
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case).status is CaseStatus.WITH_CLINICIAN


def test_a_message_from_a_form_reaches_the_nurse(ward: QuietWard, case: str) -> None:
    """It crosses the same bridge as words under the card, and colleagues see it."""
    form = does(ward, CHARGE_NURSE, case, Deed.MESSAGE)
    assert sends(ward, CHARGE_NURSE, case, form, text=" ") == {"text": "empty"}
    assert sends(ward, CHARGE_NURSE, case, form, text="Descargue talones") == {}
    assert "Descargue talones" in told(ward, MessageKind.FROM_CLINICIAN)[0]
    assert "Descargue talones" in told(ward, MessageKind.DONE_UNDER_CARD)[0]


def test_every_card_tells_what_was_done_under_one_of_them(ward: QuietWard) -> None:
    """In its own text, without a note in each thread: until somebody has it again, or closes it."""
    ward.says("fiebre de 39 y confuso")
    ward.post_everything()
    with ward.transaction() as tx:
        (escalation,) = open_escalations(tx)
        climb_at = escalation.rung_due_at
    ward.now = climb_at
    with ward.transaction() as tx:
        climb_ladder(tx, escalation.id, ward.rules)
    ward.post_everything()
    case_id = escalation.case_id
    with ward.store.snapshot() as snapshot:
        assert len(cards_of(snapshot, case_id)) == 2
    does(ward, DOCTOR, case_id, Deed.TAKE)
    assert ":arrow_right:" not in ward.card()
    does(ward, DOCTOR, case_id, Deed.NEW_PHOTO)
    assert len(told(ward, MessageKind.DONE_UNDER_CARD)) == 1
    assert "*Bruno* pidió una foto nueva a enfermería" in ward.card()
    with ward.store.snapshot() as snapshot:
        carla = next(p.id for p in all_staff(snapshot) if p.name == "Carla")
    form = does(ward, DOCTOR, case_id, Deed.HAND_OVER)
    assert sends(ward, DOCTOR, case_id, form, to=carla) == {}
    assert "*Bruno* traspasó el caso. Lo recibe: *Carla*" in ward.card()
    (handed,) = told(ward, MessageKind.CLINICIAN_DID)
    assert "Bruno lo traspasó. Lo recibe: Carla." in handed
    does(ward, WOUND_NURSE, case_id, Deed.TAKE)
    assert ":arrow_right:" not in ward.card()


def test_the_card_says_what_the_nurse_was_advised(ward: QuietWard, case: str) -> None:
    """The steps speak to the nurse, and on the card stand as told to the nurse."""
    assert "*Se indicó a enfermería:*\\n1. " in ward.card()


def test_a_case_handed_over_waits_again_and_climbs_if_nobody_takes_it(
    ward: QuietWard, case: str
) -> None:
    """The colleague is named under the card; their silence is not the end of it."""
    form = does(ward, DOCTOR, case, Deed.HAND_OVER)
    with ward.store.snapshot() as snapshot:
        carla = next(p for p in all_staff(snapshot) if p.slack_user == WOUND_NURSE)
        ana = next(p for p in all_staff(snapshot) if p.slack_user == "U0NURSE1")
    assert sends(ward, DOCTOR, case, form, to=ana.id) == {"to": "unknown"}
    assert sends(ward, DOCTOR, case, form, to=carla.id, note="Salgo de turno") == {}
    assert f"<@{WOUND_NURSE}>" in told(ward, MessageKind.DONE_UNDER_CARD)[0]
    assert "Salgo de turno" in told(ward, MessageKind.DONE_UNDER_CARD)[0]
    assert "Salgo de turno" not in "".join(told(ward, MessageKind.CLINICIAN_DID))
    assert buttons(ward, case) == ["vigia_take"]
    ward.advance(hours=9)
    with ward.transaction() as tx:
        waiting = escalation_of(tx, case)
        assert waiting
        assert waiting.status is EscalationStatus.WAITING
        climb_ladder(tx, waiting.id, ward.rules)
        climbed = escalation_of(tx, case)
    assert climbed
    assert climbed.rung > waiting.rung
    does(ward, WOUND_NURSE, case, Deed.TAKE)
    assert len(told(ward, MessageKind.TAKEN)) == 2


def test_a_colleague_who_is_not_in_the_cards_channel_hears_of_a_hand_over(
    ward: QuietWard, case: str
) -> None:
    """Slack tells nobody of a mention in a channel that they are not in: it is said to them in
    their direct messages too."""
    with ward.store.snapshot() as snapshot:
        carla = next(p for p in all_staff(snapshot) if p.slack_user == WOUND_NURSE)
    assert sends(ward, DOCTOR, case, does(ward, DOCTOR, case, Deed.HAND_OVER), to=carla.id) == {}
    with ward.store.snapshot() as snapshot:
        ids = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.DONE_UNDER_CARD)
        places = [message_by_id(snapshot, row.id).thread.address.to for row in snapshot.all(ids)]
    assert places == ["#especialistas", WOUND_NURSE]


def test_what_a_colleague_answers_to_a_hand_over_goes_to_the_nurse(
    ward: QuietWard, case: str
) -> None:
    """In the direct messages as under the card: it is a clinician who speaks, and no word of hers
    is taken for the nurse's."""
    with ward.store.snapshot() as snapshot:
        carla = next(p for p in all_staff(snapshot) if p.slack_user == WOUND_NURSE)
    assert sends(ward, DOCTOR, case, does(ward, DOCTOR, case, Deed.HAND_OVER), to=carla.id) == {}
    ward.post_everything("D0WOUND1")
    handed = ward.sent_as(MessageKind.DONE_UNDER_CARD)
    ward.writes_in_slack(WOUND_NURSE, "Voy en 5 minutos, tómele la fiebre", "D0WOUND1", handed)
    assert "Carla" in told(ward, MessageKind.FROM_CLINICIAN)[-1]
    assert told(ward, MessageKind.TEXT_ADDED) == []
    with ward.store.snapshot() as snapshot:
        assert len(open_escalations(snapshot)) == 1
        assert len(texts_of_case(snapshot, case)) == 1


def test_a_card_that_is_posted_anew_calls_those_whose_time_to_answer_runs(ward: QuietWard) -> None:
    """In a workspace that lets no message be changed: a case that was handed to one colleague does
    not ring for all who were told first."""
    ward.says("Sacro con fiebre de 39 y confusa")
    ward.post_everything()
    with ward.transaction() as tx:
        (escalation,) = open_escalations(tx)
        case = escalation.case_id
        refresh_cards(tx, case_by_id(tx, case), escalation, ward.rules)
        carla = next(p for p in all_staff(tx) if p.slack_user == WOUND_NURSE)
    assert _called_anew(ward, case) == [DOCTOR, CHARGE_NURSE]
    ward.post_everything()
    does(ward, DOCTOR, case, Deed.TAKE)
    ward.advance(minutes=1)
    assert sends(ward, DOCTOR, case, does(ward, DOCTOR, case, Deed.HAND_OVER), to=carla.id) == {}
    assert _called_anew(ward, case) == []


def _called_anew(ward: QuietWard, case: str) -> object:
    """Whom the card names that stands in place of the one that Slack will not change."""
    with ward.transaction() as tx:
        (old,) = cards_of(tx, case)
        for _, id in due_messages(tx, ward.now):
            waiting = claim_message(tx, id)
            if waiting and waiting.message.replaces == old.id:
                give_up(tx, waiting, f"{CANNOT_REPLACE}_edit_window_closed", ward.rules)
        (anew,) = cards_of(tx, case)
    assert anew.id != old.id
    return anew.message.facts["mentions"]


@pytest.mark.parametrize("role", [None, Role.NURSE], ids=["who left", "with another role"])
def test_the_cases_of_somebody_who_cannot_have_them_any_more_call_again(
    ward: QuietWard, case: str, role: Role | None
) -> None:
    """The people of the same rung are named anew, as if nobody had taken it; the nurse is told."""
    with ward.store.snapshot() as snapshot:
        doctor = next(p for p in all_staff(snapshot) if p.slack_user == DOCTOR)
        before = len(cards_of(snapshot, case))
    ward.advance(minutes=1)
    with ward.transaction() as tx:
        if role is None:
            remove_staff(tx, doctor.id, "test")
        else:
            particulars = {"name": "Bruno", "language": Language.ES, "phone": None}
            enrol(tx, **particulars, role=role, slack_user=DOCTOR, actor="test")
        call_again(tx, doctor.id, "test")
    assert "se llama a otra persona" in ward.read(MessageKind.HOLDER_GONE)
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case).status is CaseStatus.AWAITING_PERSON
        (due,) = due_escalations(snapshot, ward.now)
    with ward.transaction() as tx:
        happened = climb_ladder(tx, due, ward.rules)
        assert isinstance(happened, Named)
        assert len(cards_of(tx, case)) == before + 1
    assert happened.escalation.rung_due_at > ward.now
    assert buttons(ward, case) == ["vigia_take"]


def test_everybody_who_may_have_the_case_can_be_chosen_those_on_call_first(
    ward: QuietWard, case: str
) -> None:
    """In a hospital with more of them than Slack takes in one list; each once, by name."""
    with ward.transaction() as tx:
        for n in reversed(range(230)):
            enrol(
                tx,
                name=f"Persona {n:03}",
                role=Role.WOUND_NURSE if n % 5 else Role.SUPERVISOR,
                language=Language.ES,
                phone=None,
                slack_user=f"U1{n:03}",
                actor="test",
            )
        carla = next(p for p in all_staff(tx) if p.slack_user == WOUND_NURSE)
        assert not isinstance(take_over(tx, carla, 8, ward.rules.site.zone), NoDuty)
    form = does(ward, DOCTOR, case, Deed.HAND_OVER)
    assert form
    view = Wording(CHECKOUT / "templates").form(form, "{}")
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    groups = blocks[0]["element"]["option_groups"]
    named = [(g["label"]["text"], [o["text"]["text"] for o in g["options"]]) for g in groups]
    assert named[0] == ("de turno ahora", ["Carla, enfermera de heridas"])
    assert [label for label, _ in named[1:]] == [
        "enfermera de heridas",
        "enfermera de heridas (2)",
        "enfermera jefe de turno",
        "supervisora",
    ]
    assert all(names == sorted(names) and len(names) <= 100 for _, names in named)
    offered = [option["value"] for group in groups for option in group["options"]]
    assert len(offered) == len(set(offered)) == 232
    assert sends(ward, DOCTOR, case, form, to=offered[-1]) == {}


def test_a_closed_case_is_told_and_a_later_photo_opens_another(ward: QuietWard, case: str) -> None:
    """The card loses its buttons; the nurse knows how it ended."""
    form = does(ward, DOCTOR, case, Deed.CLOSE)
    assert sends(ward, DOCTOR, case, form, outcome="gone") == {"outcome": "unknown"}
    assert sends(ward, DOCTOR, case, form, outcome="referred", note="A cirugía") == {}
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case).status is CaseStatus.CLOSED
        closed = closing_of(snapshot, case)
        assert closed
        assert (closed.closing, closed.note) == (Closing.REFERRED, "A cirugía")
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
    assert buttons(ward, case) == []
    assert "derivada" in told(ward, MessageKind.CLINICIAN_DID)[0]
    ward.says("", photos=1)
    with ward.store.snapshot() as snapshot:
        assert len(snapshot.all(select(t.cases))) == 2
    does(ward, DOCTOR, case, Deed.MESSAGE)
    assert refused(ward) == [Refusal.CLOSED]


def test_a_form_sent_twice_is_carried_out_once(ward: QuietWard, case: str) -> None:
    """Slack may deliver the same form again."""
    form = does(ward, DOCTOR, case, Deed.CORRECT)
    for _ in range(2):
        with ward.transaction() as tx:
            ward.fills(DOCTOR, tx, case, form, id="V-same", category="none")  # type: ignore[arg-type]
    with ward.store.snapshot() as snapshot:
        (given,) = labels(snapshot, case)
    assert given.label.category is None
    assert "no es una lesión por presión" in told(ward, MessageKind.CLINICIAN_DID)[0]


def test_a_form_is_judged_again_when_it_comes_back(ward: QuietWard, case: str) -> None:
    """The case was closed while a colleague wrote: told to them alone, and audited."""
    late = does(ward, WOUND_NURSE, case, Deed.CORRECT)
    sends(ward, DOCTOR, case, does(ward, DOCTOR, case, Deed.CLOSE), outcome="healed")
    assert sends(ward, WOUND_NURSE, case, late, category="IV") == {}
    with ward.store.snapshot() as snapshot:
        assert labels(snapshot, case) == []
        kinds = [row.kind for row in snapshot.all(select(t.audit.c.kind))]
    assert refused(ward) == [Refusal.CLOSED]
    assert kinds.count(AuditKind.PRESS_REFUSED) == 1


@pytest.mark.parametrize(
    ("user", "deed", "why"),
    [
        ("U0NURSE1", Deed.CORRECT, Refusal.ROLE),
        (CHARGE_NURSE, Deed.CONFIRM, Refusal.ROLE),
        (WOUND_NURSE, Deed.CLOSE, Refusal.NOT_HOLDER),
        ("U0NOBODY", Deed.CLOSE, Refusal.NOT_ENROLLED),
    ],
)
def test_case_25_a_deed_without_the_right_is_refused(
    ward: QuietWard, case: str, user: str, deed: Deed, why: Refusal
) -> None:
    """Told to that person alone; no form opens and nothing changes."""
    assert does(ward, user, case, deed) is None
    assert refused(ward) == [why]
    with ward.store.snapshot() as snapshot:
        assert labels(snapshot, case) == []


def test_nobody_judges_a_case_that_nobody_has(ward: QuietWard) -> None:
    """First somebody takes it, then it is confirmed, corrected or closed."""
    ward.says("fiebre de 39 y confusa", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        id = str(snapshot.value(select(t.cases.c.id)))
        assert cards_of(snapshot, id)
    assert buttons(ward, id) == ["vigia_take"]
    does(ward, DOCTOR, id, Deed.CLOSE)
    does(ward, DOCTOR, id, Deed.TAKE)
    does(ward, DOCTOR, id, Deed.CONFIRM)
    assert refused(ward) == [Refusal.NOT_TAKEN, Refusal.NOTHING_TO_CONFIRM]
    assert "vigia_confirm" not in buttons(ward, id)


def test_a_category_that_changed_meanwhile_is_not_confirmed_unseen(
    ward: QuietWard, case: str
) -> None:
    """The button said III; a new photo made it IV before the press: nothing is kept of it."""
    does(ward, DOCTOR, case, Deed.NEW_PHOTO)
    ward.advance(minutes=1)
    ward.says("", photos=1)
    ward.has_read(case, Category.IV, p=0.99)
    does(ward, DOCTOR, case, Deed.CONFIRM, "III")
    with ward.store.snapshot() as snapshot:
        assert labels(snapshot, case) == []
    assert refused(ward) == [Refusal.CHANGED]
    does(ward, DOCTOR, case, Deed.CONFIRM, "IV")
    with ward.store.snapshot() as snapshot:
        assert [given.label.category for given in labels(snapshot, case)] == [Category.IV]


def test_a_note_fits_into_the_nurses_message(ward: QuietWard, case: str) -> None:
    """WhatsApp takes 1,600 characters: a longer note is asked to be shortened, not lost later."""
    form = does(ward, DOCTOR, case, Deed.CLOSE)
    assert sends(ward, DOCTOR, case, form, outcome="other", note="a" * 1001) == {"note": "too_long"}
    assert sends(ward, DOCTOR, case, form, outcome="other", note="a" * 1000) == {}
    assert len(told(ward, MessageKind.CLINICIAN_DID)[0]) <= 1600


def test_a_case_taken_while_its_photo_is_read_keeps_its_deadline(ward: QuietWard) -> None:
    """Who takes an emergency does not read the photo: the sweep still sees that it must be."""
    ward.says("fiebre de 39 y confusa", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        id = str(snapshot.value(select(t.cases.c.id)))
    does(ward, DOCTOR, id, Deed.TAKE)
    ward.advance(minutes=5)
    with ward.store.snapshot() as snapshot:
        assert undecided_cases(snapshot, ward.now) == [id]
    with ward.transaction() as tx:
        assert decide_case(tx, id, ward.rules)
    assert told(ward, MessageKind.NOT_ASSESSED)
    with ward.store.snapshot() as snapshot:
        assert undecided_cases(snapshot, ward.now) == []


def test_a_card_that_changes_twice_before_it_is_sent_is_sent_once(
    ward: QuietWard, case: str
) -> None:
    """The pile does not grow while Slack is slow, and what is sent says what is true last."""
    for _ in range(3):
        with ward.transaction() as tx:
            escalation = escalation_of(tx, case)
            assert escalation
            refresh_cards(tx, case_by_id(tx, case), escalation, ward.rules)
    waiting = select(t.outbox.c.id).where(t.outbox.c.status == "queued", t.outbox.c.replaces != "")
    with ward.store.snapshot() as snapshot:
        (rewriting,) = snapshot.all(waiting)
        facts = message_by_id(snapshot, rewriting.id).message.facts
        assert facts["taken_by"] == "Bruno"
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)


def test_a_case_is_not_closed_over_a_photo_that_is_being_read(ward: QuietWard, case: str) -> None:
    """Its nurse waits for a result that nobody would give. Once that is told, or late, it can be
    closed."""
    form = does(ward, DOCTOR, case, Deed.CLOSE)
    ward.post_everything()
    ward.advance(minutes=1)
    ward.says("", photos=1, to=ward.sent_as(MessageKind.RECEIVED))
    assert sends(ward, DOCTOR, case, form, id="V-early", outcome="healed") == {}
    assert refused(ward) == [Refusal.BEING_READ]
    ward.has_read(case, Category.IV)
    assert len(told(ward, MessageKind.RESULT)) == 2
    assert sends(ward, DOCTOR, case, form, outcome="healed") == {}
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case).status is CaseStatus.CLOSED


@pytest.mark.parametrize("decided", [True, False])
def test_a_photo_that_never_comes_keeps_no_case_open(
    ward: QuietWard, case: str, decided: bool
) -> None:
    """When its time is over the nurse is told so, and the case can be closed, even where the worker
    that decides is away."""
    ward.post_everything()
    ward.says("", photos=1, to=ward.sent_as(MessageKind.RECEIVED))
    ward.advance(minutes=5)
    if decided:
        with ward.transaction() as tx:
            decide_case(tx, case, ward.rules)
    sends(ward, DOCTOR, case, does(ward, DOCTOR, case, Deed.CLOSE), outcome="healed")
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case).status is CaseStatus.CLOSED
