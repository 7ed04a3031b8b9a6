"""Which written words may stand for a word of the lexicon, typing errors included."""

from functools import lru_cache

from bot.core.redflags.grammar import words

_FOLDS = str.maketrans({"v": "b", "z": "s", "j": "g", "y": "i", "k": "c", "h": None})


def _folded(word: str) -> str:
    """Letters that Spanish spelling confuses become one."""
    soft = word.replace("ce", "se").replace("ci", "si").replace("ph", "f").replace("ll", "y")
    return soft.translate(_FOLDS)


@lru_cache(maxsize=8192)
def may_stand_for(written: str, word: str) -> bool:
    """One slip away from a word of 5 letters or more, two from one of 9."""
    if len(word) < 5 or len(written) < 5 or written in words("ordinary"):
        return False
    first, second = _folded(written), _folded(word)
    if not first or first[0] != second[0]:
        return False
    slips = 2 if len(word) >= 9 else 1
    return distance(first, second, slips) <= slips


def distance(first: str, second: str, limit: int) -> int:
    """Insertions, deletions, changes and swapped neighbours; above `limit` it is `limit` + 1."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
