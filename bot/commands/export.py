"""`influencer-bot export`: everything in, everything out."""

import sys
from pathlib import Path

import click

from bot.commands.opened import opened
from sources.writing import FORMATS, kind_of, write
from storage import audit, audit_export, exporting

CONTENTS = {
    "creators": exporting.creators,
    "partnerships": exporting.partnerships,
    "audit": audit_export.entries,
}


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--what", type=click.Choice(sorted(CONTENTS)), default="creators", show_default=True)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Default: by the file's name.")
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(file: Path | None, what: str, kind: str | None, workspace: str | None) -> None:
    """Write all creators, partnerships or the record of who did what (audit) to FILE.

    As CSV, XLSX or JSON; to standard output where no FILE is named.

    The file holds what every brand's team wrote, notes, fees and partnerships of limited brands
    too: whoever gets it can read all of it.
    """
    kind = kind or (kind_of(file) if file else "csv")
    if kind is None:
        raise click.UsageError("Say which format: a name that ends with .csv, .xlsx or .json.")
    with opened(workspace) as (database, workspace_id):
        with database.reading(workspace_id) as tx:
            rows = list(CONTENTS[what](tx))
        with database.writing(workspace_id, "command line") as tx:
            audit.record(tx, "export", what, 0, after={"format": kind})
    content = write(rows, kind)
    if file is None:
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)
        click.echo(f"{len(rows):,} rows written to {file}.", err=True)
