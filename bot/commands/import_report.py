"""What the command line says of a file's columns and of what came of its import."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from domain.creator import RateDefinition
from domain.fields import RATIOS, Field
from domain.importing import ImportReport
from domain.mapped_column import FRACTION, PERCENT, Column
from domain.mapping import Mapping
from domain.wording import counted
from sources.reader_process import Described
from views.elements import clean

_EXAMPLES = 10


def show_mapping(found: Described, mapping: Mapping) -> None:
    """Each column with what it feeds, cells as written and as read, and what is doubtful."""
    console = Console()
    grid = Grid("Column", "Feeds", "As written → as read", "Why", title=found.file_name)
    for column in mapping.columns:
        samples = ", ".join(
            f"{raw[:30]} → {read[:30]}" for raw, read in column.samples_in(mapping.currency)[:2]
        )
        if column.field in (Field.KEEP, Field.IGNORE):
            samples = ", ".join(raw[:30] for raw, _ in column.samples_in(mapping.currency)[:2])
        cells = (column.header, _feeds(column), samples, column.warning or column.reason)
        grid.add_row(*(Text(clean(cell, 120)) for cell in cells))
    console.print(grid)
    console.print(Text(f"{found.row_count:,} rows. {' '.join(found.notes)}"))
    if mapping.platform:
        console.print(Text(f"Platform: {mapping.platform.value}. {mapping.platform_reason}"))
    if mapping.as_of:
        console.print(Text(f"Date of the figures: {mapping.as_of}. {mapping.as_of_reason}"))
    for question in mapping.questions:
        console.print(Text(f"Please look: {clean(question, 300)}"))


def _feeds(column: Column) -> str:
    unit = f", × {column.scale:,}" if column.scale != 1 else ""
    reading = ""
    if column.field in RATIOS and column.content.bare > 0:
        reading = f", {PERCENT if column.percent else FRACTION}"
    by = column.definition
    divided = f", by {by.value}" if by not in (None, RateDefinition.UNSTATED) else ""
    return f"{column.field.label}{unit}{reading}{divided}"


def show(report: ImportReport) -> None:
    """What came of an import."""
    older = f"{report.older:,} older and kept for growth only, " if report.older else ""
    click.echo(
        f"{report.rows:,} rows in: {report.created:,} new, {report.changed:,} updated, "
        f"{report.seen:,} already known, {older}{report.skipped:,} skipped, "
        f"{report.merged:,} merged."
    )
    if report.forgotten:
        click.echo(f"{report.forgotten:,} left out: creators whom the team has removed.")
    show_skipped(report)


def show_skipped(report: ImportReport) -> None:
    """The first skipped rows, contradictions and cells that could not be read."""
    for row in report.skipped_rows[:_EXAMPLES]:
        click.echo(f"  row {row.row:,} {clean(row.reason, 200)}")
    more = report.skipped - min(_EXAMPLES, len(report.skipped_rows))
    if more > 0:
        click.echo(f"  … and {more:,} more")
    for cells in report.unread:
        click.echo(f"  {clean(cells.header, 80)}: {counted(cells.count, 'cell')} not read, "
                   f"{clean(cells.example, 120)}")  # fmt: skip
    if report.contradictions:
        click.echo(
            f"  {counted(report.contradictions, 'contradiction')}; the newest and fullest was kept"
        )


def as_json(found: Described, mapping: Mapping, report: ImportReport) -> dict[str, Any]:
    """Mapping and result, for programs."""
    return {
        "file": found.file_name,
        "platform": mapping.platform.value if mapping.platform else None,
        "currency": mapping.currency,
        "as_of": mapping.as_of.isoformat() if mapping.as_of else None,
        "mapping": [
            {
                "column": column.header,
                "field": column.field.value,
                "scale": column.scale,
                "definition": column.definition.value if column.definition else None,
                "confidence": round(column.confidence, 2),
                "reason": column.reason,
                "samples": [
                    {"written": raw, "read": read}
                    for raw, read in column.samples_in(mapping.currency)
                ],
            }
            for column in mapping.columns
        ],
        "rows": report.rows,
        "new": report.created,
        "updated": report.changed,
        "unchanged": report.seen,
        "older": report.older,
        "merged": report.merged,
        "removed_before": report.forgotten,
        "contradictions": report.contradictions,
        "skipped": report.skipped,
        "skipped_rows": [row.model_dump() for row in report.skipped_rows],
    }
