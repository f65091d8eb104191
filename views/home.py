"""App Home: the first steps, what waits for the person, their searches, briefs and wishes."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.agreement import Due
from domain.digest_figures import Row
from domain.nudging import Frequency
from domain.rebook import Rebook
from domain.wording import counted, listed
from views import elements, onboarding
from views.brief import BriefLine
from views.brief import summary as brief_summary
from views.elements import escape
from views.message import Blocks
from views.onboarding import Progress
from views.partners import PartnershipLine, due_words, short
from views.report import again as asked_again

MOST_SAVED = 10
MOST_WAITING = 8
MOST_BRIEFS = 5
MOST_LIVE = 5

FREQUENCIES = (
    (Frequency.DAILY, "At most once a working day"),
    (Frequency.WEEKLY, "At most once a week"),
    (Frequency.OFF, "Never"),
)


class SearchLine(BaseModel):
    """A search as it is offered. name: under which it was saved, "" for one that only was run."""

    model_config = ConfigDict(frozen=True)

    id: int
    text: str
    name: str = ""


class WaitingLine(BaseModel):
    """Something that waits. names: of the first creators; channel_id: "" where there is none.

    link: to the message that shows it, "" = not known.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    channel_id: str
    link: str = ""
    count: int
    names: tuple[str, ...]


class DatedLine(BaseModel):
    """A partnership with dates that are past, near or about to end. title: of the brief."""

    model_config = ConfigDict(frozen=True)

    id: int
    who: str
    title: str
    due: tuple[Due, ...]


def first_steps(progress: Progress) -> Blocks:
    """The three steps, while not all of them are taken."""
    if progress.done:
        return []
    return [elements.header("First steps"), *onboarding.steps(progress), elements.divider()]


def waiting(
    votes: Sequence[WaitingLine],
    splits: Sequence[WaitingLine],
    to_contact: Sequence[WaitingLine],
    stalled: Sequence[WaitingLine] = (),
    dated: Sequence[DatedLine] = (),
) -> Blocks:
    """What waits for the person: the first of each kind, and how many more there are."""
    decisions = [
        *_some(votes, "waits for your vote", "wait for your vote", "shortlist"),
        *_some(splits, "is split: you decide", "are split: you decide", "shortlist"),
    ]
    steps = [
        *_dates(dated),
        *_some(to_contact, "is approved and waits for a first message",
               "are approved and wait for a first message", "partners"),
        *_some(stalled, "without news for a week", "without news for a week", "partners"),
    ]  # fmt: skip
    rows = [*_headed("Your decisions", decisions), *_headed("Your next steps", steps)]
    if not rows:
        rows = [elements.section("Nothing right now.")]
    return [elements.header("Waiting for you"), *rows]


def live(lines: Sequence[PartnershipLine], total: int, *, mine: bool) -> Blocks:
    """Live partnerships, the last changed first; mine: they are the person's own."""
    if not lines:
        return []
    blocks: Blocks = [
        elements.header("Your live partnerships" if mine else "Live partnerships"),
        *(
            elements.section(short(line), accessory=_details(line.id, line.handle))
            for line in lines[:MOST_LIVE]
        ),
    ]
    rest = total - len(lines[:MOST_LIVE])
    if rest > 0:
        blocks.append(elements.context(f"{rest:,} more: `/influencer partners live`."))
    return blocks


def week(rows: Sequence[Row]) -> Blocks:
    """What the last seven days brought, beside the seven before; none without figures."""
    if not rows:
        return []
    lines = "\n".join(f"• *{row.name}:* {row.this_week}{_before(row)}" for row in rows)
    return [
        elements.header("This week's figures"),
        elements.section(lines),
        elements.context("The last seven days, today among them, beside the seven before."),
    ]


def again(found: Sequence[Rebook]) -> Blocks:
    """Creators worth asking again."""
    blocks = asked_again(found)
    return [elements.header("Worth asking again"), *blocks[1:]] if blocks else []


def searches(saved: Sequence[SearchLine], recent: Sequence[SearchLine]) -> Blocks:
    """Saved searches and the last ones, each with *Run*."""
    blocks: Blocks = [elements.header("Your searches")]
    for line in saved[:MOST_SAVED]:
        blocks.append(elements.section(f"⭐ *{escape(line.name, 100)}*{_words_of(line)}"))
        blocks.append(
            elements.actions(
                _run(line),
                elements.button(
                    "Forget", f"search_forget:{line.id}", str(line.id), label=f"Forget {line.name}"
                ),
            )
        )
    if len(saved) > MOST_SAVED:
        blocks.append(elements.context(counted(len(saved) - MOST_SAVED, "more saved search")))
    blocks += [elements.section(escape(line.text, 200), accessory=_run(line)) for line in recent]
    if saved or recent:
        blocks.append(elements.context("*Run* sends the results to the *Messages* tab up here."))
    else:
        blocks.append(
            elements.section("None yet. Type `/influencer find skincare micro` in any channel.")
        )
    return blocks


def briefs(lines: Sequence[BriefLine], total: int) -> Blocks:
    """The briefs changed last."""
    blocks: Blocks = [elements.header("Briefs")]
    blocks += [
        elements.section(
            brief_summary(line),
            accessory=elements.button(
                "Edit", f"brief_edit:{line.id}", str(line.id), label=f"Edit {line.name}"
            ),
        )
        for line in lines[:MOST_BRIEFS]
    ]
    if total > MOST_BRIEFS:
        more = counted(total - MOST_BRIEFS, "more brief")
        blocks.append(elements.context(f"{more}: `/influencer brief` lists them all."))
    if not lines:
        blocks.append(
            elements.section("A brief says what a campaign looks for; searches and fits follow it.")
        )
    blocks.append(elements.actions(elements.button("New brief", "brief_new")))
    return blocks


def wishes(frequency: Frequency, *, manages: bool) -> Blocks:
    """How often the person is told things, and the way to the settings for those who may."""
    buttons: list[Any] = [
        elements.button("Import", "home_import", label="Import creators from a file"),
        elements.button("Export", "home_export", label="Export creators or partnerships"),
        elements.button("Settings", "settings_open"),
        elements.button("Brands", "brands_open"),
    ]
    return [
        elements.divider(),
        elements.section(
            "*Private messages about what waits for you*",
            accessory=elements.select(
                "home_nudges",
                [(str(each.value), text) for each, text in FREQUENCIES],
                str(frequency.value),
            ),
        ),
        *([elements.actions(*buttons)] if manages else []),
        elements.context("`/influencer help` lists all commands."),
    ]


def not_for_you(why: str) -> dict[str, Any]:
    """Home of somebody who may do nothing here."""
    return elements.home([elements.section(why)])


def _some(lines: Sequence[WaitingLine], one: str, several: str, command: str) -> Blocks:
    blocks: Blocks = [_waits(line, one, several) for line in lines[:MOST_WAITING]]
    rest = len(lines) - MOST_WAITING
    if rest > 0:
        more = f"… and the same in {rest} more: `/influencer {command}` lists them."
        blocks.append(elements.context(more))
    return blocks


def _headed(heading: str, blocks: Blocks) -> Blocks:
    return [elements.section(f"*{heading}*"), *blocks] if blocks else []


def _before(row: Row) -> str:
    change = "" if row.trend == "–" else f", {row.trend}"
    return f" (before: {row.week_before}{change})" if row.week_before != "–" else ""


def _details(partnership_id: int, who: str) -> Any:
    return elements.button(
        "Details", f"partner_details:{partnership_id}", str(partnership_id),
        label=f"Details of {who}",
    )  # fmt: skip


def _dates(lines: Sequence[DatedLine]) -> Blocks:
    blocks: Blocks = [
        elements.section(
            f"{escape(line.who, 60)}, *{escape(line.title, 100)}*\n{due_words(line.due, 4)}",
            accessory=_details(line.id, line.who),
        )
        for line in lines[:MOST_WAITING]
    ]
    rest = len(lines) - MOST_WAITING
    if rest > 0:
        blocks.append(elements.context(f"… and dates of {rest} more: `/influencer partners`."))
    return blocks


def _waits(line: WaitingLine, one: str, several: str) -> dict[str, Any]:
    names = listed([escape(name, 60) for name in line.names])
    rest = line.count - len(line.names)
    more = f" and {rest} more" if rest > 0 else ""
    where = f" in <#{line.channel_id}>" if line.channel_id else ""
    what = one if line.count == 1 else several
    creators = counted(line.count, "creator")
    title = escape(line.title, 100)
    title = f"<{line.link}|{title}>" if line.link else title
    return elements.section(f"*{title}*: {creators} {what}{where}\n{names}{more}")


def _run(line: SearchLine) -> Any:
    return elements.button(
        "Run", f"search_run:{line.id}", str(line.id), label=f"Run {line.name or line.text}"
    )


def _words_of(line: SearchLine) -> str:
    return "" if line.name == line.text else f"\n{escape(line.text, 200)}"
