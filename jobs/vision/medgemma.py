"""MedGemma through transformers, on this machine. The only module of a reader that loads torch."""

from pathlib import Path
from typing import Any

import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor, LogitsProcessor

from bot.core.second_opinion import Opinion
from bot.core.staff import Language
from bot.model_server import NotAnswered
from jobs.vision.opinion import SCHEMA, parse, prompt

# A text of letters outside ASCII takes up to four tokens a letter.
_MOST_TOKENS = 2000
_GRAMMAR = LLMatcher.grammar_from_json_schema(SCHEMA, overrides={"whitespace_flexible": False})


class MedGemma:
    """`name` is a folder, or a hub id with its `revision`; its terms must have been accepted."""

    def __init__(self, name: str, *, revision: str | None, language: Language) -> None:
        local = Path(name).is_dir()
        source: dict[str, Any] = {"local_files_only": local, "revision": revision}
        processors: Any = AutoProcessor
        self._processor = processors.from_pretrained(name, **source)
        # Its generation is typed against a base class that no checkpoint has.
        self._model: Any = AutoModelForImageTextToText.from_pretrained(
            name, dtype=torch.bfloat16, **source
        )
        self._model.train(False)
        self._guide = from_tokenizer(
            self._processor.tokenizer, n_vocab=self._model.config.text_config.vocab_size
        )
        self._prompt = prompt(language)
        self._name = Path(name).name if local else name

    @torch.inference_mode()
    def ask(self, image: Image.Image) -> Opinion:
        content = [{"type": "image", "image": image}, {"type": "text", "text": self._prompt}]
        inputs = self._processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        ).to(self._model.device, dtype=self._model.dtype)
        asked = inputs["input_ids"].shape[1]
        answer = self._model.generate(
            **inputs,
            do_sample=False,
            max_new_tokens=_MOST_TOKENS,
            logits_processor=[_OfThisShape(self._guide, asked)],
        )
        text = self._processor.tokenizer.decode(answer[0, asked:], skip_special_tokens=True)
        return parse(text, self._name)


class _OfThisShape(LogitsProcessor):
    """Lets only those tokens through that the schema allows next."""

    def __init__(self, guide: Any, asked: int) -> None:
        self._matcher = LLMatcher(guide, _GRAMMAR)
        self._seen = asked

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        for token in input_ids[0, self._seen :].tolist():
            self._matcher.consume_token(token)
        self._seen = input_ids.shape[1]
        if self._matcher.is_error():
            raise NotAnswered("grammar")
        # 200 for an allowed token, 0 for another.
        allowed = torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8)
        blocked = (allowed[: scores.shape[1]] == 0).to(scores.device)
        return scores.masked_fill(blocked, float("-inf"))
