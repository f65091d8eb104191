"""What the asker may do with a posted shortlist: other approvers, cancel it, post it again."""

import json
import logging
from typing import Any

from domain.shortlist import UNDECIDED
from handlers import (
    access,
    audience,
    card_views,
    channels,
    drawing,
    outside_preview,
    posting,
    shortlist_form,
    voting,
)
from handlers import people as people_handler
from handlers.answer import Answer, FieldErrors, Refused
from handlers.cards import require_asker_or_manager, take_off
from handlers.channels import QuickLook
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import audit, cards, nudges, outbox, people, shortlists
from storage.models import Person, Shortlist
from storage.transaction import Transaction
from views import lost as lost_view
from views import shortlist as view
from views.message import Message

log = logging.getLogger(__name__)

GONE = "That shortlist is gone."
MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
CHANNEL_GONE = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "no_permission"}
)


def ask_terms(action: Action, context: Context) -> Answer | None:
    """Open the form with which approvers and quorum are changed."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        known = _get(tx, action.value)
        require_asker_or_manager(tx, person, known)
        number = shortlists.number_of(known)
        named = [one.slack_user_id for one in shortlists.approvers(tx, number)]
        form = view.terms(number, known.quorum, named, for_client=known.kind == shortlists.CLIENT)
    context.open_modal(action.trigger_id, form)
    return None


def change_terms(submission: Submission, context: Context) -> Answer:
    """Change who decides, and count the votes on undecided cards anew."""
    approvers, quorum = submission.chosen("approvers"), submission.text("quorum").strip()
    errors = shortlist_form.check_quorum(quorum, approvers)
    if errors:
        return Answer(errors=errors)
    people_handler.learn_now(context, approvers)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        known = _lock(tx, submission.metadata)
        as_client = known.kind == shortlists.CLIENT
        problem = posting.why_not_approvers(tx, approvers, as_client=as_client)
        if problem:
            raise FieldErrors({"approvers": problem})
        require_asker_or_manager(tx, person, known)
        if known.state != shortlists.OPEN:
            raise FieldErrors({"approvers": "This shortlist is no longer open."})
        number = shortlists.number_of(known)
        before = [one.slack_user_id for one in shortlists.approvers(tx, number)]
        voting.recount(tx, known, approvers, int(quorum))
        _tell_new_approvers(tx, known, person, set(approvers) - set(before))
        audit.record(tx, "change approvers", "shortlist", number,
                     before={"approvers": before},
                     after={"approvers": list(approvers), "quorum": int(quorum)})  # fmt: skip
        return context.settle(tx, Answer())


def cancel(action: Action, context: Context) -> Answer | None:
    """Withdraw what is open; what is decided stays decided."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        known = _lock(tx, action.value)
        require_asker_or_manager(tx, person, known)
        if known.state != shortlists.OPEN:
            return None
        number = shortlists.number_of(known)
        known.state = shortlists.CANCELLED
        tx.session.add(known)
        for locked in cards.lock_all(tx, number):
            if locked.rules.state in UNDECIDED:
                take_off(tx, locked)
        audit.record(tx, "cancel", "shortlist", number)
        drawing.redraw_summary(tx, known)
    return None


def channel_gone(event: dict[str, Any], context: Context) -> None:
    """A channel was archived or deleted, or the bot was taken out: the askers are told once."""
    with context.writing() as tx:
        for known in shortlists.open_in(tx, str(event["channel"])):
            _tell_channel_gone(tx, known)


def card_lost(failure: dict[str, Any], context: Context) -> None:
    """A card could not be posted or edited: the asker is told once, and may post it again."""
    with context.writing() as tx:
        card = cards.get(tx, int(failure["id"]))
        known = shortlists.get(tx, card.shortlist_id) if card else None
        if card is None or known is None:
            return
        if failure["error"] in CHANNEL_GONE:
            _tell_channel_gone(tx, known)
        elif failure["error"] in MESSAGE_GONE:
            shown = card_views.view_of(tx, card, known)
            message = lost_view.card_deleted(shown, known.channel_id)
            key = f"lost:{drawing.newest_key(tx, drawing.card_key(shown.card_id))}"
            outbox.direct(tx, key, _asker(tx, known).slack_user_id, message.payload())
        else:
            log.warning("card %s could not be shown: %s", failure["id"], failure["error"])


def summary_lost(failure: dict[str, Any], context: Context) -> None:
    """A summary could not be posted or edited: the asker is told once."""
    with context.writing() as tx:
        known = shortlists.get(tx, int(failure["id"]))
        if known is None:
            return
        if failure["error"] in CHANNEL_GONE:
            _tell_channel_gone(tx, known)
        elif failure["error"] in MESSAGE_GONE:
            number = shortlists.number_of(known)
            message = lost_view.summary_deleted(card_views.summary_of(tx, known), known.channel_id)
            key = f"lost:{drawing.newest_key(tx, drawing.summary_key(number))}"
            outbox.direct(tx, key, _asker(tx, known).slack_user_id, message.payload())


def repost_card(action: Action, context: Context) -> Answer | None:
    """Post a card anew whose message was deleted; its votes and its decision stand."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        number = int(action.value) if action.value.isdigit() else 0
        locked = cards.lock(tx, number)
        if locked is None:
            raise Refused(GONE)
        require_asker_or_manager(tx, person, locked.shortlist)
        drawing.post_card_again(tx, locked.row, locked.shortlist)
        audit.record(tx, "post again", "card", locked.id)
        said = {"replace_original": True, "text": "Posted again. All votes and decisions stand."}
        outbox.respond(tx, f"reposted:{tx.delivery}", action.response_url, said)
    return None


def ask_where(action: Action, context: Context) -> Answer | None:
    """Open the form that asks for the channel in which to post a shortlist again."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        known = _get(tx, action.value)
        require_asker_or_manager(tx, person, known)
        form = lost_view.move_modal(shortlists.number_of(known))
    context.open_modal(action.trigger_id, form)
    return None


def move(submission: Submission, context: Context) -> Answer:
    """Post the summary and the undecided cards again, in another channel or the same one."""
    channel_id = submission.text("channel")
    if not channel_id:
        return Answer(errors={"channel": "Please choose one."})
    seen = channels.look(channel_id, context)
    if seen.problem:
        return Answer(errors={"channel": seen.problem})
    if seen.has_outsiders:
        first = outside_preview.ask_first(
            submission, context, channel_id, channel_id,
            lambda tx: _moved(tx, context, submission, channel_id, seen),
        )  # fmt: skip
        if first is not None:
            return first
    with context.writing() as tx:
        _moved(tx, context, submission, channel_id, seen)
        return context.settle(tx, Answer())


def _moved(
    tx: Transaction, context: Context, submission: Submission, channel_id: str, seen: QuickLook
) -> list[Message]:
    """Post a shortlist in another channel; gives its cards as they are read there."""
    person = access.require_member(tx, context)
    kept = json.loads(submission.metadata)
    known = _lock(tx, str(kept["shortlist"]))
    require_asker_or_manager(tx, person, known)
    before, known.channel_id = known.channel_id, channel_id
    known.has_outsiders = seen.has_outsiders
    tx.session.add(known)
    if seen.has_outsiders is None:
        audience.ask_later(tx, channel_id)
    number = shortlists.number_of(known)
    if known.kind != shortlists.DRAFT:
        drawing.post_summary_again(tx, known)
    undecided = [one.row for one in cards.lock_all(tx, number) if one.rules.state in UNDECIDED]
    for card in undecided:
        drawing.post_card_again(tx, card, known)
    audit.record(tx, "move", "shortlist", number, before={"channel": before},
                 after={"channel": channel_id})  # fmt: skip
    return [drawing.message_of(tx, card, known) for card in undecided]


def _tell_channel_gone(tx: Transaction, known: Shortlist) -> None:
    message = lost_view.channel_gone(card_views.summary_of(tx, known), known.channel_id)
    key = f"lost:{drawing.summary_key(shortlists.number_of(known))}:{known.channel_id}"
    outbox.direct(tx, key, _asker(tx, known).slack_user_id, message.payload())


def _tell_new_approvers(tx: Transaction, known: Shortlist, by: Person, slack_ids: set[str]) -> None:
    """An edit notifies nobody, so new approvers hear of it in their next private message."""
    summary = card_views.summary_of(tx, known)
    for slack_id in sorted(slack_ids):
        person = people.get(tx, slack_id)
        text = lost_view.named_approver(summary, by.name, known.channel_id)
        nudges.add(tx, person.id or 0, f"approver:{known.id}:{slack_id}", text)


def _asker(tx: Transaction, known: Shortlist) -> Person:
    return people.by_id(tx, known.asker_id)


def _get(tx: Transaction, value: str) -> Shortlist:
    known = shortlists.get(tx, _number(value))
    if known is None:
        raise Refused(GONE)
    return known


def _lock(tx: Transaction, value: str) -> Shortlist:
    known = shortlists.lock(tx, _number(value))
    if known is None:
        raise Refused(GONE)
    return known


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


CHANNEL_EVENTS = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
)
FEATURE = Feature(
    events=dict.fromkeys(CHANNEL_EVENTS, (channel_gone,)),
    actions={
        "shortlist_terms": ask_terms,
        "shortlist_cancel": cancel,
        "shortlist_move": ask_where,
        "card_repost": repost_card,
    },
    submissions={"shortlist_terms": change_terms, "shortlist_move": move},
    failures={"card": card_lost, "summary": summary_lost},
)
