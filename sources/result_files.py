"""Files of results: whether a table holds them, and its rows as what they say."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from domain.proposal import SAMPLE_ROWS
from domain.result_columns import ResultMapping
from domain.result_proposal import propose_results
from domain.result_report import MOST_ROWS
from domain.result_rows import Refused, ResultRow, read_row
from sources.files import UnreadableFile, read_table
from sources.tables import Table


def proposed_results(table: Table) -> ResultMapping | None:
    """What the columns of a table hold if it has results; None where no column has figures."""
    mapping = propose_results(
        table.headers, table.sample(SAMPLE_ROWS), table.hint or table.file_name
    )
    return mapping if mapping.measures else None


def read_results(
    path: Path, name: str, mapping: ResultMapping, today: dt.date
) -> Iterator[ResultRow | Refused]:
    """Each row of a file of results.

    Raises:
        UnreadableFile: the file can't be understood, is too long, or has other columns.
    """
    table = read_table(path, name)
    if len(mapping.columns) != len(table.headers):
        raise UnreadableFile(
            f"“{name}” has {len(table.headers)} columns and not the {len(mapping.columns)} that "
            "were confirmed. Review the columns again."
        )
    if table.row_count > MOST_ROWS:
        raise UnreadableFile(
            f"“{name}” has {table.row_count:,} rows. At most {MOST_ROWS:,} rows of results fit one "
            "import: split the file, for example by month."
        )
    for row_number, row in table.rows():
        yield read_row(mapping, row_number, row, today)
