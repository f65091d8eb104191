"""What a report is of: as it is typed, as a button keeps it, and as a person may see it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from domain import report_period
from domain.brief import Found, find_brief, name_key
from domain.calendar import Days
from domain.report import CLIENT, TEAM, Report, Shown, compose
from handlers import access
from handlers.answer import Refused
from storage import brands, briefs, preferences, rebook, report
from storage.digest_scope import limited_brands
from storage.models import Person
from storage.transaction import Transaction
from views import report as view
from views.elements import escape
from views.message import Message

GONE = "That brief or brand is no longer there, or it is limited to others."
TOO_OLD = "This report is too old. Please ask for it again: `/influencer report`."
NOT_BEGUN = "{} has not begun yet."
ALL = "All briefs"
_LISTED = 4
MOST_AT_ONCE = 1_000
"""Partnerships of a report that is composed while Slack waits: about a third of a second."""


@dataclass(frozen=True)
class Wanted:
    """What a report is of. ticked: what a client's version shows beyond results."""

    brief_id: int | None = None
    brand_id: int | None = None
    period: Days | None = None
    client: bool = False
    ticked: tuple[str, ...] = ()

    @property
    def of_one(self) -> bool:
        """Whether it is of one brief or brand: then no other brand is in it."""
        return self.brief_id is not None or self.brand_id is not None

    @property
    def shown(self) -> Shown:
        """What may be in it."""
        if not self.client:
            return TEAM
        ticked = {name: name in self.ticked for name in (view.COSTS, view.FORECAST)}
        return CLIENT.model_copy(update=ticked)

    def for_client(self, ticked: tuple[str, ...] = ()) -> "Wanted":
        """The client's version of the same."""
        return replace(self, client=True, ticked=ticked)

    def value(self) -> str:
        """As a button keeps it."""
        kept = {
            "brief": self.brief_id,
            "brand": self.brand_id,
            "period": report_period.written(self.period),
            "client": self.client,
            "ticked": list(self.ticked),
        }
        return json.dumps({name: value for name, value in kept.items() if value})

    @classmethod
    def read(cls, value: str) -> "Wanted":
        """Undoes `value`; raises Refused for what is no such value."""
        try:
            kept = json.loads(value)
            return cls(
                brief_id=_number(kept.get("brief")),
                brand_id=_number(kept.get("brand")),
                period=report_period.from_written(kept.get("period", "")),
                client=bool(kept.get("client")),
                ticked=tuple(str(one) for one in kept.get("ticked", ())),
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise Refused(TOO_OLD) from error


def meant(tx: Transaction, typed: str, person: Person) -> Wanted | Message:
    """What was asked for, or the question which of several is meant.

    A whole name of a brief or brand comes first, so that a brief may be called "Q3"; then a
    period is told from the rest.

    Raises:
        Refused: the period lies ahead.
    """
    hidden = access.hidden_brands(tx, person)
    names = _names(tx, hidden)
    today = tx.now.astimezone(zone_of(tx)).date()
    if not typed.strip():
        return _offered(tx, hidden, today)
    whole = [key for key, name in names.items() if name_key(name) == name_key(typed)]
    if len(whole) == 1:
        return _of(whole[0], None)
    asked = report_period.read(typed, today)
    if asked.period is None or whole:
        return _one_of(names, typed, None)
    if asked.period.first > today:
        raise Refused(NOT_BEGUN.format(report_period.named(asked.period)))
    if not asked.rest:
        return Wanted(period=asked.period)
    found = _one_of(names, asked.rest, asked.period)
    if isinstance(found, Message) and find_brief(names, typed).found is Found.ONE:
        return _one_of(names, typed, None)
    return found


def compose_for(tx: Transaction, wanted: Wanted, person: Person | None) -> Report:
    """The report as this person may see it; for nobody (None), as everybody may.

    Raises:
        Refused: the brief or brand is gone or hidden from them.
    """
    zone, scope = zone_of(tx), _scope(tx, wanted, person)
    facts = report.facts(tx, scope, zone)
    again = () if wanted.client else rebook.candidates(tx, scope.sight, zone)
    return compose(facts, wanted.shown, again[: view.MOST_BUTTONS])


def title_for(tx: Transaction, wanted: Wanted, person: Person) -> str:
    """What the report is called; raises Refused as `compose_for` does."""
    return _scope(tx, wanted, person).title


def is_large(tx: Transaction, wanted: Wanted, person: Person) -> bool:
    """Whether composing it takes longer than Slack should wait; raises Refused likewise."""
    return report.count(tx, _scope(tx, wanted, person)) > MOST_AT_ONCE


def _scope(tx: Transaction, wanted: Wanted, person: Person | None) -> report.Scope:
    hidden = brands.hidden_from(tx, person.id if person else None)
    return report.Scope(
        title=_title(tx, wanted, hidden),
        brief_id=wanted.brief_id,
        brand_id=wanted.brand_id,
        period=wanted.period,
        hidden=hidden,
    )


def is_limited(tx: Transaction, wanted: Wanted) -> bool:
    """Whether it tells of a brand that only named people see; posted across all it never does."""
    if wanted.brief_id is not None:
        found = briefs.get(tx, wanted.brief_id)
        return found is not None and found.brand_id in limited_brands(tx)
    return wanted.brand_id in limited_brands(tx)


def zone_of(tx: Transaction) -> ZoneInfo:
    """The workspace's time zone, whose days and months reports are of."""
    return ZoneInfo(preferences.current(tx).timezone)


def _title(tx: Transaction, wanted: Wanted, hidden: frozenset[int]) -> str:
    if wanted.brief_id is not None:
        brief = briefs.get(tx, wanted.brief_id, hidden)
        if brief is None:
            raise Refused(GONE)
        return brief.name
    if wanted.brand_id is not None:
        brand = brands.get(tx, wanted.brand_id)
        if brand is None or brand.id in hidden:
            raise Refused(GONE)
        return brand.name
    return ALL


def _names(tx: Transaction, hidden: frozenset[int]) -> dict[int, str]:
    """Briefs by number, archived ones too, and brands by their number below 0."""
    of_briefs = {one.id or 0: one.name for one in briefs.archived(tx, hidden)}
    of_brands = {-(one.id or 0): one.name for one in brands.visible(tx, hidden)}
    return {**briefs.names(tx, hidden), **of_briefs, **of_brands}


def _of(key: int, period: Days | None) -> Wanted:
    if key > 0:
        return Wanted(brief_id=key, period=period)
    return Wanted(brand_id=-key, period=period)


def _one_of(names: Mapping[int, str], typed: str, period: Days | None) -> Wanted | Message:
    match = find_brief(names, typed)
    if match.found is Found.ONE:
        return _of(match.brief_ids[0], period)
    name = escape(typed, 60)
    lead = f"Which “{name}” do you mean?"
    if match.found is Found.NONE:
        near = " Did you mean one of these?" if match.brief_ids else ""
        lead = (
            f"I know no brief or brand “{name}”.{near} Periods are typed as `October 2026`, "
            "`2026-10`, `Q3` or `last month`."
        )
    return view.choose(
        lead, [(_of(key, period).value(), _label(key, names)) for key in match.brief_ids]
    )


def _offered(tx: Transaction, hidden: frozenset[int], today: dt.date) -> Message:
    """The newest briefs, this month and the last quarter."""
    newest = briefs.visible(tx, hidden, _LISTED)
    of_briefs = [(Wanted(brief_id=one.id).value(), one.name) for one in newest]
    periods = [
        period
        for words in ("last month", "last quarter")
        if (period := report_period.read(words, today).period) is not None
    ]
    of_periods = [(Wanted(period=one).value(), report_period.named(one)) for one in periods]
    lead = (
        "A report on what? Type `/influencer report Spring Glow`, `report Acme Q3` or "
        "`report last month`, or choose:"
    )
    return view.choose(lead, [*of_briefs, *of_periods])


def _label(key: int, names: Mapping[int, str]) -> str:
    return f"{names[key]} ({'brief' if key > 0 else 'brand'})"


def _number(value: object) -> int | None:
    return int(str(value)) if value else None
