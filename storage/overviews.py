"""Partnerships with all that is shown of them, read in a few queries however many they are."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from domain.agreement import Terms
from domain.creator import Platform
from domain.goal import Goal
from domain.partnership import Costs, DraftStanding, Stage
from domain.results import Totals
from domain.shortlist import CardState
from domain.stage_plan import StagePlan, stage_plan
from storage import costs, drafts, forecasts, partnership_posts, results, terms
from storage.forecasts import Kept
from storage.models import (
    Brand,
    Brief,
    Card,
    Creator,
    Deliverable,
    Draft,
    Partnership,
    Person,
    Post,
    Profile,
)
from storage.partnerships import COST_KINDS
from storage.transaction import Transaction


@dataclass(frozen=True)
class Overview:
    """A partnership with all that is shown of it. Names are "" or None where there is none.

    platform: None when the profile is gone. totals: to date, over all posts; results_as_of: day
    of the newest figures, logged_on: of the newest that no shop counted by itself. note: the
    newest one. plan: of the brand. owed: the rows of the deliverables that the terms name, in the
    same order. forecasts: the oldest first. draft: the newest version.
    """

    row: Partnership
    handle: str
    name: str
    platform: Platform | None
    brief: str | None
    goal: Goal | None
    brand: str | None
    owner: Person | None
    costs: Costs
    posts: tuple[Post, ...]
    totals: Totals
    results_as_of: dt.date | None
    logged_on: dt.date | None
    rating: int | None
    note: str
    plan: StagePlan
    terms: Terms
    owed: tuple[Deliverable, ...]
    forecasts: tuple[Kept, ...] = ()
    draft: DraftStanding | None = None

    @property
    def id(self) -> int:
        """The partnership's row number."""
        return self.row.id or 0

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return Stage(self.row.stage)


def overviews(tx: Transaction, rows: Sequence[Partnership]) -> list[Overview]:
    """Partnerships with all that is shown of them, in the same order."""
    numbers = [row.id for row in rows if row.id is not None]
    profiles = _by_id(tx, Profile, {row.profile_id for row in rows})
    creators = _by_id(tx, Creator, {row.creator_id for row in rows})
    briefs = _by_id(tx, Brief, {row.brief_id for row in rows})
    brands = _by_id(tx, Brand, {row.brand_id for row in rows})
    owners = _by_id(tx, Person, {row.owner_id for row in rows})
    costs, of_posts = _costs(tx, numbers), partnership_posts.of_partnerships(tx, numbers)
    owed, expected = terms.of_partnerships(tx, numbers), forecasts.of_partnerships(tx, rows)
    versions = drafts.newest(tx, numbers)
    brought, said = results.known(tx, numbers), results.feedback(tx, numbers)
    found = []
    for row in rows:
        number = row.id or 0
        profile, creator = profiles.get(row.profile_id), creators.get(row.creator_id)
        brief, brand = briefs.get(row.brief_id), brands.get(row.brand_id)
        notes = [one.note for one in said[number] if one.note]
        found.append(
            Overview(
                row=row,
                handle=profile.handle if profile else "",
                name=creator.name if creator else "",
                platform=Platform(profile.platform) if profile else None,
                brief=brief.name if brief else None,
                goal=Goal(brief.goal) if brief and brief.goal else None,
                brand=brand.name if brand else None,
                owner=owners.get(row.owner_id),
                costs=costs[number],
                posts=tuple(of_posts[number]),
                totals=brought[number].totals,
                results_as_of=brought[number].as_of,
                logged_on=brought[number].logged_on,
                rating=results.newest_rating(said[number]),
                note=notes[-1] if notes else "",
                plan=stage_plan(brand.stages if brand else None),
                terms=terms.terms_of(row, owed[number]),
                owed=tuple(owed[number]),
                forecasts=tuple(expected[number]),
                draft=_standing(*versions[number]) if number in versions else None,
            )
        )
    return found


def _standing(draft: Draft, card: Card) -> DraftStanding:
    return DraftStanding(
        version=draft.version, state=CardState(card.state), undisclosed=draft.disclosed is False
    )


def _costs(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Costs]:
    fields = {kind: field for field, kind in COST_KINDS.items()}
    return {
        number: Costs.model_validate({fields[kind]: money for kind, money in of_kind.items()})
        for number, of_kind in costs.of_partnerships(tx, partnership_ids).items()
    }


def _by_id(tx: Transaction, model: Any, numbers: Collection[int | None]) -> dict[Any, Any]:
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    rows = tx.session.exec(
        select(model).where(model.workspace_id == tx.workspace_id, col(model.id).in_(wanted))
    )
    return {row.id: row for row in rows}
