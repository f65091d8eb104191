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
from views.report import again, again_line

TEXT_LIMIT = 12_000
COLUMNS = ("Figure", "Week", "Before", "Change")
SCOPE_LIMIT = 300
IN_THREAD = "In the thread: charts, rates, who did best, and what is missing."


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
    """The whole digest in one message, as a preview shows it.

    The plainer form says the same without table and charts, for workspaces that refuse them.
    """
    blocks = [
        [*_head(view), *_short(view, plain=plain), *_rest(view, plain=plain), *_foot(view)]
        for plain in (False, True)
    ]
    return _message(in_words(view), blocks, view)


def top(view: DigestView) -> Message:
    """What stands in the channel: what waits, what moved, the week's figures."""
    more = (IN_THREAD,) if _has_more(view.digest) else ()
    words = [_heading(view), *_around(view), *_said(_parts_on_top(view.digest)), *more]
    blocks = [
        [*_head(view), *_short(view, plain=plain), *_foot(view, *more)] for plain in (False, True)
    ]
    return _message([*words, *_quiet(view), *_footer(view)], blocks, view)


def thread(view: DigestView) -> Message | None:
    """All else, for the thread under it; None where there is nothing more."""
    if not _has_more(view.digest):
        return None
    words = _said(_parts_of_thread(view.digest))
    blocks = [_rest(view, plain=plain) for plain in (False, True)]
    return Message(text=_cut(words), blocks=blocks[0], fallback_blocks=blocks[1])


def in_words(view: DigestView) -> list[str]:
    """Every line of a digest in plain text, the numbers of its charts among them."""
    parts = (*_parts_on_top(view.digest), *_parts_of_thread(view.digest))
    lines = [_heading(view), *_around(view), *_said(parts)]
    return [*lines, *_quiet(view), *_footer(view)]


def _message(words: Sequence[str], blocks: Sequence[Blocks], view: DigestView) -> Message:
    text = _cut(words, *_next(view))
    return Message(text=text, blocks=blocks[0], fallback_blocks=blocks[1])


def _cut(words: Sequence[str], *mrkdwn: str) -> str:
    return cut_mrkdwn("\n".join([*map(escape, words), *mrkdwn]), TEXT_LIMIT)


def _said(parts: Sequence[Part]) -> list[str]:
    return [
        line for part in parts for line in (f"{part.heading}:", *(f"• {one}" for one in part.lines))
    ]


def _has_more(digest: Digest) -> bool:
    return bool(_parts_of_thread(digest))


def _parts_on_top(digest: Digest) -> list[Part]:
    return [*_before(digest), *_figures(digest)]


def _parts_of_thread(digest: Digest) -> list[Part]:
    return [*_charts(digest), *_after(digest), *_again(digest)]


def _head(view: DigestView) -> Blocks:
    around = _around(view)
    return [
        elements.header(_heading(view)),
        *([elements.context(*(escape(line, SCOPE_LIMIT) for line in around))] if around else []),
    ]


def _short(view: DigestView, *, plain: bool) -> Blocks:
    digest = view.digest
    blocks = [_section(part) for part in _before(digest)]
    blocks += [elements.section(escape(line)) for line in _quiet(view)]
    return blocks + ([_section(part) for part in _figures(digest)] if plain else _table(digest))


def _rest(view: DigestView, *, plain: bool) -> Blocks:
    digest = view.digest
    blocks = [_section(part) for part in _charts(digest)] if plain else _drawn(digest)
    return [*blocks, *(_section(part) for part in _after(digest)), *again(digest.rebook)]


def _quiet(view: DigestView) -> tuple[str, ...]:
    return (view.digest.quiet,) if view.digest.quiet else ()


def _foot(view: DigestView, *more: str) -> Blocks:
    foot = " ".join([*map(escape, (*more, *_footer(view))), *_next(view)])
    return [elements.context(foot)] if foot else []


def _heading(view: DigestView) -> str:
    until = " (until yesterday)" if view.kind == Kind.EXTRA else ""
    return f"{view.kind} · {view.digest.week.describe()}{until}"


def _around(view: DigestView) -> tuple[str, ...]:
    scope = (f"Of {view.scope}.",) if view.scope else ()
    return (*scope, *view.digest.notes)


def _footer(view: DigestView) -> tuple[str, ...]:
    return (view.footer,) if view.footer else ()


def _next(view: DigestView) -> tuple[str, ...]:
    """When the next one comes, in the reader's time zone, in mrkdwn."""
    if view.next_at is None:
        return ()
    return (f"The next one comes on {moment(view.next_at, '{date_long} at {time}')}.",)


def _before(digest: Digest) -> list[Part]:
    return _parts(
        ("Waiting for a decision", digest.decisions),
        ("In short", digest.in_short),
        ("Pipeline", digest.pipeline),
    )


def _after(digest: Digest) -> list[Part]:
    return _parts(
        ("Engagement rate to date, of posts with new figures", digest.rates),
        ("Forecast and outcome", digest.forecast),
        ("Audience feedback", digest.feedback),
        ("Best this week", digest.best),
        ("Weakest so far", digest.weakest),
        ("Costs to date", digest.to_date),
        ("Missing", digest.missing),
    )


def _figures(digest: Digest) -> list[Part]:
    """The table in words."""
    rows = tuple(_in_words(row) for row in digest.figures)
    return _parts(("Figures of the week", (*rows, *digest.figure_notes)))


def _charts(digest: Digest) -> list[Part]:
    """The charts in words."""
    return _parts(("The last weeks", tuple(chart.in_words() for chart in digest.charts)))


def _again(digest: Digest) -> list[Part]:
    return _parts(("Worth asking again", tuple(again_line(one) for one in digest.rebook)))


def _table(digest: Digest) -> Blocks:
    if not digest.figures:
        return []
    rows = [(_label(row.name), row.this_week, row.week_before, row.trend) for row in digest.figures]
    return [
        elements.section("*Figures of the week*"),
        figures.table([COLUMNS, *rows]),
        elements.context(*map(escape, digest.figure_notes)),
    ]


def _drawn(digest: Digest) -> Blocks:
    """The charts, each with the words that say the same."""
    return [block for chart in digest.charts for block in _chart(chart)]


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
