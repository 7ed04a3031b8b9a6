"""Slack's ids of conversations: some methods take no names and no user ids."""

from slack_sdk import WebClient

from bot.channels.slack.failures import vendor_errors
from bot.channels.slack.membership import EVERY_CHANNEL, pages
from bot.core.ports import SendFailed


class ChannelIds:
    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    def of(self, address: str) -> str:
        """The id for a "#name", or for a person's direct messages; an id of a conversation is
        its own. Raises SendFailed."""
        if not address.startswith(("#", "U", "W")):
            return address
        if address not in self._known:
            with vendor_errors():
                if address.startswith("#"):
                    self._list()
                else:
                    opened = self._client.conversations_open(users=address)
                    self._known[address] = str(opened["channel"]["id"])
        if address not in self._known:
            raise SendFailed("channel_not_found", permanent=True)
        return self._known[address]

    def _list(self) -> None:
        listed = self._client.conversations_list
        for page in pages(listed, types=EVERY_CHANNEL, exclude_archived=True):
            for channel in page["channels"]:
                self._known[f"#{channel['name']}"] = str(channel["id"])
