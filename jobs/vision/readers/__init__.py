"""Readers of photos, one module each: `load() -> PhotoReader`, which never raises. The setting
VIGIA_READER names one; a third is one more file here."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bot.core.ports import PhotoReader
from bot.wiring import environment

_SETTING = "VIGIA_READER"
_DEFAULT = "onboard"
BOTH = "both"


class UnknownReader(Exception):
    """`args[0]` names those that are there."""


def reader_name(environ: Mapping[str, str]) -> str:
    """Raises UnknownReader."""
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    name = environ.get(_SETTING, "").strip() or _DEFAULT
    if name not in known:
        raise UnknownReader(f"{_SETTING} is one of: {', '.join(known)}")
    return name


@cache
def load_reader() -> PhotoReader:
    """Raises UnknownReader."""
    module = import_module(f"{__name__}.{reader_name(environment())}")
    reader: PhotoReader = module.load()
    return reader
