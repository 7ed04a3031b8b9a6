"""A ward: a nurse, clinicians, the real web server, the real queue and workers, real peers."""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from werkzeug.serving import make_server

from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.content_account import ContentAccount, setting
from bot.core.inbound import Channel
from bot.core.staff import Language, Role
from bot.lifeline import tied
from bot.redis_server import EmbeddedRedis
from bot.settings import read_settings
from bot.store.migrate import migrate
from bot.store.said_rows import message_sent_as
from bot.store.staff_rows import enrol
from bot.web.app import create_app
from bot.web.sandbox import Sandbox, SandboxSettings
from bot.wiring import Services, build, utc_now
from tests.ports import hold_port, port_of

CHECKOUT = Path(__file__).resolve().parents[2]
NURSE = "+56911110001"
DOCTOR, WOUND_NURSE, STRANGER = "U0DOCTOR", "U0WOUND1", "U0STRANGER"


@dataclass
class Ward:
    """`environ` is what every process of the house is started with."""

    house: Services
    sandbox: Sandbox
    redis: EmbeddedRedis
    environ: dict[str, str]
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        for name in names:
            self.run(name, "jobs", *(["sweep"] if name == "sweep" else ["worker", name]))

    def run(self, name: str, module: str, *arguments: str) -> None:
        """A process of the house. It ends with the ward, and with the test run if that is killed
        before the ward could be closed."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                tied([sys.executable, "-m", module, *arguments]),
                cwd=CHECKOUT,
                env=self.environ,
                stdout=log,
                stderr=log,
            )

    def are_at_work(self, *names: str) -> bool:
        """Whether these workers take jobs: a process that was started needs seconds until then."""
        with Redis.from_url(self.redis.url) as client:
            workers = [key.decode() for key in client.keys("rq:worker:*")]
        return all(any(one.startswith(f"rq:worker:{name}-") for one in workers) for name in names)

    def knows(self, channel: Channel, provider_id: str) -> bool:
        """Whether the house has noted what the vendor calls a message: a person sees it before."""

        def is_known() -> bool:
            with self.house.store.snapshot() as snapshot:
                return message_sent_as(snapshot, channel, provider_id) is not None

        return eventually(is_known)

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def nurse(self):  # type: ignore[no-untyped-def]
        return self.sandbox.nurse(NURSE, "Ana Rojas")

    def another_nurse(self, number: int):  # type: ignore[no-untyped-def]
        """Enrolled with a phone and in Slack; the tests of a file share a ward, not a nurse."""
        phone, user, name = f"+5692222{number:04}", f"U0NURSE{number:03}", f"Inés Mora {number}"
        with self.house.acting() as tx:
            enrol(
                tx,
                name=name,
                role=Role.NURSE,
                language=Language.ES,
                phone=phone,
                slack_user=user,
                actor="test",
            )
        return self.sandbox.nurse(phone, name), self.sandbox.clinician(user, name)

    def doctor(self):  # type: ignore[no-untyped-def]
        return self.sandbox.clinician(DOCTOR, "Dr. Bruno Díaz")

    def wound_nurse(self):  # type: ignore[no-untyped-def]
        return self.sandbox.clinician(WOUND_NURSE, "Carla Soto")


ALL = ("critical", "reading", "delivery", "routine", "sweep")


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """The house without its workers: a test starts those that it needs."""
    with open_ward(tmp_path) as here:
        yield here


def whatsapp_templates(sandbox: Sandbox) -> str:
    """Made in the sandbox's Twilio, as the setting names them."""
    given = sandbox.settings
    client = twilio_client(given.account_sid, given.auth_token, sandbox.twilio_api_base)
    made = ContentAccount(client).complete(CHECKOUT / "templates")
    return setting({wanted.name: sid for wanted, sid in made})


@contextmanager
def open_ward(folder: Path, *, hurried: bool = False, **settings: str) -> Iterator[Ward]:
    """`settings` are environment variables that are not the usual ones. `hurried`: Slack takes as
    many posts as come, where a test moves the house's clock and not Slack's."""
    with ExitStack() as stack:
        # Held until the ward ends: another test's server must not get the port before ours has
        # it, nor while Redis is away.
        redis = EmbeddedRedis(folder / "redis", port_of(stack.enter_context(hold_port())))
        redis.start(within=60)
        stack.callback(redis.stop)
        port = port_of(stack.enter_context(hold_port()))
        public_url = f"http://127.0.0.1:{port}"
        given = {
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886",
            "SLACK_BOT_TOKEN": "xoxb-" + secrets.token_hex(8),
            "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        }
        sandbox = Sandbox(
            SandboxSettings(
                account_sid=given["TWILIO_ACCOUNT_SID"],
                auth_token=given["TWILIO_AUTH_TOKEN"],
                whatsapp_from=given["TWILIO_WHATSAPP_FROM"],
                bot_token=given["SLACK_BOT_TOKEN"],
                signing_secret=given["SLACK_SIGNING_SECRET"],
                public_url=public_url,
                target=public_url,
                time_scale=0.01,
                # What a vendor waits for is measured where a test is about that: everywhere else a
                # processor that is busy for some seconds would break a rule, or lose a press.
                event_deadline=30.0,
                trigger_lifetime=30.0,
                webhook_deadline=60.0,
                posts_per_second=1000.0 if hurried else 1.0,
                post_burst=1000 if hurried else 5,
            )
        )
        stack.enter_context(sandbox.running())
        environ = {
            **os.environ,
            **given,
            "TWILIO_API_BASE": sandbox.twilio_api_base,
            "TWILIO_PHONE_FROM": sandbox.settings.phone_from,
            "VIGIA_WHATSAPP_TEMPLATES": whatsapp_templates(sandbox),
            "SLACK_API_BASE": sandbox.slack_api_base,
            "PUBLIC_URL": public_url,
            "DATABASE_URL": f"sqlite:///{folder}/vigia.db",
            "REDIS_URL": redis.url,
            "VIGIA_SECRET_KEY": secrets.token_urlsafe(48),
            "OMP_NUM_THREADS": "1",
            **settings,
        }
        house = build(read_settings(environ))
        migrate(house.store.engine)
        with house.store.transaction(utc_now()) as tx:
            for name, role, phone, slack in (
                ("Ana Rojas", Role.NURSE, NURSE, "U0NURSE1"),
                ("Dr. Bruno Díaz", Role.PHYSICIAN, None, DOCTOR),
                ("Carla Soto", Role.WOUND_NURSE, None, WOUND_NURSE),
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
        server = make_server("127.0.0.1", port, create_app(house), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(server.shutdown)
        logs = folder / "logs"
        logs.mkdir()
        here = Ward(house, sandbox, redis, environ, logs)
        stack.callback(here.stop)
        yield here


def eventually(true, within: float = 60.0) -> bool:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False
