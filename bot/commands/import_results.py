"""`influencer-bot import FILE` where the file holds results: what attaches, asked before stored."""

import datetime as dt
import json
import secrets
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot import settings as configuration
from bot.commands.opened import opened
from domain.creator import Platform
from domain.niche import default_vocabulary
from domain.result_columns import ResultField, ResultMapping
from domain.result_report import ResultsReport
from domain.written_money import currency_code
from handlers.importing import Importer
from handlers.result_importing import planned
from sources.files import UnreadableFile
from storage import imports
from storage.database import Database
from storage.models import ImportRun
from views.elements import clean
from views.result_imports import counts

_SHOWN = 20


class Options(NamedTuple):
    """What was said on the command line; None or "" = nothing."""

    yes: bool
    as_of: str | None
    choices: tuple[str, ...]
    currency: str | None
    platform: str | None
    day_first: bool | None
    figures: str | None
    spend: str | None
    creator: str
    campaign: str
    dry_run: bool
    as_json: bool
    workspace: str | None


def import_results(file: Path, proposed: ResultMapping, options: Options) -> None:
    """Show what columns hold and what attaches, ask, and store.

    Raises:
        UnreadableFile: something has to be said first, or the file can't be read.
    """
    mapping = _chosen(proposed, options)
    problems = mapping.problems(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1))
    if not options.as_json:
        _show_mapping(file.name, mapping)
    if problems:
        said = " ".join(dict.fromkeys(problems.values()))
        raise UnreadableFile(
            f"{said} See --set, --as-of, --dates, --currency, --creator and --campaign."
        )
    with opened(options.workspace) as (database, workspace_id):
        run = ImportRun(workspace_id=workspace_id, file_name=file.name)
        report = planned(database, workspace_id, run, mapping, file).report
        if not options.as_json:
            _show_report(report)
        if options.dry_run or not report.attached:
            _end(report, options, None)
            return
        if not (options.yes or options.as_json):
            click.confirm("Store these results?", abort=True)
        run_id, stored = _store(database, workspace_id, file, mapping)
    _end(stored, options, run_id)


def _chosen(mapping: ResultMapping, options: Options) -> ResultMapping:
    for choice in options.choices:
        header, _, name = choice.rpartition("=")
        column = mapping.named(header)
        if column is None:
            known = ", ".join(each.header for each in mapping.columns)
            raise click.UsageError(f"There is no column “{header}”. There are: {known}.")
        mapping = mapping.with_field(column.index, _field(name))
    changed: dict[str, Any] = {}
    if options.as_of is not None:
        changed["as_of"] = _date(options.as_of)
    if options.currency is not None:
        changed["currency"] = currency_code(options.currency)
        if changed["currency"] is None:
            raise click.UsageError(f"“{options.currency}” is no currency: write a code like EUR.")
    if options.platform is not None:
        changed["platform"] = Platform(options.platform)
    if options.day_first is not None:
        changed["day_first"] = options.day_first
    if options.figures is not None:
        changed["per_day"] = options.figures == "per-day"
    if options.spend is not None:
        changed["spend_kind"] = options.spend
    changed |= {"creator": options.creator, "campaign": options.campaign}
    return mapping.model_copy(update=changed)


def _field(name: str) -> ResultField:
    try:
        return ResultField("_".join(name.lower().split()))
    except ValueError:
        known = ", ".join(field.value for field in ResultField)
        raise click.UsageError(
            f"“{name}” is not a field of results. Fields are: {known}."
        ) from None


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(
            f"“{text}” is not a date: results need the day of their totals, such as 2026-10-01."
        ) from None


def _show_mapping(name: str, mapping: ResultMapping) -> None:
    console = Console()
    grid = Grid("Column", "Holds", "For example", "Why", title=name)
    for column in mapping.columns:
        samples = ", ".join(sample[:30] for sample in column.samples[:2])
        cells = (column.header, column.field.label, samples, column.reason)
        grid.add_row(*(Text(clean(cell, 120)) for cell in cells))
    console.print(grid)
    console.print("This is read as results of posts or campaigns (--as creators: as a list).")
    if mapping.feeding(ResultField.AS_OF) is not None:
        kind = "those of each day alone" if mapping.per_day else "totals to date"
        console.print(Text(f"Figures are {kind} (--figures). {mapping.per_day_reason}"))


def _show_report(report: ResultsReport) -> None:
    click.echo(
        f"{report.attached:,} of {report.rows:,} rows attach to {report.partnerships:,} "
        "partnerships:"
    )
    for one in report.to[:_SHOWN]:
        brief = f" for {clean(one.brief, 60)}" if one.brief else ""
        post = clean(one.post, 60) or "all posts together"
        click.echo(f"  {clean(one.creator, 60)}{brief}, {post}: {clean(one.brought, 160)}")
    if len(report.to) > _SHOWN:
        click.echo(f"  and {len(report.to) - _SHOWN:,} more")
    for left, rows in (("Not attached", report.left_rows), ("Refused", report.refused_rows)):
        for row in rows[:_SHOWN]:
            click.echo(f"{left}: row {row.row:,} {clean(row.reason, 200)}")
        if len(rows) > _SHOWN:
            click.echo(f"{left}: and {len(rows) - _SHOWN:,} more")


def _store(
    database: Database, workspace_id: int, file: Path, mapping: ResultMapping
) -> tuple[int, ResultsReport]:
    folder = configuration.load().data_dir
    kept = folder / "imports"
    kept.mkdir(parents=True, exist_ok=True)
    copy = kept / f"{secrets.token_hex(8)}{file.suffix.lower()[:8]}"
    shutil.copyfile(file, copy)
    with database.writing(workspace_id) as tx:
        run = imports.create(tx, file.name, None)
        run.kind, run.file, run.state = "results", copy.name, "queued"
        run.mapping, run.as_of = {"results": mapping.model_dump(mode="json")}, mapping.as_of
        tx.session.add(run)
        run_id = run.id or 0
    state = Importer(database, workspace_id, default_vocabulary(), folder).carry_on(run_id)
    with database.reading(workspace_id) as tx:
        done = imports.get(tx, run_id)
        report = imports.report_of(done) if done is not None else None
    if state != "published" or report is None or report.results is None:
        raise UnreadableFile(
            (report.failed if report is not None else None)
            or f"Another import is at work; this one ({run_id}) is stored after it."
        )
    return run_id, report.results


def _end(report: ResultsReport, options: Options, run_id: int | None) -> None:
    if options.as_json:
        said = report.model_dump(mode="json") | {"import": run_id, "stored": run_id is not None}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    if run_id is None:
        click.echo("Nothing was stored.")
        return
    click.echo(counts(report))
    click.echo(f"Take it back with: influencer-bot imports --undo {run_id}")
