"""Embeds texts with a model of transformers, for the protocol search of another process."""

import json
import sys
from pathlib import Path
from typing import TextIO

import torch
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

_BATCH = 32
_LONGEST = 256


class TextModel:
    """Mean of the last layer over the words of a text, of unit length. Models of the E5 family
    were trained with "query: " before a text, and get it."""

    def __init__(self, model: str) -> None:
        local = Path(model).is_dir()
        self._tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=local)
        self._model = AutoModel.from_pretrained(model, local_files_only=local).eval()
        self._before = "query: " if "e5" in Path(model).name.lower() else ""

    @torch.inference_mode()
    def vectors(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = []
        for at in range(0, len(texts), _BATCH):
            batch = self._tokenizer(
                [self._before + text for text in texts[at : at + _BATCH]],
                padding=True,
                truncation=True,
                max_length=_LONGEST,
                return_tensors="pt",
            )
            layer = self._model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).to(layer.dtype)
            mean = (layer * mask).sum(1) / mask.sum(1).clamp(min=1)
            rows += torch.nn.functional.normalize(mean, dim=1).tolist()
        return rows


def embed_lines(model: str, lines: TextIO, out: TextIO) -> None:
    """Until the lines end: a JSON list of texts in, a JSON list of vectors out."""
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(1)
    loaded = TextModel(model)
    for line in lines:
        out.write(json.dumps(loaded.vectors(json.loads(line))) + "\n")
        out.flush()


def main(model: str) -> None:
    embed_lines(model, sys.stdin, sys.stdout)
