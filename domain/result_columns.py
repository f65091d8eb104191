"""What the columns of a file of results hold: proposed from headers and cells."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.content import Content
from domain.creator import Platform
from domain.goal import Metric
from domain.text import fold


class ResultField(StrEnum):
    """What a column of a file of results may hold."""

    POST_LINK = "post_link"
    HANDLE = "handle"
    PLATFORM = "platform"
    CAMPAIGN = "campaign"
    AS_OF = "as_of"
    IMPRESSIONS = "impressions"
    REACH = "reach"
    VIEWS = "views"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    SAVES = "saves"
    CLICKS = "clicks"
    CONVERSIONS = "conversions"
    SPEND = "spend"
    REVENUE = "revenue"
    CURRENCY = "currency"
    IGNORE = "ignore"

    @property
    def label(self) -> str:
        """As people are shown it."""
        return _LABELS.get(self, self.value.capitalize())


_LABELS = {
    ResultField.POST_LINK: "Link to the post",
    ResultField.HANDLE: "Handle or profile link",
    ResultField.CAMPAIGN: "Campaign (name of a brief)",
    ResultField.AS_OF: "Date of the figures",
    ResultField.REACH: "Accounts reached",
    ResultField.IGNORE: "Not used",
}
COUNTED = (*(ResultField(metric.value) for metric in Metric), ResultField.REACH)
AMOUNTS = (ResultField.SPEND, ResultField.REVENUE)
MEASURES = (*COUNTED, *AMOUNTS)
SPEND_KINDS = ("boost", "fee", "product", "shipping", "other")
"""Kinds of cost that a spend may be, as costs are stored."""

NOT_RESULTS = "No column of this file holds figures of posts, so it can't be read as results."
ASK_ORDER = "Choose how the dates are written: nothing in the file tells."
ASK_DATE = "Choose the day on which these figures were true, or a column with dates."
ASK_CURRENCY = "Write the currency of the amounts, a code such as EUR or USD."
ASK_MEASURE = "No column holds figures. Choose what at least one of them is, for example “Likes”."
ASK_SUBJECT = (
    "Nothing says which partnership rows are of. Choose the column with links to posts, handles or "
    "campaigns, or name a creator or a campaign for all rows."
)


class ResultColumn(BaseModel):
    """One column. currency: of its header. codes_of: cells are codes of this platform's posts."""

    model_config = ConfigDict(frozen=True)

    index: int
    header: str
    field: ResultField
    reason: str
    samples: tuple[str, ...] = ()
    content: Content = Content()
    currency: str | None = None
    codes_of: Platform | None = None


class ResultMapping(BaseModel):
    """How a file of results is read.

    as_of: day of the figures, where rows have no date. per_day: figures are those of each day
    alone, not totals to date. platform, creator, campaign: where rows name none, "" = none.
    spend_kind: which cost a spend is. likely: the file looks like results and not like creators.
    vendor: the tool whose export it looks like, "" = none.
    """

    model_config = ConfigDict(frozen=True)

    columns: tuple[ResultColumn, ...]
    platform: Platform | None = None
    as_of: dt.date | None = None
    as_of_reason: str = ""
    day_first: bool | None = None
    currency: str | None = None
    per_day: bool = False
    per_day_reason: str = ""
    spend_kind: str = "boost"
    creator: str = ""
    campaign: str = ""
    likely: bool = False
    vendor: str = ""

    def feeding(self, field: ResultField) -> ResultColumn | None:
        """The first column that holds this."""
        return next((column for column in self.columns if column.field is field), None)

    def all_feeding(self, field: ResultField) -> tuple[ResultColumn, ...]:
        """All columns that are said to hold this."""
        return tuple(column for column in self.columns if column.field is field)

    def named(self, header: str) -> ResultColumn | None:
        """The column with this header, however it is spelt."""
        wanted = fold(header).strip()
        return next((one for one in self.columns if fold(one.header).strip() == wanted), None)

    def with_field(self, index: int, field: ResultField) -> "ResultMapping":
        """What a person chose for a column."""
        column = self.columns[index]
        if column.field is field:
            return self
        changed = column.model_copy(update={"field": field, "reason": "Chosen by hand."})
        columns = (*self.columns[:index], changed, *self.columns[index + 1 :])
        return self.model_copy(update={"columns": columns})

    @property
    def measures(self) -> tuple[ResultColumn, ...]:
        """Columns with figures."""
        return tuple(column for column in self.columns if column.field in MEASURES)

    @property
    def either_date(self) -> str:
        """A date of which nothing tells whether its day or month comes first; "" = none."""
        dates = self.feeding(ResultField.AS_OF)
        return dates.content.either_date if dates else ""

    @property
    def asks_currency(self) -> bool:
        """Whether amounts may be without a currency."""
        amounts = [column for column in self.columns if column.field in AMOUNTS]
        named = self.feeding(ResultField.CURRENCY) is not None
        return not named and any(not c.currency and c.content.bare_amounts > 0 for c in amounts)

    def problems(self, today: dt.date) -> dict[str, str]:
        """What stands in the way of reading, a sentence by what it is about."""
        found = self._repeated()
        if not self.measures:
            found["columns"] = ASK_MEASURE
        subject = (ResultField.POST_LINK, ResultField.HANDLE, ResultField.CAMPAIGN)
        if not (self.creator or self.campaign or any(map(self.feeding, subject))):
            found["creator"] = ASK_SUBJECT
        if self.feeding(ResultField.AS_OF) is None and self.as_of is None:
            found["as_of"] = ASK_DATE
        if self.as_of is not None and self.as_of > today:
            found["as_of"] = "That day is still to come. Figures are those of today or earlier."
        if self.either_date and self.day_first is None:
            found["dates"] = ASK_ORDER
        if self.asks_currency and self.currency is None:
            found["currency"] = ASK_CURRENCY
        return found

    def _repeated(self) -> dict[str, str]:
        found = {}
        seen: dict[ResultField, ResultColumn] = {}
        for column in self.columns:
            if column.field is ResultField.IGNORE:
                continue
            first = seen.setdefault(column.field, column)
            if first is not column:
                found[f"column:{column.index}"] = (
                    f"“{first.header}” is “{column.field.label}” already. "
                    "Choose something else for one of them."
                )
        return found


def cell_of(row: Sequence[str], column: ResultColumn | None) -> str:
    """The text of a cell; "" where the row has none."""
    if column is None or column.index >= len(row):
        return ""
    return row[column.index].strip()
