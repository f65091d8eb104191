"""How a search narrows to the niches and words asked for: joins by key, the rarest first."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select
from sqlalchemy.sql.selectable import FromClause, Select

from storage import phrases
from storage.asked import Criteria, Term
from storage.index import ALL
from storage.models import NicheRow, WordRow
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen

MANY = 5_000
"""Niches and words with more rows than this are all the same to whoever looks for the rarest."""

Condition = Any
"""SQL expressions over tables that SQLModel makes are not typed by SQLAlchemy."""


class Matching:
    """The index rows that a search looks at.

    base: the rows that carry all figures, one a profile. joined: they, with what they are joined
    to. where: what must hold. relevance: 0-10,000, the mean over the groups asked for. hidden:
    imports of which nothing is seen yet.
    """

    def __init__(
        self, tx: Transaction, criteria: Criteria, only: Sequence[int] | None = None
    ) -> None:
        """only: profiles that are looked at whether they match or not; None = those that match."""
        self._tx, self._criteria, self._only = tx, criteria, only
        self.hidden = hidden_imports(tx)
        self._apart: dict[tuple[str, ...], tuple[int, ...]] = {}
        self.base = table_of(NicheRow).alias("base")
        self.joined: FromClause = self.base
        self.where: list[Condition] = [self.base.c.workspace_id == tx.workspace_id]
        self.relevance = self._match_groups() if only is None else self._relevance_of_groups()

    def _match_groups(self) -> Condition:
        """Narrow to profiles that match all groups; gives the mean relevance."""
        groups = self._criteria.groups
        if len(groups) == 1 and all(term.niche for term in groups[0]):
            niches = [term.niche for term in groups[0]]  # a profile in two: the better row leads
            here = self.base.c.niche
            self.where.append(here == niches[0] if len(niches) == 1 else here.in_(niches))
            self.where.append(row_is_seen(self.base.c, self.hidden))
            return self.base.c.relevance
        lead = next((at for at, group in enumerate(groups) if _is_one_niche(group)), None)
        niche = ALL if lead is None else groups[lead][0].niche
        rarest = self._rarest()
        seen = row_is_seen(self.base.c, self.hidden)
        self.where.append(self.base.c.niche == niche)
        self.where.append(func.unlikely(seen) if rarest == niche else seen)
        return _mean(
            [
                self.base.c.relevance if at == lead else self._join_group(group, rarest)
                for at, group in enumerate(groups)
            ]
        )

    def _rarest(self) -> str | None:
        """The niche or word with the fewest rows; SQLite is told, PostgreSQL knows."""
        if self._tx.on_postgresql:
            return None
        terms = [group[0] for group in self._criteria.groups if len(group) == 1]
        niches = [(NicheRow, "niche", term.niche) for term in terms if term.niche]
        words = [(WordRow, "word", word) for term in terms for word in term.words]
        sizes = {name: self._size(model, column, name) for model, column, name in (*niches, *words)}
        return min(sizes, key=lambda name: sizes[name], default=None)

    def _size(self, model: Any, column: str, name: str) -> int:
        """How many rows a niche or word has, counted no further than needed."""
        rows = table_of(model).c
        some = (
            select(literal(1))
            .where(rows.workspace_id == self._tx.workspace_id, rows[column] == name)
            .limit(MANY)
            .subquery()
        )
        return int(self._tx.session.execute(select(func.count()).select_from(some)).scalar_one())

    def _relevance_of_groups(self) -> Condition:
        """The mean relevance of the profiles asked about; 0 for a group they don't match."""
        self.where.append(self.base.c.niche == ALL)
        self.where.append(self.base.c.profile_id.in_(self._only))
        self.where.append(row_is_seen(self.base.c, self.hidden))
        found = []
        for group in self._criteria.groups:
            best = self._best_of(group)
            on = best.c.profile_id == self.base.c.profile_id
            self.joined = self.joined.join(best, on, isouter=True)
            found.append(func.coalesce(best.c.relevance, 0))
        return _mean(found)

    def _join_group(self, group: Sequence[Term], rarest: str | None) -> Condition:
        """Keep profiles that match one of the group's terms; gives the best relevance.

        A group of one term joins its rows by their key, so that the few rows of a rare word lead
        and nothing is gathered first.
        """
        if len(group) > 1:
            best = self._best_of(group)
            self.joined = self.joined.join(best, best.c.profile_id == self.base.c.profile_id)
            return best.c.relevance
        if group[0].niche:
            rows = table_of(NicheRow).alias()
            seen = self._is_niche(rows, group[0].niche)
            self._join_rows(rows, seen, few=rarest == group[0].niche)
            return rows.c.relevance
        total: Any = 0
        for word in group[0].words:
            rows = table_of(WordRow).alias()
            self._join_rows(rows, self._is_word(rows, word), few=rarest == word)
            total = total + rows.c.relevance
        self.where.extend(self._stands(self.base, group[0].words))
        return total // len(group[0].words)

    def _join_rows(self, rows: Any, condition: Condition, *, few: bool) -> None:
        """few: these are the fewest rows, so SQLite is to begin with them."""
        seen = row_is_seen(rows.c, self.hidden)
        on = and_(
            rows.c.profile_id == self.base.c.profile_id,
            condition,
            func.unlikely(seen) if few else seen,
        )
        self.joined = self.joined.join(rows, on)

    def _best_of(self, group: Iterable[Term]) -> Any:
        """Profiles that match one of these terms, with the best relevance."""
        parts = [self._rows_of(term) for term in group]
        rows = (parts[0] if len(parts) == 1 else parts[0].union_all(*parts[1:])).subquery()
        return (
            select(rows.c.profile_id, func.max(rows.c.relevance).label("relevance"))
            .group_by(rows.c.profile_id)
            .subquery()
        )

    def _rows_of(self, term: Term) -> Select[Any]:
        if not term.niche:
            return self.profiles_with(term.words)
        rows = table_of(NicheRow).alias()
        return select(rows.c.profile_id, rows.c.relevance).where(
            self._is_niche(rows, term.niche),
            row_is_seen(rows.c, self.hidden),
            *self._among(rows),
        )

    def profiles_with(self, words: Sequence[str]) -> Select[Any]:
        """Profiles where these words stand side by side, with the mean of how telling each is."""
        return self._with_all(words, standing=True)

    def _stands(self, rows: Any, words: Sequence[str]) -> list[Condition]:
        """Not a profile that uses all words but never side by side; one word always stands."""
        if len(words) < len(("two", "words")):
            return []
        phrase = tuple(words)
        if phrase not in self._apart:
            using = self._tx.session.execute(self._with_all(phrase, standing=False)).scalars()
            found = sorted(set(using))
            self._apart[phrase] = phrases.standing_apart(self._tx, phrase, found)
        apart = self._apart[phrase]
        inline: Any = bindparam(None, apart, expanding=True, literal_execute=True)
        return [rows.c.profile_id.not_in(inline)] if apart else []

    def _with_all(self, words: Sequence[str], *, standing: bool) -> Select[Any]:
        first = table_of(WordRow).alias()
        joined: FromClause = first
        relevance: Any = first.c.relevance
        for word in words[1:]:
            other = table_of(WordRow).alias()
            on = and_(
                other.c.profile_id == first.c.profile_id,
                self._is_word(other, word),
                row_is_seen(other.c, self.hidden),
            )
            joined = joined.join(other, on)
            relevance = relevance + other.c.relevance
        return (
            select(first.c.profile_id, (relevance // len(words)).label("relevance"))
            .select_from(joined)
            .where(
                self._is_word(first, words[0]),
                row_is_seen(first.c, self.hidden),
                *self._among(first),
                *(self._stands(first, words) if standing else ()),
            )
        )

    def _among(self, rows: Any) -> list[Condition]:
        """Rows of the profiles asked about, where only some are."""
        return [] if self._only is None else [rows.c.profile_id.in_(self._only)]

    def _is_niche(self, rows: Any, niche: str) -> Condition:
        return and_(
            rows.c.workspace_id == self._tx.workspace_id,
            rows.c.niche == niche,
        )

    def _is_word(self, rows: Any, word: str) -> Condition:
        return and_(
            rows.c.workspace_id == self._tx.workspace_id,
            rows.c.word == word,
        )


def _mean(relevances: Sequence[Any]) -> Any:
    """The mean of several groups' relevance, rounded down; 0 when nothing was asked."""
    if not relevances:
        return literal(0)
    total = relevances[0]
    for one in relevances[1:]:
        total = total + one
    return total // len(relevances) if len(relevances) > 1 else total


def _is_one_niche(group: Sequence[Term]) -> bool:
    return len(group) == 1 and group[0].niche is not None


def table_of(model: Any) -> Any:
    """The table of a model."""
    return model.__table__
