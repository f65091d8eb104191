"""What `/influencer similar` shows: people like one, and what they have in common."""

import datetime as dt
from dataclasses import dataclass

from domain.wording import counted, listed
from views import creator_facts, results
from views.elements import escape
from views.message import Blocks, Message
from views.results import ResultLine, Results, SearchState
from views.written_blocks import Block, actions, button, section

PAGE = 10


@dataclass(frozen=True)
class Similar:
    """A page of people like one. profile_id, handle: of the one. niches: hers, by name.

    alike: in percent, and why, by profile. total: how many share a niche with her.
    """

    profile_id: int
    handle: str
    niches: tuple[str, ...]
    lines: tuple[ResultLine, ...]
    alike: dict[int, tuple[int, tuple[str, ...]]]
    total: int
    today: dt.date
    skip: int = 0


def similar(view: Similar) -> Message:
    """The private answer."""
    who = escape(view.handle)
    heading = f"*{_heading(view)} like {who}*, most similar first"
    about = f"By niche ({listed([escape(one) for one in view.niches])}), size, engagement, language"
    blocks: Blocks = [section(f"{heading}\n{about}")]
    for place, line in enumerate(view.lines, start=view.skip + 1):
        percent, why = view.alike[line.profile_id]
        said = f"*{percent} % alike:* {escape('; '.join(why), 400)}"
        blocks.append(section(results.creator(place, line, view.today, lead=said)))
        blocks.append(results.buttons(line, _as_results(view)))
    below = _below(view)
    blocks += [below] if below else []
    return Message(text=_plain(view), blocks=blocks)


def nobody(handle: str, niches: tuple[str, ...]) -> Message:
    """Nobody else has one of her niches."""
    about = listed([escape(one) for one in niches])
    text = f"Nobody else in your list is about {about}, as {escape(handle)} is."
    return Message(text=text)


def no_niche(handle: str, profile_id: int) -> Message:
    """Nothing tells what she is about."""
    text = (
        f"I can't tell what {escape(handle)} is about: no category, bio, name or post names a "
        "niche I know. Import a file with a category or bio for her, then ask me again."
    )
    show = button("Show her profile", f"show:{profile_id}", f"{profile_id}|")
    return Message(text=text, blocks=[section(text), actions(show)])


def _heading(view: Similar) -> str:
    creators = counted(view.total, "creator")
    if view.skip:
        return f"{view.skip + 1:,}–{view.skip + len(view.lines):,} of {creators}"
    return creators if view.total == len(view.lines) else f"{len(view.lines)} of {creators}"


def _below(view: Similar) -> Block | None:
    state = f"{view.profile_id}|"
    rest = view.total - view.skip - len(view.lines)
    shown = []
    if rest > 0:
        label = f"Next {min(PAGE, rest)}"
        shown.append(button(label, "similar:next", f"{state}{view.skip + PAGE}"))
    if view.skip:
        shown.append(button("Back", "similar:back", f"{state}{max(0, view.skip - PAGE)}"))
    numbers = ",".join(str(line.profile_id) for line in view.lines)
    these = "Shortlist these" if len(view.lines) > 1 else "Shortlist"
    shown.append(button(these, "shortlist:these", f"|{numbers}", style="primary"))
    return actions(*shown)


def _as_results(view: Similar) -> Results:
    return Results(SearchState(""), "", view.lines, view.total, view.today)


def _plain(view: Similar) -> str:
    lines = "\n".join(
        f"{place}. {escape(creator_facts.plain_handle(line.profile))}: "
        f"{view.alike[line.profile_id][0]} % alike"
        for place, line in enumerate(view.lines, start=view.skip + 1)
    )
    return f"{_heading(view)} like {escape(view.handle)}\n{lines}"
