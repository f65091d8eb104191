"""One column of a file: what it feeds, how its cells are read, and why."""

from pydantic import BaseModel, ConfigDict

from domain.account import Account, read_account
from domain.cells import Reader, reader
from domain.content import Content
from domain.creator import Platform, RateDefinition
from domain.fields import RATIOS, Field
from domain.values import Problem

PERCENT, FRACTION = "percent", "fraction"
SCALES = {1: "ones", 1_000: "thousands", 1_000_000: "millions", 1_000_000_000: "billions"}


class Column(BaseModel):
    """One column: what it feeds, how its cells are read, and why.

    index: place in the row, from 0. rank: among columns of one field; the lowest is read
    first, the others fill its gaps (and, for figures, must agree with it). scale: bare numbers are
    multiplied by it. percent: bare rates are percent. definition: of a rate. platform: named in
    the header. day_first: whether dates are, as a person said. start: when accounts began,
    where 1970 stands for unknown. confidence: 0-1.
    guess: a person should confirm it. reason: one sentence. warning: what contradicts the
    header. examples: up to three cells as written.
    """

    model_config = ConfigDict(frozen=True)

    index: int
    header: str
    field: Field
    content: Content = Content()
    examples: tuple[str, ...] = ()
    rank: int = 0
    scale: int = 1
    percent: bool = False
    definition: RateDefinition | None = None
    currency: str | None = None
    platform: Platform | None = None
    start: bool = False
    day_first: bool | None = None
    confidence: float = 0
    guess: bool = False
    reason: str = ""
    warning: str | None = None

    def reader(self, currency: str | None = None) -> Reader:
        """What reads this column's cells; handles go through `read_account`.

        currency: that a person said of fees that name none.
        """
        return reader(
            self.field,
            decimal=self.content.decimal,
            scale=self.scale,
            percent=self.percent,
            currency=self.currency or currency or self.content.currency,
            day_first=self.content.day_first if self.day_first is None else self.day_first,
        )

    @property
    def samples(self) -> tuple[tuple[str, str], ...]:
        """Examples as written and as they are read: ("48.5M", "48,500,000")."""
        return self.samples_in(None)

    def samples_in(self, currency: str | None) -> tuple[tuple[str, str], ...]:
        """As `samples`, with the currency of fees that name none."""
        return tuple((cell, _shown(self._value(cell, currency))) for cell in self.examples)

    def _value(self, cell: str, currency: str | None) -> object:
        if self.field is Field.IGNORE:
            return None
        if self.field is Field.HANDLE:
            account = read_account(cell, self.platform)
            if not isinstance(account, Account):
                return account
            return account.handle if " " in account.handle else f"@{account.handle}"
        value = self.reader(currency)(cell)
        ratio = self.field in RATIOS and isinstance(value, float)
        return f"{value * 100:.4g} %" if ratio else value


def column_letter(index: int) -> str:
    """A column's letter in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def decided(column: Column, field: Field, confidence: float, reason: str, **more: object) -> Column:
    """The column with what was decided for it; `more` are further attributes."""
    update: dict[str, object] = {"field": field, "confidence": confidence, "reason": reason}
    if field in RATIOS:
        update["percent"] = column.content.is_percent
    return column.model_copy(update=update | more)


def _shown(value: object) -> str:
    """A parsed value for people: counts grouped, rates in percent, nothing as a dash."""
    if value is None or value == ():
        return "–"
    if isinstance(value, Problem):
        return f"not read: {value.reason}"
    return _shown_known(value)


def _shown_known(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    amount = getattr(value, "amount", None)
    return f"{value.currency} {amount:,.2f}" if amount is not None else str(value)  # type: ignore[attr-defined]
