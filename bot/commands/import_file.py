"""`influencer-bot import FILE`: creators from a file, shown before they are stored."""

import datetime as dt
import json
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bot import settings as configuration
from bot.commands import import_report
from bot.commands.import_results import Options, import_results
from bot.commands.opened import opened
from domain.creator import Platform, RateDefinition
from domain.fields import Field
from domain.importing import ImportReport
from domain.mapping import Mapping
from domain.niche import default_vocabulary
from domain.result_columns import NOT_RESULTS, SPEND_KINDS
from domain.review import is_code, with_code, written_code
from domain.written_dates import written_day
from handlers.importing import Importer
from sources.files import UnreadableFile
from sources.reader_process import Described, Request
from sources.reading import Reading, described
from storage import import_lists, imports
from storage.database import Database
from storage.transaction import Transaction

UNKNOWN = "unknown"
DATES = {"day-month": True, "month-day": False}
ASK_DATE = (
    "Nothing in the file says when its figures were true. Say it with --as-of 2026-10-01, "
    "or --as-of unknown."
)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Store without asking.")
@click.option("--as-of", metavar="DATE", help="When the figures were true: 2026-10-01, or unknown.")
@click.option("--set", "choices", multiple=True, metavar="COLUMN=FIELD",
              help="Say what a column feeds, for example --set 'Reach=average views', or "
                   "--set 'ER=engagement rate percent' (or fraction).")  # fmt: skip
@click.option("--rates-by", type=click.Choice([one.value for one in RateDefinition]),
              help="What engagement rates were divided by.")  # fmt: skip
@click.option("--currency", metavar="CODE", help="Of fees that name none: EUR.")
@click.option("--platform", type=click.Choice([one.value for one in Platform]),
              help="Where the creators are, if rows don't say.")  # fmt: skip
@click.option("--dates", type=click.Choice(list(DATES)),
              help="How dates such as 03/04/2026 are written, where nothing tells.")  # fmt: skip
@click.option("--list", "list_name", metavar="NAME",
              help="Name of the list that the import makes or adds to.")  # fmt: skip
@click.option("--as", "kind", type=click.Choice(["creators", "results"]),
              help="What the file holds, where it is taken for the other one.")  # fmt: skip
@click.option("--figures", type=click.Choice(["to-date", "per-day"]),
              help="Of results: totals to date, or those of each day alone.")  # fmt: skip
@click.option("--spend", type=click.Choice(list(SPEND_KINDS)),
              help="Of results: which cost their spend is.")  # fmt: skip
@click.option("--creator", default="", help="Of results: @handle where rows name no creator.")
@click.option("--campaign", default="", help="Of results: brief where rows name no campaign.")
@click.option("--dry-run", is_flag=True, help="Show what would be stored, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, nothing else.")
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(
    file: Path, yes: bool, as_of: str | None, choices: tuple[str, ...],
    rates_by: str | None, currency: str | None, platform: str | None, dates: str | None,
    list_name: str | None, kind: str | None, figures: str | None, spend: str | None, creator: str,
    campaign: str, dry_run: bool, as_json: bool, workspace: str | None,
) -> None:  # fmt: skip
    """Bring creators in from FILE, or results of posts: CSV, XLSX, or a ZIP with one of them.

    Shows what it makes of each column and asks before it stores. Works beside a running server.
    """
    try:
        found = described(file, file.name)
        if kind == "results" and found.results is None:
            raise UnreadableFile(NOT_RESULTS)
        if found.results is not None and (kind or ("results" * found.results.likely)) == "results":
            order = DATES[dates] if dates is not None else None
            import_results(file, found.results, Options(
                yes, as_of, choices, currency, platform, order, figures, spend, creator, campaign,
                dry_run, as_json, workspace,
            ))  # fmt: skip
            return
        mapping = _chosen(found.mapping, choices, platform)
        if rates_by is not None:
            mapping = mapping.with_definition(RateDefinition(rates_by))
        if currency is not None:
            mapping = _with_currency(mapping, currency)
        if dates is not None:
            mapping = mapping.with_day_first(DATES[dates])
        mapping, is_said = _dated(mapping, as_of)
        if mapping.missing:
            raise UnreadableFile(" ".join(mapping.missing) + " See --set and --platform.")
        if not as_json:
            import_report.show_mapping(found, mapping)
        if not (dry_run or is_said or mapping.feeding(Field.AS_OF)):
            mapping = _ask_date(mapping, ask=not (yes or as_json))
        if not dry_run:
            mapping = _ask_order(mapping, ask=not (yes or as_json))
        if dry_run:
            _dry_run(file, found, mapping, as_json)
            return
        if not (yes or as_json):
            click.confirm("Store this?", abort=True)
        with opened(workspace) as (database, workspace_id):
            run_id, report = _store(database, workspace_id, file, mapping, list_name, as_json)
    except UnreadableFile as error:
        raise click.ClickException(str(error)) from None
    _print(found, mapping, report, as_json, run_id)


def _chosen(mapping: Mapping, choices: tuple[str, ...], platform: str | None) -> Mapping:
    """The proposal with what the options say."""
    if platform is not None:
        mapping = mapping.with_platform(Platform(platform))
    for choice in choices:
        header, _, code = choice.rpartition("=")
        column = mapping.named(header)
        if column is None:
            known = ", ".join(each.header for each in mapping.columns)
            raise click.UsageError(f"There is no column “{header}”. There are: {known}.")
        code = written_code(code)
        if not is_code(code):
            fields = ", ".join(each.value for each in Field)
            raise click.UsageError(
                f"“{code}” is not a field. Fields are: {fields}; a rate may be followed by "
                "percent or fraction."
            )
        mapping = with_code(mapping, column.index, code)
    return mapping


def _with_currency(mapping: Mapping, currency: str) -> Mapping:
    try:
        return mapping.with_currency(currency)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _dated(mapping: Mapping, as_of: str | None) -> tuple[Mapping, bool]:
    """The mapping with its date, and whether that was said."""
    if as_of is None:
        return mapping, mapping.as_of is not None
    if as_of.strip().lower() == UNKNOWN:
        return mapping.with_as_of(None), True
    return mapping.with_as_of(_date(as_of)), True


def _date(text: str) -> dt.date:
    try:
        date = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(f"“{text}” is not a date: write 2026-10-01, or unknown.") from None
    if date > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise click.UsageError(f"{text} lies in the future.")
    return date


def _ask_date(mapping: Mapping, *, ask: bool) -> Mapping:
    if not ask:
        raise UnreadableFile(ASK_DATE)
    answer = click.prompt("When were the figures true? (2026-10-01, or unknown)", type=str)
    return _dated(mapping, answer)[0]


def _ask_order(mapping: Mapping, *, ask: bool) -> Mapping:
    """The mapping with dates that can be read in two ways read in the one that is meant."""
    unsure = mapping.unsure_dates
    if unsure is None:
        return mapping
    cell = unsure.content.either_date
    if not ask:
        raise UnreadableFile(
            f"“{cell}” in “{unsure.header}” may be {written_day(cell, True)} or "
            f"{written_day(cell, False)}. Say which with --dates day-month or --dates month-day."
        )
    click.echo(f"“{cell}” in “{unsure.header}”: day-month is {written_day(cell, True)}, "
               f"month-day is {written_day(cell, False)}.")  # fmt: skip
    answer = click.prompt("Which is it?", type=click.Choice(list(DATES)))
    return mapping.with_day_first(DATES[answer])


def _dry_run(file: Path, found: Described, mapping: Mapping, as_json: bool) -> None:
    """Read everything and store nothing."""
    with Reading(Request(file, file.name, mapping, counting=True)) as reading:
        reading.count()
    report, profiles = reading.report, reading.profiles
    if as_json:
        said = import_report.as_json(found, mapping, report) | {"profiles": profiles}
        click.echo(json.dumps(said | {"stored": False}, indent=2, ensure_ascii=False))
        return
    click.echo(f"{profiles:,} creators in {report.rows:,} rows. Nothing was stored.")
    import_report.show_skipped(report)


def _store(
    database: Database, workspace_id: int, file: Path, mapping: Mapping, name: str | None,
    quiet: bool,
) -> tuple[int, ImportReport]:  # fmt: skip
    folder = configuration.load().data_dir
    run_id = _queue(database, workspace_id, file, mapping, name, folder)
    with _progress(file.name, quiet) as watch:
        importer = Importer(database, workspace_id, default_vocabulary(), folder, watch=watch)
        state = importer.carry_on(run_id)
    with database.reading(workspace_id) as tx:
        run = imports.get(tx, run_id)
        report = imports.report_of(run) if run is not None else ImportReport()
    if state != "published":
        raise UnreadableFile(report.failed or "The import was taken over by the running server.")
    return run_id, report


def _queue(
    database: Database, workspace_id: int, file: Path, mapping: Mapping, name: str | None,
    folder: Path,
) -> int:  # fmt: skip
    """Keep a copy of the file, so that whoever finds the import unfinished can go on with it."""
    kept = folder / "imports"
    kept.mkdir(parents=True, exist_ok=True)
    copy = kept / f"{secrets.token_hex(8)}{file.suffix.lower()[:8]}"
    shutil.copyfile(file, copy)
    try:
        with database.writing(workspace_id) as tx:
            return _queue_copy(tx, file, mapping, name, copy)
    except UnreadableFile:
        copy.unlink()
        raise


def _queue_copy(tx: Transaction, file: Path, mapping: Mapping, name: str | None, copy: Path) -> int:
    busy = imports.at_work(tx)
    if busy is not None:
        raise UnreadableFile(
            f"“{busy.file_name}” is being {imports.DOING[busy.state]} right now. Try again "
            "when that is done; `influencer-bot imports` shows it."
        )
    run = imports.create(tx, file.name, None)
    run.file = copy.name
    run.mapping, run.as_of = mapping.model_dump(mode="json"), mapping.as_of
    try:
        wanted = name or import_lists.free_list_name(tx, file.stem)
        imports.queue(tx, run, wanted, may_add=True)
    except import_lists.ListNameTaken:
        raise UnreadableFile(
            f"The list “{name}” belongs to an import that is not done yet. Try again when it is, "
            "or choose another --list."
        ) from None
    return run.id or 0


@contextmanager
def _progress(name: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console  # noqa: PLC0415  only where somebody looks
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Storing {name}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(
    found: Described, mapping: Mapping, report: ImportReport, as_json: bool, run_id: int
) -> None:
    if as_json:
        said: dict[str, Any] = import_report.as_json(found, mapping, report)
        said |= {"import": run_id, "stored": True}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    import_report.show(report)
    click.echo(f"Take it back with: influencer-bot imports --undo {run_id}")
