"""What came, or will come, of a file of results."""

from pydantic import BaseModel, ConfigDict

MOST_ROWS = 200_000
"""Longer files of results are to be split: all that is attached is looked at together."""

MOST_LISTED = 1_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class LeftRow(_Part):
    """A row that was not stored. reason: a phrase after its number."""

    row: int
    reason: str


class Attached(_Part):
    """What attaches to one partnership. post: shown link, "" = all posts together.

    brought: the newest totals in words. new: the post is not on record yet.
    """

    partnership_id: int
    creator: str
    brief: str
    post: str
    rows: int
    days: int
    brought: str
    new: bool = False


class ResultsReport(_Part):
    """Counts and examples. rows: of the file. attached: rows that belong to a partnership.

    readings: dated totals that were stored; already: on the record before. refused: rows that
    can't be true or read. left: rows of no partnership. posts: new ones. odd: figures that rarely
    go together. kept_costs: partnerships whose typed cost stands beside a file's spend.
    """

    rows: int = 0
    attached: int = 0
    readings: int = 0
    already: int = 0
    corrections: int = 0
    refused: int = 0
    left: int = 0
    posts: int = 0
    partnerships: int = 0
    to: tuple[Attached, ...] = ()
    refused_rows: tuple[LeftRow, ...] = ()
    left_rows: tuple[LeftRow, ...] = ()
    odd: tuple[str, ...] = ()
    kept_costs: tuple[str, ...] = ()
    per_day: bool = False
    previewed: bool = False

    @property
    def listed(self) -> tuple[LeftRow, ...]:
        """All listed rows that were not stored, by number."""
        return tuple(sorted((*self.refused_rows, *self.left_rows), key=lambda one: one.row))
