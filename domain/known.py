"""What is known of a profile now, from all that was ever said of it."""

import datetime as dt
from collections.abc import Sequence
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


def known_now(snapshots: Sequence[ProfileSnapshot]) -> ProfileSnapshot:
    """One snapshot of what is known now: for each fact the newest that says anything.

    Args:
        snapshots: at least one, of one profile, in the order in which they came in. Undated ones
            count as older than all dated ones; of one date the later in order wins.

    Returns:
        as_of: the date of the newest snapshot that carried a rate or followers.
    """
    if len(snapshots) == 1:
        return snapshots[0]
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.as_of or dt.date.min)
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
    return ProfileSnapshot.model_construct(
        platform=newest.platform,
        handle=newest.handle,
        categories=next((one.categories for one in reversed(ordered) if one.categories), ()),
        figures=Figures.model_construct(**figures),
        extra=extra,
        as_of=_date_of_figures(ordered),
        source=newest.source,
        **facts,
    )


def _newest(ordered: Sequence[Any], name: str) -> Any:
    for one in reversed(ordered):
        value = getattr(one, name)
        if value is not None:
            return value
    return None


def _date_of_figures(ordered: Sequence[ProfileSnapshot]) -> dt.date | None:
    for one in reversed(ordered):
        if one.figures.engagement_rate is not None or one.figures.followers is not None:
            return one.as_of
    return ordered[-1].as_of
