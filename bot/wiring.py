"""The only place that chooses adapters."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from bot.channels.advice_words import AdviceWords
from bot.channels.media_links import MediaLinks
from bot.channels.phone.calls import PhoneCalls
from bot.channels.phone.texts import TextMessages
from bot.channels.slack.messenger import SlackMessenger
from bot.channels.whatsapp.approved import ApprovedTemplates
from bot.channels.whatsapp.contents import SHAPES
from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.channels.wording import Wording
from bot.core.decision import DecisionTable, load_table
from bot.core.inbound import Channel
from bot.core.ladder import load_ladders
from bot.core.language import language_of
from bot.core.ports import Doorbell, Messenger
from bot.core.protocol.answer import Answer, load_answer_words, refuse
from bot.core.protocol.refusal import RefusalReason
from bot.core.redflags import Limits
from bot.core.rules import Rules
from bot.core.site import Site, load_site
from bot.core.staff import Language
from bot.dispatch import RqDoorbell
from bot.model_server import ModelAddress
from bot.protocols.library import LibraryBroken
from bot.protocols.phrasing import Phraser
from bot.settings import (
    CHECKOUT,
    Settings,
    SettingsMissing,
    StoreSettings,
    decision_table_file,
    embedding_model,
    phrasing_address,
    protocols_folder,
    read_dotenv,
    read_settings,
    site_file,
)
from bot.store.engine import make_engine
from bot.store.transaction import Store, Transaction
from bot.store.vault import Vault

if TYPE_CHECKING:
    from bot.protocols.advisor import Advisor

log = logging.getLogger(__name__)

T = TypeVar("T")


# Twilio waits fifteen seconds for an answer, Slack three.
_LOADED_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Sources:
    """What the protocols' answers rest on; `added` are the site's own files and their times."""

    folder: Path
    added: tuple[tuple[str, int], ...]
    site: Site
    limits: Limits


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    store: Store
    doorbell: Doorbell
    whatsapp: WhatsAppMessenger
    slack: SlackMessenger
    phones: Mapping[Channel, Messenger]
    wording: Wording
    approved: ApprovedTemplates
    media: MediaLinks
    rules: Rules
    phraser: Phraser | None
    clock: Callable[[], datetime] = utc_now

    def messenger(self, channel: Channel) -> Messenger:
        """Raises KeyError for a phone where the site has no number to call from."""
        chats: dict[Channel, Messenger] = {
            Channel.WHATSAPP: self.whatsapp,
            Channel.SLACK: self.slack,
        }
        return (chats | dict(self.phones))[channel]

    @contextmanager
    def acting(self) -> Iterator[Transaction]:
        """One transaction; its bells ring only after it is committed."""
        with self.store.transaction(self.clock()) as tx:
            yield tx
        for work, id in tx.rings:
            self.doorbell.ring(work, id)


def environment() -> Mapping[str, str]:
    return read_dotenv(CHECKOUT / ".env", os.environ)


def open_store(settings: StoreSettings) -> Store:
    return Store(make_engine(settings.database_url), Vault(settings.secret_key))


def rule_file(name: str, file: Path, load: Callable[[str], T]) -> T:
    """What the file that a setting names says. Raises SettingsMissing with what is wrong in it."""
    try:
        return load(file.read_text("utf-8"))
    except OSError:
        wrong = "the file cannot be read"
    except KeyError as missing:
        wrong = f"{missing.args[0]} is missing in the file"
    except ValueError as error:
        wrong = str(error)
    raise SettingsMissing({name: wrong})


def site_of(environ: Mapping[str, str]) -> Site:
    """Raises SettingsMissing."""
    return rule_file("VIGIA_SITE_FILE", site_file(environ), load_site)


def table_of(environ: Mapping[str, str]) -> DecisionTable:
    """Raises SettingsMissing."""
    return rule_file("VIGIA_DECISION_TABLE_FILE", decision_table_file(environ), load_table)


def advisor() -> "Advisor":
    """The protocol library with the site's own, read and indexed once in a process, and again
    when a protocol was added. Raises LibraryBroken."""
    return _advisor(_sources(), embedding_model(environment()))


def _sources() -> Sources:
    values = environment()
    folder = protocols_folder(values)
    added = tuple((file.name, file.stat().st_mtime_ns) for file in sorted(folder.glob("*.json")))
    return Sources(folder, added, site_of(values), table_of(values).limits)


def _advisor_at_hand() -> "Advisor":
    """While a model of the site's own is being loaded, the one that ships searches."""
    sources, model = _sources(), embedding_model(environment())
    if model:
        loading = _loading(sources, model)
        wait([loading], timeout=_LOADED_WITHIN)
        model = model if loading.done() else ""
    return _advisor(sources, model)


@lru_cache(maxsize=1)
def _loading(sources: Sources, model: str) -> "Future[Advisor]":
    future: Future[Advisor] = Future()

    def load() -> None:
        try:
            future.set_result(_advisor(sources, model))
        except Exception as error:
            future.set_exception(error)

    # A daemon: a model that never loads must not hold up the end of this process.
    Thread(target=load, daemon=True).start()
    return future


def ask_protocols(question: str) -> Answer:
    """Where the library cannot be read, the answer says so."""
    try:
        return _advisor_at_hand().ask(question)
    except LibraryBroken:
        log.error("protocols_broken")
        language = language_of(question)
        words = load_answer_words(CHECKOUT / "templates")[language]
        return refuse(RefusalReason.LIBRARY_BROKEN, language, words)


def preload_advisor() -> None:
    """Before this process forks: its children then share the library. A model of the site's own
    is a process behind a pipe, which they could not share: the first question loads that one."""
    if embedding_model(environment()):
        return
    try:
        advisor()
    except LibraryBroken:
        log.error("protocols_broken")


@lru_cache(maxsize=2)
def _advisor(sources: Sources, model: str) -> "Advisor":
    # Most processes of the house answer no question, and start sooner without it.
    from bot.protocols.advisor import open_advisor
    from bot.protocols.site import passages_of, site_protocols

    folder, site, limits = sources.folder, sources.site, sources.limits
    own = [passage for protocol in site_protocols(folder) for passage in passages_of(protocol)]
    templates = CHECKOUT / "templates" / "protocols"
    return open_advisor(templates, folder / "vectors.npz", own, site, model, limits)


def phraser() -> Phraser | None:
    """None where the site leaves answers as they are authored. Raises SettingsMissing."""
    return _phraser(phrasing_address(environment()))


def _phraser(address: ModelAddress | None) -> Phraser | None:
    return Phraser(address, CHECKOUT / "templates") if address else None


def _phones(settings: Settings) -> dict[Channel, Messenger]:
    if settings.twilio_phone_from is None:
        return {}
    account = (
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_phone_from,
        settings.twilio_api_base,
    )
    callback = f"{settings.public_url}/webhooks/whatsapp/status"
    calls = PhoneCalls(*account, settings.public_url)
    return {Channel.PHONE: calls, Channel.SMS: TextMessages(*account, callback)}


def build(settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now) -> Services:
    """Raises SettingsMissing."""
    settings = settings or read_settings(environment())
    store = open_store(settings.store)
    return Services(
        settings=settings,
        store=store,
        doorbell=RqDoorbell(settings.redis_url),
        whatsapp=WhatsAppMessenger(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            sender=settings.twilio_whatsapp_from,
            api_base=settings.twilio_api_base,
            status_callback=f"{settings.public_url}/webhooks/whatsapp/status",
            contents=settings.whatsapp_templates,
        ),
        slack=SlackMessenger(bot_token=settings.slack_bot_token, api_base=settings.slack_api_base),
        phones=_phones(settings),
        wording=Wording(CHECKOUT / "templates"),
        approved=ApprovedTemplates(
            CHECKOUT / "templates" / "whatsapp", settings.whatsapp_templates
        ),
        media=MediaLinks(settings.public_url, store.vault.derive("media")),
        rules=Rules(
            table=rule_file("VIGIA_DECISION_TABLE_FILE", settings.decision_table_file, load_table),
            ladders=rule_file("VIGIA_LADDER_FILE", settings.ladder_file, load_ladders),
            patient_code=settings.patient_code,
            language=settings.language,
            site=rule_file("VIGIA_SITE_FILE", settings.site_file, load_site),
            asks_patient_code=settings.asks_patient_code,
            calls_phones=settings.twilio_phone_from is not None,
            phrases_answers=settings.phrasing is not None,
            offers_buttons=any(s.name in settings.whatsapp_templates for s in SHAPES),
            choice_words={
                language: AdviceWords.load(CHECKOUT / "templates", language).choices
                for language in Language
            },
        ),
        phraser=_phraser(settings.phrasing),
        clock=clock,
    )
