"""What a digest is of, and how one that is set up is described."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain import roles
from domain.calendar import Schedule, is_timezone, next_due
from domain.digest import Digest, compose
from domain.wording import listed
from handlers import access
from storage import brands, briefs, digests, kpi, people, preferences
from storage.digest_scope import Sight, limited_brands, sight
from storage.models import DigestSchedule, Person
from storage.transaction import Transaction
from views.digest_settings import ScheduleLine

Scope = dict[str, list[int]]
"""{"brands": [id], "briefs": [id]}; empty is everything but limited brands."""

NAMED = 6


def digest_of(
    tx: Transaction,
    scope: Scope,
    owner: Person | None,
    posting_day: dt.date,
    zone: ZoneInfo,
    *,
    outsiders: bool,
    passed_over: Sequence[dt.date] = (),
) -> Digest:
    """What is said on a posting day of all that the scope names and its owner may see."""
    facts = kpi.facts(tx, sight_of(tx, scope, owner), posting_day, zone)
    return compose(facts, outsiders=outsiders, passed_over=passed_over)


def sight_of(tx: Transaction, scope: Scope, owner: Person | None) -> Sight:
    """What may be told; an owner who left sees no limited brand any more, nor does nobody."""
    if owner is None or roles.why_barred(owner) is not None:
        return sight(tx, scope, limited_brands(tx))
    return sight(tx, scope, access.hidden_brands(tx, owner))


def zone_of(tx: Transaction, person: Person) -> str:
    """A person's time zone, else the workspace's."""
    known = person.refreshed_at is not None and is_timezone(person.timezone)
    return person.timezone if known else preferences.current(tx).timezone


def owner_of(tx: Transaction, schedule: DigestSchedule) -> Person:
    """Whose digest it is: what they may see is what it tells."""
    return people.by_id(tx, schedule.owner_id)


def line(tx: Transaction, schedule: DigestSchedule, reader: Person | None) -> ScheduleLine:
    """A schedule for the list; brands and briefs that the reader may not see are not named."""
    timing = digests.timing(schedule)
    active = schedule.state != digests.PAUSED
    owner = owner_of(tx, schedule)
    return ScheduleLine(
        id=schedule.id or 0,
        channel_id=schedule.channel_id,
        when=timing.describe(),
        scope=scope_in_words(tx, schedule.scope, reader),
        owner=owner.name or "somebody",
        active=active,
        paused_because=schedule.paused_because or "",
        next_at=next_due(timing, tx.now) if active else None,
    )


def scope_in_words(tx: Transaction, scope: Scope, reader: Person | None) -> str:
    """ "Lumen and Spring Glow", "all brands and briefs"."""
    if not scope:
        return f"all brands and briefs{' but limited ones' if limited_brands(tx) else ''}"
    hidden = brands.hidden_from(tx, reader.id if reader else None)
    names = [
        *(brand.name for brand in brands.visible(tx, hidden) if brand.id in _of(scope, "brands")),
        *_brief_names(tx, _of(scope, "briefs"), hidden),
    ]
    unnamed = len(_of(scope, "brands")) + len(_of(scope, "briefs")) - len(names)
    if len(names) > NAMED:
        names, unnamed = names[:NAMED], unnamed + len(names) - NAMED
    return listed([*names, f"{unnamed} more"] if unnamed and names else names) or "limited brands"


def is_seen(tx: Transaction, scope: Scope, person: Person) -> bool:
    """Whether a person may see every brand and brief that a scope names."""
    hidden = access.hidden_brands(tx, person)
    of_briefs = (briefs.get(tx, number) for number in _of(scope, "briefs"))
    told = {*_of(scope, "brands"), *(one.brand_id for one in of_briefs if one is not None)}
    return not told & hidden


def limited_in(tx: Transaction, scope: Scope, owner: Person) -> tuple[str, ...]:
    """Names of limited brands that the digest will tell of: those the scope names."""
    limited = limited_brands(tx) - access.hidden_brands(tx, owner)
    of_briefs = {
        found.brand_id
        for number in _of(scope, "briefs")
        if (found := briefs.get(tx, number)) is not None
    }
    told = (set(_of(scope, "brands")) | of_briefs) & limited
    return tuple(brand.name for brand in brands.visible(tx) if brand.id in told)


def offered(tx: Transaction, person: Person) -> tuple[tuple[str, str], ...]:
    """What a scope may be made of, as (value, text): brands first, then briefs."""
    hidden = access.hidden_brands(tx, person)
    of_brands = (
        (f"brand:{one.id}", f"{one.name}{' (limited brand)' if one.limited else ' (brand)'}")
        for one in brands.visible(tx, hidden)
    )
    of_briefs = ((f"brief:{one.id}", f"{one.name} (brief)") for one in briefs.visible(tx, hidden))
    return (*of_brands, *of_briefs)


def chosen(scope: Scope) -> tuple[str, ...]:
    """A scope as the values of the form."""
    of_brands = (f"brand:{number}" for number in _of(scope, "brands"))
    return (*of_brands, *(f"brief:{number}" for number in _of(scope, "briefs")))


def default_timing(tx: Transaction, person: Person) -> Schedule:
    """Mondays at 09:00 where the person is."""
    return Schedule(timezone=zone_of(tx, person))


def _of(scope: Scope, kind: str) -> list[int]:
    return list(scope.get(kind, ()))


def _brief_names(tx: Transaction, numbers: list[int], hidden: frozenset[int]) -> list[str]:
    found = (briefs.get(tx, number, hidden) for number in numbers)
    return [one.name for one in found if one is not None]
