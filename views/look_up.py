"""What is said of looking creators up: that it begins, what came of it, one person looked at."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.look_up import GapKind
from domain.look_up_report import PlatformReport, ago, brought_words
from domain.wording import listed
from views import elements
from views.elements import button, escape, section
from views.message import Message
from views.results import SearchState

MOST_NAMED = 3
_EXPLAINED = frozenset({GapKind.NOT_THERE, GapKind.OPTED_OUT, GapKind.SWITCHED_OFF})


@dataclass(frozen=True)
class Finished:
    """What came of a look-up. said: the search in words. reports: by the platform's name.

    in_top_ten: how many of the best ten were brought by it. other: why it could not be asked at
    all, "" = it was.
    """

    text: str
    said: str
    reports: tuple[tuple[str, PlatformReport], ...]
    in_top_ten: int = 0


def offer(names: Sequence[str], state: SearchState) -> dict[str, Any]:
    """A button to look on platforms. names: at least one."""
    shown = listed(list(names)) if len(names) <= MOST_NAMED else f"{', '.join(names[:2])} …"
    return elements.actions(
        button(
            f"Look on {shown}",
            "look_up",
            state.value(),
            label=f"Look for more on {listed(list(names))}"[: elements.LABEL_LIMIT],
        )
    )


def begun(names: Sequence[str]) -> str:
    """That platforms are being asked."""
    return f"Looking on {listed(list(names))}; I'll tell you here what comes of it."


def looked_lately(names: dict[str, dt.datetime], now: dt.datetime) -> str:
    """That platforms were asked the same not long ago."""
    said = [f"{name} {ago(at, now)}" for name, at in names.items()]
    return f"Looked on {listed(said)}; what came of it is in the list."


def closed(names: dict[str, dt.datetime]) -> str:
    """That platforms asked not to be called before a time."""
    said = [f"{name} until {elements.moment(until, '{time}')}" for name, until in names.items()]
    return f"Not asked: {listed(said)}."


def finished(view: Finished) -> Message:
    """The one message that says what platforms brought, with *Show* where they brought any."""
    sentences = [*_brought(view), *(_gap(name, one) for name, one in view.reports if one.gap)]
    said = escape(view.said, 300)
    text = f"{said}: {' '.join(sentences)}"
    lead = f"*{said}*\n{' '.join(sentences)}"
    if not any(report.brought for _, report in view.reports):
        return Message(text=text, blocks=[section(lead)])
    show = button(
        "Show", "find_run:look_up", SearchState(view.text).value(), label="Show the search again",
        style="primary",
    )  # fmt: skip
    return Message(text=text, blocks=[section(lead, accessory=show)])


def switched_off(said: str) -> Message:
    """A look-up that nobody was asked for: it was switched off in the meantime."""
    text = f"{escape(said, 300)}: looking on platforms has been switched off; nobody was asked."
    return Message(text=text)


def failed(said: str) -> Message:
    """A look-up that broke off for good."""
    text = f"The look-up for {escape(said, 300)} failed on our side. Please search again."
    return Message(text=text)


def _brought(view: Finished) -> list[str]:
    answered = [(name, one) for name, one in view.reports if one.gap is None or one.found]
    if not answered:
        return []
    brought = [(name, one) for name, one in answered if one.brought]
    if not brought:
        names = listed([name for name, _ in answered])
        found = sum(one.found for _, one in answered)
        if not found:
            return [f"{names} brought nobody."]
        return [f"{names} brought nobody new who matches ({found:,} looked at)."]
    said = listed([f"{name} brought {brought_words(one)}" for name, one in brought])
    top = _in_top_ten(view.in_top_ten, sum(one.brought for _, one in brought))
    none = [name for name, one in answered if not one.brought]
    others = [f"{listed(none)} brought nobody new."] if none else []
    return [f"{said}{top}.", *others]


def _in_top_ten(top: int, brought: int) -> str:
    if not top:
        return ""
    if top >= brought:
        return ", in your top ten" if brought == 1 else ", all of them in your top ten"
    return f", {top} of them in your top ten"


def _gap(name: str, report: PlatformReport) -> str:
    if report.gap is GapKind.OUT_OF_QUOTA and report.until:
        return f"{name} is out of quota until {elements.moment(report.until, '{time}')}."
    said = escape(report.said.rstrip("."), 200) or f"{name} did not answer"
    again = ""
    if report.until is not None and report.gap not in _EXPLAINED:
        again = f"; ask again after {elements.moment(report.until, '{time}')}"
    return f"{said}{again}."


def which_platform(typed: str, choices: Sequence[tuple[str, str]]) -> Message:
    """Asks where to look for a handle. choices: (platform's name, the button's value)."""
    lead = f"On which platform shall I look for “{escape(typed, 60)}”?"
    buttons = [
        button(name, f"look_on:{at}", value, label=f"Look on {name}")
        for at, (name, value) in enumerate(choices)
    ]
    return Message(text=lead, blocks=[section(lead), elements.actions(*buttons)])


def looking_for(handle: str, name: str) -> str:
    """That one account is being fetched."""
    return f"Looking for @{escape(handle, 60)} on {name} …"


def not_shown(handle: str, name: str, kind: GapKind, said: str, again: str) -> Message:
    """Why one account can't be shown. again: what a button to try again carries."""
    who = escape(handle, 60)
    if kind is GapKind.NOT_THERE:
        return Message(text=f"There is no @{who} on {name}. Is it spelled so there?")
    if kind is GapKind.OPTED_OUT:
        text = f"@{who} on {name} asks not to be shown by apps such as this one."
        return Message(text=text)
    lead = f"@{who} could not be looked at: {escape(said.rstrip('.'), 200)}."
    retry = button("Try again", "look_on:again", again, label=f"Look for {who} again")
    return Message(text=lead, blocks=[section(lead, accessory=retry)])


def gone(handle: str, name: str, profile_id: int) -> Message:
    """An account of the list that its platform does not show."""
    lead = f"There is no @{escape(handle, 60)} on {name} now. What your list has of them stays."
    show = button("Show", f"show:{profile_id}", f"{profile_id}|", label=f"Show {handle}"[:75])
    return Message(text=lead, blocks=[section(lead, accessory=show)])


def kept(handle: str, already: bool) -> str:
    """That a creator is in the list now."""
    who = escape(handle)
    return f"{who} is in your list already." if already else f"Kept: {who} is in your list now."
