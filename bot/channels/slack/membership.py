"""Which channels Vigia is in, and who else is, as Slack tells it."""

from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient

_PAGE = 200


def channels_with_vigia(client: WebClient) -> dict[str, str]:
    """The id of each, by its "#name" and by itself. Raises slack_sdk's errors."""
    found: dict[str, str] = {}
    for page in _pages(client, "conversations.list", types="public_channel,private_channel"):
        for channel in page["channels"]:
            if channel.get("is_member", True):
                found |= dict.fromkeys((f"#{channel['name']}", channel["id"]), channel["id"])
    return found


def members(client: WebClient, channel_id: str) -> frozenset[str]:
    """Their user ids. Raises slack_sdk's errors."""
    pages = _pages(client, "conversations.members", channel=channel_id)
    return frozenset(member for page in pages for member in page["members"])


def _pages(client: WebClient, method: str, **arguments: str) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        asked = {**arguments, "limit": _PAGE, "cursor": cursor}
        page = client.api_call(method, params={k: v for k, v in asked.items() if v}).data
        assert isinstance(page, dict)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
