"""What one step of a two-stage review does to the other."""

from domain import shortlist as rules
from handlers import access, drawing
from handlers.answer import Refused
from handlers.cards import GONE, require_asker_or_manager
from storage import audit, cards, shortlists
from storage.cards import number_of
from storage.models import Card, Person, Shortlist
from storage.transaction import Transaction


def call_back(tx: Transaction, team: Card) -> None:
    """The team's card was reopened: the client is no longer asked about the creator."""
    theirs = cards.of_client(tx, [number_of(team)]).get(number_of(team))
    locked = cards.lock(tx, number_of(theirs)) if theirs else None
    if locked is None:
        return
    after = rules.call_back(locked.rules)
    if after == locked.rules:
        return
    card = cards.record(tx, locked, after)
    audit.record(tx, "call back", "card", locked.id, before={"state": locked.rules.state})
    drawing.redraw_card(tx, card)
    drawing.redraw_summary(tx, locked.shortlist)
    if locked.shortlist.state == shortlists.DECIDED:
        drawing.correct_all_decided(tx, locked.shortlist)


def asked_list(tx: Transaction, person: Person, first_id: int) -> Shortlist:
    """The client's list of a team's, for its asker and managers who see its brand.

    Raises:
        Refused: there is none, or it is not for this person.
    """
    asked = shortlists.of_client(tx, first_id)
    if asked is None or not access.may_see_brand(tx, person, asked.brand_id):
        raise Refused(GONE)
    require_asker_or_manager(tx, person, asked)
    return asked
