"""Named lists of creators: all of them, and what became of a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.wording import counted, listed
from views.elements import escape
from views.message import Blocks, Message
from views.results import SearchState
from views.written_blocks import actions, button, context, section

LISTED = 20


@dataclass(frozen=True)
class ListLine:
    """A list as it is named. imported: it was made by an import."""

    id: int
    name: str
    size: int
    imported: bool = False


def overview(lines: Sequence[ListLine]) -> Message:
    """All lists, the newest first."""
    if not lines:
        lead = "No lists yet. `/influencer list add @anna to Spring` makes one."
        return Message(text=lead, blocks=[section(lead)])
    lead = f"*{counted(len(lines), 'list')}*"
    blocks: Blocks = [section(lead)]
    blocks += [section(_line(line), accessory=_find(line)) for line in lines[:LISTED]]
    if len(lines) > LISTED:
        blocks.append(context(f"{len(lines) - LISTED:,} older lists are not shown."))
    blocks.append(
        context(
            "`/influencer list add @anna to Spring` · `/influencer list remove @anna from Spring`"
        )
    )
    named = "\n".join(_line(line) for line in lines[:LISTED])
    return Message(text=f"{lead}\n{named}", blocks=blocks)


def changed(name: str, added: Sequence[str], there: Sequence[str], *, new: bool) -> Message:
    """Creators were put on a list. added, there: handles; those that were on it before."""
    on = f"the {'new ' if new else ''}list “{escape(name, 80)}”"
    said = []
    if added:
        said.append(f"{_handles(added)} {'is' if len(added) == 1 else 'are'} on {on} now.")
    if there:
        said.append(f"{_handles(there)} {'was' if len(there) == 1 else 'were'} on it already.")
    return _with_find(" ".join(said), name)


def removed(name: str, gone: Sequence[str], missing: Sequence[str]) -> Message:
    """Creators were taken off a list. missing: handles that were not on it."""
    off = f"off the list “{escape(name, 80)}”"
    said = []
    if gone:
        said.append(f"{_handles(gone)} {'is' if len(gone) == 1 else 'are'} {off}.")
    if missing:
        said.append(f"{_handles(missing)} {'was' if len(missing) == 1 else 'were'} not on it.")
    return _with_find(" ".join(said), name)


def _with_find(lead: str, name: str) -> Message:
    show = button("Show the list", "find_run:list", SearchState(_query(name)).value())
    return Message(text=lead, blocks=[section(lead), actions(show)])


def _line(line: ListLine) -> str:
    origin = " · from an import" if line.imported else ""
    return f"*{escape(line.name, 80)}* · {counted(line.size, 'creator')}{origin}"


def _find(line: ListLine) -> Any:
    state = SearchState(_query(line.name)).value()
    return button("Show", f"find_run:{line.id}", state, label=f"Show the list {line.name}")


def _query(name: str) -> str:
    bare = name.replace('"', "")
    return f'list:"{bare}"'


def _handles(handles: Sequence[str]) -> str:
    return escape(listed(handles), 600)
