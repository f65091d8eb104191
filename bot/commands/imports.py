"""`influencer-bot imports`: what was brought in, and how to take it back."""

import csv
import json
import sys

import click

from bot import settings as configuration
from bot.commands.opened import opened
from domain.importing import SHOWN_NAMES, ImportReport, UndoReport
from domain.niche import default_vocabulary
from handlers.importing import Importer
from storage import audit, imports
from storage.database import Database
from storage.models import ImportRun
from views.elements import clean
from views.result_imports import counts


@click.command("imports")
@click.option("--undo", "undo_id", type=int, metavar="ID", help="Take an import back.")
@click.option("--skipped", "skipped_id", type=int, metavar="ID",
              help="Print an import's skipped rows with the reasons, as CSV.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Undo without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, nothing else.")
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(
    undo_id: int | None, skipped_id: int | None, yes: bool, as_json: bool, workspace: str | None
) -> None:
    """Show who imported which file and when, or undo one.

    Creators whom somebody has since shortlisted, noted, tagged, contacted, listed, quoted a fee for
    or made their own stay, and so do those known from another import.
    """
    with opened(workspace) as (database, workspace_id):
        if undo_id is not None:
            _undo(database, workspace_id, undo_id, yes or as_json, as_json)
        elif skipped_id is not None:
            _skipped(database, workspace_id, skipped_id)
        else:
            _show(database, workspace_id, as_json)


def _show(database: Database, workspace_id: int, as_json: bool) -> None:
    with database.reading(workspace_id) as tx:
        found = imports.recent(tx, 50)
    if as_json:
        lines = [
            {
                "import": run.id, "file": run.file_name, "by": who or None, "list": named or None,
                "kind": run.kind, "state": run.state,
                "at": (run.published_at or run.created_at).isoformat(),
                **imports.report_of(run).model_dump(
                    mode="json", include={"rows", "created", "changed", "seen", "older", "skipped"}
                ),
            }
            for run, who, named in found
        ]  # fmt: skip
        click.echo(json.dumps(lines, indent=2, ensure_ascii=False))
        return
    if not found:
        click.echo("Nothing was imported yet.")
    for run, who, _ in found:
        report = imports.report_of(run)
        if report.results is not None:
            _show_results(run, who, report)
            continue
        at = run.published_at or run.created_at
        older = f"{report.older:,} older, " if report.older else ""
        click.echo(
            f"{run.id:>4}  {at:%Y-%m-%d %H:%M} UTC  {run.state:<10} {clean(run.file_name, 60)}"
            f"  by {clean(who, 40) or 'the command line'}: {report.created:,} new, "
            f"{report.changed:,} updated, {report.seen:,} known, {older}{report.skipped:,} skipped"
        )


def _show_results(run: ImportRun, who: str, report: ImportReport) -> None:
    at = run.published_at or run.created_at
    by = clean(who, 40) or "the command line"
    said = counts(report.results) if report.results is not None else ""
    click.echo(
        f"{run.id:>4}  {at:%Y-%m-%d %H:%M} UTC  {run.state:<10} {clean(run.file_name, 60)}"
        f"  by {by}: {said}"
    )


def _undo(database: Database, workspace_id: int, number: int, sure: bool, as_json: bool) -> None:
    with database.reading(workspace_id) as tx:
        run = imports.get(tx, number)
    if run is None:
        raise click.ClickException(f"There is no import {number}.")
    if run.state not in ("published", "undoing"):
        raise click.ClickException(f"Import {number} is {run.state}: there is nothing to undo.")
    if not sure:
        click.confirm(f"Undo the import of {run.file_name}?", abort=True)
    with database.writing(workspace_id) as tx:
        again = imports.lock(tx, number)
        if again is not None and again.state == "published":
            imports.start_undo(tx, again)
            audit.record(tx, "start undo", "import", number, after={"file": again.file_name})
    folder = configuration.load().data_dir
    if Importer(database, workspace_id, default_vocabulary(), folder).carry_on(number) is None:
        raise click.ClickException("Another import is at work; this one is undone after it.")
    with database.reading(workspace_id) as tx:
        done = imports.get(tx, number)
    undo = (imports.report_of(done) if done is not None else ImportReport()).undo or UndoReport()
    if as_json:
        click.echo(json.dumps(undo.model_dump(), indent=2, ensure_ascii=False))
        return
    if run.kind == "results":
        click.echo(f"Undone: {undo.results:,} results and {undo.posts:,} posts removed.")
        return
    click.echo(f"Undone: {undo.removed:,} creators removed, {undo.restored:,} profiles as before.")
    if undo.stayed:
        click.echo(f"{undo.stayed:,} stay:")
        said = undo.said(SHOWN_NAMES)
        for name, why in said:
            click.echo(f"  {clean(name, 60)}" + (f": {why}" if why else ""))
        if undo.stayed > len(said):
            click.echo(f"  and {undo.stayed - len(said):,} more")


def _skipped(database: Database, workspace_id: int, number: int) -> None:
    with database.reading(workspace_id) as tx:
        run = imports.get(tx, number)
    if run is None:
        raise click.ClickException(f"There is no import {number}.")
    out = csv.writer(sys.stdout)
    out.writerow(["row", "reason"])
    report = imports.report_of(run)
    left = report.results.listed if report.results is not None else report.skipped_rows
    out.writerows([row.row, row.reason] for row in left)
