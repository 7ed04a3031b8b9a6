"""Which MedGemma is asked, by setting: on this machine, or on a server of the house."""

from collections.abc import Mapping

from bot.core.staff import Language
from bot.model_server import ModelAddress
from jobs.vision.opinion import WoundModelThatSpeaks

_SECONDS = "120"


class NotSetUp(Exception):
    """`args[0]` says which setting is missing."""


def second_reader(environ: Mapping[str, str]) -> WoundModelThatSpeaks:
    """VIGIA_MEDGEMMA_URL names a server; else VIGIA_MEDGEMMA a folder or a hub id. Raises NotSetUp,
    and whatever transformers raises for a checkpoint that is not there."""
    language = Language(environ.get("VIGIA_LANGUAGE", "") or Language.ES)
    name = environ.get("VIGIA_MEDGEMMA", "").strip()
    if not name:
        raise NotSetUp("VIGIA_MEDGEMMA names no model")
    url = environ.get("VIGIA_MEDGEMMA_URL", "").strip()
    if url:
        from jobs.vision.medgemma_server import MedGemmaServer

        key = environ.get("VIGIA_MEDGEMMA_KEY", "").strip() or None
        seconds = float(environ.get("VIGIA_MEDGEMMA_SECONDS", "").strip() or _SECONDS)
        return MedGemmaServer(ModelAddress(url, name, key), seconds=seconds, language=language)
    from jobs.vision.medgemma import MedGemma

    revision = environ.get("VIGIA_MEDGEMMA_REVISION", "").strip() or None
    return MedGemma(name, revision=revision, language=language)
