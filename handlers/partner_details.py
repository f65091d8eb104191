"""One partnership in full."""

from typing import Any

from domain import comment_words
from domain.comments import Feedback
from domain.shortlist import CardState
from handlers import access, codes, partners
from handlers.context import Context
from handlers.features import Feature
from handlers.forecast_lines import forecast_of
from handlers.partnership_history import history
from handlers.partnership_lines import line_of, today_of
from handlers.payloads import Action
from storage import comments, drafts, overviews, post_results, results
from storage.models import Partnership, Person
from storage.transaction import Transaction
from views import codes as view_codes
from views import partner_details as view


def show_details(action: Action, context: Context) -> None:
    """Open one partnership in full."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        details = drawn(tx, context, person, partners.visible(tx, person, action.value))
    context.open_modal(action.trigger_id, details)


def drawn(tx: Transaction, context: Context, person: Person, row: Partnership) -> dict[str, Any]:
    """A partnership with its terms, posts, codes and all that was changed of it."""
    one = overviews.overviews(tx, [row])[0]
    readings = results.readings(tx, [one.id])[one.id]
    readings |= post_results.of_posts(tx, [post.id or 0 for post in one.posts])
    line = line_of(one, today_of(tx, person), readings)
    kept = {"partnership": one.id}
    selling = view_codes.selling(*codes.given(tx, context, one.id))
    changes = history(tx, one.id, one.plan)
    versions = [(d.version, CardState(c.state)) for d, c in drafts.with_cards(tx, one.id)]
    written = comments.of_partnerships(tx, [one.id]).get(one.id, Feedback())
    said = comment_words.lines(written)
    return view.details(line, changes, kept, forecast_of(tx, one), selling, versions, said)


FEATURE = Feature(actions={"partner_details": show_details})
