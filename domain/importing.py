"""What came of an import, or of undoing one."""

from pydantic import BaseModel, ConfigDict

from domain.result_report import ResultsReport

MOST_EXAMPLES = 1_000
MOST_NAMES = 200
SHOWN_NAMES = 15
"""Creators who stay after an undo, named one by one; the others are counted."""

WHAT_STAYS = (
    "Creators whom somebody has since shortlisted, noted, tagged, contacted, listed, quoted a fee "
    "for or made their own stay, and so do those known from another import."
)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class SkippedRow(_Part):
    """A row that gave no profile. reason: a phrase, "has no handle"."""

    row: int
    reason: str


class Difference(_Part):
    """Two cells or rows of one profile that say different things, and which was kept."""

    handle: str
    field: str
    kept: str
    other: str


class UnreadCells(_Part):
    """Cells of one column that could not be read; they are kept as written."""

    header: str
    count: int
    example: str


class UndoReport(_Part):
    """What undoing took away.

    removed: creators. restored: profiles that are again as they were before. stayed: how many
    creators stay because people have worked with them since; names: the first of them;
    reasons: why each of those stays, "on a shortlist, noted". results, posts: taken back, of a
    file of results.
    """

    removed: int = 0
    restored: int = 0
    stayed: int = 0
    names: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    results: int = 0
    posts: int = 0

    def said(self, most: int) -> list[tuple[str, str]]:
        """The first names with their reasons, "" where none was kept."""
        reasons = (*self.reasons, *[""] * (len(self.names) - len(self.reasons)))
        return list(zip(self.names, reasons, strict=True))[:most]


class ImportReport(_Part):
    """Counts and examples of one import.

    total: rows of the file. rows: read so far. created, changed, seen: profiles that are new,
    that the file had something new about, and of which it says what was known. older: profiles
    of which the file says what is older than known: kept, for growth only. merged: rows that
    went into another row's profile. forgotten: profiles left out because they are of people whom
    the team has forgotten. failed: why nothing was stored, a sentence. results: of a
    file of results, which brings nothing else.
    """

    total: int = 0
    rows: int = 0
    created: int = 0
    changed: int = 0
    seen: int = 0
    older: int = 0
    merged: int = 0
    forgotten: int = 0
    skipped: int = 0
    contradictions: int = 0
    skipped_rows: tuple[SkippedRow, ...] = ()
    differences: tuple[Difference, ...] = ()
    unread: tuple[UnreadCells, ...] = ()
    notes: tuple[str, ...] = ()
    failed: str | None = None
    results: ResultsReport | None = None
    undo: UndoReport | None = None

    @property
    def profiles(self) -> int:
        """Profiles written so far."""
        return self.created + self.changed + self.seen + self.older

    @property
    def share(self) -> float:
        """How much of the file is done, 0-1."""
        return min(1.0, self.rows / self.total) if self.total else 0.0

    def with_batch(
        self, *, created: int, changed: int, seen: int, older: int, rows: int, forgotten: int = 0
    ) -> "ImportReport":
        """The report after one more batch; rows: read so far."""
        return self.model_copy(
            update={
                "created": self.created + created,
                "changed": self.changed + changed,
                "seen": self.seen + seen,
                "older": self.older + older,
                "forgotten": self.forgotten + forgotten,
                "rows": max(self.rows, rows),
            }
        )


def passes_quarter(before: ImportReport, after: ImportReport) -> bool:
    """Whether a quarter, half or three quarters were passed: worth redrawing a message."""
    return int(after.share * 4) > int(before.share * 4)
