"""The process in which a plan is worked out; started by `sources.solving`, which see."""

import pickle
import sys
from collections.abc import Sequence

from domain.plan import Chosen, Row, Unsolved, answers
from sources.process_limits import limit_memory, limit_time

MEMORY = 1 << 30
SECONDS = 4.0
"""Of one question to the solver, on the clock."""
_OPTIMAL, _LIMIT, _INFEASIBLE = 0, 1, 2


def main() -> None:
    """Read what is asked, answer, and end."""
    candidates, limits = pickle.load(sys.stdin.buffer)  # noqa: S301  from who started this process
    limit_time(80)
    limit_memory(MEMORY)
    try:
        found = answers(candidates, limits, solve)
    except Unsolved:
        found = None
    pickle.dump(found, sys.stdout.buffer)


def solve(values: Sequence[float], wishes: Sequence[Row]) -> Chosen | None:
    """The best set by HiGHS, see `domain.plan.Solve`."""
    import numpy as np  # noqa: PLC0415  only where a plan is worked out
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415

    if not values:
        return None
    places = [(at, place) for at, row in enumerate(wishes) for place in row.counts]
    counts = [count for row in wishes for count in row.counts.values()]
    if places:
        down, across = zip(*places, strict=True)
    else:
        down, across = (), ()
    matrix = csr_array((counts, (down, across)), shape=(len(wishes), len(values)), dtype=float)
    largest = max(values)
    found = milp(
        -np.asarray(values) / largest,
        integrality=np.ones(len(values)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            matrix,
            np.array([row.least for row in wishes], dtype=float),
            np.array([np.inf if row.most is None else row.most for row in wishes], dtype=float),
        ),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status == _INFEASIBLE:
        return None
    if found.status not in (_OPTIMAL, _LIMIT) or found.x is None:
        raise Unsolved
    gap = float(found.mip_gap) if found.status == _LIMIT else 0.0
    return Chosen(tuple(int(place) for place in np.flatnonzero(found.x > 0.5)), gap)


if __name__ == "__main__":
    main()
