"""What a client's card shows: the team's card, less all that was not ticked for the client."""

from collections.abc import Sequence
from dataclasses import replace

from domain.client_review import ClientReview, Tick
from domain.decision import REOPENED
from domain.money import format_money
from domain.shortlist import CardState
from handlers import card_views
from storage import briefs, cards, people, profiles, reasons, shortlists
from storage.cards import number_of
from storage.models import Card, Shortlist
from storage.transaction import Transaction
from views.card_view import CardView, ForClient, Votes


def view_of(tx: Transaction, card: Card, shortlist: Shortlist) -> CardView:
    """A client's card with all that it shows."""
    team, first = cards.first(tx, card, shortlist)
    sees = _ticks(shortlist.sees or ())
    return _less(tx, card_views.view_of(tx, card, shortlist), team, first, sees)


def preview(
    tx: Transaction, team: Sequence[Card], first: Shortlist, review: ClientReview
) -> list[CardView]:
    """The cards as a client would see these creators, before anything is posted."""
    names = people.names(tx, review.approvers)
    awaited = tuple(names.get(one) or card_views.SOMEBODY for one in review.approvers)
    sees = _ticks(review.sees)
    found = []
    for card in team:
        known = replace(
            card_views.view_of(tx, card, first),
            state=CardState.OPEN,
            quorum=review.quorum,
            votes=Votes(awaited=awaited),
            decided_by=(),
            decided_at=None,
            reasons=(),
            earlier=(),
            cautions=(),
            client=None,
            partnership_id=None,
            outsiders=True,
        )
        found.append(_less(tx, known, card, first, sees))
    return found


def _ticks(sees: Sequence[str]) -> frozenset[Tick]:
    return frozenset(Tick(one) for one in sees if one in {*Tick})


def _less(
    tx: Transaction, view: CardView, team: Card, first: Shortlist, sees: frozenset[Tick]
) -> CardView:
    """The view with what was ticked, from the team's card, and with nothing else of it."""
    shown = ForClient(
        sees=sees,
        fee=_fee(tx, team) if Tick.COST in sees else "",
        contact=_contact(tx, team) if Tick.CONTACT in sees else "",
        approved_by=_approved_by(tx, team) if Tick.VOTES in sees else (),
    )
    if Tick.REASONS in sees:
        given = reasons.of_cards(tx, [number_of(team)])[number_of(team)]
        told = card_views.given_reasons(tx, given, team, first)
        shown = replace(shown, team_reasons=tuple(one for one in told if one.category != REOPENED))
    if Tick.OTHER_BRANDS in sees:
        brief = briefs.get(tx, first.brief_id) if first.brief_id else None
        asker = people.by_id(tx, first.asker_id)
        view = replace(
            view,
            earlier=card_views.earlier(tx, team, first),
            cautions=card_views.cautions_of(tx, team, first, brief, asker),
        )
    return replace(
        view,
        for_client=shown,
        partnership_id=None,
        brief_changed=False,
        expected=card_views.expected(tx, team, outsiders=True),
    )


def _fee(tx: Transaction, team: Card) -> str:
    known = profiles.current(tx, [team.profile_id]).get(team.profile_id)
    fee = known.snapshot.figures.fee if known else None
    return f"{format_money(fee)} a post" if fee else ""


def _contact(tx: Transaction, team: Card) -> str:
    known = profiles.current(tx, [team.profile_id]).get(team.profile_id)
    return (known.snapshot.email or "") if known else ""


def _approved_by(tx: Transaction, team: Card) -> tuple[str, ...]:
    names = people.names(tx, team.decided_by)
    return tuple(names.get(one) or card_views.SOMEBODY for one in team.decided_by)


def of_list(tx: Transaction, asked: Shortlist) -> list[CardView]:
    """All cards of a client's list that were not called back."""
    rows = cards.of_shortlist(tx, shortlists.number_of(asked))
    return [view_of(tx, row, asked) for row in rows if row.state != CardState.WITHDRAWN]
