"""What the outbox does with the vendors' bad days; a test moves the clock and sends what is due."""

import dataclasses
import io
from datetime import timedelta
from random import Random

import pytest
import requests
from PIL import Image
from sqlalchemy import select

from bot.actions.escalating import climb_ladder
from bot.actions.undelivered import report_delivery
from bot.channels.whatsapp.approved import ApprovedTemplates
from bot.channels.whatsapp.pictures import LARGEST_PICTURE, small_enough
from bot.core.case import FETCH_LEASE, PhotoStatus
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel, DeliveryReport, DeliveryState
from bot.core.message import Message, MessageKind, OutboxStatus
from bot.core.ports import Address
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id, open_case
from bot.store.escalation_rows import open_escalations
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import announce_photo, claim_photo, store_photo
from bot.store.said_rows import due_messages
from bot.store.staff_rows import all_staff, enrol
from bot.store.thread_rows import thread_at
from bot.web.sandbox.whatsapp.line import Template
from bot.wiring import Services
from jobs import deliver
from tests.journeys.conftest import NURSE, Ward


class Post:
    """The delivery worker, by hand: `later` moves its clock. A nurse who was silent `for_` so long
    is one who wrote that much earlier."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.ahead = timedelta()
        approved = ApprovedTemplates(
            CHECKOUT / "templates" / "whatsapp", {"message.es": "HX1", "reminder.es": "HX2"}
        )
        clock = ward.house.clock
        self.house: Services = dataclasses.replace(
            ward.house, clock=lambda: clock() + self.ahead, approved=approved
        )

    def later(self, **by: float) -> None:
        self.ahead += timedelta(**by)

    def stands_still(self) -> None:
        """Only `later` moves the clock now: how fast the machine is changes no pace."""
        now = self.house.clock() - self.ahead
        self.house = dataclasses.replace(self.house, clock=lambda: now + self.ahead)

    def nurse_is_silent(self, **for_: float) -> None:
        self.ward.sandbox.whatsapp.window.advance(**for_)
        then = self.house.clock() - timedelta(**for_)
        with self.house.store.engine.begin() as connection:
            connection.execute(t.threads.update().values(heard_at=then))

    def sends_what_is_due(self, order: Random | None = None) -> int:
        with self.house.store.snapshot() as snapshot:
            due = [id for _, id in due_messages(snapshot, self.house.clock())]
        if order:
            order.shuffle(due)
        for id in due:
            deliver.run(self.house, id)
        return len(due)

    def queues(self, *codes: str, kind: MessageKind = MessageKind.TEXT_ADDED, key: str = "") -> str:
        """Messages of one case to Ana, by code; the id of the case."""
        with self.house.acting() as tx:
            (nurse,) = all_staff(tx, Role.NURSE)
            thread = thread_at(tx, Channel.WHATSAPP, Address(NURSE), staff_id=nurse.id)
            case = open_case(tx, thread_id=thread.id, nurse_id=nurse.id, patient_id=None)
            for code in codes:
                message = Message(kind, f"{key or 'test'}:{code}", {"code": code})
                queue_message(tx, thread, message, Language.ES, case_id=case.id)
        return case.id

    def states(self, kind: MessageKind = MessageKind.TEXT_ADDED) -> list[tuple[str, str | None]]:
        query = select(t.outbox.c.status, t.outbox.c.failed_because).where(t.outbox.c.kind == kind)
        with self.house.store.snapshot() as snapshot:
            return [(row.status, row.failed_because) for row in snapshot.all(query)]


@pytest.fixture
def post(ward: Ward) -> Post:
    for name, sid in (("message", "HX1"), ("reminder", "HX2")):
        house = ApprovedTemplates(CHECKOUT / "templates" / "whatsapp", {f"{name}.es": sid})
        filled = house.filled(name, Language.ES, "{{1}}")
        assert filled
        ward.sandbox.whatsapp.templates[sid] = Template(filled[0])
    ward.nurse().sends_text("hola")
    here = Post(ward)
    here.sends_what_is_due()
    return here


def _on_phone(ward: Ward) -> list[str]:
    return [seen.text for seen in ward.nurse().received]


def test_case_41_outside_the_window_a_template_asks_the_nurse_to_write(
    ward: Ward, post: Post
) -> None:
    """What there is to say waits, and comes as soon as she answers."""
    post.nurse_is_silent(hours=25)
    post.queues("7K2F")
    post.sends_what_is_due()
    post.sends_what_is_due()
    ward.nurse().sees("Vigia tiene un mensaje para usted sobre el caso 7K2F")
    assert not any("Anotado" in text for text in _on_phone(ward)[1:])
    ward.nurse().sends_text("si")
    for _ in range(3):
        post.sends_what_is_due()
    assert ward.nurse().sees("Anotado en el *caso 7K2F*")
    assert post.states()[0][0] in _ARRIVED
    assert ward.sandbox.violations == []


def test_case_41_an_alarm_outside_the_window_waits_for_nobody_to_write(
    ward: Ward, post: Post
) -> None:
    """She slept through the template: each alarm asks anew, is in her Slack at once, and the admins
    are asked to call her; when she writes it comes to her phone too."""
    post.nurse_is_silent(hours=25)
    case_id = post.queues("7K2F")
    post.sends_what_is_due()
    facts = {"code": "7K2F", "urgency": Urgency.EMERGENCY}
    with post.house.acting() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        thread = thread_at(tx, Channel.WHATSAPP, Address(NURSE), staff_id=nurse.id)
        alarm = Message(MessageKind.NOBODY_ANSWERED, "alarm", facts, alarm=True)
        queue_message(tx, thread, alarm, Language.ES, case_id=case_id)
    for _ in range(3):
        post.later(minutes=31)
        post.sends_what_is_due()
    ward.sandbox.settle()
    asked = [text for text in _on_phone(ward) if "tiene un mensaje para usted" in text]
    assert len(asked) == 2
    nurse_in_slack = ward.sandbox.clinician("U0NURSE1", "Ana Rojas")
    assert "7K2F" in nurse_in_slack.sees("nadie ha respondido todavía").text
    ward.doctor().sees("una alarma espera en WhatsApp", in_channel="sistema-alertas")
    assert len(post.states(MessageKind.ALERT)) == 1
    ward.nurse().sends_text("si")
    for _ in range(3):
        post.sends_what_is_due()
    ward.nurse().sees("nadie ha respondido todavía")


def test_case_41_without_a_template_the_message_goes_another_way_and_the_admins_see_it(
    ward: Ward, post: Post
) -> None:
    """Twilio refuses it; she reads it in Slack, and nobody believes that her phone has it."""
    none = ApprovedTemplates(CHECKOUT / "templates" / "whatsapp", {})
    post.house = dataclasses.replace(post.house, approved=none)
    post.nurse_is_silent(hours=25)
    post.queues("7K2F")
    for _ in range(3):
        post.sends_what_is_due()
    assert (OutboxStatus.FAILED, "outside_window") in post.states()
    _sees_it_in_slack(ward, "7K2F")


def test_case_41_a_reminder_has_a_template_of_its_own(ward: Ward, post: Post) -> None:
    """It says what it wants without being opened first."""
    post.nurse_is_silent(hours=25)
    post.queues("7K2F", kind=MessageKind.REMINDER)
    post.sends_what_is_due()
    ward.nurse().sees("Caso 7K2F: es hora de una nueva foto")


def test_case_42_a_late_refusal_goes_another_way_and_the_admins_see_it(
    ward: Ward, post: Post
) -> None:
    """WhatsApp took the message and undid it by callback."""
    assert ward.sandbox.settle()
    ward.sandbox.faults.next("messages.deliver", error=63016)
    post.queues("7K2F")
    post.sends_what_is_due()
    assert ward.sandbox.settle()
    assert (OutboxStatus.FAILED, "63016") in post.states()
    for _ in range(2):
        post.sends_what_is_due()
    _sees_it_in_slack(ward, "7K2F")


def test_what_whatsapp_was_too_busy_for_is_said_once_more(ward: Ward, post: Post) -> None:
    """Only a second such report sends it another way."""
    post.queues("7K2F")
    for times in (1, 2):
        post.sends_what_is_due()
        said = select(t.outbox.c.provider_id).where(t.outbox.c.kind == MessageKind.TEXT_ADDED)
        with post.house.store.snapshot() as snapshot:
            sid = snapshot.value(said.order_by(t.outbox.c.seq.desc()).limit(1))
        ward.sandbox.settle()
        with post.house.store.engine.begin() as connection:
            connection.execute(t.outbox.update().values(status=OutboxStatus.SENT))
        with post.house.acting() as tx:
            busy = DeliveryReport(sid, DeliveryState.UNDELIVERED, "63018")
            report_delivery(tx, busy, post.house.rules)
        post.later(seconds=31)
        with post.house.store.snapshot() as snapshot:
            alerts = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.ALERT)
            assert len(snapshot.all(alerts)) == times - 1
    for _ in range(2):
        post.sends_what_is_due()
    _sees_it_in_slack(ward, "7K2F")


def test_case_47_pacing_keeps_the_order(ward: Ward, post: Post) -> None:
    """Fifteen messages to one phone, worked on in any order, arrive as they were said."""
    codes = [f"A{n:02}" for n in range(15)]
    post.stands_still()
    post.queues(*codes)
    chance = Random(47)
    rounds = 0
    while any(state is OutboxStatus.QUEUED for state, _ in post.states()):
        post.sends_what_is_due(chance)
        post.later(seconds=1)
        rounds += 1
    assert rounds > 15
    ward.sandbox.settle()
    seen = [code for text in _on_phone(ward) for code in codes if code in text]
    assert seen == codes


def test_case_47_an_alarm_does_not_wait_for_the_pace_of_the_rest(ward: Ward, post: Post) -> None:
    """Whoever has just sent many photos is told of a danger at once all the same."""
    post.stands_still()
    post.queues(*(f"A{n:02}" for n in range(15)))
    post.sends_what_is_due()
    assert any(state is OutboxStatus.QUEUED for state, _ in post.states())
    with post.house.acting() as tx:
        thread = thread_at(tx, Channel.WHATSAPP, Address(NURSE))
        facts = {"deed": "take", "code": "7K2F", "name": "Bruno", "role": Role.PHYSICIAN}
        taken = Message(MessageKind.TAKEN, "taken:1", facts, alarm=True)
        queue_message(tx, thread, taken, Language.ES)
    post.sends_what_is_due()
    assert post.states(MessageKind.TAKEN) == [(OutboxStatus.SENT, None)]


def test_case_15_a_slow_down_holds_its_own_recipient_only(ward: Ward, post: Post) -> None:
    """The channel that was too loud waits; another gets its message meanwhile."""
    ward.sandbox.faults.next("chat.postMessage", rate_limited=30, subject="emergencias")
    with post.house.acting() as tx:
        for channel in ("#emergencias", "#riesgo-alto"):
            thread = thread_at(tx, Channel.SLACK, Address(channel))
            facts = {"problem": "message_undelivered", "code": "7K2F"}
            queue_message(
                tx, thread, Message(MessageKind.ALERT, f"alert:{channel}", facts), Language.ES
            )
    post.stands_still()
    post.sends_what_is_due()
    doctor = ward.doctor()
    doctor.sees("7K2F", in_channel="riesgo-alto")
    post.later(seconds=20)
    assert post.sends_what_is_due() == 0
    post.later(seconds=11)
    post.sends_what_is_due()
    doctor.sees("7K2F", in_channel="emergencias")


def test_case_45_the_same_words_said_a_moment_ago_are_another_message(
    ward: Ward, post: Post
) -> None:
    """A nurse who asks twice is answered twice, though the second answer was lost on its way."""
    for times in (1, 2):
        if times == 2:
            ward.sandbox.faults.next("messages.create", drop=True)
        post.queues("7K2F", key=f"asked:{times}")
        post.sends_what_is_due()
        post.later(seconds=3)
        post.sends_what_is_due()
    ward.sandbox.settle()
    assert sum("7K2F" in text for text in _on_phone(ward)) == 2


@pytest.mark.parametrize(
    ("operation", "channel"),
    [
        ("chat.postMessage", Channel.SLACK),
        ("messages.create", Channel.WHATSAPP),
    ],
    ids=["case_16", "case_45"],
)
def test_case_16_and_case_45_an_answer_that_was_lost_leaves_one_message(
    ward: Ward, post: Post, operation: str, channel: Channel
) -> None:
    """The outbox asks the vendor before it says anything twice."""
    ward.sandbox.faults.next(operation, drop_after_commit=True)
    with post.house.acting() as tx:
        to = NURSE if channel is Channel.WHATSAPP else "#emergencias"
        thread = thread_at(tx, channel, Address(to))
        message = Message(MessageKind.TEXT_ADDED, "lost", {"code": "7K2F"})
        queue_message(tx, thread, message, Language.ES)
    post.sends_what_is_due()
    assert post.states() == [(OutboxStatus.QUEUED, None)]
    post.later(seconds=3)
    post.sends_what_is_due()
    assert post.states()[0][0] in _ARRIVED
    ward.sandbox.settle()
    if channel is Channel.WHATSAPP:
        assert sum("7K2F" in text for text in _on_phone(ward)) == 1
    else:
        channel_id = ward.sandbox.workspace.channel("emergencias").id
        posted = ward.sandbox.workspace.posts(channel_id)
        assert sum("7K2F" in one.text for one in posted) == 1


def test_case_17_a_failing_vendor_is_tried_a_bounded_time_then_the_admins_know(
    ward: Ward, post: Post
) -> None:
    """An alarm to a phone that cannot be had is in Slack within minutes."""
    ward.sandbox.faults.always("messages.create", status=503)
    with post.house.acting() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        thread = thread_at(tx, Channel.WHATSAPP, Address(NURSE), staff_id=nurse.id)
        message = Message(MessageKind.TEXT_ADDED, "failing", {"code": "7K2F"}, alarm=True)
        queue_message(tx, thread, message, Language.ES)
    tried = 0
    while post.states()[0][0] is OutboxStatus.QUEUED:
        tried += post.sends_what_is_due()
        post.later(seconds=5)
        assert tried < 30
    post.sends_what_is_due()
    _sees_it_in_slack(ward, "7K2F")


def test_case_46_a_picture_over_five_megabytes_goes_out_smaller(ward: Ward, post: Post) -> None:
    """Twilio fetches no more than WhatsApp takes; what is small enough stays as it is."""
    noise = Image.effect_noise((4000, 3000), 120).convert("RGB")
    large = io.BytesIO()
    noise.save(large, "JPEG", quality=95)
    content = large.getvalue()
    assert len(content) > LARGEST_PICTURE
    case_id = post.queues()
    with post.house.acting() as tx:
        announce_photo(tx, case_id, Channel.WHATSAPP, "media/one", "test")
        photo = tx.value(select(t.photos.c.id))
        claimed = claim_photo(tx, photo, PhotoStatus.ANNOUNCED, FETCH_LEASE, "test")
        assert claimed
        store_photo(tx, claimed, content, False, "test")
    fetched = requests.get(post.house.media.link(f"photo:{photo}"), timeout=60).content
    assert len(fetched) <= LARGEST_PICTURE
    with Image.open(io.BytesIO(fetched)) as picture:
        assert max(picture.size) == 2560
    assert small_enough(b"small") == b"small"


def test_an_emergency_that_nobody_takes_climbs_three_rungs_then_calls(
    ward: Ward, post: Post
) -> None:
    """A call that says the code letter by letter and nothing of the patient, and an SMS."""
    supervisor = "+56922220001"
    with post.house.acting() as tx:
        enrol(
            tx,
            name="Sofía Lagos",
            role=Role.SUPERVISOR,
            language=Language.ES,
            phone=supervisor,
            slack_user="U0SUPERV",
            actor="test",
        )
    ward.nurse().sends_text("UCI-204 fiebre de 39 y confusa")
    for _ in range(4):
        with post.house.store.snapshot() as snapshot:
            (escalation,) = open_escalations(snapshot)
        post.later(minutes=6)
        with post.house.acting() as tx:
            climb_ladder(tx, escalation.id, post.house.rules)
        for _ in range(3):
            post.sends_what_is_due()
    assert escalation.status is EscalationStatus.EXHAUSTED
    (call,) = ward.sandbox.switchboard.calls(supervisor)
    with post.house.store.snapshot() as snapshot:
        code = case_by_id(snapshot, escalation.case_id).code
    assert " ".join(code) in call.says
    assert call.language == "es-MX"
    sms = ward.sandbox.nurse(supervisor, "Sofía Lagos").sees(code)
    for private in ("UCI-204", "fiebre", "confusa"):
        assert private not in call.says + sms.text
    assert ward.sandbox.violations == []


_ARRIVED = {OutboxStatus.SENT, OutboxStatus.DELIVERED, OutboxStatus.READ}


def _sees_it_in_slack(ward: Ward, code: str) -> None:
    """She has it as a direct message, and the admins an alert."""
    ward.sandbox.clinician("U0NURSE1", "Ana Rojas").sees(code)
    ward.doctor().sees("no llegó a su destinatario", in_channel="sistema-alertas")
