"""Forecasts against posts that came afterwards: how often the interval held, and by what loss.

Posts of each account are taken in the order of time; each from the eleventh on is forecast from
those before it. The rules' constants were chosen on the accounts of the first half; what is to be
believed is the second half. Beside them stand what anybody would do: the plain median of recent
posts, their own tenth and ninth decile, and the mean of the other accounts.
"""

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median

from domain.creator import Platform
from domain.engagement import ReachPool, size_band
from domain.findable import Pools
from domain.forecast import MOST_POSTS, Measure, Track, one_post
from domain.log_normal import log_of, sum_of
from domain.look_up import PostSeen
from domain.quantiles import pool_quantiles
from domain.recent_posts import engagements
from domain.written_dates import written_date

FIRST = 10
MOST_A_ACCOUNT = 150
LEVELS = (0.1, 0.5, 0.9)
PRETENDED = 20_000
"""Files of posts tell no followers: all accounts of a file are taken for one size."""
_ACCOUNT = ("channelTitle", "account", "Keyword")
_DATE = ("publishedAt", "Published At", "Date")
_COUNTS = {
    "views": ("viewCount", "Views", "Impressions"),
    "likes": ("likeCount", "Likes"),
    "comments": ("commentCount", "Comments"),
    "shares": ("shareCount", "Shares"),
}

History = Mapping[str, Sequence[PostSeen]]
"""Posts of each account, the oldest first."""


@dataclass
class Score:
    """Losses and hits by account, so that each counts the same however much it posts."""

    held: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    widths: list[float] = field(default_factory=list)
    losses: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, account: str, came: float, ways: Mapping[str, Sequence[float]]) -> None:
        """One post: what came, and its deciles by each way of forecasting; the first is ours."""
        low, _, high = ways["ours"]
        self.held[account].append(float(low <= came <= high))
        self.widths.append(high - low)
        for name, deciles in ways.items():
            self.losses[name][account].append(_loss(came, deciles))
        for name in ("ours", "median of recent posts"):
            miss = abs(came - ways[name][1])
            self.losses[f"middle alone, {name}"][account].append(miss / 2)

    def line(self, name: str) -> str:
        """The score in a line."""
        posts = sum(map(len, self.held.values()))
        held = fmean(fmean(each) for each in self.held.values())
        losses = {
            way: fmean(fmean(each) for each in of.values()) for way, of in self.losses.items()
        }
        said = "  ".join(f"{way} {loss:.3f}" for way, loss in losses.items())
        return (
            f"  {name:<44}{len(self.held):>3} accounts {posts:>5} posts  holds {held:>4.0%}  "
            f"ends {math.exp(median(self.widths)):>5.1f} times apart  loss: {said}"
        )


def run(files: Sequence[Path]) -> None:
    """Print how forecasts did on files of posts."""
    if not files:
        print("Forecasts: name files of posts with --posts to try them on.")
        return
    for path in files:
        history = read(path)
        print(f"Forecasts of single posts, {path.name}: {len(history)} accounts")
        for measure in Measure:
            for name, score in scores(history, measure):
                print(score.line(f"{measure}, {name}"))


def read(path: Path) -> History:
    """Posts by account, the oldest first; a file without a column of accounts is of one."""
    found: dict[str, list[PostSeen]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for place, row in enumerate(csv.DictReader(file)):
            day = written_date(_cell(row, _DATE))
            if not isinstance(day, dt.date):
                continue
            counts = {name: _count(_cell(row, headers)) for name, headers in _COUNTS.items()}
            found[_cell(row, _ACCOUNT)].append(
                PostSeen(url=str(place), published_at=_midday(day), **counts)
            )
    return {
        account: sorted(posts, key=lambda post: post.published_at or _midday(dt.date.min))
        for account, posts in sorted(found.items())
        if len(posts) > 2 * FIRST
    }


def scores(history: History, measure: Measure) -> list[tuple[str, Score]]:
    """What was tuned on, what was held out, and held out from few posts alone."""
    accounts = list(history)
    if len(accounts) > 1:
        halves = [set(accounts[1::2]), set(accounts[0::2])]
        chosen: list[Callable[[str, int], bool]] = [
            lambda account, _: account in halves[0],
            lambda account, _: account in halves[1],
        ]
    else:
        middle = len(next(iter(history.values()))) // 2
        chosen = [lambda _, place: place < middle, lambda _, place: place >= middle]
    return [
        ("first half", _score(history, measure, chosen[0], MOST_POSTS)),
        ("second half, held out", _score(history, measure, chosen[1], MOST_POSTS)),
        ("second half, from 5 posts alone", _score(history, measure, chosen[1], 5)),
    ]


def _score(
    history: History, measure: Measure, chosen: Callable[[str, int], bool], seen: int
) -> Score:
    score = Score()
    for account, posts in history.items():
        others = [of for name, of in history.items() if name != account]
        pools, usual = _pools(others), _usual(others, measure)
        places = [place for place in range(FIRST, len(posts)) if chosen(account, place)]
        for place in places[:: max(1, len(places) // MOST_A_ACCOUNT)]:
            came = _value(posts[place], measure)
            recent = list(reversed(posts[max(0, place - seen) : place]))
            if came is None or not any(_value(one, measure) is not None for one in recent):
                continue
            if ours := _ours(recent, measure, pools):
                score.add(account, log_of(came), {"ours": ours, **_plain(recent, measure, usual)})
    return score


def _ours(recent: Sequence[PostSeen], measure: Measure, pools: Pools) -> list[float] | None:
    track = Track(Platform.OTHER, PRETENDED, tuple(recent))
    level = one_post(track, pools, dt.datetime.max.replace(tzinfo=dt.UTC))[measure]
    if level is None:
        return None
    total = sum_of(level, 1)
    return [math.log(total.at(steps)) for steps in (-1, 0, 1)]


def _plain(
    recent: Sequence[PostSeen], measure: Measure, usual: float | None
) -> dict[str, list[float]]:
    """What anybody would do, as three deciles each."""
    logs = sorted(log_of(value) for one in recent if (value := _value(one, measure)) is not None)
    middle = median(logs)
    ways = {
        "median of recent posts": [middle] * 3,
        "their deciles": [_quantile(logs, 0.1), middle, _quantile(logs, 0.9)],
    }
    return ways | ({"mean of the others": [usual] * 3} if usual is not None else {})


def _pools(others: Sequence[Sequence[PostSeen]]) -> Pools:
    """The other accounts as the workspace would know them: views a post for each follower."""
    averages = [
        fmean(known) / PRETENDED
        for posts in others
        if (known := [one.views for one in posts if one.views])
    ]
    if len(averages) < 2:
        return Pools()
    pool = ReachPool(Platform.OTHER, pool_quantiles(averages), len(averages))
    return Pools(reach={(Platform.OTHER, size_band(PRETENDED)): pool})


def _usual(others: Sequence[Sequence[PostSeen]], measure: Measure) -> float | None:
    means = [
        fmean(known)
        for posts in others
        if (known := [value for one in posts if (value := _value(one, measure)) is not None])
    ]
    return log_of(fmean(means)) if means else None


def _loss(came: float, deciles: Sequence[float]) -> float:
    """Pinball loss, on the scale of logarithms, as the mean of the three."""
    return fmean(
        (came - at) * level if came >= at else (at - came) * (1 - level)
        for level, at in zip(LEVELS, deciles, strict=True)
    )


def _value(post: PostSeen, measure: Measure) -> int | None:
    return post.views if measure is Measure.VIEWS else engagements(post)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _cell(row: Mapping[str, str | None], headers: Iterable[str]) -> str:
    return next((row[header] or "" for header in headers if header in row), "")


def _count(cell: str) -> int | None:
    """A count; −1 and empty cells are unknown."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return int(value) if value >= 0 else None


def _midday(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
