"""Every trap that imports are known for: read right, or asked about, and never silently wrong."""

from collections import Counter
from pathlib import Path

import pytest

from tests.trap_files import Trap, judge
from tests.trap_shapes import all_traps

TRAPS = all_traps()


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_trap_is_read_right_and_what_is_odd_is_said(trap: Trap, tmp_path: Path) -> None:
    outcome = judge(trap, tmp_path)
    assert outcome.wrong == []
    assert outcome.untold == []
    assert bool(outcome.refused) == trap.refused, outcome.refused


def test_of_all_cells_of_all_traps_none_is_wrong_and_hardly_any_is_asked_about(
    tmp_path: Path,
) -> None:
    """The scorecard; `python -m benchmarks.reading` prints it with the reasons."""
    score: Counter[str] = Counter()
    for trap in TRAPS:
        score += judge(trap, tmp_path).score
    assert score["wrong"] == 0
    assert score["right"] > 2_400
    assert score["asked"] <= 0.02 * score["right"]


def test_the_judge_tells_right_from_wrong(tmp_path: Path) -> None:
    """A trap whose truth is another is found out, so the tests above can fail."""
    trap = Trap(
        "lies", "ig_list.csv", b"handle,followers\nanna,12\nben,13\n",
        {"anna": {"followers": 13}, "zoe": {"followers": 1}}, ("never said",),
    )  # fmt: skip
    outcome = judge(trap, tmp_path)
    assert outcome.score == {"wrong": 2}
    assert outcome.wrong[0] == "anna.followers: 12 instead of 13"
    assert outcome.untold == ["never said"]
