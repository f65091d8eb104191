"""Tracking links: where each leads, and how often it was followed on each day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.tracking_link import Campaign, nameless_slug, new_slug, tagged, untagged
from storage import audit, deliveries, tenancy, windows
from storage.models import LinkDay, Partnership, TrackingLink, Workspace
from storage.transaction import Transaction

_TRIES = 20


def of_partnerships(
    tx: Transaction, partnership_ids: Collection[int]
) -> dict[int, list[TrackingLink]]:
    """Links of partnerships, the newest last."""
    found: dict[int, list[TrackingLink]] = defaultdict(list)
    rows = tx.session.exec(
        select(TrackingLink)
        .where(
            TrackingLink.workspace_id == tx.workspace_id,
            col(TrackingLink.partnership_id).in_(partnership_ids),
        )
        .order_by(col(TrackingLink.id))
    )
    for row in rows:
        found[row.partnership_id].append(row)
    return found


def of_slugs(tx: Transaction, slugs: Collection[str]) -> dict[str, TrackingLink]:
    """Links of this workspace by their short names."""
    if not slugs:
        return {}
    wanted = {*slugs, *map(nameless_slug, slugs)}
    rows = tx.session.exec(
        select(TrackingLink).where(
            TrackingLink.workspace_id == tx.workspace_id, col(TrackingLink.slug).in_(wanted)
        )
    )
    by_slug = {row.slug: row for row in rows}
    found = {slug: by_slug.get(slug) or by_slug.get(nameless_slug(slug)) for slug in slugs}
    return {slug: row for slug, row in found.items() if row is not None}


def find(session: Session, slug: str) -> TrackingLink | None:
    """The link with a short name, in whatever workspace: who follows it belongs to none.

    Links of people who were forgotten have lost the name that stood in it.
    """
    bare = nameless_slug(slug)
    return _called(session, slug) or (_called(session, bare) if bare != slug else None)


def _called(session: Session, slug: str) -> TrackingLink | None:
    workspace_id = windows.workspace_of_link(session, slug)
    if workspace_id is None:
        return None
    with tenancy.within(session, workspace_id):
        return session.exec(
            select(TrackingLink)
            .join(Workspace, col(Workspace.id) == col(TrackingLink.workspace_id))
            .where(
                TrackingLink.workspace_id == workspace_id,
                TrackingLink.slug == slug,
                col(Workspace.removed_at).is_(None),
            )
        ).one_or_none()


def issue(
    tx: Transaction,
    partnership: Partnership,
    handle: str,
    target: str,
    source: str,
    campaign: str,
    person_id: int | None,
) -> TrackingLink:
    """Make a link to an address, which from then on is fixed.

    Raises:
        ValueError: that is no address for a link.
    """
    for _ in range(_TRIES):
        slug = new_slug(handle)
        values = {
            "workspace_id": tx.workspace_id,
            "partnership_id": partnership.id,
            "slug": slug,
            "target": tagged(target, Campaign(source, campaign, slug)),
            "person_id": person_id,
            "created_at": tx.now,
        }
        if deliveries.insert_ignoring(tx, TrackingLink, values):
            made = of_slugs(tx, [slug])[slug]
            audit.record(
                tx, "change", "partnership", partnership.id or 0,
                before={"tracking link": None}, after={"tracking link": untagged(made.target)},
            )  # fmt: skip
            return made
    raise LookupError("no short name is free")


def add_clicks(tx: Transaction, clicks: Mapping[tuple[int, dt.date], int]) -> None:
    """Add clicks by partnership and local day; those of partnerships that are gone are dropped."""
    there = set(
        tx.session.exec(
            select(Partnership.id).where(
                Partnership.workspace_id == tx.workspace_id,
                col(Partnership.id).in_({number for number, _ in clicks}),
            )
        )
    )
    for (number, day), amount in sorted(clicks.items()):
        if number in there:
            add_to_day(tx, number, day, "clicks", amount)


def add_to_day(tx: Transaction, partnership_id: int, day: dt.date, name: str, amount: int) -> None:
    """Add to one count of a day, whoever else does at the same time."""
    insert = postgresql.insert if tx.on_postgresql else sqlite.insert
    zero = {"clicks": 0, "other_clicks": 0, "leads": 0}
    column = getattr(LinkDay, name)
    statement = insert(LinkDay).values(
        partnership_id=partnership_id,
        day=day,
        workspace_id=tx.workspace_id,
        **{**zero, name: amount},
    )
    tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=["partnership_id", "day"], set_={name: col(column) + amount}
        )
    )


def days_of(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, list[LinkDay]]:
    """What links of partnerships brought, by day."""
    found: dict[int, list[LinkDay]] = defaultdict(list)
    rows = tx.session.exec(
        select(LinkDay)
        .where(
            LinkDay.workspace_id == tx.workspace_id,
            col(LinkDay.partnership_id).in_(partnership_ids),
        )
        .order_by(col(LinkDay.day))
    )
    for row in rows:
        found[row.partnership_id].append(row)
    return found
