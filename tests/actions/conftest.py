"""A ward without processes: the rules, a real database, and a clock the test sets."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bot.actions.bridge import pass_on
from bot.actions.deciding import decide_case
from bot.actions.early_replies import hear_message
from bot.actions.respond import fill, press
from bot.channels.advice_words import AdviceWords
from bot.channels.wording import Wording
from bot.core.assessment import (
    Category,
    CategoryDistribution,
    NotAssessed,
    Quality,
    assessed,
    not_assessed,
)
from bot.core.case import FETCH_LEASE, READING_LEASE, PhotoStatus
from bot.core.choice import choices_in, label_of
from bot.core.decision import load_table
from bot.core.deed import Deed, Filled, Form
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage, Press
from bot.core.ladder import load_ladders
from bot.core.message import MessageKind
from bot.core.patient_code import DEFAULT_PATTERN
from bot.core.ports import Address, ReadPhoto
from bot.core.rules import Rules
from bot.core.staff import Language, Role
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import open_cases_of
from bot.store.engine import make_engine
from bot.store.migrate import migrate
from bot.store.outbox_rows import claim_message, mark_sent
from bot.store.passed_file_rows import claim_file, due_files, store_file
from bot.store.photo_rows import claim_photo, photos_of_case, save_reading, store_photo
from bot.store.said_rows import cards_of, due_messages, message_by_id
from bot.store.staff_rows import all_staff, enrol
from bot.store.transaction import Store, Transaction
from bot.store.vault import Vault
from tests.postgres_server import postgres_server

NURSE = "+56911110001"
_WORDING = Wording(CHECKOUT / "templates")


class QuietWard:
    """`says` and `presses` are what the webhooks do; `post` stands for a delivery that worked."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self.store, self.rules = store, rules
        # Ten in the morning in Chile, on a Monday.
        self.now = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
        self._count = 0

    def transaction(self):  # type: ignore[no-untyped-def]
        return self.store.transaction(self.now)

    def says(
        self,
        text: str,
        *,
        photos: int = 0,
        id: str | None = None,
        to: str = "",
        other: AttachmentKind | None = None,
        payload: str = "",
    ) -> None:
        self._count += 1
        provider_id = id or f"SM{self._count}"
        attachments = tuple(
            Attachment(f"media/{provider_id}/{n}", AttachmentKind.PHOTO, "image/jpeg")
            for n in range(photos)
        )
        if other:
            attachments += (Attachment(f"media/{provider_id}/other", other),)
        message = InboundMessage(
            provider_id=provider_id,
            channel=Channel.WHATSAPP,
            sender=NURSE,
            address=Address(NURSE),
            text=text,
            attachments=attachments,
            sent_at=self.now,
            replied_to=to or None,
            button_payload=payload or None,
        )
        with self.transaction() as tx:
            hear_message(tx, message, self.rules)

    def taps(self, label: str, kind: MessageKind, *, payload: str | None = None) -> None:
        """A button of the last message of this kind on the phone, or one with another payload."""
        query = select(t.outbox.c.id).where(t.outbox.c.kind == kind)
        with self.store.snapshot() as snapshot:
            found = snapshot.value(query.order_by(t.outbox.c.seq.desc()).limit(1))
            offer = message_by_id(snapshot, found)
        words = self.rules.choice_words[offer.language]
        by_label = {
            label_of(one.word, words): one.payload for one in choices_in(offer.message.facts)
        }
        to = offer.provider_id or ""
        self.says(label, to=to, payload=by_label[label] if payload is None else payload)

    def sends_seen_as(self, text: str, category: Category, *, to: str = "") -> str:
        """The id of the nurse's case whose photo was read as that category, and decided."""
        self.says(text, photos=1, to=to)
        with self.store.snapshot() as snapshot:
            (nurse,) = all_staff(snapshot, Role.NURSE)
            case = open_cases_of(snapshot, nurse.id)[0]
        self.has_read(case.id, category)
        return case.id

    def writes_in_slack(
        self,
        user: str,
        text: str,
        channel: str,
        root: str | None,
        *files: AttachmentKind,
        file: str = "",
        before: str | None = None,
        addressed: bool = False,
    ) -> str:
        """`file` is a photo's own id, `before` what the message said until it was edited, and
        `addressed` says that it names Vigia. A thread in a direct message answers its root.
        Returns the message's timestamp."""
        self._count += 1
        photo = Attachment(f"slack-file:{file}", AttachmentKind.PHOTO, "image/jpeg")
        message = InboundMessage(
            provider_id=f"{channel}:{self._count}.5",
            channel=Channel.SLACK,
            sender=user,
            address=Address(channel, root),
            text=text,
            attachments=(photo,)
            if file
            else tuple(
                Attachment(f"slack-file:F{self._count}{n}", kind) for n, kind in enumerate(files)
            ),
            sent_at=self.now,
            replied_to=root if channel.startswith("D") else None,
            before=before,
            addressed=addressed,
        )
        with self.transaction() as tx:
            hear_message(tx, message, self.rules)
        return message.provider_id.partition(":")[2]

    def carry_everything(self, content: bytes = b"a file") -> None:
        """Every file that waits to cross was fetched, and found to be what it should be."""
        with self.transaction() as tx:
            for id in due_files(tx, self.now):
                file = claim_file(tx, id, FETCH_LEASE, "system:test")
                assert file
                assert store_file(tx, file, content, forget=False, actor="system:test")
                pass_on(tx, file, self.rules)

    def post_everything(self, place: str = "C1") -> None:
        """Every due message is taken by its vendor."""
        with self.transaction() as tx:
            for _, id in due_messages(tx, self.now):
                outgoing = claim_message(tx, id)
                if outgoing:
                    mark_sent(tx, outgoing, f"ts-{id}", place, "sent")

    def sent_as(self, kind: MessageKind) -> str:
        """The vendor's id of the message of this kind that was written last."""
        query = select(t.outbox.c.provider_id).where(t.outbox.c.kind == kind)
        with self.store.snapshot() as snapshot:
            return str(snapshot.value(query.order_by(t.outbox.c.seq.desc()).limit(1)))

    def presses(
        self,
        user: str,
        tx: Transaction,
        case_id: str,
        escalation_id: str,
        deed: Deed = Deed.TAKE,
        seen: str = "",
    ) -> Form | None:
        self._count += 1
        card = cards_of(tx, case_id)[0].provider_id or ""
        action = f"vigia_{deed}"
        value = f"{escalation_id}/{seen}" if seen else escalation_id
        pressed = Press(f"press{self._count}", user, action, value, "C1", card)
        return press(tx, pressed, self.rules)

    def fills(
        self, user: str, tx: Transaction, case_id: str, form: Form, id: str = "", **fields: str
    ) -> dict[str, str]:
        self._count += 1
        card = cards_of(tx, case_id)[0].provider_id or ""
        filled = Filled(
            id or f"V{self._count}", user, form.deed, form.value, "C1", card, form.language, fields
        )
        return fill(tx, filled, self.rules)

    def has_read(
        self,
        case_id: str,
        category: Category,
        p: float = 0.97,
        *,
        overlay: bytes | None = None,
        bars: bytes | None = None,
    ) -> None:
        """The newest photo of the case was fetched, read as this, and decided on."""
        rest = (1 - p) / (len(Category) - 1)
        shown = CategoryDistribution({c: p if c is category else rest for c in Category})
        quality = Quality(800, 600, 0.5, 9.0)
        reading = assessed(shown, model="onboard", p_wound=0.99, quality=quality)
        self._is_read(case_id, ReadPhoto(reading, overlay), bars)

    def has_failed_to_read(self, case_id: str) -> None:
        """The newest photo of the case was fetched, and is too dark."""
        self._is_read(case_id, ReadPhoto(not_assessed(NotAssessed.TOO_DARK, model="onboard")))

    def _is_read(self, case_id: str, read: ReadPhoto, bars: bytes | None = None) -> None:
        with self.transaction() as tx:
            photo_id = photos_of_case(tx, case_id)[-1].id
            fetched = claim_photo(tx, photo_id, PhotoStatus.ANNOUNCED, FETCH_LEASE, "system:test")
            assert fetched
            store_photo(tx, fetched, b"a photo", False, "system:test")
        with self.transaction() as tx:
            stored = claim_photo(tx, photo_id, PhotoStatus.STORED, READING_LEASE, "system:test")
            assert stored
            save_reading(tx, stored, read, "system:test", bars=bars)
        with self.transaction() as tx:
            decide_case(tx, case_id, self.rules)

    def read(self, kind: MessageKind | None = None, language: Language = Language.ES) -> str:
        """What was written last, of this kind or of any, as WhatsApp shows it."""
        query = select(t.outbox.c.id).order_by(t.outbox.c.seq.desc()).limit(1)
        with self.store.snapshot() as snapshot:
            found = snapshot.value(query if kind is None else query.where(t.outbox.c.kind == kind))
            if found is None:
                return ""
            message = message_by_id(snapshot, found).message
        return _WORDING.words(message.kind, Channel.WHATSAPP, language, message.facts).text

    def card(self) -> str:
        """The card that was written last, as Slack's blocks."""
        query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.CARD)
        with self.store.snapshot() as snapshot:
            id = snapshot.value(query.order_by(t.outbox.c.seq.desc()).limit(1))
            facts = message_by_id(snapshot, id).message.facts
        return str(_WORDING.words(MessageKind.CARD, Channel.SLACK, Language.ES, facts).blocks)

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    with postgres_server() as server:
        yield from _migrated(server.get_uri())


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    yield from _migrated(f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/v.db")


def _migrated(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


def _empty(engine: Engine) -> None:
    """Every row goes: that is fifty times faster than a new database, and what SQLAlchemy has
    compiled stays."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # What a failed test left open would hold its rows.
            connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        for table in reversed(t.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(params=["sqlite", "postgres"])
def ward(request: pytest.FixtureRequest) -> QuietWard:
    engine = request.getfixturevalue(request.param)
    engine.dispose()
    _empty(engine)
    store = Store(engine, Vault("k" * 40))
    core = CHECKOUT / "bot" / "core"
    rules = Rules(
        load_table((core / "decision_table.toml").read_text()),
        load_ladders((core / "ladder.toml").read_text()),
        re.compile(DEFAULT_PATTERN),
        Language.ES,
        choice_words={
            one: AdviceWords.load(CHECKOUT / "templates", one).choices for one in Language
        },
    )
    quiet = QuietWard(store, rules)
    with quiet.transaction() as tx:
        for name, role, phone, slack in (
            ("Ana", Role.NURSE, NURSE, "U0NURSE1"),
            ("Bruno", Role.PHYSICIAN, None, "U0DOCTOR"),
            ("Carla", Role.WOUND_NURSE, None, "U0WOUND1"),
            ("Elena", Role.CHARGE_NURSE, None, "U0CHARGE"),
        ):
            enrol(
                tx,
                name=name,
                role=role,
                language=Language.ES,
                phone=phone,
                slack_user=slack,
                actor="test",
            )
    return quiet
