"""Which channels Vigia is in, and who else is, as Slack tells it."""

from collections.abc import Callable, Iterator

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

EVERY_CHANNEL = "public_channel,private_channel"
_PAGE = 200


def channels_with_vigia(client: WebClient) -> dict[str, str]:
    """The id of each, by its "#name" and by itself. Raises slack_sdk's errors."""
    found: dict[str, str] = {}
    for page in pages(client.conversations_list, types=EVERY_CHANNEL):
        for channel in page["channels"]:
            if channel.get("is_member", True):
                found |= dict.fromkeys((f"#{channel['name']}", channel["id"]), channel["id"])
    return found


def members(client: WebClient, channel_id: str) -> frozenset[str]:
    """Their user ids. Raises slack_sdk's errors."""
    listed = pages(client.conversations_members, channel=channel_id)
    return frozenset(member for page in listed for member in page["members"])


def pages(ask: Callable[..., SlackResponse], **arguments: object) -> Iterator[SlackResponse]:
    """Every page of what a method lists. Raises slack_sdk's errors."""
    cursor: str | None = None
    while True:
        page = ask(**arguments, limit=_PAGE, cursor=cursor)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return
