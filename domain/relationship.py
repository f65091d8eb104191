"""How it went with this creator so far: what partnerships brought and earlier decisions."""

from dataclasses import dataclass

from domain.part import BEST, Part, PartName
from domain.wording import counted, listed

AS_EXPECTED = 7_000
"""A partnership that brought exactly what was expected: better than an unknown creator."""
LOWEST_RATING, HIGHEST_RATING = 1, 5
_PARTNERSHIP_SHARE, _DECISION_SHARE = 4, 1
_ALWAYS_REJECTED, _ALWAYS_APPROVED = 2_000, 8_000
SOURCE = "your team's record"


@dataclass(frozen=True)
class PartnershipOutcome:
    """What one partnership brought so far. None is unknown.

    engagements: counted on its posts; expected: the forecast, or what a benchmark gives,
    for the same posts; rating: the team's, 1 (poor) to 5 (excellent). finished: it is done.
    """

    engagements: int | None = None
    expected: float | None = None
    rating: int | None = None
    finished: bool = True


@dataclass(frozen=True)
class History:
    """All that the team knows of working with a creator.

    outcomes: of partnerships that are done, and of those with results or feedback before that.
    approvals, rejections: decided cards. last_rejection: the reason given, as it is shown.
    """

    outcomes: tuple[PartnershipOutcome, ...] = ()
    approvals: int = 0
    rejections: int = 0
    last_rejection: str = ""


def outcome_value(outcome: PartnershipOutcome) -> int | None:
    """One partnership, 0 to 10,000: results against the forecast and the rating, equally.

    Nothing is 0, as expected 7,000, twice the forecast and more 10,000. None when neither
    results nor a rating are known.
    """
    known = [
        value
        for value in (_against_the_forecast(outcome), _rating_value(outcome.rating))
        if value is not None
    ]
    return sum(known) // len(known) if known else None


def relationship_value(history: History) -> int | None:
    """The part's value, 0 to 10,000; None when there is no history.

    Partnerships count four times what decisions count; decisions alone stay between
    2,000 and 8,000.
    """
    partnerships = _mean([outcome_value(outcome) for outcome in history.outcomes])
    decisions = _decisions_value(history)
    if partnerships is None or decisions is None:
        return decisions if partnerships is None else partnerships
    whole = _PARTNERSHIP_SHARE + _DECISION_SHARE
    return (_PARTNERSHIP_SHARE * partnerships + _DECISION_SHARE * decisions) // whole


def relationship_part(history: History, weight: int) -> Part:
    """The relationship part of a fit."""
    value = relationship_value(history)
    return Part(
        name=PartName.RELATIONSHIP,
        value=value,
        weight=weight,
        evidence=_evidence(history),
        source=SOURCE if value is not None else "",
    )


def _against_the_forecast(outcome: PartnershipOutcome) -> int | None:
    if outcome.engagements is None or not outcome.expected or outcome.expected <= 0:
        return None
    ratio = min(max(outcome.engagements / outcome.expected, 0.0), 2.0)
    if ratio <= 1:
        return round(AS_EXPECTED * ratio)
    return AS_EXPECTED + round((BEST - AS_EXPECTED) * (ratio - 1))


def _rating_value(rating: int | None) -> int | None:
    if rating is None:
        return None
    within = min(max(rating, LOWEST_RATING), HIGHEST_RATING)
    return BEST * (within - LOWEST_RATING) // (HIGHEST_RATING - LOWEST_RATING)


def _decisions_value(history: History) -> int | None:
    decided = history.approvals + history.rejections
    if decided == 0:
        return None
    return _ALWAYS_REJECTED + (_ALWAYS_APPROVED - _ALWAYS_REJECTED) * history.approvals // decided


def _mean(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) // len(known) if known else None


def _evidence(history: History) -> str:
    said = [*_partnership_evidence(history), *_decision_evidence(history)]
    return f"{'; '.join(said)}." if said else "No history with your team yet."


def _partnership_evidence(history: History) -> list[str]:
    if not history.outcomes:
        return []
    finished = sum(outcome.finished for outcome in history.outcomes)
    under_way = len(history.outcomes) - finished
    said = listed(
        [
            *([counted(finished, "finished partnership")] if finished else []),
            *([f"{counted(under_way, 'partnership')} under way"] if under_way else []),
        ]
    )
    ratios = [
        outcome.engagements / outcome.expected
        for outcome in history.outcomes
        if outcome.engagements is not None and outcome.expected
    ]
    ratings = [outcome.rating for outcome in history.outcomes if outcome.rating is not None]
    if ratios:
        said += f", {sum(ratios) / len(ratios):.0%} of the engagement expected".replace("%", " %")
    if ratings:
        said += f", rated {sum(ratings) / len(ratings):.1f} of {HIGHEST_RATING}"
    return [said]


def _decision_evidence(history: History) -> list[str]:
    said = []
    if history.approvals:
        said.append(f"approved {counted(history.approvals, 'time')}")
    if history.rejections:
        reason = f" (last: {history.last_rejection})" if history.last_rejection else ""
        said.append(f"rejected {counted(history.rejections, 'time')}{reason}")
    return said
