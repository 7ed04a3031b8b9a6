"""Which hosts may see the bot's token: the configured API and, where that is Slack, Slack's."""

from bot.channels.origins import origin


def is_slack(url: str, api_base: str) -> bool:
    if origin(url) == origin(api_base):
        return True
    scheme, host, _ = origin(url)
    return scheme == "https" and host.endswith(".slack.com")
