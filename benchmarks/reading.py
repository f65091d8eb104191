"""How well files are understood: cells that are right, asked about and wrong.

Right is what a person meant. Asked is left open or marked as a guess before anything is stored.
Wrong is another value than was meant, which nobody would notice.
"""

from collections import Counter
from pathlib import Path

from tests import real_truth
from tests.trap_files import judge
from tests.trap_shapes import all_traps


def run(folder: Path, exports: Path | None) -> None:
    """Print the scorecard of the traps and, where there are some, of real exports."""
    print("\nReading files, cells     right    asked    wrong")
    traps: Counter[str] = Counter()
    wrong: list[str] = []
    for trap in all_traps():
        outcome = judge(trap, folder)
        traps += outcome.score
        wrong += [f"{trap.name}: {what}" for what in outcome.wrong]
    _line(f"{len(all_traps())} invented files", traps)
    for name in real_truth.FILES:
        if exports is not None and (exports / name).exists():
            score, failed = real_truth.judge_real(exports / name)
            _line(name, score)
            wrong += [f"{name}: {what}" for what in failed]
    for what in wrong[:20]:
        print(f"  wrong: {what}")


def _line(name: str, score: Counter[str]) -> None:
    print(f"{name[:22]:22}" + "".join(f"{score[kind]:9,}" for kind in ("right", "asked", "wrong")))
