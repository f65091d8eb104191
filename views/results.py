"""What `/influencer find` shows: the best creators, why they fit, and what to do with them."""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, Self

from domain.creator import Platform, ProfileSnapshot
from domain.decision import EarlierDecision
from domain.fit import Fit
from domain.money import DatedRate
from domain.part import PartName
from domain.wording import counted, listed
from views import creator_facts, elements
from views.elements import escape
from views.message import Blocks, Message
from views.written_blocks import Block, actions, button, section

PAGE = 10
LONGEST_EVIDENCE = 160
MOST_EARLIER = 2
MOST_CAUTIONS = 3
LONGEST_CAUTION = 240
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class SearchState:
    """What a button needs to run the search again. skip: creators before this page."""

    text: str
    skip: int = 0
    unknown_too: bool = False

    def value(self, **changes: Any) -> str:
        """As a button's value, at most 2,000 characters."""
        state = {"q": self.text, "s": self.skip, "u": int(self.unknown_too), **changes}
        return _written(state)

    @classmethod
    def read(cls, value: str) -> Self:
        """From a button's value.

        Raises:
            ValueError: it is none.
        """
        try:
            state = json.loads(value)
            return cls(str(state["q"]), max(0, int(state["s"])), bool(state["u"]))
        except (KeyError, TypeError) as error:
            raise ValueError("not the value of a search button") from error


@dataclass(frozen=True)
class ResultLine:
    """One creator, shown by the best-fitting profile. elsewhere: used by a hidden brand.

    unknown: names of the figures that were asked for and are not known. found_on: the platform
    where a look-up found them, None = they are in the list. cautions: what to know before they
    are asked, plain text. blocked: nobody may put them on a shortlist.
    """

    profile_id: int
    creator_id: int
    name: str
    profile: ProfileSnapshot
    fit: Fit
    earlier: tuple[EarlierDecision, ...] = ()
    elsewhere: bool = False
    unknown: tuple[str, ...] = ()
    found_on: Platform | None = None
    cautions: tuple[str, ...] = ()
    blocked: bool = False


@dataclass(frozen=True)
class Results:
    """A page of results. said: the search in words. shortlist: the value of *Shortlist these*.

    unknown: creators left out because a figure is unknown, unknown_by: by the name of that figure.
    other_currency: those left out because their fee is in a currency that can't be compared.
    only_ranks: places and languages that a brief asks for and that filter nobody.
    may_post: whether the answer was asked for in a channel that others read.
    """

    state: SearchState
    said: str
    lines: tuple[ResultLine, ...]
    total: int
    today: dt.date
    unknown: int = 0
    unknown_by: dict[str, int] = field(default_factory=dict)
    other_currency: int = 0
    rates: tuple[DatedRate, ...] = ()
    brief_id: int | None = None
    only_ranks: tuple[str, ...] = ()
    may_post: bool = True


ORDER = "best first, by fit and how much is known"
NEWEST = "the newest figures first"


def results(view: Results) -> Message:
    """The private answer to a search."""
    first = view.state.skip + 1
    heading = f"*{_heading(view)}*, {_order(view)}"
    blocks: Blocks = [section(f"{heading}\n{escape(view.said, 600)}{_notes(view)}")]
    for place, line in enumerate(view.lines, start=first):
        blocks.append(section(creator(place, line, view.today)))
        blocks.append(buttons(line, view))
    if view.unknown and not view.state.unknown_too:
        blocks.append(_left_out(view))
    if view.other_currency:
        blocks.append(section(other_currency(view.other_currency)))
    blocks.append(_below(view))
    return Message(text=_plain(view), blocks=blocks)


UNKNOWN_COUNTS = ". Whoever has an unknown figure that was asked for is among them"


def posted(view: Results, asker: str) -> Message:
    """The list as everybody in a channel sees it: plain facts, no fees, nothing decided."""
    intro = (
        f"{escape(asker)} searched for {escape(view.said, 600)}: {_heading(view)}, {_order(view)}"
        f"{UNKNOWN_COUNTS * view.state.unknown_too}"
    )
    lines = [
        f"{place}. {creator_facts.title(line.profile)} · {' · '.join(_facts(line.profile))}"
        f"{_found(line, ' · ')}\n"
        f"{creator_facts.fit(line.fit)}"
        for place, line in enumerate(view.lines, start=view.state.skip + 1)
    ]
    middle = (len(lines) + 1) // 2
    parts = ["\n".join(part) for part in (lines[:middle], lines[middle:]) if part]
    return Message(
        text=f"{intro}\n{_plain_lines(view)}",
        blocks=[section(intro), *(section(part) for part in parts)],
    )


def _heading(view: Results) -> str:
    first, last = view.state.skip + 1, view.state.skip + len(view.lines)
    creators = counted(view.total, "creator")
    if view.state.skip:
        return f"{first:,}–{last:,} of {creators}"
    return creators if view.total == len(view.lines) else f"{last} of {creators}"


def _order(view: Results) -> str:
    """What the lines are ordered by; those whose fit may not be told stand behind the others."""
    withheld = [bool(line.fit.withheld) for line in view.lines]
    if withheld and all(withheld):
        return NEWEST
    return f"{ORDER}; then those without a fit, {NEWEST}" if any(withheld) else ORDER


def _found(line: ResultLine, before: str = "") -> str:
    return f"{before}{creator_facts.found_on(line.found_on)}" if line.found_on else ""


def _notes(view: Results) -> str:
    rates = [
        f"1 {rate.base} = {rate.rate:f} {rate.quote}, set on {elements.day(rate.date)}"
        for rate in view.rates
    ]
    converted = f"\nPrices in other currencies by your rates: {'; '.join(rates)}" if rates else ""
    places = listed([escape(one) for one in view.only_ranks])
    ranked = f"\nThe brief's {places}: counted in the fit, nobody is left out for it"
    return (
        converted
        + ranked * bool(view.only_ranks)
        + (
            "\nFigures that are unknown count as a match; each creator says which"
            * view.state.unknown_too
        )
    )


def _facts(profile: ProfileSnapshot) -> list[str]:
    facts = [
        creator_facts.platform(profile),
        creator_facts.followers(profile),
        creator_facts.engagement(profile),
        creator_facts.country(profile),
    ]
    return [fact for fact in facts if fact]


def creator(place: int, line: ResultLine, today: dt.date, lead: str = "") -> str:
    """One creator as found: facts, fit, reasons. lead: what is said before the fit, mrkdwn."""
    profile = line.profile
    fee = creator_facts.fee(profile)
    facts = [*_facts(profile), *([fee] if fee else [])]
    reasons_for, reasons_against = line.fit.strongest_for(), line.fit.strongest_against()
    said_how_old = any(part.name is PartName.FRESHNESS for part in (*reasons_for, *reasons_against))
    last = [] if said_how_old else [creator_facts.age(profile, today)]
    last += [escape(one.describe(today), 120) for one in line.earlier[:MOST_EARLIER]]
    if line.elsewhere:
        last.append("in use elsewhere")
    reasons = [f"For: {_evidence(part.evidence)}" for part in reasons_for]
    reasons += [f"Against: {_evidence(part.evidence)}" for part in reasons_against]
    return "\n".join(
        [
            f"{place}. {creator_facts.title(profile)}",
            " · ".join(facts),
            *([_capital(_found(line))] if line.found_on else []),
            *([f"Unknown: {', '.join(line.unknown)}"] if line.unknown else []),
            *(f"⚠️ {escape(caution, LONGEST_CAUTION)}" for caution in line.cautions[:MOST_CAUTIONS]),
            *([lead] if lead else []),
            creator_facts.fit(line.fit),
            *reasons,
            *([_capital(" · ".join(last))] if last else []),
        ]
    )


def _evidence(text: str) -> str:
    return escape(text.rstrip("."), LONGEST_EVIDENCE)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def buttons(line: ResultLine, view: Results) -> dict[str, Any]:
    """What can be done with one creator who was found."""
    handle, number = creator_facts.plain_handle(line.profile), line.profile_id
    shortlist = f"{view.brief_id or ''}|{number}"
    shown = [
        button(f"Details {handle}", f"show:{number}", f"{number}|{view.state.text}"),
        button(f"Shortlist {handle}", f"shortlist:{number}", shortlist),
    ]
    if line.blocked:
        shown.pop()
    if line.found_on:
        shown.append(button(f"Keep {handle}", f"creator_keep:{number}", str(number)))
    return {"type": "actions", "elements": shown}


def _left_out(view: Results) -> Block:
    show = button(
        "Show them", "find_unknown", view.state.value(s=0, u=1), label="Show creators with unknowns"
    )
    return section(
        f"{view.unknown:,} more left out: {unknown_figures(view.unknown_by)}.", accessory=show
    )


def unknown_figures(unknown_by: dict[str, int]) -> str:
    """Which figures are unknown: "fee unknown", or "fee unknown of 20, country unknown of 3"."""
    names = sorted(unknown_by, key=lambda name: -unknown_by[name])
    if len(names) > 1:
        return ", ".join(f"{name} unknown of {unknown_by[name]:,}" for name in names)
    return f"{names[0] if names else 'a figure'} unknown"


def other_currency(many: int) -> str:
    """That fees could not be compared, and what would let them."""
    fees = counted(many, "creator has a fee", "creators have a fee")
    return f"{fees} in another currency, left out; a dated rate in the settings compares them."


def _below(view: Results) -> dict[str, Any]:
    state, shown = view.state, len(view.lines)
    buttons = []
    rest = view.total - state.skip - shown
    if rest > 0:
        following = state.value(s=state.skip + PAGE)
        buttons.append(button(f"Next {min(PAGE, rest)}", "find_page:next", following))
    if state.skip:
        buttons.append(button("Back", "find_page:back", state.value(s=max(0, state.skip - PAGE))))
    free = [str(line.profile_id) for line in view.lines if not line.blocked]
    these = "Shortlist these" if len(free) > 1 else "Shortlist"
    if free:
        value = f"{view.brief_id or ''}|{','.join(free)}"
        buttons.append(button(these, "shortlist:these", value, style="primary"))
    if view.may_post:
        buttons.append(button("Post here", "find_post", state.value()))
    if state.text:
        buttons.append(button("Save search", "find_save", state.value()))
    return actions(*buttons)


def _plain(view: Results) -> str:
    return f"{_heading(view)} for {escape(view.said, 600)}\n{_plain_lines(view)}"


def _plain_lines(view: Results) -> str:
    return "\n".join(
        f"{place}. {_plain_name(line)}: {creator_facts.plain_fit(line.fit)}"
        for place, line in enumerate(view.lines, start=view.state.skip + 1)
    )


def _plain_name(line: ResultLine) -> str:
    handle = escape(creator_facts.plain_handle(line.profile))
    name = escape(line.profile.display_name or "", creator_facts.LONGEST_NAME)
    return f"{name} ({handle})" if name else handle
