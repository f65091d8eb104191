"""What a platform's terms let be worked out from its figures, and what may only be shown.

Raw counts are always shown. Where nothing may be derived (`may_derive`), no rate, average, growth
or fit follows from them; a profile of which a file says something too is judged by the file alone.
"""

from collections.abc import Collection, Sequence

from domain.creator import Figures, ProfileSnapshot
from domain.fit import Fit
from domain.recent_posts import POSTS_SEEN

NEED_LEAVE = frozenset({"youtube"})
"""Sources from whose figures nothing is derived until the operator says that it may be."""

_DERIVED = (
    "average_views",
    "average_likes",
    "average_comments",
    "average_shares",
    "average_engagements",
    "authentic_engagements",
    "engagement_rate",
    "rate_definition",
)


def under_terms(snapshot: ProfileSnapshot, underived: Collection[str]) -> ProfileSnapshot:
    """The snapshot as it may be used: of these sources raw counts alone are left."""
    if snapshot.source not in underived:
        return snapshot
    raw = snapshot.figures.model_copy(update=dict.fromkeys(_DERIVED))
    extra = {name: value for name, value in snapshot.extra.items() if name != POSTS_SEEN}
    return snapshot.model_copy(update={"figures": raw, "extra": extra, "may_derive": False})


def judged_by(history: Sequence[ProfileSnapshot]) -> Sequence[ProfileSnapshot]:
    """What a profile may be judged by; empty where that is forbidden.

    history: snapshots of one profile. Those that say no more than a name tell nothing to judge by
    where another may not be used.
    """
    if all(one.may_derive for one in history):
        return history
    free = [one for one in history if one.may_derive]
    return free if any(map(_says_something, free)) else ()


def withheld(shown: ProfileSnapshot) -> ProfileSnapshot:
    """The snapshot of a profile that may be shown and not judged."""
    return shown.model_copy(update={"may_derive": False})


def fit_under_terms(fit: Fit, underived: Collection[str]) -> Fit:
    """A fit that was kept, without what was worked out where nothing may be worked out now."""
    named = next((part.source for part in fit.parts if part.source in underived), None)
    return fit if named is None else Fit(parts=(), withheld=named)


def _says_something(one: ProfileSnapshot) -> bool:
    return bool(one.figures != Figures() or one.bio or one.categories)
