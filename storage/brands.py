"""Brands, and the people to whom some of them are limited."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import col, select

from domain.stage_plan import StagePlan, stage_plan
from domain.text import fold
from storage import audit, first_look
from storage.models import Brand, BrandMember, Person
from storage.transaction import Transaction


def hidden_from(tx: Transaction, person_id: int | None) -> frozenset[int]:
    """Limited brands on which this person is not named; all of them for nobody (None)."""
    look = first_look.taken(tx)
    if look is not None and not look.any_limited_brand:
        return frozenset()
    named = select(BrandMember.brand_id).where(
        BrandMember.workspace_id == tx.workspace_id, BrandMember.person_id == person_id
    )
    hidden = tx.session.exec(
        select(Brand.id).where(
            Brand.workspace_id == tx.workspace_id,
            col(Brand.limited),
            col(Brand.id).not_in(named),
        )
    )
    return frozenset(number for number in hidden if number is not None)


def visible(tx: Transaction, hidden: Collection[int] = ()) -> list[Brand]:
    """All brands but the hidden ones, by name."""
    return list(
        tx.session.exec(
            select(Brand)
            .where(Brand.workspace_id == tx.workspace_id, col(Brand.id).not_in(hidden))
            .order_by(col(Brand.name_key))
        )
    )


def get(tx: Transaction, brand_id: int) -> Brand | None:
    """The brand with this row number."""
    return tx.session.exec(
        select(Brand).where(Brand.workspace_id == tx.workspace_id, Brand.id == brand_id)
    ).one_or_none()


def stage_plans(tx: Transaction) -> dict[int, StagePlan]:
    """How brands name and skip stages, by brand; those that do so are in it, and no others."""
    rows = tx.session.exec(
        select(Brand.id, Brand.stages).where(
            Brand.workspace_id == tx.workspace_id, col(Brand.stages).is_not(None)
        )
    )
    return {number: stage_plan(stages) for number, stages in rows if number is not None}


def named(tx: Transaction, name: str) -> Brand | None:
    """The brand of that name, whatever its case and accents."""
    return tx.session.exec(
        select(Brand).where(Brand.workspace_id == tx.workspace_id, Brand.name_key == name_key(name))
    ).one_or_none()


def create(tx: Transaction, name: str, person_id: int | None) -> Brand:
    """A new brand, seen by everybody."""
    brand = Brand(
        workspace_id=tx.workspace_id,
        name=" ".join(name.split()),
        name_key=name_key(name),
        created_by=person_id,
        created_at=tx.now,
    )
    tx.session.add(brand)
    tx.session.flush()
    audit.record(tx, "create", "brand", brand.id or 0, after={"name": brand.name})
    return brand


def members(tx: Transaction, brand_id: int) -> list[Person]:
    """The people named on a brand, in the order in which the workspace met them."""
    return list(
        tx.session.exec(
            select(Person)
            .join(BrandMember, col(BrandMember.person_id) == col(Person.id))
            .where(BrandMember.workspace_id == tx.workspace_id, BrandMember.brand_id == brand_id)
            .order_by(col(Person.id))
        )
    )


def limit(tx: Transaction, brand: Brand, limited: bool, people: Collection[Person]) -> None:
    """Limit a brand to these people, or open it to everybody."""
    before = {
        "limited": brand.limited,
        "people": [person.slack_user_id for person in members(tx, brand.id or 0)],
    }
    brand.limited = limited
    tx.session.add(brand)
    tx.session.execute(
        delete(BrandMember).where(
            col(BrandMember.workspace_id) == tx.workspace_id,
            col(BrandMember.brand_id) == brand.id,
        )
    )
    for person in people:
        tx.session.add(
            BrandMember(
                brand_id=brand.id or 0, person_id=person.id or 0, workspace_id=tx.workspace_id
            )
        )
    after = {"limited": limited, "people": [person.slack_user_id for person in people]}
    audit.record(tx, "limit", "brand", brand.id or 0, before=before, after=after)


def plan_stages(tx: Transaction, brand: Brand, plan: StagePlan) -> None:
    """Name and skip stages of this brand's partnerships."""
    before, after = brand.stages, plan.stored()
    brand.stages = after
    tx.session.add(brand)
    audit.record(tx, "plan stages", "brand", brand.id or 0, before=before or {}, after=after or {})


def name_key(name: str) -> str:
    """What two spellings of one name have in common."""
    return fold(" ".join(name.split()))
