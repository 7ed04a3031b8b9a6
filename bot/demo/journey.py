"""`vigia demo`: the whole house on this machine, and one photo's way through it."""

import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.content_account import ContentAccount, setting
from bot.core.audit import ChainIntact, verify_chain
from bot.core.staff import Language, Role
from bot.core.work import ALWAYS_WORKED
from bot.demo.conversation import Conversation
from bot.demo.drawn_wound import draw_wound
from bot.demo.environment import DemoEnvironment, prepare
from bot.procfile import running_house
from bot.settings import CHECKOUT, read_settings
from bot.store.audit_rows import audit_records
from bot.store.migrate import migrate
from bot.store.staff_rows import enrol
from bot.web.queues import queue_state
from bot.web.sandbox import Sandbox
from bot.web.sandbox.scene import scene
from bot.wiring import Services, build, utc_now

_CAPTION = "Sacro, cambio de apósito."
_STARTS_WITHIN = 90.0
_ANSWERS_WITHIN = 60.0
_PEOPLE = (
    ("Ana Rojas", Role.NURSE, "+56911110001", "U0NURSE1"),
    ("Dr. Bruno Díaz", Role.PHYSICIAN, None, "U0DOCTOR"),
    ("Carla Soto", Role.WOUND_NURSE, None, "U0WOUND1"),
    ("Elena Vera", Role.CHARGE_NURSE, None, "U0JEFE1"),
)
_NURSE_PHONE = "+56911110001"
_TAKES_CASES = "U0WOUND1"


def run_demo(*, photo: Path | None, caption: str | None, once: bool) -> int:
    """Returns 0 when the journey reached its end."""
    demo = prepare()
    sandbox = Sandbox(demo.sandbox)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with sandbox.running(demo.sandbox_port) as base_url, demo.logs.open("w") as log:
        demo.environ["VIGIA_WHATSAPP_TEMPLATES"] = _whatsapp_templates(sandbox)
        house = build(read_settings(demo.environ))
        _furnish(house)
        print("Starting Redis, the web server, the workers and the sweep ...", flush=True)
        with running_house(CHECKOUT / "Procfile", demo.environ, output=log):
            if not _ready(demo, stop):
                print(f"The house did not start in time. What it said: {demo.logs}")
                return 1
            arrived = _journey(house, sandbox, photo, caption)
            if not arrived:
                print(f"\nThe journey did not reach its end. What the house said: {demo.logs}")
            if not once and not stop.is_set():
                _stay(base_url, demo, stop)
    return 0 if arrived else 1


def _whatsapp_templates(sandbox: Sandbox) -> str:
    """As `vigia whatsapp-templates --submit` makes them in a site's account."""
    given = sandbox.settings
    account = ContentAccount(
        twilio_client(given.account_sid, given.auth_token, sandbox.twilio_api_base)
    )
    sids = {}
    for wanted, sid in account.complete(CHECKOUT / "templates"):
        sids[wanted.name] = sid
        if wanted.needs_approval:
            account.submit(sid, wanted)
    return setting(sids)


def _furnish(house: Services) -> None:
    migrate(house.store.engine)
    with house.store.transaction(utc_now()) as tx:
        for name, role, phone, slack in _PEOPLE:
            enrol(
                tx,
                name=name,
                role=role,
                language=Language.ES,
                phone=phone,
                slack_user=slack,
                actor="admin:demo",
            )


def _ready(demo: DemoEnvironment, stop: threading.Event) -> bool:
    """Waits for the web server, and for a worker on each queue."""
    deadline = time.monotonic() + _STARTS_WITHIN
    told: set[str] = set()
    while time.monotonic() < deadline and not stop.wait(0.2):
        queues = queue_state(demo.environ["REDIS_URL"]).queues
        up = {f"worker {queue.name}" for queue in queues if queue.workers}
        if _answers(f"{demo.public_url}/readyz"):
            up.add("web server")
        for name in sorted(up - told):
            print(f"  {name} is up", flush=True)
        told |= up
        if len(told) > len(ALWAYS_WORKED):
            return True
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own loopback address
            return True
    except (urllib.error.URLError, OSError):
        return False


def _journey(
    house: Services,
    sandbox: Sandbox,
    photo: Path | None,
    caption: str | None,
) -> bool:
    content = photo.read_bytes() if photo else draw_wound()
    words = _CAPTION if caption is None else caption
    if photo is None:
        print("\nThe photo is drawn in code: it shows no real wound and no patient.")
    conversation = Conversation(sandbox)
    started = time.time()
    sandbox.nurse(_NURSE_PHONE, "Ana Rojas").sends_photo(content, caption=words)
    answered = conversation.wait_for(lambda now: _answer(now) is not None, _ANSWERS_WITHIN)
    if not answered:
        return False
    # The outline and the card follow the answer within moments.
    conversation.wait_for(lambda now: _card(now) is not None, 6.0)
    now = scene(sandbox)
    taken = True
    if _card(now) is None:
        print("\nNobody had to be called: the answer stands alone.")
    else:
        taken = _take(sandbox, conversation)
    conversation.wait_for(lambda _: False, 1.5)
    seconds = float(_answer(now) or 0) - started
    print(f"\nFrom the photo to the delivered result: {seconds:.1f} s.")
    return taken and _audit_is_whole(house)


def _take(sandbox: Sandbox, conversation: Conversation) -> bool:
    clinician = sandbox.clinician(_TAKES_CASES, "Carla Soto")
    print("\n         Carla Soto presses the button")
    card = _card(scene(sandbox))
    assert card is not None
    post = clinician.sees(card["text"], in_channel=card["channel"])
    clinician.presses("vigia_take", on=post)
    return conversation.wait_for(
        lambda now: any("Carla Soto" in m["text"] for m in _told(now)), _ANSWERS_WITHIN
    )


def _told(now: dict[str, Any]) -> list[dict[str, Any]]:
    """What Vigia wrote to the nurse's phone."""
    messages = [m for phone in now["phones"] for m in phone["messages"]]
    return [m for m in messages if not m["mine"]]


def _answer(now: dict[str, Any]) -> float | None:
    """When the result, or the word that there is none, reached the phone."""
    for message in _told(now):
        if "%" in message["text"] or "no evaluada" in message["text"]:
            return float(message["at"])
    return None


def _card(now: dict[str, Any]) -> dict[str, Any] | None:
    for post in now["posts"]:
        if "vigia_take" in str(post["blocks"]):
            return dict(post)
    return None


def _audit_is_whole(house: Services) -> bool:
    with house.store.snapshot() as snapshot:
        found = verify_chain(audit_records(snapshot))
    if isinstance(found, ChainIntact):
        print(f"Audit: {found.count} events, the chain is whole.")
        return True
    print(f"Audit: the chain is broken at event {found.seq}.")
    return False


def _stay(base_url: str, demo: DemoEnvironment, stop: threading.Event) -> None:
    print(f"\nOpen {base_url}/sandbox to write as the nurse and as the clinicians.")
    print(f"Open {demo.public_url}/admin for the queues; password: {demo.admin_password}")
    print("Ctrl-C stops everything.", flush=True)
    stop.wait()
    print("\nStopping ...", file=sys.stderr)
