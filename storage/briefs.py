"""Briefs: every edit is a new version, so that what was posted before can say so."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, update
from sqlmodel import col, select

from domain.brief import LONGEST_NAME, BriefContent, BriefMatch, find_brief, name_key
from domain.brief_form import (
    BY_FILE,
    IN_SLACK,
    NO_CLIENT,
    BriefDraft,
    BriefForm,
    written_places,
    written_weights,
)
from domain.client_review import ClientReview
from domain.creator import Money
from domain.goal import Goal
from domain.money import from_minor
from storage import audit
from storage.models import Brief, Card, Partnership, Reason, Shortlist
from storage.transaction import Transaction


def create(
    tx: Transaction, draft: BriefDraft, brand_id: int | None, person_id: int | None
) -> Brief:
    """A new brief, in its first version."""
    brief = Brief(
        workspace_id=tx.workspace_id,
        name="",
        name_key="",
        created_by=person_id,
        created_at=tx.now,
        updated_at=tx.now,
    )
    _fill(brief, draft, brand_id)
    tx.session.add(brief)
    tx.session.flush()
    audit.record(tx, "create", "brief", brief.id or 0, after=_recorded(brief))
    return brief


def edit(tx: Transaction, brief: Brief, draft: BriefDraft, brand_id: int | None) -> bool:
    """Change a brief; says False, and keeps its version, when nothing is different.

    Another brand takes along all that was made with the brief, so that it is seen as the brand is.
    """
    before, brand_before = _recorded(brief), brief.brand_id
    _fill(brief, draft, brand_id)
    if brand_id != brand_before:
        _move_to_brand(tx, brief)
    after = _recorded(brief)
    if before == after:
        return False
    brief.version += 1
    brief.updated_at = tx.now
    tx.session.add(brief)
    audit.record(tx, "edit", "brief", brief.id or 0, before=before, after=after)
    return True


def copy(tx: Transaction, brief: Brief, person_id: int | None) -> Brief:
    """A new brief with the same content and "(copy)" behind its name."""
    taken = {each.name_key for each in _all(tx)}
    made = Brief(
        **{
            **brief.model_dump(exclude={"id", "version", "archived_at"}),
            "name": _free_name(brief.name, taken),
            "created_by": person_id,
            "created_at": tx.now,
            "updated_at": tx.now,
        }
    )
    made.name_key = name_key(made.name)
    tx.session.add(made)
    tx.session.flush()
    audit.record(tx, "copy", "brief", made.id or 0, before={"copied": brief.id})
    return made


def archive(tx: Transaction, brief: Brief) -> None:
    """Put a brief away: it is no longer listed or found; what was made with it stands."""
    if brief.archived_at is None:
        brief.archived_at = tx.now
        tx.session.add(brief)
        audit.record(tx, "archive", "brief", brief.id or 0)


def restore(tx: Transaction, brief: Brief) -> None:
    """Bring an archived brief back."""
    if brief.archived_at is not None:
        brief.archived_at = None
        tx.session.add(brief)
        audit.record(tx, "restore", "brief", brief.id or 0)


def get(tx: Transaction, brief_id: int, hidden: Collection[int] = ()) -> Brief | None:
    """The brief with this number, archived or not, unless it belongs to a hidden brand."""
    asked = {"workspace_id": tx.workspace_id, "brief_id": brief_id, "hidden": list(hidden)}
    return tx.session.exec(_ONE, params=asked).one_or_none()


_ONE = select(Brief).where(
    col(Brief.workspace_id) == bindparam("workspace_id"),
    col(Brief.id) == bindparam("brief_id"),
    or_(
        col(Brief.brand_id).is_(None),
        col(Brief.brand_id).not_in(bindparam("hidden", expanding=True)),
    ),
)


def lock(tx: Transaction, brief_id: int, hidden: Collection[int] = ()) -> Brief | None:
    """As `get`, and nobody else changes the brief until this transaction ends."""
    return tx.session.exec(
        select(Brief)
        .where(
            Brief.workspace_id == tx.workspace_id,
            Brief.id == brief_id,
            _is_seen(hidden),
        )
        .with_for_update()
    ).one_or_none()


def open_shortlists(tx: Transaction, brief_id: int) -> list[int]:
    """Numbers of the shortlists of a brief that are not decided yet."""
    found = tx.session.exec(
        select(Shortlist.id)
        .where(
            Shortlist.workspace_id == tx.workspace_id,
            Shortlist.brief_id == brief_id,
            Shortlist.state == "open",
        )
        .order_by(col(Shortlist.id))
    )
    return [number for number in found if number is not None]


def creators_decided(tx: Transaction, brief_id: int) -> set[int]:
    """Creators on the shortlists of a brief."""
    return set(
        tx.session.exec(
            select(Card.creator_id)
            .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
            .where(Card.workspace_id == tx.workspace_id, Shortlist.brief_id == brief_id)
        )
    )


def visible(tx: Transaction, hidden: Collection[int] = (), limit: int | None = None) -> list[Brief]:
    """Briefs that are not archived and not of a hidden brand, the last changed first."""
    asked = _VISIBLE.where(_is_seen(hidden)) if hidden else _VISIBLE
    asked = asked if limit is None else asked.limit(limit)
    return list(tx.session.exec(asked, params={"workspace_id": tx.workspace_id}))


def archived(tx: Transaction, hidden: Collection[int] = ()) -> list[Brief]:
    """Archived briefs that are not of a hidden brand, the last archived first."""
    return list(
        tx.session.exec(
            select(Brief)
            .where(
                Brief.workspace_id == tx.workspace_id,
                col(Brief.archived_at).is_not(None),
                _is_seen(hidden),
            )
            .order_by(col(Brief.archived_at).desc(), col(Brief.id).desc())
        )
    )


def names(tx: Transaction, hidden: Collection[int] = ()) -> dict[int, str]:
    """Names of the visible briefs by number, the last changed first."""
    asked = _NAMES.where(_is_seen(hidden)) if hidden else _NAMES
    rows = tx.session.exec(asked, params={"workspace_id": tx.workspace_id})
    return {number: name for number, name in rows if number is not None}


_NOT_ARCHIVED = (
    col(Brief.workspace_id) == bindparam("workspace_id"), col(Brief.archived_at).is_(None),
)  # fmt: skip
_LAST_FIRST = (col(Brief.updated_at).desc(), col(Brief.id).desc())
_VISIBLE = select(Brief).where(*_NOT_ARCHIVED).order_by(*_LAST_FIRST)
_NAMES = select(Brief.id, Brief.name).where(*_NOT_ARCHIVED).order_by(*_LAST_FIRST)


def find_by_part(tx: Transaction, asked: str, hidden: Collection[int] = ()) -> BriefMatch:
    """Which visible brief is meant by a part of its name."""
    return find_brief(names(tx, hidden), asked)


def content(brief: Brief) -> BriefContent:
    """The lists and texts of a brief."""
    return BriefContent.model_validate(brief.content)


def goal(brief: Brief) -> Goal | None:
    """What the brief is after."""
    return Goal(brief.goal) if brief.goal else None


def budget(brief: Brief) -> Money | None:
    """What may be spent."""
    if brief.budget is None or brief.currency is None:
        return None
    return from_minor(brief.budget, brief.currency)


def form(brief: Brief) -> BriefForm:
    """A brief as it would be typed, to be edited."""
    said, money = content(brief), budget(brief)
    return BriefForm(
        name=brief.name,
        product=said.product,
        niches=said.niche_text,
        must_have=", ".join(said.must_have),
        never=", ".join(said.never),
        tiers=tuple(tier.value for tier in said.tiers),
        platforms=tuple(platform.value for platform in said.platforms),
        countries=written_places(said.countries, of_country=True),
        languages=written_places(said.languages, of_country=False),
        starts_on=brief.starts_on.isoformat() if brief.starts_on else "",
        ends_on=brief.ends_on.isoformat() if brief.ends_on else "",
        budget=f"{money.amount:f} {money.currency}" if money else "",
        goal=brief.goal or "",
        target=f"{brief.target:,}" if brief.target is not None else "",
        required_tags=" ".join(f"@{tag}" for tag in said.required_tags),
        hashtags=" ".join(f"#{tag}" for tag in said.hashtags),
        link=said.link,
        deliverables=said.deliverables,
        weights=written_weights(said.weights) if said.weights else "",
        **_client(said.client),
    )


def _client(review: ClientReview | None) -> dict[str, Any]:
    """The client's step as it would be chosen."""
    if review is None:
        return {"client": NO_CLIENT}
    return {
        "client": IN_SLACK if review.channel else BY_FILE,
        "client_channel": review.channel,
        "client_approvers": review.approvers,
        "client_quorum": str(review.quorum),
        "client_sees": tuple(tick.value for tick in review.sees),
    }


def _is_seen(hidden: Collection[int]) -> ColumnElement[bool]:
    return or_(col(Brief.brand_id).is_(None), col(Brief.brand_id).not_in(hidden))


def _move_to_brand(tx: Transaction, brief: Brief) -> None:
    cards = (
        select(Card.id)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .where(Card.workspace_id == tx.workspace_id, Shortlist.brief_id == brief.id)
    )
    made: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (Shortlist, col(Shortlist.brief_id) == brief.id),
        (Partnership, col(Partnership.brief_id) == brief.id),
        (Reason, col(Reason.card_id).in_(cards)),
    )
    for model, of_brief in made:
        tx.session.execute(
            update(model)
            .where(col(model.workspace_id) == tx.workspace_id, of_brief)
            .values(brand_id=brief.brand_id)
        )


def _all(tx: Transaction) -> list[Brief]:
    return list(tx.session.exec(select(Brief).where(Brief.workspace_id == tx.workspace_id)))


def _fill(brief: Brief, draft: BriefDraft, brand_id: int | None) -> None:
    brief.name = draft.name
    brief.name_key = name_key(draft.name)
    brief.brand_id = brand_id
    brief.content = draft.content.model_dump(mode="json", exclude_defaults=True)
    brief.starts_on = draft.starts_on
    brief.ends_on = draft.ends_on
    brief.budget = draft.budget
    brief.currency = draft.currency
    brief.goal = draft.goal.value if draft.goal else None
    brief.target = draft.target


def _recorded(brief: Brief) -> dict[str, object]:
    """What the record keeps of a brief."""
    fields = {"name", "brand_id", "content", "starts_on", "ends_on", "budget", "currency"}
    return brief.model_dump(mode="json", include=fields | {"goal", "target"}, exclude_none=True)


def _free_name(name: str, taken: Collection[str]) -> str:
    count = 1
    while True:
        mark = " (copy)" if count == 1 else f" (copy {count})"
        candidate = name[: LONGEST_NAME - len(mark)] + mark
        if name_key(candidate) not in taken:
            return candidate
        count += 1
