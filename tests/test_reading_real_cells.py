"""Each figure of the real files is what stands there, by rules written apart from the reader."""

from pathlib import Path

import pytest

from tests.real_truth import FILES, judge_real


@pytest.mark.parametrize("name", FILES)
def test_no_figure_of_a_real_file_is_silently_wrong(name: str, shared_data: Path) -> None:
    score, wrong = judge_real(shared_data / "creators" / name)
    assert wrong == []
    assert score["right"] >= 190
    assert score["asked"] <= 0.01 * score["right"]
