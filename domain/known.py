"""What is known of a profile now, from all that was ever said of it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.creator import Figures, ProfileSnapshot

_TOGETHER = ("engagement_rate", "rate_definition")
"""A rate means nothing without what it was divided by, so both come from one snapshot."""
_DESCRIPTIONS = (
    "display_name",
    "url",
    "bio",
    "country",
    "language",
    "audience_country",
    "audience_language",
    "verified",
    "email",
)
_FIGURES = tuple(name for name in Figures.model_fields if name not in _TOGETHER)


class FigureGroup(StrEnum):
    """Figures that are told with one date, the telling one first."""

    RATE = "engagement rate"
    FOLLOWERS = "followers"
    AVERAGES = "averages a post"
    COUNTS = "posts and following"
    AUTHENTICITY = "share of real followers"
    FEE = "fee"


_GROUPS: dict[FigureGroup, tuple[str, ...]] = {
    FigureGroup.RATE: ("engagement_rate",),
    FigureGroup.FOLLOWERS: ("followers",),
    FigureGroup.AVERAGES: (
        "average_views",
        "average_likes",
        "average_comments",
        "average_shares",
        "average_engagements",
        "authentic_engagements",
    ),
    FigureGroup.COUNTS: ("following", "posts", "total_views"),
    FigureGroup.AUTHENTICITY: ("fake_follower_share", "credibility"),
    FigureGroup.FEE: ("fee",),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said something, and the date on which it was true; as_of: None = date unknown."""

    as_of: dt.date | None
    source: str


Origins = Mapping[str, Origin]
"""By name of a field of `ProfileSnapshot` or `Figures`; what is unknown is not in it."""


def known_now(snapshots: Sequence[ProfileSnapshot]) -> ProfileSnapshot:
    """One snapshot of what is known now: for each fact the newest that says anything.

    Args:
        snapshots: at least one, of one profile, in the order in which they came in. Undated ones
            count as older than all dated ones; of one date the later in order wins.

    Returns:
        as_of, source: of the engagement rate, so that no rate looks fresher than it is; where
            none is known of the followers, else of the newest snapshot. `origins` has the others.
    """
    if len(snapshots) == 1:
        return snapshots[0]
    ordered = _ordered(snapshots)
    newest = ordered[-1]
    facts: dict[str, Any] = {name: _newest(ordered, name) for name in _DESCRIPTIONS}
    figures: dict[str, Any] = {
        name: _newest([one.figures for one in ordered], name) for name in _FIGURES
    }
    for one in ordered:
        if one.figures.engagement_rate is not None:
            figures |= {name: getattr(one.figures, name) for name in _TOGETHER}
    extra: dict[str, str] = {}
    for one in ordered:
        extra |= one.extra
    telling = _telling(ordered)
    return ProfileSnapshot.model_construct(
        platform=newest.platform,
        handle=newest.handle,
        categories=next((one.categories for one in reversed(ordered) if one.categories), ()),
        post_texts=next((one.post_texts for one in reversed(ordered) if one.post_texts), ()),
        links=next((one.links for one in reversed(ordered) if one.links), ()),
        verified_links=next((one.verified_links for one in reversed(ordered) if one.links), ()),
        figures=Figures.model_construct(**figures),
        extra=extra,
        tags=tuple(dict.fromkeys(tag for one in ordered for tag in one.tags)),
        as_of=telling.as_of,
        source=telling.source,
        **facts,
    )


def is_only_history(before: Sequence[ProfileSnapshot], one: ProfileSnapshot) -> bool:
    """Whether a snapshot is older than what is known and changes nothing of what is shown.

    before: what was said of the profile so far, in the order in which it came in.
    """
    dates = [each.as_of for each in before if each.as_of]
    if not dates or (one.as_of or dt.date.min) >= max(dates):
        return False
    tags = {tag for each in before for tag in each.tags}
    if set(one.tags) - tags or one.note not in (None, *(each.note for each in before)):
        return False
    twice = [before[0], *before]  # so that a single one is merged as several are
    return known_now(twice) == known_now([*twice, one])


def origins(snapshots: Sequence[ProfileSnapshot]) -> dict[str, Origin]:
    """Where each fact of `known_now` comes from, and of which date it is."""
    found: dict[str, Origin] = {}
    for one in _ordered(snapshots):
        origin = Origin(one.as_of, one.source)
        said = [name for name in _DESCRIPTIONS if getattr(one, name) is not None]
        said += [name for name in _FIGURES if getattr(one.figures, name) is not None]
        if one.figures.engagement_rate is not None:
            said += _TOGETHER
        if one.categories:
            said.append("categories")
        if one.post_texts:
            said.append("post_texts")
        found |= dict.fromkeys(said, origin)
    return found


def of_groups(known: Origins) -> dict[FigureGroup, Origin]:
    """The origin of each group of figures; where its figures differ, that of the oldest."""
    found: dict[FigureGroup, Origin] = {}
    for group, names in _GROUPS.items():
        said = [known[name] for name in names if name in known]
        if said:
            found[group] = min(said, key=lambda origin: origin.as_of or dt.date.min)
    return found


def source_of(known: Origins, names: Iterable[str]) -> str:
    """Who said the first of these fields that is known; "" when none is."""
    for name in names:
        if name in known:
            return known[name].source
    return ""


def _ordered(snapshots: Sequence[ProfileSnapshot]) -> list[ProfileSnapshot]:
    return sorted(snapshots, key=lambda snapshot: snapshot.as_of or dt.date.min)


def _newest(ordered: Sequence[Any], name: str) -> Any:
    for one in reversed(ordered):
        value = getattr(one, name)
        if value is not None:
            return value
    return None


def _telling(ordered: Sequence[ProfileSnapshot]) -> ProfileSnapshot:
    """The snapshot whose date and source stand beside the figures."""
    for name in ("engagement_rate", "followers"):
        for one in reversed(ordered):
            if getattr(one.figures, name) is not None:
                return one
    return ordered[-1]
