"""The record of who did what, row by row, for a file that people take away."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import null
from sqlmodel import col, select

from domain.exporting import Row
from storage.models import (
    AuditEntry,
    Brand,
    Brief,
    Card,
    Creator,
    Draft,
    Partnership,
    Person,
    Profile,
    Shortlist,
)
from storage.transaction import Transaction

BATCH = 1_000
THE_BOT = "the bot"
BRAND_KEYS = ("brand", "brand_id")


class About(NamedTuple):
    """What an entry is about: its name as it is now, and the brand that it belongs to."""

    name: str
    brand_id: int | None


_ABOUT: Mapping[str, tuple[Any, Any]] = {
    "brand": (Brand, select(Brand.id, Brand.name, null())),
    "brief": (Brief, select(Brief.id, Brief.name, Brief.brand_id)),
    "report": (Brief, select(Brief.id, Brief.name, Brief.brand_id)),
    "creator": (Creator, select(Creator.id, Creator.name, null())),
    "profile": (Profile, select(Profile.id, Profile.handle, null())),
    "shortlist": (
        Shortlist,
        select(Shortlist.id, Shortlist.name, Shortlist.brand_id),
    ),
    "card": (
        Card,
        select(Card.id, Creator.name, Shortlist.brand_id)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .join(Creator, col(Creator.id) == col(Card.creator_id)),
    ),
    "partnership": (
        Partnership,
        select(Partnership.id, Creator.name, Partnership.brand_id).join(
            Creator, col(Creator.id) == col(Partnership.creator_id)
        ),
    ),
    "draft": (
        Draft,
        select(Draft.id, Creator.name, Partnership.brand_id)
        .join(Partnership, col(Partnership.id) == col(Draft.partnership_id))
        .join(Creator, col(Creator.id) == col(Partnership.creator_id)),
    ),
}
"""How each kind of object is found."""

OF_A_BRAND = frozenset({"brief", "report", "shortlist", "card", "partnership", "draft"})
OF_NO_BRAND = frozenset(
    {
        "brand",
        "creator",
        "creators",
        "audit",
        "import",
        "list",
        "message",
        "order file",
        "partnerships",
        "person",
        "profile",
        "profile_pair",
        "settings",
        "shop",
        "workspace",
    }
)
"""Whatever stands in entries about these is for owners to see, but for a brand that it names."""


def entries(tx: Transaction, hidden: Collection[int] = ()) -> Iterator[Row]:
    """Who did what to which object, oldest first, with before and after as JSON.

    hidden: limited brands whose entries are left out, also where they can't be told any more. What
    may be of several brands, as a digest, is there without before and after.
    """
    names = _names(tx)
    last = 0
    while found := _page(tx, last):
        about = _about(tx, found)
        for entry in found:
            known = about.get((entry.object_kind, entry.object_id))
            if not _is_hidden(entry, known, hidden):
                told = not hidden or entry.object_kind in OF_A_BRAND | OF_NO_BRAND
                yield _row(entry, names, known, told=told)
        last = found[-1].id or 0
        tx.session.expunge_all()


def _page(tx: Transaction, after_id: int) -> Sequence[AuditEntry]:
    return tx.session.exec(
        select(AuditEntry)
        .where(AuditEntry.workspace_id == tx.workspace_id, col(AuditEntry.id) > after_id)
        .order_by(col(AuditEntry.id))
        .limit(BATCH)
    ).all()


def _about(tx: Transaction, found: Sequence[AuditEntry]) -> dict[tuple[str, int], About]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for entry in found:
        numbers[entry.object_kind].add(entry.object_id)
    about = {}
    for kind in numbers.keys() & _ABOUT.keys():
        model, statement = _ABOUT[kind]
        mine = statement.where(model.workspace_id == tx.workspace_id)
        for number, name, brand_id in tx.session.execute(mine.where(model.id.in_(numbers[kind]))):
            about[kind, number] = About(name, brand_id)
    return about


def _is_hidden(entry: AuditEntry, known: About | None, hidden: Collection[int]) -> bool:
    if not hidden:
        return False
    if entry.object_kind in OF_A_BRAND and (known is None or known.brand_id in hidden):
        return True
    stated = (state.get(key) for state in (entry.before, entry.after) for key in BRAND_KEYS)
    return any(number in hidden for number in stated if isinstance(number, int))


def _row(entry: AuditEntry, names: Mapping[str, str], known: About | None, *, told: bool) -> Row:
    return {
        "When (UTC)": entry.at.isoformat(timespec="seconds"),
        "Who": names.get(entry.actor) or entry.actor or THE_BOT,
        "Slack id": entry.actor or None,
        "Did": entry.action,
        "To": entry.object_kind,
        "Number": entry.object_id,
        "Named": (known.name if known else None) or None,
        "Before": _written(entry.before) if told else None,
        "After": _written(entry.after) if told else None,
        "Delivery": entry.delivery,
        "Entry": entry.id,
    }


def _written(state: Mapping[str, Any]) -> str | None:
    return json.dumps(state, ensure_ascii=False, sort_keys=True) if state else None


def _names(tx: Transaction) -> dict[str, str]:
    of_all = select(Person.slack_user_id, Person.name).where(Person.workspace_id == tx.workspace_id)
    return dict(tx.session.exec(of_all).all())
