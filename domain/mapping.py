"""How a file's columns feed profiles: what is proposed, and what a person may change."""

import datetime as dt

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform, RateDefinition
from domain.fields import NUMBERS, RATIOS, Field
from domain.mapped_column import FRACTION, PERCENT, SCALES, Column
from domain.rates import usual_definition
from domain.wording import PLATFORM_NAMES
from domain.written_dates import written_day
from domain.written_money import currency_code

_MOSTLY = 0.9


class Mapping(BaseModel):
    """The columns of one file with what holds for all its rows.

    platform: of rows that name none; None as long as nobody said. as_of: the date of the
    figures; None is "date unknown". source: the file's name.
    currency: of fees that name none. vendor: the tool whose export the file looks like.
    headings: platforms that rows of their own name, above rows that are of them.
    """

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    source: str = ""
    vendor: str = ""
    headings: tuple[Platform, ...] = ()
    platform: Platform | None = None
    platform_reason: str = ""
    as_of: dt.date | None = None
    as_of_reason: str = ""
    currency: str | None = None

    def feeding(self, field: Field) -> tuple[Column, ...]:
        """The columns that feed a field, the one that is read first in front."""
        found = (column for column in self.columns if column.field is field)
        return tuple(sorted(found, key=lambda column: (column.rank, column.index)))

    def named(self, name: str) -> Column | None:
        """The column with a header (any case) or a number from 1; None when there is none."""
        wanted = name.strip().casefold()
        for column in self.columns:
            if column.header.casefold() == wanted:
                return column
        place = int(wanted) - 1 if wanted.isdecimal() else -1
        return self.columns[place] if 0 <= place < len(self.columns) else None

    @property
    def notes(self) -> tuple[str, ...]:
        """How the columns were understood as a whole, sentences for a person."""
        vendor = (f"This looks like {self.vendor}.",) if self.vendor else ()
        if not self.headings:
            return vendor
        named = ", ".join(f"“{PLATFORM_NAMES[one]}”" for one in self.headings)
        return (*vendor, f"Rows under a heading ({named}) are of that platform.")

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be said before anything can be stored, one sentence each."""
        asked = []
        if not self.feeding(Field.HANDLE):
            asked.append("No column holds handles or links of creators. Choose or add one.")
        if self.platform is None and not self.names_platforms:
            asked.append("Nothing says which platform these creators are on. Choose one.")
        return tuple(asked)

    @property
    def questions(self) -> tuple[str, ...]:
        """What was guessed or contradicts itself and is worth a look, one sentence each."""
        asked = [
            f"“{column.header}”: {column.warning or column.reason}"
            for column in self.columns
            if column.guess or column.warning
        ]
        if (unsure := self.unsure_dates) is not None:
            cell = unsure.content.either_date
            asked.append(
                f"“{unsure.header}”: “{cell}” may be {written_day(cell, True)} or "
                f"{written_day(cell, False)}."
            )
        if self._needs_currency():
            asked.append(
                "Some fees name no currency: without one they are kept but not compared."
                if self._some_currency()
                else "The fees name no currency: without one they are kept but not compared."
            )
        return tuple(asked)

    def with_choice(self, index: int, field: Field) -> "Mapping":
        """The mapping after a person said what a column feeds: it is read first, others after it.

        Raises:
            IndexError: there is no such column.
        """
        column = self.columns[index]
        others = [other.rank for other in self.feeding(field) if other.index != index]
        rate = field is Field.ENGAGEMENT_RATE
        chosen = column.model_copy(
            update={
                "field": field,
                "rank": min(others, default=1) - 1,
                "scale": column.scale if field in NUMBERS and column.field in NUMBERS else 1,
                "percent": field in RATIOS and column.content.is_percent,
                "definition": (column.definition or usual_definition(self.platform))
                if rate
                else None,
                "confidence": 1.0,
                "guess": False,
                "reason": "Chosen by hand.",
                "warning": None,
            }
        )
        return self._with(chosen)

    def with_scale(self, index: int, scale: int) -> "Mapping":
        """The mapping with a column read in ones, thousands, millions (1, 1,000, 1,000,000)."""
        update = {"scale": scale, "guess": False, "confidence": 1.0, "warning": None}
        reason = f"Read in {SCALES.get(scale, f'{scale:,}')}, chosen by hand."
        return self._with(self.columns[index].model_copy(update=update | {"reason": reason}))

    def with_percent(self, index: int, percent: bool) -> "Mapping":
        """The mapping with a rate's bare numbers read as percent or as ratios."""
        update = {"percent": percent, "guess": False, "confidence": 1.0, "warning": None}
        reason = f"Read as {PERCENT if percent else FRACTION}, chosen by hand."
        return self._with(self.columns[index].model_copy(update=update | {"reason": reason}))

    def with_definition(self, definition: RateDefinition) -> "Mapping":
        """The mapping with every rate said to be divided by followers, views or reach."""
        reason = f"Divided by {definition.value}, chosen by hand."
        if definition is RateDefinition.UNSTATED:
            reason = "Nobody knows what it was divided by."
        columns = tuple(
            column.model_copy(update={"definition": definition, "guess": False, "reason": reason})
            if column.field is Field.ENGAGEMENT_RATE
            else column
            for column in self.columns
        )
        return self.model_copy(update={"columns": columns})

    def with_platform(self, platform: Platform) -> "Mapping":
        """The mapping with a platform for the rows that name none, whatever the headers say."""
        return self.model_copy(update={"platform": platform, "platform_reason": "Chosen by hand."})

    def with_as_of(self, as_of: dt.date | None) -> "Mapping":
        """The mapping with a date for the rows that have none; None is "date unknown"."""
        reason = "Chosen by hand." if as_of else "Date unknown."
        return self.model_copy(update={"as_of": as_of, "as_of_reason": reason})

    @property
    def unsure_dates(self) -> Column | None:
        """A column of dates that may be day first or month first, as long as nobody said."""
        unsure = (c for c in self.feeding(Field.AS_OF) if c.content.either_date)
        return next((c for c in unsure if c.day_first is None), None)

    def with_day_first(self, day_first: bool) -> "Mapping":
        """The mapping with dates read day first or month first, where no cell tells which."""
        columns = tuple(
            column.model_copy(update={"day_first": day_first})
            if column.content.either_date
            else column
            for column in self.columns
        )
        return self.model_copy(update={"columns": columns})

    def with_currency(self, currency: str) -> "Mapping":
        """The mapping with a currency (code, sign or name) for fees that name none.

        Raises:
            ValueError: it is no currency.
        """
        code = currency_code(currency)
        if code is None:
            raise ValueError(f"“{currency}” is not a currency; use a code such as EUR or USD.")
        return self.model_copy(update={"currency": code})

    def _with(self, column: Column) -> "Mapping":
        columns = list(self.columns)
        columns[column.index] = column
        return self.model_copy(update={"columns": tuple(columns)})

    @property
    def names_platforms(self) -> bool:
        """Whether the rows say themselves where they belong: by header, column or link."""
        handles = self.feeding(Field.HANDLE)
        named = any(column.platform or column.content.links >= _MOSTLY for column in handles)
        return named or bool(self.feeding(Field.PLATFORM))

    def _needs_currency(self) -> bool:
        """Whether some fee has no currency: not in its cell, its header, its row or by hand."""
        if self.currency or self.feeding(Field.CURRENCY):
            return False
        return any(
            column.content.bare_amounts > 0 and not (column.currency or column.content.currency)
            for column in self.feeding(Field.FEE)
        )

    def _some_currency(self) -> bool:
        return any(column.content.bare_amounts < 1 for column in self.feeding(Field.FEE))
