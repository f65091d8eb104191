"""`/influencer find`: creators ranked by an explained fit, and what is done with the answer."""

import re
import threading
from dataclasses import replace
from typing import Any

from handlers import (
    access,
    channels,
    criteria,
    finding,
    home,
    look_up,
    naming,
    relaxing,
    searches_run,
)
from handlers.answer import Answer, Refused, say
from handlers.context import Context
from handlers.criteria import Asked
from handlers.features import Feature
from handlers.finding import Page
from handlers.payloads import Action, Command
from storage import brands, creators, outbox, saved_searches
from storage.models import Person
from storage.transaction import Transaction
from views import elements, no_results
from views import naming as naming_view
from views import results as view
from views.message import Message
from views.no_results import NoResults
from views.results import Results, SearchState

TOO_OLD = "This search is no longer here. Please type it again: `/influencer find …`."
MENTION = re.compile(r"(?<!owner:)(?<!owned-by:)<@[^<>]*>", re.IGNORECASE)
NAMELESS_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{2,})\|?>")
LIMITED = "This brief is limited; its results can't be posted here."
_SEARCHING = threading.BoundedSemaphore(2)
"""One search works while another waits for the database: more at once only slow each other down."""
LONGEST_WAIT_SECONDS = 0.5
"""For a turn: where the database hangs, everybody is to hear so while Slack still listens."""


def find(command: Command, context: Context) -> Answer:
    """The ten best creators for the words typed; one look at the database, no call to Slack."""
    command = replace(command, text=_with_channels_named(command.text, context))
    if colleague := _colleague(context, command.text):
        return Answer(message=colleague)
    message, asked = _searched(context, SearchState(command.text), command.channel_id)
    return look_up.beside(command, context, asked, message) if asked else Answer(message=message)


def _with_channels_named(text: str, context: Context) -> str:
    """The words typed; where Slack made a channel of "#skincare" and hid its name, that name."""

    def named(mark: re.Match[str]) -> str:
        name = channels.name_of(mark[1], context)
        return f"#{name}" if name else mark[0]

    return NAMELESS_CHANNEL.sub(named, text)


def _colleague(context: Context, text: str) -> Message | None:
    """Where a creator's handle was taken by Slack for a colleague: whose, and which creator."""
    mark = MENTION.search(text)
    if mark is None:
        return None
    with context.reading() as tx:
        access.require_member(tx, context)
        meant = naming.meant(tx, mark[0])
        choices = [(one.id, one.handle, one.platform) for one in meant.found or meant.near]
    return naming_view.is_colleague(meant.colleague or "somebody", choices)


def turn_page(action: Action, context: Context) -> Answer | None:
    """Another page of the same search, or another search that was offered, in place of this one."""
    _replace(action, context, _answer(context, _state(action), action.channel_id))
    return None


def post(action: Action, context: Context) -> Answer | None:
    """Show the list to everybody in the channel, as the person asked.

    Searched anew with the eyes of everybody: nothing of a limited brand is in it. Where people
    from outside may read it, prices and the team's own words are left out of what was searched.
    """
    state = _state(action)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        asked = _read_for_everybody(tx, context, person, state)
        page = finding.page(tx, asked, context.services.vocabulary, skip=state.skip)
    if not page.lines:
        raise Refused("There is nothing to post any more: the search finds nobody now.")
    name = person.name or person.real_name or "A colleague"
    outsiders = channels.look(action.channel_id, context).has_outsiders is not False
    said = asked.query.describe(context.services.vocabulary, outsiders=outsiders)
    shown = replace(_results(context, state, asked, page, action.channel_id), said=said)
    message = view.posted(shown, name)
    with context.writing() as tx:
        outbox.respond(
            tx,
            f"{context.delivery}:post",
            action.response_url,
            {**message.payload(), "response_type": "in_channel", "replace_original": False},
        )
    return None


def save(action: Action, context: Context) -> Answer | None:
    """Keep the search on the person's Home."""
    state = _state(action)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        saved = saved_searches.save(tx, person.id or 0, state.text or "everybody")
        tx.session.flush()
        home.draw(tx, context, person)
        return context.settle(
            tx, say(f"Saved: “{elements.escape(saved.text, 200)}” is on my Home tab.")
        )


def run_from_home(action: Action, context: Context) -> Answer | None:
    """Run a search of the person's Home; the answer comes as a direct message."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        stored = saved_searches.get(tx, person.id or 0, _number(action))
    if stored is None:
        raise Refused(TOO_OLD)
    return Answer(message=_answer(context, SearchState(stored.text), action.channel_id))


def forget(action: Action, context: Context) -> Answer | None:
    """Take a search off the person's Home."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        saved_searches.forget(tx, person.id or 0, _number(action))
        home.draw(tx, context, person)
    return None


def _answer(context: Context, state: SearchState, channel_id: str) -> Message:
    message, asked = _searched(context, state, channel_id)
    return look_up.with_new_offer(message, context, asked) if asked else message


def _searched(
    context: Context, state: SearchState, channel_id: str
) -> tuple[Message, Asked | None]:
    """The answer, and the search as it was understood; None where it is not clear."""
    in_turn = _SEARCHING.acquire(timeout=LONGEST_WAIT_SECONDS)
    try:
        return _search(context, state, channel_id)
    finally:
        if in_turn:
            _SEARCHING.release()


def _search(context: Context, state: SearchState, channel_id: str) -> tuple[Message, Asked | None]:
    with context.reading() as tx:
        person = access.require_member(tx, context)
        try:
            asked = _read(tx, context, person, state)
        except criteria.WhichBrief as which:
            which_one = no_results.which_brief(which.asked, which.choices, none=which.none)
            return which_one, None
        page = finding.page(tx, asked, context.services.vocabulary, skip=state.skip)
        if page.lines:
            message = view.results(_results(context, state, asked, page, channel_id))
        elif state.skip:
            return _search(context, SearchState(state.text, 0, state.unknown_too), channel_id)
        else:
            message = _nobody(tx, context, person, state, asked, page)
    searches_run.note(context, asked.query.text)
    return message, asked


def _nobody(
    tx: Transaction,
    context: Context,
    person: Person,
    state: SearchState,
    asked: Asked,
    page: Page,
) -> Message:
    if not creators.any_there(tx):
        return no_results.no_creators(may_import=access.is_manager(person))
    culprit, relaxed = relaxing.nearest(tx, context, person, asked.query)
    return no_results.nobody(
        NoResults(
            state=state,
            said=_said(context, asked),
            culprit=culprit,
            relaxed=relaxed,
            unknown=page.counts.unknown,
            other_currency=page.counts.other_currency,
        )
    )


def _read(
    tx: Transaction,
    context: Context,
    person: Person,
    state: SearchState,
    hidden: frozenset[int] | None = None,
) -> Asked:
    return criteria.read(
        tx,
        context.services.vocabulary,
        person,
        state.text,
        unknown_too=state.unknown_too,
        hidden=hidden,
    )


def _read_for_everybody(
    tx: Transaction, context: Context, person: Person, state: SearchState
) -> Asked:
    """The search with the eyes of everybody, where it still means the same brief to them."""
    try:
        mine = _read(tx, context, person, state)
    except criteria.WhichBrief:
        raise Refused(TOO_OLD) from None
    try:
        asked = _read(tx, context, person, state, hidden=brands.hidden_from(tx, None))
    except criteria.WhichBrief:
        raise Refused(LIMITED) from None
    if asked.brief_id != mine.brief_id:
        raise Refused(LIMITED)
    return asked


def _results(
    context: Context, state: SearchState, asked: Asked, page: Page, channel_id: str
) -> Results:
    again = SearchState(asked.query.text, state.skip, state.unknown_too)
    may_post = channel_id[:1] in ("C", "G")
    return finding.shown(asked, page, _said(context, asked), again, may_post=may_post)


def _said(context: Context, asked: Asked) -> str:
    left_out = [f"left out {one}" for one in asked.query.left_out]
    return " · ".join([asked.query.describe(context.services.vocabulary), *left_out])


def _state(action: Action) -> SearchState:
    try:
        return SearchState.read(action.value)
    except ValueError as error:
        raise Refused(TOO_OLD) from error


def _number(action: Action) -> int:
    return int(action.value) if action.value.isdigit() else 0


def _replace(action: Action, context: Context, message: Message) -> None:
    payload: dict[str, Any] = {**message.payload(), "replace_original": True}
    with context.writing() as tx:
        outbox.respond(tx, f"{context.delivery}:replace", action.response_url, payload)


FEATURE = Feature(
    commands={"find": find, "search": find},
    actions={
        "find_run": turn_page,
        "find_page": turn_page,
        "find_unknown": turn_page,
        "find_post": post,
        "find_save": save,
        "search_run": run_from_home,
        "search_forget": forget,
    },
    kept_in_memory=(searches_run.store_all,),
)
