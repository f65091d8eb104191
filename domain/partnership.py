"""Working with a creator: its stages, what it may cost, when work has begun."""

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.money import sums
from domain.shortlist import UNDECIDED, CardState


class Stage(StrEnum):
    """Where a partnership stands."""

    APPROVED = "approved"
    CONTACTED = "contacted"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    PRODUCT_SENT = "product sent"
    DRAFT = "draft in review"
    DUE = "content due"
    LIVE = "live"
    DONE = "done"
    DECLINED = "declined"


PIPELINE = (
    Stage.APPROVED,
    Stage.CONTACTED,
    Stage.NEGOTIATING,
    Stage.AGREED,
    Stage.PRODUCT_SENT,
    Stage.DRAFT,
    Stage.DUE,
    Stage.LIVE,
    Stage.DONE,
)
"""The stages in the order in which they are passed; steps in between may be skipped."""

OLD_RESULTS_DAYS = 7
"""Figures of a live partnership that are older than this are due again."""

_NEXT = {
    Stage.APPROVED: "write to them",
    Stage.CONTACTED: "wait for their answer",
    Stage.NEGOTIATING: "agree on the terms",
    Stage.AGREED: "log the post links once they are live",
    Stage.PRODUCT_SENT: "ask whether it arrived",
    Stage.DUE: "log the post links once they are live",
    Stage.DECLINED: "",
}
WORK = PIPELINE[PIPELINE.index(Stage.AGREED) :]
"""Stages from the agreement on."""
BEFORE_LIVE = WORK[: WORK.index(Stage.LIVE)]
"""Agreed, and nothing published yet."""
TALKS = (Stage.APPROVED, Stage.CONTACTED, Stage.NEGOTIATING)
"""Nothing is agreed yet."""


class DraftStanding(BaseModel):
    """The newest draft. undisclosed: its caption does not say in time that it is advertising."""

    model_config = ConfigDict(frozen=True)

    version: int
    state: CardState
    undisclosed: bool = False


class Costs(BaseModel):
    """What a partnership costs; each kind is optional and keeps its currency."""

    model_config = ConfigDict(frozen=True)

    fee: Money | None = None
    product_value: Money | None = None
    shipping: Money | None = None
    paid_boost: Money | None = None
    other: Money | None = None

    @property
    def known(self) -> tuple[Money, ...]:
        """The costs that were given, in the order of the fields."""
        given = (self.fee, self.product_value, self.shipping, self.paid_boost, self.other)
        return tuple(money for money in given if money is not None)

    @property
    def totals(self) -> tuple[Money, ...]:
        """One sum for each currency, leaving out sums of 0: those are not a cost known."""
        return tuple(total for total in sums(self.known) if total.amount > 0)


def moves_from(stage: Stage) -> tuple[Stage, ...]:
    """The stages that a partnership may move to, in the order in which to offer them.

    Forward to any later stage, since things are often logged afterwards; declined until
    the work is live; back by one step where something was logged too early, and from there
    to any stage since the agreement, for not everybody sends a product or sees a draft; from
    declined back into talks.
    """
    if stage == Stage.DECLINED:
        return TALKS
    back = _corrections(stage)
    onward = PIPELINE[PIPELINE.index(stage) + 1 :]
    declined = (Stage.DECLINED,) if stage not in (Stage.LIVE, Stage.DONE) else ()
    return (*onward, *declined, *back)


def _corrections(stage: Stage) -> tuple[Stage, ...]:
    earlier = PIPELINE[: PIPELINE.index(stage)][::-1]
    if stage in BEFORE_LIVE or stage == Stage.LIVE:
        worked = tuple(one for one in earlier if one in BEFORE_LIVE)
        return worked or earlier[:1]
    return earlier[:1]


def may_move(before: Stage, after: Stage) -> bool:
    """Whether a partnership may go from one stage to the other; staying is no move."""
    return after in moves_from(before)


def refused_move(before: Stage, after: Stage) -> str:
    """The sentence for a move that is not allowed, naming those that are."""
    allowed = ", ".join(moves_from(before))
    return f"A partnership that is {before} can't become {after}; it can become: {allowed}."


def first_stages() -> tuple[Stage, ...]:
    """The stages that a partnership may begin with where no shortlist approved the creator."""
    return (*PIPELINE[1:], Stage.DECLINED)


def next_step(
    stage: Stage,
    *,
    posts: int,
    results_as_of: dt.date | None,
    rated: bool,
    today: dt.date,
    draft: DraftStanding | None = None,
) -> str:
    """What is to be done next, as a short request; "" when nothing is.

    Args:
        stage: where the partnership stands.
        posts: how many post links are known.
        results_as_of: date of the newest figures, None when there are none.
        rated: whether the audience's feedback was logged.
        today: for the age of the figures.
        draft: the newest one, None where there is none.
    """
    if stage in BEFORE_LIVE and (wanted := _next_of_draft(stage, draft)):
        return wanted
    if stage in _NEXT:
        return _NEXT[stage]
    if not posts and results_as_of is None:
        return "log the post links"
    if results_as_of is None:
        return "log the results"
    if stage == Stage.LIVE:
        old = (today - results_as_of).days >= OLD_RESULTS_DAYS
        return "log newer results" if old else "set it to done when it is over"
    return "" if rated else "log the audience's feedback"


def _next_of_draft(stage: Stage, draft: DraftStanding | None) -> str:
    """What is to be done about the draft; "" when nothing is."""
    if draft is None or draft.state == CardState.WITHDRAWN:
        return "add the draft" if stage == Stage.DRAFT else ""
    if draft.state in UNDECIDED:
        return f"decide on version {draft.version} of the draft"
    if draft.state == CardState.REJECTED:
        return f"ask for version {draft.version + 1} of the draft"
    if draft.undisclosed:
        return "have the caption say that it is advertising, before it goes live"
    return _NEXT[Stage.DUE] if stage == Stage.DRAFT else ""


def work_started(stage: Stage) -> bool:
    """Whether work has begun (agreed or later): then a reopened card asks the owner."""
    return stage in WORK


def is_finished(stage: Stage) -> bool:
    """Whether the partnership is over and its outcome counts for the relationship."""
    return stage == Stage.DONE
