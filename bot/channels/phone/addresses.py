"""Where Twilio reports a call and brings its keys: an address holds the call's opaque id alone."""


def status_url(public_url: str, id: str) -> str:
    return f"{public_url}/webhooks/phone/{id}/status"


def keys_url(public_url: str, id: str) -> str:
    return f"{public_url}/webhooks/phone/{id}/keys"


def last_keys_url(public_url: str, id: str) -> str:
    """For whoever was asked twice."""
    return f"{keys_url(public_url, id)}/last"
