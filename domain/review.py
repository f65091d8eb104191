"""What a person says of a file's columns before it is stored, and what is wrong with it."""

import datetime as dt
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from domain.creator import Platform, RateDefinition
from domain.fields import FIGURES, NUMBERS, RATIOS, Field
from domain.mapped_column import FRACTION, PERCENT, SCALES
from domain.mapping import Mapping
from domain.rates import usual_definition
from domain.written_money import currency_code

COLUMNS_A_PAGE = 30
"""A modal takes 100 blocks and 250 kB; people take less."""

_MAY_REPEAT = FIGURES | {
    Field.HANDLE,
    Field.URL,
    Field.CATEGORIES,
    Field.TAGS,
    Field.NOTE,
    Field.DISPLAY_NAME,
    Field.BIO,
    Field.KEEP,
    Field.IGNORE,
}
"""Fields that several columns may feed: figures fill each other's gaps, words add up."""

ASK_DATE = "Choose the date on which the figures were true, or tick “Date unknown”."
IN_FUTURE = "That date lies in the future. Choose the day on which the figures were true."
ASK_HANDLE = "No column holds handles or links. Choose “Handle” for the one that does."
ASK_ORDER = "Choose how the dates are written: nothing in the file tells."
NOT_A_CURRENCY = "That is no currency. Write a code such as EUR or USD."
ASK_PLATFORM = "Choose the platform these creators are on."


@dataclass(frozen=True)
class Choices:
    """What a person chose. columns: by place, "followers", "followers*1000" (thousands) or
    "engagement_rate*percent".

    platform: "" = as the rows say. date_unknown: ticked. definition: what rates were divided by;
    None = as it is. currency: of fees that name none; "" = none, None = as it is. day_first: of
    dates that can be read both ways; None = as it is.
    """

    columns: Dictionary[int, str] = field(default_factory=dict)
    platform: str = ""
    as_of: dt.date | None = None
    date_unknown: bool = False
    definition: RateDefinition | None = None
    currency: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class Problems:
    """What has to be corrected, sentences. columns: by place."""

    columns: Dictionary[int, str] = field(default_factory=dict)
    handle: str = ""
    platform: str = ""
    as_of: str = ""
    currency: str = ""
    dates: str = ""

    def __bool__(self) -> bool:
        """Whether anything has to be corrected."""
        said = (self.handle, self.platform, self.as_of, self.currency, self.dates)
        return bool(self.columns) or any(said)


def apply_choices(mapping: Mapping, choices: Choices) -> Mapping:
    """The mapping as the person wants it; columns left as proposed stay untouched."""
    for place, chosen in sorted(choices.columns.items()):
        if not 0 <= place < len(mapping.columns) or chosen == code_of(mapping, place):
            continue
        mapping = with_code(mapping, place, chosen)
    if choices.platform and choices.platform != mapping.platform:
        mapping = mapping.with_platform(Platform(choices.platform))
    if choices.definition is not None and choices.definition != rate_definition(mapping):
        mapping = mapping.with_definition(choices.definition)
    if choices.day_first is not None:
        mapping = mapping.with_day_first(choices.day_first)
    mapping = _with_currency(mapping, choices.currency)
    as_of = None if choices.date_unknown else choices.as_of
    return mapping if as_of == mapping.as_of and as_of else mapping.with_as_of(as_of)


def _with_currency(mapping: Mapping, written: str | None) -> Mapping:
    if written is None or (written.strip() and currency_code(written) is None):
        return mapping
    if not written.strip():
        return mapping.model_copy(update={"currency": None})
    return mapping.with_currency(written)


def problems(mapping: Mapping, choices: Choices, today: dt.date) -> Problems:
    """What stands in the way of storing, given the mapping with the choices applied."""
    written = (choices.currency or "").strip()
    known = currency_code(written)
    asks_handle = not mapping.feeding(Field.HANDLE)
    asks_platform = mapping.platform is None and not mapping.names_platforms
    return Problems(
        columns=_repeated(mapping, choices),
        handle=ASK_HANDLE if asks_handle else "",
        platform=ASK_PLATFORM if asks_platform else "",
        as_of=_date_problem(mapping, choices, today),
        currency="" if known or not written else NOT_A_CURRENCY,
        dates=ASK_ORDER if mapping.unsure_dates else "",
    )


def is_code(code: str) -> bool:
    """Whether this can be chosen for a column: "followers", "followers*1000", "fee"."""
    name, _, unit = code.partition("*")
    if name not in {each.value for each in Field}:
        return False
    if unit in (PERCENT, FRACTION):
        return name in RATIOS
    return not unit or (unit.isdecimal() and int(unit) in SCALES)


def with_code(mapping: Mapping, place: int, code: str) -> Mapping:
    """The mapping with what a code (see `is_code`) says of a column."""
    name, _, unit = code.partition("*")
    mapping = mapping.with_choice(place, Field(name))
    if unit in (PERCENT, FRACTION):
        return mapping.with_percent(place, unit == PERCENT)
    return mapping.with_scale(place, int(unit)) if unit else mapping


def written_code(text: str) -> str:
    """The code that a person wrote out: "Engagement rate percent", "Average views*1000"."""
    code = "_".join(text.lower().split())
    for unit in (PERCENT, FRACTION):
        name = code.removesuffix(f"_{unit}")
        if name != code and name in RATIOS:
            return f"{name}*{unit}"
    return code


def rate_definition(mapping: Mapping) -> RateDefinition:
    """What a file's engagement rates are, or would be, taken to be divided by."""
    stated = [column.definition for column in mapping.feeding(Field.ENGAGEMENT_RATE)]
    return next(filter(None, stated), usual_definition(mapping.platform))


def code_of(mapping: Mapping, place: int) -> str:
    """What is chosen for a column now, as `Choices.columns` writes it."""
    column = mapping.columns[place]
    if column.field in NUMBERS and column.scale != 1:
        return f"{column.field.value}*{column.scale}"
    if column.field in RATIOS and column.content.bare > 0:
        return f"{column.field.value}*{PERCENT if column.percent else FRACTION}"
    return column.field.value


def offered(mapping: Mapping, place: int) -> list[tuple[str, str]]:
    """(code, text) of all that a column may be; units beside a number, both readings of a rate."""
    column = mapping.columns[place]
    found = []
    for each in Field:
        if each in RATIOS and column.content.bare > 0:
            found += [(f"{each.value}*{unit}", f"{each.label} ({unit})")
                      for unit in (PERCENT, FRACTION)]  # fmt: skip
            continue
        found.append((each.value, each.label))
        if each in NUMBERS and each is column.field and column.content.numeric > 0:
            found += [
                (f"{each.value}*{scale}", f"{each.label}, in {name}")
                for scale, name in SCALES.items()
                if scale != 1
            ]
    return found


def order(mapping: Mapping) -> list[int]:
    """Places of a proposal's columns as they are shown; of many, the doubtful ones first."""
    places = list(range(len(mapping.columns)))
    if len(places) > COLUMNS_A_PAGE:
        doubtful = {c.index for c in mapping.columns if c.guess or c.warning}
        fed = {c.index for c in mapping.columns if c.field not in (Field.KEEP, Field.IGNORE)}
        places.sort(key=lambda place: (place not in doubtful, place not in fed, place))
    return places


def _repeated(mapping: Mapping, choices: Choices) -> dict[int, str]:
    """Columns that a person gave a field which another one feeds and which can have only one."""
    found = {}
    for place in choices.columns:
        if not 0 <= place < len(mapping.columns):
            continue
        column = mapping.columns[place]
        others = [one for one in mapping.feeding(column.field) if one.index != place]
        by_hand = column.reason.endswith("hosen by hand.")
        if column.field not in _MAY_REPEAT and others and by_hand:
            found[place] = (
                f"“{others[0].header}” is “{column.field.label}” already. "
                "Choose something else for one of them."
            )
    return found


def _date_problem(mapping: Mapping, choices: Choices, today: dt.date) -> str:
    if choices.date_unknown:
        return ""
    if choices.as_of is not None and choices.as_of > today:
        return IN_FUTURE
    if choices.as_of is None and not mapping.feeding(Field.AS_OF):
        return ASK_DATE
    return ""
