"""`/influencer list`: named lists of creators."""

import re

from domain.brief import Found
from domain.wording import listed
from handlers import access, naming
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Command
from storage import lists, profiles
from storage.models import CreatorList
from storage.transaction import Transaction
from views import creator_facts
from views import lists as view
from views.elements import escape
from views.lists import ListLine
from views.message import Message

MOST_AT_ONCE = 25
USAGE = (
    "Type `/influencer list` for all lists, `/influencer list add @anna @ben to Spring`, "
    "`/influencer list remove @anna from Spring`, or `/influencer list delete Spring`."
)
_ADD = re.compile(r"(?P<who>\S.*?)\s+to\s+(?P<name>\S.*)", re.IGNORECASE | re.DOTALL)
_REMOVE = re.compile(r"(?P<who>\S.*?)\s+from\s+(?P<name>\S.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = "“”„\"'‘’ "


def command(command: Command, context: Context) -> Answer:
    """List the lists, or change one."""
    word, _, rest = command.text.strip().partition(" ")
    acts = {"add": _add, "remove": _remove, "delete": _delete}
    if not word:
        return _overview(context)
    if word.lower() in acts and rest.strip():
        return acts[word.lower()](rest.strip(), context)
    raise Refused(USAGE)


def _overview(context: Context) -> Answer:
    with context.reading() as tx:
        access.require_member(tx, context)
        named = lists.named_ones(tx)
        sizes = lists.sizes(tx, [one.id for one in named[: view.LISTED]])
        lines = [
            ListLine(one.id, one.name, sizes.get(one.id, 0), one.import_id is not None)
            for one in named
        ]
        return Answer(message=view.overview(lines))


def _add(rest: str, context: Context) -> Answer:
    match = _ADD.fullmatch(rest)
    if match is None:
        raise Refused(USAGE)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        handles = _creators(tx, match["who"])
        name = match["name"].strip(_QUOTES)[: lists.LONGEST_NAME]
        creator_list = lists.named(tx, name)
        new = creator_list is None
        if creator_list is None:
            creator_list = lists.create(tx, name, person.id)
        added = lists.add(tx, creator_list, list(handles))
        message = view.changed(
            creator_list.name,
            [handles[number] for number in added],
            [handle for number, handle in handles.items() if number not in added],
            new=new,
        )
        return context.settle(tx, Answer(message=message))


def _remove(rest: str, context: Context) -> Answer:
    match = _REMOVE.fullmatch(rest)
    if match is None:
        raise Refused(USAGE)
    with context.writing() as tx:
        access.require_member(tx, context)
        creator_list = _existing(tx, match["name"].strip(_QUOTES))
        handles = _creators(tx, match["who"])
        gone = lists.remove(tx, creator_list, list(handles))
        message = view.removed(
            creator_list.name,
            [handles[number] for number in gone],
            [handle for number, handle in handles.items() if number not in gone],
        )
        return context.settle(tx, Answer(message=message))


def _delete(rest: str, context: Context) -> Answer:
    with context.writing() as tx:
        person = access.require_member(tx, context)
        name = rest.strip(_QUOTES)
        creator_list = lists.named(tx, name)
        if creator_list is None:
            meant = _existing(tx, name).name if name else "Spring"
            example = f"`/influencer list delete {escape(meant, 60)}`"
            raise Refused(f"Please type the whole name of the list that is to go: {example}")
        if creator_list.import_id is not None:
            raise Refused("That list is an import; `/influencer imports` can undo it.")
        if creator_list.created_by != person.id and not access.is_manager(person):
            raise Refused("Only whoever made a list, or a manager, can delete it.")
        name = creator_list.name
        lists.delete_list(tx, creator_list)
        text = f"The list “{escape(name, 80)}” is gone; its creators are still here."
        return context.settle(tx, Answer(message=Message(text=text)))


def _creators(tx: Transaction, typed: str) -> dict[int, str]:
    """Creators by number, with their handles. Raises Refused, naming what is unclear."""
    found: dict[int, str] = {}
    for word in re.split(r"[\s,]+(?:and\s+)?", typed)[:MOST_AT_ONCE]:
        meant = naming.meant(tx, word)
        name = escape(meant.typed, 60)
        if not meant.found and meant.colleague is not None:
            raise Refused(f"That is {escape(meant.colleague, 60)} from your team, and no creator.")
        if not meant.found:
            raise Refused(f"I don't know a creator “{name}”. Try `/influencer find {name}`.")
        if len({one.creator_id for one in meant.found}) > 1:
            ways = listed([f"`{one.platform}:{one.handle}`" for one in meant.found[:4]])
            raise Refused(f"“{name}” is on several platforms. Please type one of {ways}.")
        profile = meant.found[0]
        known = profiles.current(tx, [profile.id or 0])
        handle = (
            creator_facts.plain_handle(known[profile.id].snapshot)
            if profile.id in known
            else f"@{profile.handle}"
        )
        found[profile.creator_id] = handle
    return found


def _existing(tx: Transaction, name: str) -> CreatorList:
    """The list of that name, or the only one that the name is a part of."""
    match = lists.find_by_part(tx, name)
    found = lists.get(tx, match.brief_ids[0]) if match.found is Found.ONE else None
    if found is not None:
        return found
    names = [f"“{escape(one, 60)}”" for one in list(lists.names(tx).values())[:5]]
    known = f" There is {listed(names)}." if names else ""
    raise Refused(f"There is no list “{escape(name, 60)}”.{known}")


FEATURE = Feature(commands={"list": command, "lists": command})
