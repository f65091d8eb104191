"""The best set of creators, found by a solver in a process of its own.

The solver (HiGHS, in SciPy) and its libraries take memory and time to load, so the bot never
loads them: a process is started for one plan, and ends.
"""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.plan import Answers, Candidate, Limits, Unsolved

LONGEST_SECONDS = 90
"""Of everything together; each of its questions has its own limit."""

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")

log = logging.getLogger(__name__)


def best_sets(candidates: Sequence[Candidate], limits: Limits) -> Answers:
    """The best set, the second best, and what a tenth more budget would buy.

    Raises:
        Unsolved: no set was found in time, or the process ended.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    environment["OPENBLAS_NUM_THREADS"] = "1"  # nothing here multiplies matrices
    asked = pickle.dumps((tuple(candidates), limits))
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "sources.solver_process"],
            input=asked,
            capture_output=True,
            env=environment,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unsolved from error
    if ended.returncode != 0:
        said = ended.stderr[-4_096:].decode(errors="replace")
        log.error("the solver ended with %s: %s", ended.returncode, said)
        raise Unsolved
    found: Answers | None = pickle.loads(ended.stdout)  # noqa: S301  our own process
    if found is None:
        raise Unsolved
    return found
