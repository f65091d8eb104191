"""What was changed of a partnership, when and by whom, from the record."""

from typing import Any

from domain.money import MoneyError, format_money, parse_money
from domain.partnership import Stage
from domain.stage_plan import StagePlan
from domain.written_dates import written_day
from storage import audit, partnerships, people
from storage.partnerships import COST_KINDS
from storage.transaction import Transaction
from views.partner_details import Change

_WORDS = {
    "product": "product value",
    "boost": "paid boost",
    "other": "other cost",
    "deliverables": "notes on deliverables",
    "posts": "post",
    "is_paid": "pay",
    "usage_rights": "usage rights",
    "usage_until": "usage rights until",
    "exclusive_of": "exclusivity",
    "exclusive_until": "exclusivity until",
    "follow_up_on": "follow-up on",
    "code_until": "promo code until",
}


def history(tx: Transaction, partnership_id: int, plan: StagePlan) -> list[Change]:
    """All changes of a partnership, the oldest first; stages as its brand calls them."""
    moves = partnerships.stage_changes(tx, partnership_id)
    entries = [one for one in audit.of(tx, "partnership", partnership_id) if one.action == "change"]
    owners = {
        number
        for entry in entries
        for number in (entry.before.get("owner"), entry.after.get("owner"))
        if isinstance(number, int)
    }
    known = people.by_ids(tx, owners | {one.person_id for one in moves if one.person_id})
    names = people.names(tx, {entry.actor for entry in entries if entry.actor})
    found = [
        Change(
            what="stage",
            at=one.at,
            before=plan.name(Stage(one.from_stage)) if one.from_stage else "",
            after=plan.name(Stage(one.to_stage)),
            by=known[one.person_id].name if one.person_id in known else "",
        )
        for one in moves
    ]
    owner_names: dict[Any, str] = {number: person.name for number, person in known.items()}
    for entry in entries:
        what = next(iter(entry.after or entry.before), "")
        found.append(
            Change(
                what=_WORDS.get(what, what),
                at=entry.at,
                before=_said(what, entry.before.get(what), owner_names),
                after=_said(what, entry.after.get(what), owner_names),
                by=names.get(entry.actor, ""),
            )
        )
    return sorted(found, key=lambda one: one.at)


def _said(what: str, value: Any, owners: dict[Any, str]) -> str:
    if value is None or value == "":
        return ""
    if what == "owner":
        return owners.get(value) or "somebody"
    if what == "is_paid":
        return "paid" if value else "unpaid"
    if what.endswith(("_until", "_on")):
        return written_day(str(value), by_day=True)
    return _money(str(value)) if what in COST_KINDS.values() else str(value)


def _money(text: str) -> str:
    try:
        return format_money(parse_money(text, None))
    except MoneyError:
        return text
