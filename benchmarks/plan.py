"""Plans of many candidates: the solver beside greedy choices, and what it costs.

Candidates are invented: expected engagements and costs spread log-normally, costs follow what is
expected, loosely; thirty niches; overlapping tiers. Both keep to the same wishes.
"""

import random
import resource
import time
from collections import Counter
from collections.abc import Sequence

from domain.plan import Candidate, Ends, Limits, Row, rows, worth
from sources.solving import best_sets

SEEDS = (1, 2, 3)
WISHES = (
    ("a small budget, up to 25", Limits(100_000, 25, {}, None)),
    ("€5,000, up to 10, mix, 2 a niche",
     Limits(500_000, 10, {"nano": Ends(2, None), "mid": Ends(1, 3)}, 2)),
    ("€30,000, up to 25, mix, 3 a niche",
     Limits(3_000_000, 25, {"nano": Ends(5, None), "mid": Ends(3, 6)}, 3)),
)  # fmt: skip


def run(count: int) -> None:
    """Print how much more the solver finds, and its time, for each kind of wishes."""
    print(f"\nplans of {count:,} candidates, {len(SEEDS)} invented lists each")
    for said, limits in WISHES:
        ratios, seconds, cpu, gaps, none = [], [], [], [], 0
        for seed in SEEDS:
            candidates = invented(count, seed)
            values = [one.value for one in candidates]
            before, began = _children(), time.perf_counter()
            found = best_sets(candidates, limits).best
            seconds.append(time.perf_counter() - began)
            cpu.append(_children() - before)
            if found is None:
                raise AssertionError("there is a set, and none was found")
            gaps.append(found.gap)
            plain = greedy(candidates, limits)
            if plain is None:
                none += 1
            else:
                ratios.append(worth(values, found.places) / worth(values, plain))
        more = (
            f"{min(ratios):.3f}–{max(ratios):.3f} times the greedy set" if ratios else "no greedy"
        )
        failed = f", greedy finds none in {none} of {len(SEEDS)}" if none else ""
        exact = "exact" if max(gaps) <= 0 else f"gap up to {max(gaps):.2%}"
        print(f"  {said:36} {more}{failed}; {exact}")
        print(
            f"  {'':36} three sets in {max(seconds):.1f} s at most, {max(cpu):.1f} s of processor"
        )
    print(f"  a process that has SciPy's solver: {_peak()} MiB at most, gone when the plan is made")


def invented(count: int, seed: int) -> list[Candidate]:
    """Candidates with costs in cents."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        size = chance.lognormvariate(0, 1.2)
        tier = "nano" if size < 0.6 else "micro" if size < 3 else "mid"
        found.append(
            Candidate(
                value=600 * size * chance.lognormvariate(0, 0.5),
                cost=max(500, round(200 * size * chance.lognormvariate(0, 0.6)) * 100),
                tiers=(tier,),
                niche=f"niche {chance.randrange(30)}",
            )
        )
    return found


def greedy(candidates: Sequence[Candidate], limits: Limits) -> tuple[int, ...] | None:
    """The better of two: the best value for its price first, and the most value first."""
    values = [one.value for one in candidates]
    orders = (
        [one.value / one.cost for one in candidates],
        values,
    )
    found = [made for by in orders if (made := _greedy(candidates, limits, by)) is not None]
    return max(found, key=lambda places: worth(values, places), default=None)


def _greedy(
    candidates: Sequence[Candidate], limits: Limits, by: Sequence[float]
) -> tuple[int, ...] | None:
    """The first by an order, as long as all wishes can hold; None if they don't in the end.

    Those whom a wish for "at least" needs are taken before the others.
    """
    order = sorted(range(len(candidates)), key=lambda place: by[place], reverse=True)
    chosen: list[int] = []
    upper = [row for row in rows(candidates, limits) if row.most is not None]
    counted: Counter[int] = Counter()
    for tier, ends in limits.tiers.items():
        wanted = ends.least
        for place in order:
            if wanted > 0 and tier in candidates[place].tiers:
                wanted -= _take(place, chosen, upper, counted)
    for place in order:
        _take(place, chosen, upper, counted)
    kept = all(row.holds(chosen) for row in rows(candidates, limits))
    return tuple(chosen) if kept else None


def _take(place: int, chosen: list[int], upper: Sequence[Row], counted: Counter[int]) -> bool:
    """Take one unless that is too much of anything."""
    if place in chosen:
        return False
    adds = {at: row.counts[place] for at, row in enumerate(upper) if place in row.counts}
    if any(counted[at] + count > (upper[at].most or 0) for at, count in adds.items()):
        return False
    chosen.append(place)
    counted.update(adds)
    return True


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
