"""Shortlists: put creators before approvers, add to them, and see where each stands."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from handlers import (
    access,
    card_views,
    channels,
    drawing,
    naming,
    outside_preview,
    posting,
    shortlist_form,
)
from handlers import people as people_handler
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from storage import briefs, people, profiles, shortlists
from storage.models import Person, Shortlist
from storage.transaction import Transaction
from views import shortlist as view
from views.creator_facts import plain_handle
from views.shortlist import ShortlistForm, Standing

MOST_AT_ONCE = 25
LISTED_FOR = dt.timedelta(days=30)
USAGE = (
    "Type `/influencer shortlist` to see where each stands, or `/influencer shortlist add @anna`."
)


def shortlist_value(brief_id: int | None, profile_ids: Sequence[int]) -> str:
    """The value of a *Shortlist* button (action_id "shortlist" or "shortlist:…").

    brief_id: the brief that was searched for, None where there is none. profile_ids: the profile
    by which each creator is shown; at most the first 25 are kept.
    """
    numbers = ",".join(str(number) for number in profile_ids[:MOST_AT_ONCE])
    return f"{brief_id or ''}|{numbers}"


def open_shortlist_modal(
    context: Context,
    trigger_id: str,
    profile_ids: Sequence[int],
    channel_id: str,
    brief_id: int | None = None,
) -> None:
    """Open the modal that puts these creators before approvers.

    profile_ids: the profile by which each creator is shown. channel_id: where the person is.

    Raises:
        ModalNotOpened: Slack did not open it in time.
        Refused: none of the creators is there any more, or the person may not.
    """
    with context.reading() as tx:
        person = access.require_member(tx, context)
        place = json.dumps({"profiles": list(profile_ids[:MOST_AT_ONCE]), "channel": channel_id})
        shown = _form(tx, context, person, place, brief=str(brief_id or "") or None)
    context.open_modal(trigger_id, shown)


def press(action: Action, context: Context) -> Answer | None:
    """*Shortlist* under search results or a profile; see `shortlist_value`."""
    brief, _, numbers = action.value.partition("|")
    profile_ids = [int(number) for number in numbers.split(",") if number.isdigit()]
    brief_id = int(brief) if brief.isdigit() else None
    open_shortlist_modal(context, action.trigger_id, profile_ids, action.channel_id, brief_id)
    return None


def command(command: Command, context: Context) -> Answer:
    """Where each shortlist stands; `add @anna` puts creators on one."""
    word, _, rest = command.text.partition(" ")
    if word.lower() == "add" and rest.strip():
        with context.reading() as tx:
            access.require_member(tx, context)
            found = _read_creators(tx, rest)
            if isinstance(found, Answer):
                return found
        open_shortlist_modal(context, command.trigger_id, found, command.channel_id)
        return Answer()
    if word:
        raise Refused(USAGE)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        hidden = access.hidden_brands(tx, person)
        still_open = shortlists.still_open(tx, hidden)
        since = tx.now - LISTED_FOR
        closed = shortlists.closed(tx, since, hidden)
        return Answer(
            message=view.standings(
                [_standing(tx, context, one) for one in still_open],
                [_standing(tx, context, one) for one in closed],
                *shortlists.counts(tx, since, hidden),
            )
        )


def choose(action: Action, context: Context) -> Answer | None:
    """A brief or a shortlist was chosen in the modal: show the fields that belong to it."""
    submission = shortlist_form.filled_in(action.view)
    asked = shortlist_form.read(submission)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        shown = _form(
            tx,
            context,
            person,
            submission.metadata,
            brief=asked.brief or None,
            add_to=str(asked.add_to) if asked.add_to else None,
        )
    context.redraw_modal(shown, action.view)
    return None


def submit(submission: Submission, context: Context) -> Answer:
    """Post the summary and the cards, or add cards to a shortlist that is open."""
    asked = shortlist_form.read(submission)
    if asked.add_to is not None:
        return _add(submission, context, asked.add_to, asked.profile_ids)
    errors, seen = shortlist_form.errors_in(asked), channels.UNSEEN
    if not errors:
        people_handler.learn_now(context, asked.approvers)
        errors = shortlist_form.approver_errors(asked, context)
        seen = channels.look(asked.channel, context)
        if seen.problem:
            errors["channel"] = seen.problem
    if errors:
        return Answer(errors=errors)
    terms = posting.Terms(
        brief_id=int(asked.brief),
        channel_id=asked.channel,
        quorum=int(asked.quorum),
        approvers=asked.approvers,
        in_thread=asked.in_thread,
        has_outsiders=seen.has_outsiders,
    )
    first = outside_preview.ask_first(
        submission, context, terms.channel_id, (terms, asked.profile_ids),
        lambda tx: posting.preview(tx, context, terms, asked.profile_ids),
    ) if terms.has_outsiders else None  # fmt: skip
    return first or posting.post(context, terms, asked.profile_ids)


def _add(
    submission: Submission, context: Context, number: int, profile_ids: Sequence[int]
) -> Answer:
    """Add to a shortlist that is open, after a preview where people from outside read it."""
    with context.reading() as tx:
        known = shortlists.get(tx, number)
    first = outside_preview.ask_first(
        submission, context, known.channel_id, (number, profile_ids),
        lambda tx: posting.preview_added(tx, context, number, profile_ids),
    ) if known and known.has_outsiders else None  # fmt: skip
    return first or posting.add(context, number, profile_ids)


def _form(
    tx: Transaction,
    context: Context,
    person: Person,
    metadata: str,
    *,
    brief: str | None,
    add_to: str | None = None,
) -> dict[str, Any]:
    """The modal for the creators in `metadata`, with what belongs to the brief filled in."""
    hidden = access.hidden_brands(tx, person)
    names = briefs.names(tx, hidden)
    if not names:
        return view.no_brief()
    place = shortlist_form.place_of(metadata)
    creators = profiles.current(tx, place["profiles"])
    if not creators:
        raise Refused("These creators are no longer in your list.")
    chosen = brief if brief and int(brief) in names else None
    if chosen is None and len(names) == 1:
        chosen = str(next(iter(names)))
    open_lists = shortlists.still_open(tx, hidden)
    channel = place["channel"]
    return view.form(
        ShortlistForm(
            creators=[
                (str(number), plain_handle(creators[number].snapshot))
                for number in place["profiles"]
                if number in creators
            ],
            briefs=[(str(number), name) for number, name in names.items()],
            open_lists=[_choice(tx, one, names, ZoneInfo(person.timezone)) for one in open_lists],
            add_to=add_to,
            brief=chosen,
            channel=channel if channel[:1] in ("C", "G") else None,
            approvers=tuple(shortlists.last_approvers(tx, int(chosen))) if chosen else (),
            metadata=metadata,
        )
    )


def _choice(
    tx: Transaction, one: Shortlist, names: dict[int, str], zone: ZoneInfo
) -> tuple[str, str]:
    asker = people.by_id(tx, one.asker_id).name or card_views.SOMEBODY
    name = names.get(one.brief_id or 0, one.name)
    made = one.created_at.astimezone(zone)
    return str(shortlists.number_of(one)), f"{name}, asked by {asker} on {made.day} {made:%B}"


def _read_creators(tx: Transaction, typed: str) -> list[int] | Answer:
    """The profiles that a person named, one each; or the question which is meant, with choices."""
    named = [naming.meant(tx, word) for word in typed.split()[:MOST_AT_ONCE]]
    clear = [one.found[0].id or 0 for one in named if one.is_clear]
    unclear = [one for one in named if not one.is_clear]
    if not unclear:
        return clear
    asked = unclear[0]
    choices = [
        (shortlist_value(None, [*clear, one.id or 0]), f"{one.platform}:{one.handle}")
        for one in asked.found or asked.near
    ]
    others = [one.typed for one in unclear[1:]]
    return Answer(message=view.who_is_meant(asked.typed, asked.colleague, choices, others))


def _standing(tx: Transaction, context: Context, one: Shortlist) -> Standing:
    return Standing(
        summary=card_views.summary_of(tx, one),
        channel_id=one.channel_id,
        link=drawing.link_to_summary(tx, context.workspace.url, one),
    )


FEATURE = Feature(
    commands={"shortlist": command, "shortlists": command},
    actions={"shortlist": press, "shortlist_brief": choose, "shortlist_add_to": choose},
    submissions={"shortlist": submit},
    drawings={"card": drawing.card_now, "summary": drawing.summary_now},
)
