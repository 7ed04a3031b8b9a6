"""A phone is called and texted; it is not where photos come from."""

from bot.core.ports import Address, FetchFailed, Receipt, SendFailed, Words


class OutboundOnly:
    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        raise SendFailed("cannot_replace", permanent=True)

    def fetch(self, source: str, *, limit: int) -> bytes:
        raise FetchFailed("no_photos_here", permanent=True)

    def forget(self, source: str) -> None:
        raise FetchFailed("no_photos_here", permanent=True)
