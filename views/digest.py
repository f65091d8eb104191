"""A digest as it is read: sentences, a table and charts, and the same in words."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.digest import Digest
from domain.digest_figures import Chart, Row
from domain.wording import cut_mrkdwn
from views import elements, figures
from views.elements import Block, escape, moment
from views.message import Blocks, Message

TEXT_LIMIT = 12_000
COLUMNS = ("Figure", "Week", "Before", "Change")
SCOPE_LIMIT = 300


class Kind(StrEnum):
    """What a digest is headed."""

    WEEKLY = "Weekly digest"
    EXTRA = "Extra digest"
    PREVIEW = "Preview of a weekly digest"


class DigestView(BaseModel):
    """A digest and what stands around it. scope, footer: plain text, "" for none.

    next_at: when the next one comes, None where there is none.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    digest: Digest
    scope: str = ""
    footer: str = ""
    next_at: dt.datetime | None = None


class Part(BaseModel):
    """A heading with its lines, plain text."""

    model_config = ConfigDict(frozen=True)

    heading: str
    lines: tuple[str, ...]


def message(view: DigestView) -> Message:
    """The digest with table and charts; the plainer form says the same without them."""
    lines = [*map(escape, in_words(view)), *_next(view)]
    return Message(
        text=cut_mrkdwn("\n".join(lines), TEXT_LIMIT),
        blocks=_blocks(view, plain=False),
        fallback_blocks=_blocks(view, plain=True),
    )


def in_words(view: DigestView) -> list[str]:
    """Every line of a digest in plain text, the numbers of its charts among them."""
    lines = [_heading(view), *_around(view)]
    for part in (*_before(view.digest), *_figures(view.digest), *_after(view.digest)):
        lines += [f"{part.heading}:", *(f"• {line}" for line in part.lines)]
    return [*lines, *([view.digest.quiet] if view.digest.quiet else []), *_foot(view)]


def _blocks(view: DigestView, *, plain: bool) -> Blocks:
    digest = view.digest
    blocks = [elements.header(_heading(view))]
    around = _around(view)
    if around:
        blocks.append(elements.context(*(escape(line, SCOPE_LIMIT) for line in around)))
    blocks += [_section(part) for part in _before(digest)]
    if digest.quiet:
        blocks.append(elements.section(escape(digest.quiet)))
    blocks += [_section(part) for part in _figures(digest)] if plain else _drawn(digest)
    blocks += [_section(part) for part in _after(digest)]
    foot = " ".join([*map(escape, _foot(view)), *_next(view)])
    return [*blocks, elements.context(foot)] if foot else blocks


def _heading(view: DigestView) -> str:
    until = " (until yesterday)" if view.kind == Kind.EXTRA else ""
    return f"{view.kind} · {view.digest.week.describe()}{until}"


def _around(view: DigestView) -> tuple[str, ...]:
    scope = (f"Of {view.scope}.",) if view.scope else ()
    return (*scope, *view.digest.notes)


def _foot(view: DigestView) -> tuple[str, ...]:
    return (view.footer,) if view.footer else ()


def _next(view: DigestView) -> tuple[str, ...]:
    """When the next one comes, in the reader's time zone, in mrkdwn."""
    if view.next_at is None:
        return ()
    return (f"The next one comes on {moment(view.next_at, '{date_long} at {time}')}.",)


def _before(digest: Digest) -> list[Part]:
    return _parts(
        ("Waiting for a decision", digest.decisions),
        ("Pipeline", digest.pipeline),
    )


def _after(digest: Digest) -> list[Part]:
    return _parts(
        ("Engagement rate to date, of posts with new figures", digest.rates),
        ("Audience feedback", digest.feedback),
        ("Best this week", digest.best),
        ("Weakest so far", digest.weakest),
        ("Costs to date", digest.to_date),
        ("Missing", digest.missing),
    )


def _figures(digest: Digest) -> list[Part]:
    """The table and the charts in words."""
    rows = tuple(_in_words(row) for row in digest.figures)
    charts = tuple(chart.in_words() for chart in digest.charts)
    return _parts(
        ("Figures of the week", (*rows, *digest.figure_notes)),
        ("The last weeks", charts),
    )


def _drawn(digest: Digest) -> Blocks:
    """The table and the charts, each with the words that say the same."""
    blocks: Blocks = []
    if digest.figures:
        rows = [
            (_label(row.name), row.this_week, row.week_before, row.trend) for row in digest.figures
        ]
        blocks += [
            elements.section("*Figures of the week*"),
            figures.table([COLUMNS, *rows]),
            elements.context(*map(escape, digest.figure_notes)),
        ]
    for chart in digest.charts:
        blocks += _chart(chart)
    return blocks


def _label(name: str) -> str:
    """Below the row of its metric, a row of first figures needs no longer name."""
    _, comma, rest = name.partition(", ")
    return f"– {rest}" if comma else name


def _chart(chart: Chart) -> list[Block]:
    name = chart.title.partition(" ")[0]
    return [
        figures.bar_chart(chart.title, name, chart.points),
        elements.context(escape(chart.in_words())),
    ]


def _in_words(row: Row) -> str:
    return f"{row.name}: {row.this_week}; week before: {row.week_before}; change: {row.change}"


def _parts(*parts: tuple[str, Sequence[str]]) -> list[Part]:
    return [Part(heading=heading, lines=tuple(lines)) for heading, lines in parts if lines]


def _section(part: Part) -> Block:
    lines = "\n".join(f"• {escape(line)}" for line in part.lines)
    return elements.section(f"*{escape(part.heading)}*\n{lines}")
