"""Looking creators up on platforms: beside `find`, by a button, and keeping whom one finds."""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from typing import NamedTuple

from domain.creator import Platform
from domain.wording import PLATFORM_NAMES
from handlers import access, criteria
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.criteria import Asked
from handlers.features import Feature
from handlers.look_up_asking import COMPARE, ask, compare
from handlers.look_up_question import closed, key_of, searchable
from handlers.payloads import Action, Command
from storage import live_accounts, look_ups, profiles
from storage.database import Unavailable
from storage.models import LookUp, Person
from storage.transaction import Transaction
from views import creator_facts, elements
from views import look_up as view
from views.message import Message
from views.results import SearchState

log = logging.getLogger(__name__)

TOO_OLD = "This search is no longer here. Please type it again: `/influencer find …`."
GONE = "This creator is no longer here."


def with_new_offer(message: Message, context: Context, asked: Asked) -> Message:
    """The answer with the button for those platforms that were not asked the same lately."""
    platforms = searchable(context, asked)
    if not platforms:
        return message
    with context.reading() as tx:
        key = key_of(asked, context.services.vocabulary)
        lately = look_ups.answered_lately(tx, key, platforms)
    return with_offer(message, context, asked, besides=lately)


def with_offer(
    message: Message, context: Context, asked: Asked, besides: Collection[str] = ()
) -> Message:
    """The answer with the button that asks platforms for more, where any can be asked.

    besides: platforms that are not offered.
    """
    platforms = [one for one in searchable(context, asked) if one not in besides]
    if not platforms:
        return message
    blocks = message.blocks or [elements.section(message.text)]
    names = [PLATFORM_NAMES[one] for one in platforms]
    offer = view.offer(names, SearchState(asked.query.text))
    return message.model_copy(update={"blocks": [*blocks, offer]})


def beside(command: Command, context: Context, asked: Asked, message: Message) -> Answer:
    """The answer to a search: the platforms that it names are asked on the side, others offered.

    Where there is nothing new to ask, nothing is written.
    """
    platforms = searchable(context, asked) if asked.query.platforms else ()
    place = (command.text, command.channel_id, command.response_url)
    try:
        if platforms:
            with context.reading() as tx:
                plan = _plan(tx, context, access.acting_person(tx, context), asked, platforms)
            if plan.is_new:
                return _begin_beside(context, asked, platforms, place, message)
            return Answer(message=_noted(message, plan.said))
    except Unavailable:  # what was found is shown all the same, with the button to try again
        log.warning("a look-up could not be stored: the database is busy or out of reach")
    return Answer(message=with_offer(message, context, asked))


def _begin_beside(
    context: Context,
    asked: Asked,
    platforms: Sequence[Platform],
    place: tuple[str, str, str],
    message: Message,
) -> Answer:
    with context.writing() as tx:
        person = access.acting_person(tx, context)
        said = _begin(tx, context, person, asked, platforms, place)
        return context.settle(tx, Answer(message=_noted(message, said)))


def _noted(message: Message, said: str) -> Message:
    blocks = [*(message.blocks or []), elements.context(said)]
    return Message(text=f"{message.text}\n{said}", blocks=blocks)


def press(action: Action, context: Context) -> Answer | None:
    """*Look on …* under results."""
    try:
        state = SearchState.read(action.value)
    except ValueError as error:
        raise Refused(TOO_OLD) from error
    with context.writing() as tx:
        person = access.require_member(tx, context)
        try:
            asked = criteria.read(tx, context.services.vocabulary, person, state.text)
        except criteria.WhichBrief:
            raise Refused(TOO_OLD) from None
        platforms = searchable(context, asked)
        if not platforms:
            raise Refused("No platform can be asked for this at present.")
        place = (state.text, action.channel_id, action.response_url)
        said = _begin(tx, context, person, asked, platforms, place)
        return context.settle(tx, Answer(message=Message(text=said)))


def keep(action: Action, context: Context) -> Answer | None:
    """*Keep*: a creator that was found on a platform joins the list."""
    number = int(action.value) if action.value.isdigit() else 0
    with context.writing() as tx:
        access.require_member(tx, context)
        known = profiles.current(tx, [number]).get(number)
        if known is None:
            raise Refused(GONE)
        joined = live_accounts.keep(tx, [known.profile.creator_id])
        said = view.kept(creator_facts.plain_handle(known.snapshot), already=not joined)
        return context.settle(tx, Answer(message=Message(text=said)))


def _begin(
    tx: Transaction,
    context: Context,
    person: Person,
    asked: Asked,
    platforms: Sequence[Platform],
    place: tuple[str, str, str],
) -> str:
    """Write a question down, for those platforms that did not answer it lately.

    place: the search as typed, the channel, and the response_url where it was asked. Gives what
    to say at once.
    """
    plan = _plan(tx, context, person, asked, platforms)
    if plan.is_new:
        text, channel_id, url = place
        question = LookUp(
            workspace_id=tx.workspace_id,
            person_id=person.id,
            asked_key=plan.key,
            text=text,
            platforms=[one.value for one in plan.to_ask],
            channel_id=channel_id,
            response_url=url,
            created_at=tx.now,
        )
        look_ups.add(tx, question)
    return plan.said


class _Plan(NamedTuple):
    """What becomes of a question. is_new: it has to be stored. said: what to say at once."""

    key: str
    to_ask: Sequence[Platform]
    is_new: bool
    said: str


def _plan(
    tx: Transaction,
    context: Context,
    person: Person,
    asked: Asked,
    platforms: Sequence[Platform],
) -> _Plan:
    """Which platforms are to be asked, and which answered lately or ask to be left alone."""
    key = key_of(asked, context.services.vocabulary)
    lately = look_ups.answered_lately(tx, key, platforms)
    shut = closed(tx, context, [one for one in platforms if one not in lately])
    to_ask = [one for one in platforms if one not in lately and one not in shut]
    waiting = look_ups.on_its_way(tx, key, person.id or 0, to_ask) if to_ask else None
    asked_at = {one: lately[one].at or tx.now for one in platforms if one in lately}
    notes = [view.begun([PLATFORM_NAMES[one] for one in to_ask])] if to_ask else []
    if asked_at:
        notes.append(view.looked_lately(_named(asked_at), tx.now))
    if shut:
        notes.append(view.closed(_named(shut)))
    return _Plan(key, to_ask, bool(to_ask) and waiting is None, " ".join(notes))


def _named(times: dict[Platform, dt.datetime]) -> dict[str, dt.datetime]:
    return {PLATFORM_NAMES[one]: at for one, at in times.items()}


FEATURE = Feature(
    actions={"look_up": press, "creator_keep": keep},
    jobs={look_ups.JOB: ask, COMPARE: compare},
)
