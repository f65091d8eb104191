"""Files that this bot wrote: their columns come back as what they were."""

from collections.abc import Sequence

from domain.exporting import DATE, OWN_RECORDS, RATE_BY
from domain.fields import Field
from domain.mapped_column import Column, decided

_MARKS = frozenset({DATE, RATE_BY, *OWN_RECORDS})


def without_own_records(columns: Sequence[Column]) -> list[Column]:
    """The columns of a file; of an export of ours, what the bot itself recorded is left out.

    Kept under its own header, it would come back as a column of every creator at each import.
    """
    if not {column.header for column in columns} >= _MARKS:
        return list(columns)
    reason = "This file was exported here; lists, owners and sources are not imported."
    return [
        decided(column, Field.IGNORE, 0.95, reason) if column.header in OWN_RECORDS else column
        for column in columns
    ]
