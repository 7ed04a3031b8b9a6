"""Twilio Voice's webhooks, read into our own words."""

from collections.abc import Mapping

from bot.core.call import CallReport, LineStatus, Voice


def parse_report(form: Mapping[str, str]) -> CallReport:
    """The progress of a call, or by whom it was answered: both come to one address."""
    seconds = form.get("CallDuration", "")
    return CallReport(
        status=_status(form.get("CallStatus", "")),
        voice=_voice(form.get("AnsweredBy", "")),
        seconds=int(seconds) if seconds.isdecimal() else None,
    )


def _status(said: str) -> LineStatus | None:
    try:
        return LineStatus(said)
    except ValueError:
        return None


def _voice(said: str) -> Voice | None:
    if not said:
        return None
    if said == "human":
        return Voice.PERSON
    return Voice.MACHINE if said.startswith("machine_") or said == "fax" else Voice.UNSURE
