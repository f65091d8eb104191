"""Rows of one file that are about the same profile become one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.conversion_remarks import Contradiction
from domain.creator import Figures, ProfileSnapshot
from domain.handle import profile_key
from domain.repeats import agree
from domain.told_posts import newest_told

_RATE = ("engagement_rate", "rate_definition")
_TEXTS = (
    *("display_name", "url", "bio", "country", "language", "audience_country"),
    *("audience_language", "verified", "email", "note"),
)


class Merged(NamedTuple):
    """Profiles without repeats; `merged` counts the rows that went into others."""

    snapshots: list[ProfileSnapshot]
    merged: int
    contradictions: list[Contradiction]


def merge_duplicates(snapshots: Iterable[ProfileSnapshot]) -> Merged:
    """One snapshot for each platform and handle (any case), in the order of first sight."""
    groups: dict[object, list[ProfileSnapshot]] = {}
    for snapshot in snapshots:
        groups.setdefault(profile_key(snapshot.platform, snapshot.handle), []).append(snapshot)
    merged = [merge(group) for group in groups.values()]
    return Merged(
        [snapshot for snapshot, _ in merged],
        sum(len(group) - 1 for group in groups.values()),
        [contradiction for _, found in merged for contradiction in found],
    )


def merge(group: Sequence[ProfileSnapshot]) -> tuple[ProfileSnapshot, list[Contradiction]]:
    """One snapshot for several of one profile, and in what they differ beyond rounding.

    The newest is kept, of several of one date the fullest, of equally full ones the last; the
    others fill its gaps, with figures only where they are of the same date.
    """
    if len(group) == 1:
        return group[0], []
    places = range(len(group))
    order = sorted(places, key=lambda place: (*_weight(group[place]), place), reverse=True)
    best, *others = (group[place] for place in order)
    contradictions = [
        Contradiction(best.handle, name, _written(kept), _written(other))
        for older in others
        for name, kept, other in _differences(best, older)
    ]
    for other in others:
        best = _filled(best, other)
    posts = newest_told(post for one in group for post in one.told_posts)
    return (best.model_copy(update={"told_posts": posts}) if posts else best), contradictions


def _written(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) < 1:
        return str(value)
    return f"{value:,.0f}"


def _weight(snapshot: ProfileSnapshot) -> tuple[dt.date, int]:
    known = sum(getattr(snapshot, name) is not None for name in _TEXTS)
    known += sum(value is not None for _, value in snapshot.figures)
    known += len(snapshot.categories) + len(snapshot.tags) + len(snapshot.extra)
    return snapshot.as_of or dt.date.min, known


def _differences(
    best: ProfileSnapshot, other: ProfileSnapshot
) -> Iterable[tuple[str, object, object]]:
    if best.as_of == other.as_of:
        differing = [
            (name, kept, value)
            for name, kept in best.figures
            if kept is not None
            and (value := getattr(other.figures, name)) is not None
            and not _alike(kept, value)
        ]
        derived = len(differing) > 1  # a rate differs because what it is made of differs
        yield from (found for found in differing if not (derived and found[0] in _RATE))
    for name in _TEXTS:
        kept, value = getattr(best, name), getattr(other, name)
        if kept is not None and value is not None and not _alike(kept, value):
            yield name, kept, value


def _alike(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return agree(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def _filled(best: ProfileSnapshot, other: ProfileSnapshot) -> ProfileSnapshot:
    update: dict[str, Any] = {
        name: getattr(other, name) for name in _TEXTS if getattr(best, name) is None
    }
    update["categories"] = tuple(dict.fromkeys(best.categories + other.categories))
    update["tags"] = tuple(dict.fromkeys(best.tags + other.tags))
    update["links"] = tuple(dict.fromkeys(best.links + other.links))
    update["same_as"] = tuple(dict.fromkeys(best.same_as + other.same_as))
    update["verified_links"] = tuple(dict.fromkeys(best.verified_links + other.verified_links))
    update["extra"] = {**other.extra, **best.extra}
    if best.as_of == other.as_of:
        update["figures"] = _filled_figures(best.figures, other.figures)
    return best.model_copy(update=update)


def _filled_figures(best: Figures, other: Figures) -> Figures:
    """Gaps filled one by one; a rate comes together with its definition."""
    gaps = {
        name: value
        for name, value in other
        if value is not None and getattr(best, name) is None and name not in _RATE
    }
    if best.engagement_rate is None and other.engagement_rate is not None:
        gaps |= {name: getattr(other, name) for name in _RATE}
    return best.model_copy(update=gaps) if gaps else best
