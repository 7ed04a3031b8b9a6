"""docs/protocol-cases.md says of each case what stands: it must say what is so."""

import ast
import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = range(1, 53)


def _rows() -> dict[int, tuple[str, str, set[str]]]:
    """Per case: its state, what is missing, and the tests that the page names."""
    rows: dict[int, tuple[str, str, set[str]]] = {}
    for line in (CHECKOUT / "docs" / "protocol-cases.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdecimal():
            assert int(cells[0]) not in rows
            rows[int(cells[0])] = (cells[2], cells[3], set(re.findall(r"`(\w+)`", cells[4])))
    return rows


def _tests() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for path in (CHECKOUT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            if named := re.match(r"test_case_(\d\d)_", node.name):
                found.setdefault(int(named[1]), set()).add(node.name)
    return found


def test_the_page_names_every_case_and_exactly_its_tests() -> None:
    """Neither a case nor a test can come or go unseen."""
    rows, tests = _rows(), _tests()
    assert list(rows) == list(CASES)
    assert set(tests) <= set(CASES)
    assert {n: named for n, (_, _, named) in rows.items() if named} == tests


def test_every_case_has_a_test_or_says_what_is_missing() -> None:
    """A case that passes has a test and misses nothing; any other says why."""
    for number, (state, missing, tests) in _rows().items():
        assert state in ("passes", "in part", "not yet"), number
        assert bool(missing) == (state != "passes"), number
        assert tests or state == "not yet", number
