"""`influencer-bot find`: the same search as in Slack, at the terminal."""

import json
import time
from typing import Any

import click

from bot.commands.opened import opened
from domain.creator import Platform
from domain.engagement import rate_definition
from domain.fit import Fit
from domain.niche import default_vocabulary
from domain.query import Query
from domain.wording import DEFINITION_WORDS, PLATFORM_NAMES, compact, counted, percent
from handlers import criteria, finding
from handlers.answer import Refused
from handlers.finding import Page
from storage import creators
from views.results import ResultLine, other_currency, unknown_figures

NOT_IN_LIST = "+ found on their platform, not in your list"


@click.command("find")
@click.argument("words", nargs=-1)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(words: tuple[str, ...], limit: int, as_json: bool, workspace: str | None) -> None:
    """Find creators, best fit first: influencer-bot find "skincare micro".

    Sees what every brand's team wrote and did, so the order may differ from a person's in Slack.
    """
    vocabulary = default_vocabulary()
    with opened(workspace) as (database, workspace_id), database.reading(workspace_id) as tx:
        began = time.perf_counter()
        try:
            asked = criteria.read(tx, vocabulary, None, " ".join(words))
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except criteria.WhichBrief as which:
            raise click.ClickException(_which(which)) from which
        page = finding.page(tx, asked, vocabulary, limit=limit)
        is_empty = not page.lines and not creators.any_there(tx)
        took_ms = (time.perf_counter() - began) * 1_000
    if as_json:
        click.echo(json.dumps(as_data(page, took_ms), ensure_ascii=False, indent=2))
    else:
        _print_table(page, asked.query, took_ms)
        if is_empty:
            click.echo("There are no creators here yet: influencer-bot import FILE brings them in.")


def as_data(page: Page, took_ms: float) -> dict[str, Any]:
    """What `--json` prints. rates and parts: see `_result`."""
    return {
        "total": page.counts.total,
        "unknown": page.counts.unknown,
        "unknown_by": page.counts.unknown_by,
        "other_currency": page.counts.other_currency,
        "took_ms": round(took_ms, 1),
        "results": [_result(line) for line in page.lines],
    }


def _result(line: ResultLine) -> dict[str, Any]:
    """engagement_rate: a ratio; fit: 0-100; coverage: 0-1; a part's value: 0-100, null unknown.

    fit_withheld: the platform whose terms forbid a fit; found_on: that of a look-up, null in list.
    """
    profile, figures, fit = line.profile, line.profile.figures, line.fit
    rate = figures.engagement_rate
    return {
        "handle": profile.handle,
        "name": profile.display_name,
        "platform": profile.platform.value,
        "followers": figures.followers,
        "engagement_rate": rate,
        "engagement_rate_definition": rate_definition(figures).value if rate is not None else None,
        "country": profile.country,
        "as_of": profile.as_of.isoformat() if profile.as_of else None,
        "fit": None if fit.fit is None else round(fit.fit, 2),
        "fit_withheld": fit.withheld or None,
        "found_on": line.found_on.value if line.found_on else None,
        "coverage": round(fit.coverage, 4),
        "too_little_known": fit.too_little_known,
        "parts": [
            {
                "name": part.name.value,
                "value": None if part.value is None else part.value / 100,
                "weight": part.weight,
                "evidence": part.evidence,
                "source": part.source,
            }
            for part in fit.parts
        ],
    }


def _print_table(page: Page, query: Query, took_ms: float) -> None:
    from rich.console import Console  # noqa: PLC0415  --json has no need of it
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    total = counted(page.counts.total, "creator")
    said = query.describe(default_vocabulary())
    console.print(f"{total} for {said}, {took_ms:.0f} ms", markup=False, highlight=False)
    for one in query.left_out:
        console.print(f"Left out {one}", markup=False, highlight=False)
    if page.counts.unknown:
        left_out = (
            f"{page.counts.unknown:,} more left out: {unknown_figures(page.counts.unknown_by)}"
        )
        console.print(left_out, markup=False, highlight=False)
    if page.counts.other_currency:
        console.print(other_currency(page.counts.other_currency), markup=False, highlight=False)
    if not page.lines:
        return
    table = Table("Fit", "Known", "Creator", "Platform", "Followers", "Engagement", "Country")
    for line in page.lines:
        table.add_row(*(escape(cell) for cell in _row(line)))
    console.print(table)
    if any(line.found_on for line in page.lines):
        console.print(NOT_IN_LIST, markup=False, highlight=False)
    for platform in sorted({line.fit.withheld for line in page.lines if line.fit.withheld}):
        name = PLATFORM_NAMES[Platform(platform)]
        said = f"Fit not shown: {name}'s terms (see docs/sources.md)."
        console.print(said, markup=False, highlight=False)


def _row(line: ResultLine) -> list[str]:
    profile, figures = line.profile, line.profile.figures
    rate = figures.engagement_rate
    definition = DEFINITION_WORDS[rate_definition(figures)]
    return [
        "–" if line.fit.withheld else "?" if line.fit.shown is None else str(line.fit.shown),
        _known(line.fit),
        f"@{profile.handle}{' +' * bool(line.found_on)}",
        PLATFORM_NAMES[profile.platform],
        "?" if figures.followers is None else compact(figures.followers),
        "?" if rate is None else f"{percent(rate)} {definition}",
        profile.country or "?",
    ]


def _known(fit: Fit) -> str:
    if fit.withheld:
        return "not shown"
    return f"{fit.coverage * 100:.0f} %{', too little' * fit.too_little_known}"


def _which(which: criteria.WhichBrief) -> str:
    names = ", ".join(f"“{name}”" for name, _ in which.choices)
    if not which.asked:
        return f"For which brief? There is {names}." if names else "There are no briefs yet."
    if which.none:
        return f"There is no brief “{which.asked}”." + (f" There is {names}." if names else "")
    return f"“{which.asked}” may be one of these briefs: {names}."
