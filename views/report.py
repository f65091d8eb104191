"""A report as a message: one sentence, then target, forecast and outcome, and buttons."""

from collections.abc import Sequence
from typing import Any

from domain.goal import Goal
from domain.money import format_money, format_unit_cost
from domain.rebook import Rebook
from domain.report import PartnerRow, Report
from domain.report_figures import Figure
from domain.wording import counted, cut_mrkdwn, listed
from views import elements
from views.elements import Block, escape
from views.message import Blocks, Message

TEXT_LIMIT = 12_000
BEST = 5
MOST_BUTTONS = 3
COSTS, FORECAST = "costs", "forecast"
TICKS = (
    (COSTS, "Costs, and what follows from them"),
    (FORECAST, "What was expected of whom"),
)
TICKED = "ticked"
KINDS = (("xlsx", "Excel"), ("csv", "CSV"), ("html", "Page to print"))
MOST_CHOICES = 6
MOST_TARGETS = 10


def private(report: Report, value: str, *, may_post: bool, limited: bool = False) -> Message:
    """The report for the person who asked, with buttons.

    value: what the report is of, for the buttons. may_post: it was asked for in a channel.
    limited: it is of a brand that only named people see.
    """
    drawn = message(report)
    buttons = _buttons(report, value, may_post=may_post, limited=limited)
    return Message(text=drawn.text, blocks=[*(drawn.blocks or []), *again(report.rebook), buttons])


def message(report: Report) -> Message:
    """The report alone, as it is posted."""
    parts = _parts(report)
    blocks: Blocks = [
        elements.header(heading(report)),
        elements.context(escape(_under_heading(report))),
        elements.section(f"*{escape(report.sentence)}*"),
        *(_section(name, lines) for name, lines in parts),
    ]
    small = [*_definitions(report), *map(escape, report.notes)]
    blocks += [elements.context(cut_mrkdwn(line, elements.CONTEXT_LIMIT)) for line in small]
    lines = [
        escape(heading(report)),
        escape(report.sentence),
        *(line for name, of in parts for line in (f"{name}:", *of)),
        *small,
    ]
    return Message(text=cut_mrkdwn("\n".join(lines), TEXT_LIMIT), blocks=blocks)


def heading(report: Report) -> str:
    """ "Report · Spring Glow · October 2026", plain text."""
    return f"Report · {elements.clean(report.title, 90)} · {report.when}"


def again(candidates: Sequence[Rebook]) -> Blocks:
    """Creators to ask again, each with its evidence and *Shortlist again*."""
    if not candidates:
        return []
    return [
        elements.section("*Worth asking again*"),
        *(_again(one) for one in candidates[:MOST_BUTTONS]),
    ]


def again_line(one: Rebook) -> str:
    """ "@anna: 41,000 views, expected 20k–60k; not asked for 74 days", plain text."""
    return f"{one.name}: {one.why}"


def client_form(value: str, title: str) -> dict[str, Any]:
    """What a client may see beyond results; nothing is ticked."""
    return elements.modal(
        "Client's version",
        "report_client",
        [
            elements.section(
                f"*{escape(title, 100)}* for a client: results and targets, without costs, "
                "contacts, votes, notes, weaknesses or other brands. You see it first."
            ),
            elements.checkboxes_field(TICKED, "Show as well", TICKS, optional=True),
        ],
        submit="Show me",
        private_metadata=value,
    )


def choose(lead: str, choices: Sequence[tuple[str, str]]) -> Message:
    """Reports to choose from. choices: (value of the button, its text)."""
    buttons = [
        elements.button(text, f"report_show:{number}", value)
        for number, (value, text) in enumerate(choices[:MOST_CHOICES])
    ]
    blocks = [elements.section(lead), *([elements.actions(*buttons)] if buttons else [])]
    return Message(text=lead, blocks=blocks)


def looked_at_first(channel_id: str, preview: Message) -> Message:
    """Outsiders read the channel: what they would see, to be posted with one more press."""
    lead = (
        f"Guests or people from outside read <#{channel_id}>, so nothing is posted yet. This is "
        "what they would see:"
    )
    return Message(
        text=f"{lead}\n{preview.text}", blocks=[elements.section(lead), *(preview.blocks or [])]
    )


def some(figures: Sequence[Figure], most: int) -> list[Figure]:
    """The first ones, and how many more there are in the files."""
    rest = len(figures) - most
    if rest <= 0:
        return list(figures)
    value = counted(rest, "more brief")
    return [*figures[:most], Figure(name="And", value=value, meaning="In the Excel file.")]


def comment(report: Report) -> str:
    """What stands beside a file."""
    return f"{escape(heading(report))}\n{escape(report.sentence)}"


def _buttons(report: Report, value: str, *, may_post: bool, limited: bool) -> Block:
    sure = elements.confirm(
        "Post it here?",
        "It tells of a brand that is limited to named people. Everybody in this channel reads it.",
        "Post it",
    )
    post = elements.button("Post here", "report_post", value, confirm=sure if limited else None)
    buttons = [
        *([post] if may_post else []),
        *(
            elements.button(text, f"report_file:{kind}", value, label=f"The report as {text}")
            for kind, text in KINDS
        ),
        *(
            []
            if report.shown.client
            else [elements.button("Client's version…", "report_client", value)]
        ),
    ]
    return elements.actions(*buttons)


def _again(one: Rebook) -> Block:
    button = elements.button(
        "Shortlist again", f"shortlist:again:{one.profile_id}", f"|{one.profile_id}",
        label=f"Shortlist {one.name} again",
    )  # fmt: skip
    return elements.section(escape(again_line(one)), accessory=button)


def _under_heading(report: Report) -> str:
    of = f"Figures as of {elements.day(report.as_of)}."
    return f"For the client. {of}" if report.shown.client else of


def _parts(report: Report) -> list[tuple[str, list[str]]]:
    best = [_partner(one, report) for one in report.partners[:BEST] if _brought(one, report)]
    rest = len(report.partners) - len(best)
    if best and rest > 0:
        best.append(f"{counted(rest, 'more partnership')} in the files.")
    parts = (
        ("Target", [_with_meaning(one) for one in some(report.target, MOST_TARGETS)]),
        ("Forecast", [_with_meaning(one) for one in report.forecast]),
        ("Outcome", [_alone(one) for one in report.outcome]),
        ("Best so far", best),
    )
    return [(name, lines) for name, lines in parts if lines]


def _section(name: str, lines: Sequence[str]) -> Block:
    drawn = "\n".join(f"• {line}" for line in lines)
    return elements.section(f"*{name}*\n{drawn}")


def _with_meaning(figure: Figure) -> str:
    said = f"*{escape(figure.name, 80)}:* {escape(figure.value)}. {escape(figure.meaning)}"
    return f"{said} {escape(_capital(figure.unknown))}." if figure.unknown else said


def _alone(figure: Figure) -> str:
    unknown = f", {escape(figure.unknown)}" if figure.unknown else ""
    return f"*{escape(figure.name, 80)}:* {escape(figure.value)}{unknown}"


def _definitions(report: Report) -> list[str]:
    """What each figure means, as one small paragraph."""
    told = [one for one in report.outcome if one.meaning]
    meanings = [f"{escape(one.name)}: {escape(one.meaning)}" for one in told]
    return (
        [f"*How it is counted.* All are totals to date. {' '.join(meanings)}"] if meanings else []
    )


def _partner(one: PartnerRow, report: Report) -> str:
    name = escape(one.name, 60)
    brief = f" ({escape(one.brief, 60)})" if one.brief else ""
    return f"{name}{brief}: {listed(_brought(one, report))}"


def _brought(one: PartnerRow, report: Report) -> list[str]:
    worth = listed([format_money(money) for money in one.revenues])
    single = report.sales.removesuffix("s")
    sold = "" if one.conversions is None else counted(one.conversions, single)
    each = one.cost_per_engagement
    said = {
        Goal.AWARENESS: "" if one.reach is None else f"reach {one.reach:,}",
        Goal.ENGAGEMENT: "" if one.engagements is None else counted(one.engagements, "engagement"),
        Goal.CONVERSIONS: f"{sold} worth {worth}" if sold and worth else sold,
    }
    cost = f"{format_unit_cost(each.amount, each.currency)} an engagement" if each else ""
    return [words for words in (*said.values(), cost) if words]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
