"""The onboard reader answers; MedGemma is asked afterwards, in a queue of its own, so that the
answer never waits for it."""

from bot.core.ports import PhotoReader
from jobs.vision.onboard import load_reader


def load() -> PhotoReader:
    return load_reader()
