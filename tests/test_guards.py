"""The table of `benchmarks.guards`: each guard is still there, and so is who has to notice."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from benchmarks.guard import EITHER, Guard
from benchmarks.guards import ROOT, TABLE, CannotTake, take_out
from tests.conftest import left_out


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the tests in a file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return frozenset(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))


def test_each_guard_of_the_table_is_there_once_and_can_be_taken_out() -> None:
    for guard in TABLE:
        changed = take_out(guard)

        assert ast.parse(changed), guard.name
        assert guard.here != guard.instead


def test_each_test_that_has_to_notice_a_guard_is_there() -> None:
    for guard in TABLE:
        assert guard.tests, guard.name
        for test in guard.tests:
            file, _, name = test.partition("::")
            assert name in names_in(file), f"{guard.name}: {test}"


def test_no_two_guards_have_one_name_and_there_are_enough() -> None:
    names = [guard.name for guard in TABLE]

    assert len(names) == len(set(names)) >= 40


def test_a_text_that_is_not_there_once_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("if bad:\n    stop()\nif bad:\n    stop()\n")

    for here in ("if bad:", "if worse:"):
        with pytest.raises(CannotTake):
            take_out(Guard("a guard", "bot.py", here, "", (), EITHER), tmp_path)


def test_a_test_runs_on_one_database_at_least_where_there_is_only_one_for_it() -> None:
    both = {f"tests/test_a.py::test_{number}[{on}]": on
            for number in range(20) for on in ("sqlite", "postgresql")}  # fmt: skip
    alone = {f"tests/test_b.py::test_{number}[gus-sqlite]": "sqlite" for number in range(20)}

    out = left_out({**both, **alone})

    assert len(out) == len(both) / 2
    assert {one.partition("[")[0] for one in out} == {one.partition("[")[0] for one in both}
    assert not out & alone.keys()
