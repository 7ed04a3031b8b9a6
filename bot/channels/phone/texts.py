"""SMS through Twilio: beside a phone call."""

from bot.channels.whatsapp.messenger import TwilioMessenger


class TextMessages(TwilioMessenger):
    """A `Messenger`. Numbers stand as they are; there is no window."""

    scheme = ""
