"""The model that comes with Vigia."""

from bot.core.ports import PhotoReader
from jobs.vision.onboard import load_reader


def load() -> PhotoReader:
    return load_reader()
