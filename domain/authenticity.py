"""Signs that an audience is real: evidence for a person to weigh, never a verdict.

No engagement figure can lower this part: likes, engagement rate and their ratios are
shown, but only what rises or stays with engagement is scored, so that more engagement
never costs a creator a place.
"""

from dataclasses import dataclass

from domain.creator import Figures, ProfileSnapshot
from domain.part import BEST, Part, PartName
from domain.quantiles import Quantiles, percentile, place
from domain.wording import percent

WORST_CREDIBILITY = 0.5
"""At or below this share of real followers the signal is 0; tools warn below 75 %."""
MANY_FOLLOWED = 1_500
MOST_FOLLOWED = 7_500
NO_WARNING = 7_000
"""A weak sign that is in order says little: it stops short of the best value."""
_CREDIBILITY_WEIGHT, _FOLLOWING_WEIGHT, _COMMENTS_WEIGHT = 6, 2, 2
_UNUSUAL_LOW, _UNUSUAL_HIGH = 2.5, 97.5
_MEDIAN = 50


@dataclass(frozen=True)
class AuthenticityPeers:
    """What is usual among accounts of the same platform; None where too few are known.

    comments_per_follower, likes_to_comments: 101 quantiles of those ratios.
    """

    comments_per_follower: Quantiles | None = None
    likes_to_comments: Quantiles | None = None


def credibility(figures: Figures) -> float | None:
    """The share of followers that are real, 0-1: as given, else 1 less the fake share."""
    if figures.credibility is not None:
        return figures.credibility
    fake = figures.fake_follower_share
    return None if fake is None else 1 - fake


def comments_per_follower(figures: Figures) -> float | None:
    """Average comments a post for each follower, or None when either is unknown."""
    if figures.average_comments is None or not figures.followers:
        return None
    return figures.average_comments / figures.followers


def likes_to_comments(figures: Figures) -> float | None:
    """Average likes for each comment, or None when either is unknown or there are none."""
    if figures.average_likes is None or not figures.average_comments:
        return None
    return figures.average_likes / figures.average_comments


def authenticity_value(figures: Figures, peers: AuthenticityPeers | None = None) -> int | None:
    """The part's value, 0 to 10,000: the weighted mean of the signs that are known.

    Real followers count 6, accounts followed 2, comments per follower 2. None when no
    sign is known. Never falls when any engagement figure rises.
    """
    signs = [
        (weight, value)
        for weight, value in (
            (_CREDIBILITY_WEIGHT, _credibility_value(figures)),
            (_FOLLOWING_WEIGHT, _following_value(figures)),
            (_COMMENTS_WEIGHT, _comments_value(figures, peers)),
        )
        if value is not None
    ]
    if not signs:
        return None
    return sum(weight * value for weight, value in signs) // sum(weight for weight, _ in signs)


def authenticity_part(
    profile: ProfileSnapshot, weight: int, peers: AuthenticityPeers | None = None
) -> Part:
    """The authenticity part of a fit, with every known sign as evidence."""
    figures = profile.figures
    value = authenticity_value(figures, peers)
    scored = [
        *_credibility_evidence(figures),
        *_following_evidence(figures),
        *_comments_evidence(figures, peers),
    ]
    shown = _ratio_evidence(figures, peers)
    said = "; ".join([*scored, *shown]) or "no evidence on the audience's authenticity"
    return Part(
        name=PartName.AUTHENTICITY,
        value=value,
        weight=weight,
        evidence=f"{said[0].upper()}{said[1:]}.",
        source=profile.source if value is not None else "",
    )


def _credibility_value(figures: Figures) -> int | None:
    share = credibility(figures)
    if share is None:
        return None
    share = min(1.0, max(WORST_CREDIBILITY, share))
    return round(BEST * (share - WORST_CREDIBILITY) / (1 - WORST_CREDIBILITY))


def _following_value(figures: Figures) -> int | None:
    if figures.following is None:
        return None
    above = min(max(figures.following, MANY_FOLLOWED), MOST_FOLLOWED) - MANY_FOLLOWED
    return NO_WARNING - NO_WARNING * above // (MOST_FOLLOWED - MANY_FOLLOWED)


def _comments_value(figures: Figures, peers: AuthenticityPeers | None) -> int | None:
    ratio = comments_per_follower(figures)
    if ratio is None or peers is None or peers.comments_per_follower is None:
        return None
    return min(NO_WARNING, 2 * NO_WARNING * place(ratio, peers.comments_per_follower) // BEST)


def _credibility_evidence(figures: Figures) -> list[str]:
    share = credibility(figures)
    return [] if share is None else [f"{percent(share)} of followers judged real"]


def _following_evidence(figures: Figures) -> list[str]:
    if figures.following is None:
        return []
    remark = "more" if figures.following > MANY_FOLLOWED else "no more"
    return [f"follows {figures.following:,} accounts, {remark} than {MANY_FOLLOWED:,}"]


def _comments_evidence(figures: Figures, peers: AuthenticityPeers | None) -> list[str]:
    ratio = comments_per_follower(figures)
    if ratio is None or peers is None or peers.comments_per_follower is None:
        return []
    above = int(percentile(ratio, peers.comments_per_follower))
    return [f"{ratio * 1000:.2g} comments per 1,000 followers, above {above} % of its platform"]


def _ratio_evidence(figures: Figures, peers: AuthenticityPeers | None) -> list[str]:
    ratio = likes_to_comments(figures)
    if ratio is None or peers is None or peers.likes_to_comments is None:
        return []
    usual = peers.likes_to_comments
    if _UNUSUAL_LOW <= percentile(ratio, usual) <= _UNUSUAL_HIGH:
        return []
    return [
        f"{ratio:,.0f} likes for each comment where {usual[_MEDIAN]:,.0f} are usual "
        "(worth a look, not scored)"
    ]
