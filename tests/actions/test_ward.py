"""What the house does with what people send and press, one transaction at a time."""

import dataclasses
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.actions.escalating import climb_ladder
from bot.actions.respond import press
from bot.actions.undelivered import call_next_rung, give_up, hear_early_reports, report_delivery
from bot.channels.wording import Wording
from bot.core.assessment import Category, NotAssessed
from bot.core.audit import AuditKind, ChainBroken, ChainIntact, verify_chain
from bot.core.case import FETCH_LEASE, CaseStatus, PhotoStatus
from bot.core.decision import load_table
from bot.core.deed import Deed
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel, DeliveryReport, DeliveryState, Press
from bot.core.message import MessageKind, OutboxStatus
from bot.core.redflags import find_red_flags, flags_by_rule
from bot.core.redflags.emergencies import SHIPPED_TABLE
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.case_rows import case_by_id, open_cases_of
from bot.store.escalation_rows import escalation_of, open_escalations
from bot.store.outbox_rows import claim_message, mark_sent
from bot.store.photo_rows import claim_photo, lose_photo, photos_of_case
from bot.store.said_rows import Outgoing, cards_of, due_messages
from bot.store.staff_rows import all_staff, enrol, staff_by_sender
from tests.actions.conftest import QuietWard


def _count(ward: QuietWard, table, **where: object) -> int:  # type: ignore[no-untyped-def]
    query = select(func.count()).select_from(table)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _emergency(ward: QuietWard):  # type: ignore[no-untyped-def]
    ward.says("fiebre de 39 y confusa", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    return escalation


def test_case_31_the_same_message_twice_makes_one_case(ward: QuietWard) -> None:
    """Twilio may send a message again; it is known by its id."""
    for _ in range(3):
        ward.says("Sacro", photos=1, id="SMsame")
    assert _count(ward, t.cases) == 1
    assert _count(ward, t.photos) == 1
    assert _count(ward, t.outbox) == 1


def test_a_red_flag_calls_a_person_before_any_photo_is_read(ward: QuietWard) -> None:
    """The emergency is raised in the transaction that took the message."""
    escalation = _emergency(ward)
    assert escalation.urgency is Urgency.EMERGENCY
    assert _count(ward, t.assessments) == 0


def test_a_danger_written_without_a_photo_gets_a_case(ward: QuietWard) -> None:
    """Words alone are enough to call a person."""
    ward.says("el paciente está con fiebre y confuso")
    assert _count(ward, t.escalations) == 1


def test_a_silent_ladder_climbs_to_its_end_and_the_admins_are_told(ward: QuietWard) -> None:
    """Each rung has its time; after the last one the case is exhausted and still open."""
    escalation = _emergency(ward)
    rungs = ward.rules.ladders.ladder(escalation.urgency, escalation.kind).rungs
    for rung in rungs:
        ward.advance(seconds=rung.acknowledge_within.total_seconds() + 1)
        with ward.transaction() as tx:
            climb_ladder(tx, escalation.id, ward.rules)
    with ward.store.snapshot() as snapshot:
        (left,) = open_escalations(snapshot)
    assert left.status is EscalationStatus.EXHAUSTED
    assert _count(ward, t.outbox, kind=MessageKind.ALERT) == 1
    assert _count(ward, t.outbox, kind=MessageKind.NOBODY_ANSWERED) == 1
    assert "llame usted ahora" in ward.read(MessageKind.NOBODY_ANSWERED)


def test_the_nurse_reads_who_is_called_next_as_an_emergency_climbs(ward: QuietWard) -> None:
    """Nobody answered in time: what she read of whom to expect is no longer so."""
    escalation = _emergency(ward)
    for called in ("enfermera jefe de turno", "supervisora"):
        ward.advance(minutes=6)
        with ward.transaction() as tx:
            climb_ladder(tx, escalation.id, ward.rules)
        told = ward.read(MessageKind.NEXT_CALLED)
        assert "aún no responde" in told
        assert f"Avisado: {called}; se espera respuesta en menos de 2 min" in told
    assert _count(ward, t.outbox, kind=MessageKind.NEXT_CALLED) == 2


def test_the_nurse_reads_who_is_called_next_where_a_channel_cannot_be_reached(
    ward: QuietWard,
) -> None:
    """The channel of the first rung is gone: what she read of whom to expect is no longer so."""
    escalation = _emergency(ward)
    with ward.transaction() as tx:
        climb_ladder(tx, escalation.id, ward.rules, unreachable=True)
    told = ward.read(MessageKind.NEXT_CALLED)
    assert "Avisado: enfermera jefe de turno; se espera respuesta en menos de 2 min" in told


def test_what_nobody_takes_is_repeated_without_rewriting_every_card_before(ward: QuietWard) -> None:
    """The last rung is told again and again: each time one card more, and nothing else to send."""
    escalation = _emergency(ward)
    cards = []
    for _ in range(8):
        ward.advance(minutes=6)
        with ward.transaction() as tx:
            climb_ladder(tx, escalation.id, ward.rules)
        ward.post_everything()
        cards.append(_count(ward, t.outbox, kind=MessageKind.CARD))
    assert [after - before for before, after in pairwise(cards[2:])] == [1] * 5
    assert "se repite cada 2 min" in ward.card()


def test_a_case_handed_over_that_nobody_takes_is_told_again(ward: QuietWard) -> None:
    """The ladder ended, the doctor took the case and handed it on, and nobody came: the nurse and
    the admins hear it a second time."""
    escalation = _emergency(ward)
    for times in (1, 2):
        for _ in range(3):
            ward.advance(minutes=6)
            with ward.transaction() as tx:
                climb_ladder(tx, escalation.id, ward.rules)
        assert _count(ward, t.outbox, kind=MessageKind.NOBODY_ANSWERED) == times
        assert _count(ward, t.outbox, kind=MessageKind.ALERT) == times
        with ward.transaction() as tx:
            ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
        with ward.transaction() as tx:
            form = ward.presses(
                "U0DOCTOR", tx, escalation.case_id, escalation.id, deed=Deed.HAND_OVER
            )
            carla = staff_by_sender(tx, Channel.SLACK, "U0WOUND1")
            assert form
            assert carla
            assert not ward.fills("U0DOCTOR", tx, escalation.case_id, form, to=carla.id)


def test_case_09_a_photo_that_could_not_be_read_beside_another_is_asked_for_again(
    ward: QuietWard,
) -> None:
    """The result speaks for the photo that was read, and says that it is not all of them; so
    does the card."""
    ward.says("Sacro", photos=2)
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        (case,) = open_cases_of(tx, nurse.id)
        damaged, _ = (photo.id for photo in photos_of_case(tx, case.id))
        fetched = claim_photo(tx, damaged, PhotoStatus.ANNOUNCED, FETCH_LEASE, "system:test")
        assert fetched
        lose_photo(tx, fetched, NotAssessed.DAMAGED_IMAGE, "system:test")
    ward.has_read(case.id, Category.III)
    told = ward.read(MessageKind.RESULT)
    assert "Otra foto no se pudo leer" in told
    assert "2 fotos" not in told
    assert "*Fotos que no se pudieron leer:* 1" in ward.card()


def test_case_09_a_photo_that_was_sent_again_is_not_asked_for_once_more(ward: QuietWard) -> None:
    """She was told of the dark one when it failed; the result is of the new one alone."""
    ward.says("Sacro", photos=1)
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        (case,) = open_cases_of(tx, nurse.id)
    ward.has_failed_to_read(case.id)
    ward.advance(minutes=1)
    ward.says("", photos=1)
    ward.has_read(case.id, Category.II)
    told = ward.read(MessageKind.RESULT)
    assert "no se pudo leer" not in told
    assert "2 fotos" not in told


def test_case_23_who_presses_first_has_the_case_and_the_nurse_is_told(ward: QuietWard) -> None:
    """Who presses first has the case; the second learns who."""
    escalation = _emergency(ward)
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    with ward.transaction() as tx:
        ward.presses("U0WOUND1", tx, escalation.case_id, escalation.id)
    ward.advance(hours=1)
    with ward.transaction() as tx:
        climb_ladder(tx, escalation.id, ward.rules)
        taken = escalation_of(tx, escalation.case_id)
    assert taken is not None
    assert taken.status is EscalationStatus.ACKNOWLEDGED
    assert _count(ward, t.outbox, kind=MessageKind.TAKEN) == 1
    assert _count(ward, t.outbox, kind=MessageKind.ALREADY_TAKEN) == 1
    assert _count(ward, t.cases, status=CaseStatus.WITH_CLINICIAN) == 1


def test_case_25_a_nurse_may_not_take_a_case(ward: QuietWard) -> None:
    """A press without the right changes nothing and is told to that person alone."""
    escalation = _emergency(ward)
    with ward.transaction() as tx:
        ward.presses("U0NURSE1", tx, escalation.case_id, escalation.id)
    assert _count(ward, t.escalations, status=EscalationStatus.WAITING) == 1
    assert _count(ward, t.outbox, kind=MessageKind.PRESS_REFUSED) == 1
    assert _count(ward, t.audit, kind=AuditKind.PRESS_REFUSED) == 1


def test_case_24_a_repeated_press_changes_nothing(ward: QuietWard) -> None:
    """The same doctor presses twice: one word to the nurse, and no complaint."""
    escalation = _emergency(ward)
    for _ in range(2):
        with ward.transaction() as tx:
            ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    assert _count(ward, t.outbox, kind=MessageKind.TAKEN) == 1
    assert _count(ward, t.outbox, kind=MessageKind.ALREADY_TAKEN) == 0
    assert _count(ward, t.audit, kind=AuditKind.ESCALATION_ACKNOWLEDGED) == 1


def test_case_27_a_timer_that_fires_after_the_press_climbs_no_further(ward: QuietWard) -> None:
    """The rung had run out when the doctor pressed; the timer's job came just behind."""
    escalation = _emergency(ward)
    rung = ward.rules.ladders.ladder(escalation.urgency, escalation.kind).rungs[0]
    ward.advance(seconds=rung.acknowledge_within.total_seconds() + 1)
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    with ward.transaction() as tx:
        climb_ladder(tx, escalation.id, ward.rules)
        taken = escalation_of(tx, escalation.case_id)
    assert taken is not None
    assert (taken.rung, taken.status) == (escalation.rung, EscalationStatus.ACKNOWLEDGED)


def test_case_44_an_undelivered_escalation_climbs(ward: QuietWard) -> None:
    """The first channel is out of reach: the next rung is called at once, and the admins."""
    ward.says("fiebre de 39 y confusa", photos=1)
    with ward.store.snapshot() as snapshot:
        (before,) = open_escalations(snapshot)
    with ward.transaction() as tx:
        for _, id in due_messages(tx, ward.now):
            outgoing = claim_message(tx, id)
            if outgoing and outgoing.message.kind is MessageKind.CARD:
                give_up(tx, outgoing, "channel_not_found", ward.rules)
    with ward.store.snapshot() as snapshot:
        (after,) = open_escalations(snapshot)
    assert after.rung == before.rung + 1
    assert _count(ward, t.outbox, kind=MessageKind.ALERT) == 1


def test_a_card_that_fails_late_calls_nobody_above_the_rung_that_was_called_since(
    ward: QuietWard,
) -> None:
    """The first channel took the card and undid it; by then its rung had let its time pass, and
    the people of the next one have theirs."""
    before = _emergency(ward)
    with ward.store.snapshot() as snapshot:
        (first,) = cards_of(snapshot, before.case_id)
    ward.now = before.rung_due_at
    with ward.transaction() as tx:
        climb_ladder(tx, before.id, ward.rules)
    ward.post_everything()
    with ward.transaction() as tx:
        call_next_rung(tx, first, ward.rules)
        climbed = escalation_of(tx, before.case_id)
    assert climbed
    assert climbed.rung == before.rung + 1
    assert _count(ward, t.outbox, kind=MessageKind.ALERT) == 1
    with ward.transaction() as tx:
        call_next_rung(tx, cards_of(tx, before.case_id)[-1], ward.rules)
        after = escalation_of(tx, before.case_id)
    assert after
    assert (after.rung, after.status) != (climbed.rung, climbed.status)


def test_a_report_that_comes_before_its_message_is_noted_as_sent_still_counts(
    ward: QuietWard,
) -> None:
    """Twilio says "undelivered" while our own note is not written yet: the admins are told."""
    ward.says("Sacro", photos=1)
    with ward.transaction() as tx:
        (outgoing,) = filter(None, (claim_message(tx, id) for _, id in due_messages(tx, ward.now)))
        late = DeliveryReport("SMquick", DeliveryState.UNDELIVERED, "63016")
        report_delivery(tx, late, ward.rules)
        report_delivery(tx, DeliveryReport("SMnot-ours", DeliveryState.SENT), ward.rules)
        hear_early_reports(tx, ward.rules)
    assert _count(ward, t.outbox, kind=MessageKind.ALERT) == 0
    with ward.transaction() as tx:
        mark_sent(tx, outgoing, "SMquick", None, "words")
    for _ in range(2):
        with ward.transaction() as tx:
            hear_early_reports(tx, ward.rules)
    assert _count(ward, t.outbox, status=OutboxStatus.FAILED) == 1
    assert _count(ward, t.outbox, kind=MessageKind.ALERT) == 1
    ward.advance(hours=25)
    with ward.transaction() as tx:
        hear_early_reports(tx, ward.rules)
    assert _count(ward, t.early_reports) == 0


def test_case_28_a_forged_button_is_refused(ward: QuietWard) -> None:
    """A value that names another case than its card changes nothing."""
    escalation = _emergency(ward)
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, "another-escalation")
    assert _count(ward, t.escalations, status=EscalationStatus.WAITING) == 1


def test_a_card_can_be_pressed_before_its_posting_is_written_down(ward: QuietWard) -> None:
    """Slack shows it a moment earlier than the house knows what Slack called it."""
    ward.says("fiebre de 39 y confusa")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        (card,) = cards_of(snapshot, escalation.case_id)
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    assert _count(ward, t.escalations, status=EscalationStatus.WAITING) == 1
    with ward.transaction() as tx:
        assert claim_message(tx, card.id)
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    assert _count(ward, t.escalations, status=EscalationStatus.ACKNOWLEDGED) == 1


def test_a_new_danger_calls_again_though_the_case_was_taken(ward: QuietWard) -> None:
    """Who took a slow wound did not take a sepsis."""
    ward.says("le salió pus a la herida", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.urgency is not Urgency.EMERGENCY
    with ward.transaction() as tx:
        ward.presses("U0WOUND1", tx, escalation.case_id, escalation.id)
    ward.says("ahora tiene fiebre de 39,5 y está confuso")
    with ward.store.snapshot() as snapshot:
        (again,) = open_escalations(snapshot)
    assert again.urgency is Urgency.EMERGENCY
    assert again.acknowledged_by is None


def test_case_39_two_open_cases_never_mix(ward: QuietWard) -> None:
    """Words that could belong to either case are asked about, not guessed."""
    ward.says("Sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("Talón", photos=1)
    ward.says("mide 3 cm")
    assert _count(ward, t.cases) == 2
    assert _count(ward, t.outbox, kind=MessageKind.WHICH_CASE) == 1
    assert _count(ward, t.outbox, kind=MessageKind.TEXT_ADDED) == 0


def test_another_try_joins_the_photo_that_failed(ward: QuietWard) -> None:
    """Though another case is open; after the second failure a person looks. Words about another
    place begin a case of their own."""
    ward.sends_seen_as("Sacro", Category.II)
    ward.advance(minutes=5)
    for expected in (CaseStatus.ANSWERED, CaseStatus.AWAITING_PERSON):
        ward.says("", photos=1)
        assert _count(ward, t.cases) == 2
        with ward.store.snapshot() as snapshot:
            (nurse,) = all_staff(snapshot, Role.NURSE)
            tried = open_cases_of(snapshot, nurse.id)[0].id
        ward.has_failed_to_read(tried)
        with ward.store.snapshot() as snapshot:
            assert case_by_id(snapshot, tried).status is expected
        ward.advance(minutes=2)
    ward.says("Talón derecho", photos=1)
    assert _count(ward, t.cases) == 3


def test_words_without_a_case_are_said_to_be_lost(ward: QuietWard) -> None:
    """A nurse who writes before the photo must not believe that it was kept."""
    ward.says("hola")
    assert "no quedó" not in ward.read(MessageKind.HELP)
    ward.says("herida en talón izquierdo, apósito limpio")
    assert "no quedó en ningún caso" in ward.read(MessageKind.HELP)


def test_thanks_are_not_asked_about(ward: QuietWard) -> None:
    """They belong to no case, and each open one is named with its place."""
    ward.says("Sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("Talón derecho", photos=1)
    ward.says("Muchas gracias, buena noche")
    assert _count(ward, t.outbox, kind=MessageKind.WHICH_CASE) == 0
    assert "(Talón derecho)" in ward.read(MessageKind.COURTESY)


def test_a_number_that_whatsapp_writes_in_its_own_way_is_known(ward: QuietWard) -> None:
    """In Mexico it puts a 1 into a mobile number that nobody dials."""
    with ward.transaction() as tx:
        enrol(
            tx,
            name="Lupe",
            role=Role.NURSE,
            language=Language.ES,
            phone="+525512345678",
            slack_user=None,
            actor="test",
        )
        known = staff_by_sender(tx, Channel.WHATSAPP, "+5215512345678")
        assert known
        assert known.name == "Lupe"
        assert staff_by_sender(tx, Channel.WHATSAPP, "+5215512345679") is None


def test_the_chain_shows_any_change(ward: QuietWard) -> None:
    """An event that was altered breaks the chain where it stands."""
    _emergency(ward)
    with ward.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
    with ward.store.engine.begin() as connection:
        connection.exec_driver_sql("update audit set actor = 'nobody' where seq = 4")
    with ward.store.snapshot() as snapshot:
        assert verify_chain(audit_records(snapshot)) == ChainBroken(4)


def test_where_nobody_can_be_called_the_admins_are_told(ward: QuietWard) -> None:
    """The last rung has nobody with a phone: silence would look like a call."""
    ward.rules = dataclasses.replace(ward.rules, calls_phones=True)
    escalation = _emergency(ward)
    for _ in range(4):
        ward.advance(minutes=6)
        with ward.transaction() as tx:
            climb_ladder(tx, escalation.id, ward.rules)
    assert "no hay a quién llamar" in ward.read(MessageKind.ALERT)
    assert _count(ward, t.outbox, kind=MessageKind.CALLED_OUT) == 0


def test_what_is_marked_private_stays_among_clinicians(ward: QuietWard) -> None:
    """The nurse does not get it, and its author is told so."""
    escalation = _emergency(ward)
    with ward.store.snapshot() as snapshot:
        card = cards_of(snapshot, escalation.case_id)[0].provider_id or ""
    ward.writes_in_slack("U0DOCTOR", "// ¿lo vemos juntos antes de avisar?", "C1", card)
    assert ward.read(MessageKind.FROM_CLINICIAN) == ""
    assert "Queda entre profesionales" in ward.read(MessageKind.STAYED_HERE)
    ward.writes_in_slack("U0DOCTOR", "Voy en camino", "C1", card)
    assert "Voy en camino" in ward.read(MessageKind.FROM_CLINICIAN)


def test_nothing_private_is_readable_in_the_database(ward: QuietWard) -> None:
    """Words, names and numbers are sealed in every table."""
    ward.says("Paciente ZZ-778899 canario con fiebre", photos=1)
    ward.post_everything()
    if ward.store.engine.dialect.name != "sqlite":
        pytest.skip("the file of SQLite is what can be searched as a whole")
    with ward.store.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    path = ward.store.engine.url.database
    assert path
    content = Path(path).read_bytes()
    for canary in (b"canario", b"778899", b"911110001", b"U0DOCTOR", b"Bruno"):
        assert canary not in content


def test_what_a_clinician_writes_under_the_card_reaches_the_nurse(ward: QuietWard) -> None:
    """The thread under the card is a bridge, and a long word crosses it in parts."""
    escalation = _emergency(ward)
    with ward.transaction() as tx:
        root = cards_of(tx, escalation.case_id)[0].provider_id or ""
    ward.writes_in_slack("U0DOCTOR", "Voy para allá. " * 150, "C1", root)
    assert _count(ward, t.outbox, kind=MessageKind.FROM_CLINICIAN) == 2


def test_talk_among_colleagues_is_left_alone(ward: QuietWard) -> None:
    """A thread that Vigia has no part in gets no answer, from staff or from others."""
    for user in ("U0DOCTOR", "U0NOBODY"):
        ward.writes_in_slack(user, "¿almorzamos?", "C9", "1.1")
    assert _count(ward, t.outbox) == 0
    assert _count(ward, t.inbound) == 0


def test_who_names_vigia_in_a_thread_of_colleagues_is_answered(ward: QuietWard) -> None:
    """There too; what the others say in it stays theirs until then."""
    ward.writes_in_slack("U0NURSE1", "ayuda", "C9", "7.5")
    assert ward.read() == ""
    ward.writes_in_slack("U0NURSE1", "ayuda", "C9", "7.5", addressed=True)
    assert "Envíe una foto de la herida" in ward.read(MessageKind.HELP)


def test_a_limit_of_the_sites_own_table_calls_a_person(ward: QuietWard) -> None:
    """What a clinical lead writes into the table holds at intake, before any photo is read."""
    text = SHIPPED_TABLE.read_text("utf-8").replace("below = 30", "below = 50", 1)
    ward.says("talón, diuresis 40 ml/h", photos=1)
    with ward.store.snapshot() as snapshot:
        assert open_escalations(snapshot) == []
    ward.rules = dataclasses.replace(ward.rules, table=load_table(text))
    ward.says("talón, diuresis 40 ml/h", photos=1)
    with ward.store.snapshot() as snapshot:
        assert [one.urgency for one in open_escalations(snapshot)] == [Urgency.EMERGENCY]


def test_colleagues_talk_in_a_foreign_thread_calls_nobody_by_its_sound(ward: QuietWard) -> None:
    """What is not meant for Vigia counts where a rule names the danger, and only there."""
    sounds = "va cuesta abajo, no me gusta como se ve"
    assert find_red_flags(sounds, ward.rules.table.limits)
    assert not flags_by_rule(sounds, ward.rules.table.limits)
    ward.writes_in_slack("U0NURSE1", sounds, "C9", "1.1")
    with ward.store.snapshot() as snapshot:
        assert open_escalations(snapshot) == []
    ward.writes_in_slack("U0NURSE1", "paciente con fiebre 39 y confuso", "C9", "1.1")
    with ward.store.snapshot() as snapshot:
        assert len(open_escalations(snapshot)) == 1


def test_a_press_on_a_card_that_was_milder_does_not_take_the_emergency(ward: QuietWard) -> None:
    """Whoever pressed saw a wound that can wait: the ladder of the emergency goes on until somebody
    takes what it is now."""
    ward.says("le salió pus a la herida", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (mild,) = open_escalations(snapshot)
        (card,) = cards_of(snapshot, mild.case_id)
    ward.says("ahora tiene fiebre de 39,5 y está confuso")
    _takes_on(ward, card)
    with ward.store.snapshot() as snapshot:
        (still,) = open_escalations(snapshot)
    assert still.urgency is Urgency.EMERGENCY
    assert "cambió desde que vio la tarjeta" in ward.read(MessageKind.PRESS_REFUSED)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (_, hot) = cards_of(snapshot, mild.case_id)
    _takes_on(ward, hot)
    with ward.store.snapshot() as snapshot:
        assert open_escalations(snapshot) == []


def _takes_on(ward: QuietWard, card: Outgoing) -> None:
    """The doctor presses the button of this card as it was first posted."""
    wording = Wording(CHECKOUT / "templates")
    words = wording.words(MessageKind.CARD, Channel.SLACK, Language.ES, card.message.facts)
    (take,) = [
        element
        for block in words.blocks or ()
        for element in block.get("elements", ())
        if element.get("action_id") == "vigia_take"
    ]
    id = f"press on {card.id}"
    pressed = Press(id, "U0DOCTOR", "vigia_take", take["value"], "C1", card.provider_id or "")
    with ward.transaction() as tx:
        press(tx, pressed, ward.rules)


def test_whom_a_second_photo_wants_told_is_called_at_once(ward: QuietWard) -> None:
    """After a deep tissue injury a category IV: that is as urgent, and the physician is told of it
    beside the wound nurse, who has not answered yet."""
    ward.says("Sacro", photos=1)
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        (case,) = open_cases_of(tx, nurse.id)
    ward.has_read(case.id, Category.DEEP_TISSUE, p=0.9)
    for _ in range(2):
        ward.post_everything()
        ward.advance(minutes=1)
        ward.says("", photos=1, to=ward.sent_as(MessageKind.RECEIVED))
        ward.has_read(case.id, Category.IV)
        with ward.store.snapshot() as snapshot:
            called = [card.message.facts["mentions"] for card in cards_of(snapshot, case.id)]
        first = ["U0WOUND1", "U0CHARGE"]
        assert called == [first, [*first, "U0DOCTOR"]]
