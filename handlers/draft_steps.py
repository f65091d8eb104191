"""What the decision on a draft does to its partnership."""

from domain.draft_review import stage_after_approval, stage_after_reopening
from domain.partnership import Stage, may_move
from domain.shortlist import CardState
from domain.stage_plan import StagePlan, stage_plan
from handlers import drawing, forecasting
from storage import approvals, audit, brands, drafts, people, shortlists
from storage.cards import number_of
from storage.models import Card, Partnership, Shortlist
from storage.transaction import Transaction


def decided(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """An approved draft takes its partnership on; a rejected one asks for the next version."""
    shortlist.state, shortlist.decided_at = shortlists.DECIDED, tx.now
    tx.session.add(shortlist)
    tx.session.flush()
    draft = drafts.of_card(tx, number_of(card))
    partnership = approvals.get(tx, draft.partnership_id) if draft else None
    if draft is not None and partnership is not None:
        if card.state == CardState.APPROVED:
            after = stage_after_approval(Stage(partnership.stage), plan_of(tx, partnership).skipped)
            _move(tx, partnership, after)
        note(tx, partnership, f"version {draft.version} {card.state}")
    drawing.say_draft_decided(tx, card, shortlist)


def reopened(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """The partnership goes back to the review, unless it went on since."""
    draft = drafts.of_card(tx, number_of(card))
    partnership = approvals.get(tx, draft.partnership_id) if draft else None
    if draft is not None and partnership is not None:
        after = stage_after_reopening(Stage(partnership.stage), plan_of(tx, partnership).skipped)
        _move(tx, partnership, after)
        note(tx, partnership, f"version {draft.version} reopened")
    drawing.say_draft_decided(tx, card, shortlist)


def plan_of(tx: Transaction, partnership: Partnership) -> StagePlan:
    """How the partnership's brand names and skips its stages."""
    brand = brands.get(tx, partnership.brand_id) if partnership.brand_id else None
    return stage_plan(brand.stages if brand else None)


def note(tx: Transaction, partnership: Partnership, what: str) -> None:
    """Put it on the partnership's record."""
    audit.record(tx, "change", "partnership", partnership.id or 0, after={"draft": what})


def _move(tx: Transaction, partnership: Partnership, to: Stage) -> None:
    before = Stage(partnership.stage)
    if before != to and may_move(before, to):
        by = people.find(tx, tx.actor) if tx.actor else None
        approvals.move(tx, partnership, to, by.id if by else None)
        forecasting.when_moved(tx, partnership)
