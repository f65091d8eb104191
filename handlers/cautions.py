"""What to know before a creator is asked: restrictions, other brands' work, exclusivities."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from domain.commitment import Commitment, Plan, warnings
from domain.niche import default_vocabulary
from domain.partnership import Stage
from domain.restriction import Kind, Restriction
from handlers.answer import Refused
from storage import brands, commitments, restrictions
from storage.search import Criteria
from storage.transaction import Transaction
from views.elements import escape


@dataclass(frozen=True)
class Cautions:
    """Of one creator. said: plain text, the gravest first."""

    said: tuple[str, ...] = ()
    blocked: bool = False


NONE = Cautions()
CONTACT = (Stage.CONTACTED, Stage.NEGOTIATING)
"""Stages that somebody reaches by writing to them."""


def of_creators(
    tx: Transaction,
    creator_ids: Collection[int],
    met: Collection[int],
    plan: Plan,
    hidden_brands: Collection[int],
    today: dt.date,
) -> dict[int, Cautions]:
    """By creator; those of whom nothing is to be said are left out.

    met: those who may have partnerships. plan: for which brand and niches they are looked at.
    """
    held = restrictions.in_force(tx, creator_ids, today)
    bound = commitments.of_creators(tx, met, hidden_brands)
    found = {}
    for number in {*held, *bound}:
        of_team = held.get(number, [])
        said = (
            *(one.words for one in of_team),
            *_of_brands(bound.get(number, []), plan, today),
        )
        if said:
            found[number] = Cautions(said, any(one.kind is Kind.BLOCKED for one in of_team))
    return found


def _of_brands(bound: list[Commitment], plan: Plan, today: dt.date) -> tuple[str, ...]:
    return warnings(bound, plan, today, default_vocabulary()) if bound else ()


def plan_of(tx: Transaction, criteria: Criteria) -> Plan:
    """What a search has in mind: the brand of its brief, and all its niches."""
    niches = {term.niche for group in criteria.groups for term in group if term.niche}
    brand = brands.get(tx, criteria.brand_id) if criteria.brand_id else None
    return Plan(criteria.brand_id, brand.name if brand else "", frozenset(niches))


def refuse_contact(tx: Transaction, creator_id: int, today: dt.date) -> None:
    """Raises Refused for somebody who is blocked or not to be written to."""
    for one in restrictions.in_force(tx, [creator_id], today).get(creator_id, ()):
        raise Refused(refusal(one))


def refusal(one: Restriction) -> str:
    """Why nobody writes to them now, and who can change it; mrkdwn."""
    return (
        f"{escape(one.words, 300)}. So nobody writes to them now; "
        "owners and managers can lift it: `/influencer block`."
    )
