"""Publishes one person's home tab as things stand now: claimed, sent, and released."""

from datetime import datetime, timedelta

from bot.actions.escalating import alert
from bot.actions.home import home_facts
from bot.core.inbound import Channel
from bot.core.ports import SendFailed
from bot.store.home_rows import Home, claim_home, home_failed, home_shown
from bot.store.staff_rows import staff_by_sender
from bot.wiring import Services
from jobs.house import services

_AGAIN_AFTER = timedelta(seconds=30)


def publish_home(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.acting() as tx:
        home = claim_home(tx, id)
        if home is None:
            return
        facts = home_facts(tx, home.slack_user, house.rules)
        staff = staff_by_sender(tx, Channel.SLACK, home.slack_user)
    language = staff.language if staff else house.rules.language
    try:
        view = house.wording.home(facts, language, house.slack.workspace_url())
        house.slack.publish_home(home.slack_user, view)
    except SendFailed as failed:
        _failed(house, home, failed)
        return
    with house.acting() as tx:
        home_shown(tx, home, staff.id if staff else None)


def _failed(house: Services, home: Home, failed: SendFailed) -> None:
    with house.acting() as tx:
        again_at: datetime | None = None
        if failed.permanent:
            day = tx.now.date().isoformat()
            alert(tx, "home_unpublished", house.rules, code=None, key=f"{failed.reason}:{day}")
        else:
            again_at = tx.now + max(_AGAIN_AFTER, timedelta(seconds=failed.retry_after or 0))
        home_failed(tx, home, again_at, failed.reason)
