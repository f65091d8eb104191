"""Stage, cost and posts of a partnership as people type them.

A form shows what was known when it was opened. Only what the person changed is applied, so that
two people who log different things at once don't undo each other.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.chosen_day import NO_DAY, chosen_day
from domain.creator import Money
from domain.money import MoneyError, currencies, is_nothing, parse_money
from domain.partnership import Costs, Stage
from domain.post_link import LinkError, PostLink, read_links

STAGE, OWNER, DELIVERABLES, POSTS, POSTED_ON = (
    "stage",
    "owner",
    "deliverables",
    "posts",
    "posted_on",
)
COST_FIELDS = tuple(Costs.model_fields)
LONGEST_DELIVERABLES = 1_000

Problems = dict[str, str]


class PartnershipForm(BaseModel):
    """What the modal holds, as typed or chosen; "" is not given. owner: a Slack id.

    posted_on: YYYY-MM-DD, of posts that are new. currency: of costs that name none. The five
    costs are texts such as "500" or "€1.200,50".
    """

    model_config = ConfigDict(frozen=True)

    stage: str = ""
    owner: str = ""
    deliverables: str = ""
    currency: str = ""
    fee: str = ""
    product_value: str = ""
    shipping: str = ""
    paid_boost: str = ""
    other: str = ""
    posts: str = ""
    posted_on: str = ""


class PartnershipDraft(BaseModel):
    """What is to be changed. None: the field was left as it was.

    costs: by kind, those that changed; a value of None takes a cost away. added, removed: links.
    posted_on: when the added ones were published, None = not known.
    """

    model_config = ConfigDict(frozen=True)

    stage: Stage | None = None
    owner: str | None = None
    deliverables: str | None = None
    costs: Mapping[str, Money | None] = {}
    added: tuple[PostLink, ...] = ()
    removed: tuple[str, ...] = ()
    posted_on: dt.date | None = None


def written_costs(costs: Costs) -> dict[str, str]:
    """Costs as they are typed: "500.00 EUR"."""
    known = {name: getattr(costs, name) for name in COST_FIELDS}
    return {name: f"{money.amount:f} {money.currency}" for name, money in known.items() if money}


def read_form(
    typed: PartnershipForm, shown: PartnershipForm, today: dt.date
) -> PartnershipDraft | Problems:
    """What the person changed, or a sentence for every field that is wrong.

    Args:
        typed: the form as it was sent.
        shown: the form as it was opened.
        today: the person's local day; no post was published later.
    """
    problems: Problems = {}
    changed = {name: getattr(typed, name) != getattr(shown, name) for name in _FIELDS}
    costs = {
        name: _cost(name, getattr(typed, name), typed.currency, problems)
        for name in COST_FIELDS
        if changed[name]
    }
    links = _links(typed.posts, problems) if changed[POSTS] else ()
    known = _links(shown.posts, {}) if changed[POSTS] else ()
    stage = _stage(typed.stage, problems) if changed[STAGE] else None
    deliverables = typed.deliverables.strip() if changed[DELIVERABLES] else None
    if deliverables is not None and len(deliverables) > LONGEST_DELIVERABLES:
        problems[DELIVERABLES] = f"Please use at most {LONGEST_DELIVERABLES:,} characters."
    posted_on = _day(typed.posted_on, today, problems)
    if problems:
        return problems
    return PartnershipDraft(
        stage=stage,
        owner=(typed.owner or None) if changed[OWNER] else None,
        deliverables=deliverables,
        costs=costs,
        added=tuple(link for link in links if link not in known),
        removed=tuple(link.url for link in known if link not in links),
        posted_on=posted_on,
    )


_FIELDS: tuple[str, ...] = tuple(PartnershipForm.model_fields)


def _cost(name: str, text: str, currency: str, problems: Problems) -> Money | None:
    if not text.strip() or is_nothing(text):  # a cost of 0 says that none is known
        return None
    try:
        return parse_money(text, currency if currency in currencies() else None)
    except MoneyError as error:
        problems[name] = str(error)
        return None


def _stage(text: str, problems: Problems) -> Stage | None:
    try:
        return Stage(text)
    except ValueError:
        problems[STAGE] = "Please choose one of the stages."
        return None


def _links(text: str, problems: Problems) -> tuple[PostLink, ...]:
    try:
        return read_links(text)
    except LinkError as error:
        problems[POSTS] = str(error)
        return ()


def _day(text: str, today: dt.date, problems: Problems) -> dt.date | None:
    if not text:
        return None
    try:
        day = chosen_day(text)
    except ValueError:
        problems[POSTED_ON] = NO_DAY
        return None
    if day > today:
        problems[POSTED_ON] = "That day is still to come."
    return day


def as_shown(kept: Mapping[str, Any]) -> PartnershipForm:
    """The form as it was opened, from what was kept with it."""
    return PartnershipForm.model_validate(dict(kept))
