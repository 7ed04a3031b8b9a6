"""Scales that are asked question by question: Braden, PUSH 3.0, NEWS2."""

from bot.core.scales.scale import (
    Question,
    Result,
    Scale,
    ScaleName,
    load_scales,
    next_question,
    result,
    with_bands,
)

__all__ = [
    "Question",
    "Result",
    "Scale",
    "ScaleName",
    "load_scales",
    "next_question",
    "result",
    "with_bands",
]
