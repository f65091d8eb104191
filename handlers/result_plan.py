"""What a file of results would bring: each row's partnership, dated totals, what is left out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice

from domain.attaching import Candidate, NotAttached, attach
from domain.forgetting import REMOVED
from domain.post_link import MOST_POSTS, shown
from domain.result_columns import ResultMapping
from domain.result_form import oddities
from domain.result_report import MOST_LISTED, Attached, LeftRow, ResultsReport
from domain.result_rows import Refused, ResultRow
from domain.result_series import Dated, summed, to_date, without_repeats
from storage import costs, result_imports
from storage.database import Database
from storage.transaction import Transaction
from views.partners import brought

_CHUNK = 500
_MOST_SHOWN = 200
_MOST_ODD = 20

Subject = tuple[int, str]
"""A partnership, and the link of one of its posts or "" for all together."""


@dataclass
class Plan:
    """What is to be stored, by partnership and post, and what is said of the file."""

    subjects: dict[Subject, list[Dated]] = field(default_factory=dict)
    report: ResultsReport = field(default_factory=ResultsReport)


@dataclass
class Planner:
    """Finds the partnerships of rows. hidden: brands that whoever imports may not see."""

    database: Database
    workspace_id: int
    mapping: ResultMapping
    hidden: Collection[int] = ()
    import_id: int = 0

    def plan(self, rows: Iterable[ResultRow | Refused]) -> Plan:
        """Look at all rows; nothing is stored."""
        self.rows = 0
        self.refused: list[Refused] = []
        self.left: list[Refused] = []
        self.of: dict[Subject, list[ResultRow]] = defaultdict(list)
        with self._reading() as tx:
            self.partnerships = result_imports.candidates(tx, self.hidden)
            self.briefs = result_imports.brief_names(tx, self.hidden)
        for chunk in _chunks(rows):
            self._attach(chunk)
        self._leave_too_early()
        self._leave_too_many_posts()
        subjects = self._dated()
        return Plan(subjects, self._report(subjects))

    def _attach(self, chunk: list[ResultRow | Refused]) -> None:
        self.rows += len(chunk)
        read = [row for row in chunk if isinstance(row, ResultRow)]
        self.refused += [row for row in chunk if isinstance(row, Refused)]
        with self._reading() as tx:
            known = result_imports.known(tx, read, self.partnerships, self.briefs)
        for row in read:
            found = attach(row, known)
            if isinstance(found, NotAttached):
                self.left.append(Refused(row.row, found.reason))
            else:
                self.of[(found, row.url)].append(row)

    def _leave_too_early(self) -> None:
        """Rows whose day is before their post went live."""
        with self._reading() as tx:
            since = result_imports.live_since(tx, {number for number, url in self.of if url})
        for subject, rows in self.of.items():
            live = since.get(subject)
            early = [row for row in rows if live is not None and row.as_of < live]
            reason = f"is of a day before its post went live ({live})"
            self.left += [Refused(row.row, reason) for row in early]
            rows[:] = [row for row in rows if row not in early]
        self.of = defaultdict(list, {one: rows for one, rows in self.of.items() if rows})

    def _leave_too_many_posts(self) -> None:
        """Rows of posts that no longer fit their partnership."""
        with self._reading() as tx:
            urls = result_imports.urls_of(tx, {number for number, url in self.of if url})
        for subject in [one for one in self.of if one[1]]:
            there = urls[subject[0]]
            if subject[1] not in there and len(there) >= MOST_POSTS:
                reason = f"names a new post, and a partnership holds {MOST_POSTS} at most"
                self.left += [Refused(row.row, reason) for row in self.of.pop(subject)]
                continue
            there.add(subject[1])

    def _dated(self) -> dict[Subject, list[Dated]]:
        found = {}
        for subject in sorted(self.of):
            rows, repeated = without_repeats(self.of[subject])
            if self.mapping.per_day:
                first = min(row.as_of for row in rows)
                with self._reading() as tx:
                    earlier = result_imports.before(tx, *subject, first, self.import_id)
                dated, refused = summed(rows, earlier)
            else:
                dated, refused = to_date(rows)
            self.left += [*repeated, *refused]
            if dated:
                found[subject] = dated
        return found

    def _report(self, subjects: dict[Subject, list[Dated]]) -> ResultsReport:
        numbers = {number for number, _ in subjects}
        with self._reading() as tx:
            urls = result_imports.urls_of(tx, numbers)
            kept = self._kept_costs(tx, subjects)
        odd = [
            f"Row {one.rows[-1]:,}: {sentence}"
            for dated in subjects.values()
            for one in dated
            for sentence in oddities(one.totals)
        ]
        return ResultsReport(
            rows=self.rows,
            attached=self.rows - len(self.refused) - len(self.left),
            refused=len(self.refused),
            left=len(self.left),
            partnerships=len(numbers),
            posts=sum(bool(url) and url not in urls[number] for number, url in subjects),
            readings=sum(map(len, subjects.values())),
            to=tuple(
                self._attached(subject, dated, urls[subject[0]])
                for subject, dated in list(subjects.items())[:_MOST_SHOWN]
            ),
            refused_rows=_listed(self.refused),
            left_rows=_listed(self.left),
            odd=tuple(odd[:_MOST_ODD]),
            kept_costs=tuple(kept),
            per_day=self.mapping.per_day,
        )

    def _attached(self, subject: Subject, dated: list[Dated], there: set[str]) -> Attached:
        one: Candidate = self.partnerships[subject[0]]
        return Attached(
            partnership_id=one.number,
            creator=one.creator,
            brief=one.brief,
            post=shown(subject[1]) if subject[1] and one.creator != REMOVED else "",
            rows=sum(len(each.rows) for each in dated),
            days=len(dated),
            brought=brought(dated[-1].totals),
            new=bool(subject[1]) and subject[1] not in there,
        )

    def _kept_costs(self, tx: Transaction, subjects: dict[Subject, list[Dated]]) -> list[str]:
        """Creators whose typed cost of this kind stands, whatever the file's spend."""
        spent = {number for (number, _), dated in subjects.items()
                 if any(one.totals.spend for one in dated)}  # fmt: skip
        kinds = {(number, kind) for number, kind, _ in costs.typed(tx, spent)}
        return [
            self.partnerships[number].creator
            for number in sorted(spent)
            if (number, self.mapping.spend_kind) in kinds
        ]

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self.database.reading(self.workspace_id)


def _chunks(rows: Iterable[ResultRow | Refused]) -> Iterator[list[ResultRow | Refused]]:
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _listed(rows: list[Refused]) -> tuple[LeftRow, ...]:
    ordered = sorted(rows)[:MOST_LISTED]
    return tuple(LeftRow(row=one.row, reason=one.reason) for one in ordered)
