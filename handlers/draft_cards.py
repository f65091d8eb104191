"""A draft's card and what is said of it, from what is stored."""

from domain.creator import ProfileSnapshot
from domain.disclosure import check
from domain.partnership import Stage
from domain.stage_plan import stage_plan
from handlers import card_views
from storage import approvals, brands, drafts, people
from storage.cards import number_of
from storage.models import Card, Shortlist
from storage.transaction import Transaction
from views import draft as view
from views.draft import DraftView
from views.elements import mention
from views.message import Message


def message_of(tx: Transaction, card: Card, shortlist: Shortlist) -> Message:
    """A draft's card as it stands."""
    return view.card(card_views.view_of(tx, card, shortlist), draft_view(tx, card))


def said_of(tx: Transaction, card: Card, shortlist: Shortlist) -> Message:
    """What its thread is told of the decision, or of a card that was reopened since."""
    known = draft_view(tx, card)
    partnership = approvals.get(tx, known.partnership_id)
    owner = people.by_id(tx, shortlist.asker_id)
    stage = Stage(partnership.stage) if partnership else Stage.DRAFT
    brand = brands.get(tx, shortlist.brand_id) if shortlist.brand_id else None
    name = stage_plan(brand.stages if brand else None).name(stage)
    shown = card_views.view_of(tx, card, shortlist)
    return view.decided(shown, known, mention(owner.slack_user_id), name)


def draft_view(tx: Transaction, card: Card) -> DraftView:
    """The draft that is decided on a card, with its disclosure judged."""
    draft = drafts.of_card(tx, number_of(card))
    if draft is None:  # its partnership is gone
        return DraftView(partnership_id=0, version=1)
    platform = ProfileSnapshot.model_validate(card.profile).platform
    return DraftView(
        partnership_id=draft.partnership_id,
        version=draft.version,
        link=draft.link,
        file_name=draft.file_name,
        caption=draft.caption,
        disclosure=check(draft.caption, platform) if draft.caption else None,
    )
