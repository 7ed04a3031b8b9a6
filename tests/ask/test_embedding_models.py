"""A site searches its protocols with an embedding model of its own."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from bot.core.protocol.text import words_of
from bot.protocols.advisor import Advisor, open_advisor
from bot.protocols.embedding import Embedder, EmbeddingMissing, Vectors
from bot.settings import CHECKOUT

_TEMPLATES = CHECKOUT / "templates" / "protocols"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one narrow layer that knows the words of the first protocol file."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = sorted(set(words_of((_TEMPLATES / "prevention.toml").read_text("utf-8"))))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_another_model_embeds_in_a_process_of_its_own(checkpoint: Path, tmp_path: Path) -> None:
    """Vectors have its width and unit length, are kept apart, and the same text gives the same."""
    embedder = Embedder(tmp_path / "vectors.npz", str(checkpoint))
    texts = ["cada cuanto giro al paciente", "cabecera a 30 grados"]
    rows = embedder.library(texts)
    assert rows.shape == (2, 32)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-3)
    asked = _vector(embedder, texts[0])
    assert asked @ rows[0] == pytest.approx(1.0, abs=1e-3)
    assert asked @ rows[1] < 0.999
    assert [file.name for file in tmp_path.glob("vectors-*.npz")]
    assert not (tmp_path / "vectors.npz").exists()


def test_the_words_alone_find_while_the_model_is_away(
    checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its process is killed between two questions: both are answered, and it comes back."""
    before = _children()
    advisor = open_advisor(_TEMPLATES, None, model=str(checkpoint))
    _answers_again(advisor, caplog)
    (child,) = _children() - before
    os.kill(child, signal.SIGKILL)
    assert advisor.ask("cabecera a cuantos grados?").citations[0] == "R11"
    assert "protocol_search_by_words_only" in caplog.messages
    assert not advisor.ask("quien gano el partido de ayer?").answered
    _answers_again(advisor, caplog)
    assert len(_children() - before - {child}) == 1


def test_a_model_that_hangs_holds_up_no_answer(
    checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The words alone answer within seconds, at once while it is loaded anew, and then it answers
    again."""
    before = _children()
    advisor = open_advisor(_TEMPLATES, None, model=str(checkpoint))
    (first,) = _children() - before
    os.kill(first, signal.SIGSTOP)
    _answers_by_words(advisor, caplog)
    _until(lambda: bool(_children() - before - {first}))
    (second,) = _children() - before - {first}
    os.kill(second, signal.SIGSTOP)
    _answers_by_words(advisor, caplog)
    # It may have been ended: where it was loaded already, it is the one that hangs.
    with suppress(ProcessLookupError):
        os.kill(second, signal.SIGCONT)
    _answers_again(advisor, caplog)


def test_a_model_that_cannot_be_loaded_leaves_the_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so, and the question is still answered."""
    advisor = open_advisor(_TEMPLATES, None, model=str(tmp_path))
    assert "protocol_search_by_words_only" in caplog.messages
    assert advisor.ask("cabecera a cuantos grados?").citations[0] == "R11"


def _answers_by_words(advisor: Advisor, caplog: pytest.LogCaptureFixture) -> None:
    """The process is frozen, and loading is given two minutes: who waits for it is late on any
    machine, and who does not has been given a minute for a moment's work."""
    caplog.clear()
    asked = time.monotonic()
    assert advisor.ask("cabecera a cuantos grados?").citations[0] == "R11"
    assert time.monotonic() - asked < 60
    assert "protocol_search_by_words_only" in caplog.messages


def _answers_again(advisor: Advisor, caplog: pytest.LogCaptureFixture) -> None:
    """The process is started and loaded beside the questions: for a while they come too early."""

    def answers() -> bool:
        caplog.clear()
        assert advisor.ask("cabecera a cuantos grados?").citations[0] == "R11"
        return not caplog.messages

    _until(answers)


def _vector(embedder: Embedder, text: str) -> Vectors:
    found: list[Vectors] = []

    def answers() -> bool:
        with suppress(EmbeddingMissing):
            found.append(embedder.question(text))
        return bool(found)

    _until(answers)
    return found[0]


def _until(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not seen():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.1)


def _children() -> set[int]:
    """By each process's word: the kernel's list by thread has gaps while a thread ends."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
            if int(parent) == os.getpid() and state != "Z":
                found.add(int(stat.parent.name))
    return found
