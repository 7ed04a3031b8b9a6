"""The patient's code as the site writes it. It is found in a caption and kept as a pseudonym."""

import re

DEFAULT_PATTERN = r"\b[A-Z]{2,4}-\d{3,8}\b"


def find_patient_code(text: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.search(text.upper())
    return found.group(0) if found else None


def looks_like_code(text: str) -> bool:
    """One or two short words with a digit: meant as a code, even where the site writes others."""
    words = text.split()
    return 1 <= len(words) <= 2 and len(text) <= 24 and any(one.isdigit() for one in text)
