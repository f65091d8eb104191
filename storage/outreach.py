"""Texts to write to creators with: of one brand, or of all."""

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import col, select

from domain.text import fold
from storage import audit
from storage.models import Brand, OutreachText
from storage.transaction import Transaction


class NameTaken(Exception):
    """Another text of the same brand has this name."""


def of_brand(tx: Transaction, brand_id: int | None) -> list[OutreachText]:
    """Texts that a partnership of this brand may use: the brand's own first, then everybody's."""
    return list(
        tx.session.exec(
            select(OutreachText)
            .where(
                OutreachText.workspace_id == tx.workspace_id,
                col(OutreachText.brand_id).is_(None) | (col(OutreachText.brand_id) == brand_id),
            )
            .order_by(
                col(OutreachText.brand_id).is_(None),
                col(OutreachText.name_key),
                col(OutreachText.id),
            )
        )
    )


def visible(tx: Transaction, hidden: Collection[int]) -> list[tuple[OutreachText, str]]:
    """All texts but those of hidden brands, with the brand's name, by name."""
    rows = tx.session.exec(
        select(OutreachText, func.coalesce(col(Brand.name), ""))
        .outerjoin(Brand, col(Brand.id) == col(OutreachText.brand_id))
        .where(OutreachText.workspace_id == tx.workspace_id)
        .order_by(col(OutreachText.name_key), col(OutreachText.id))
    )
    return [(text, brand) for text, brand in rows if text.brand_id not in hidden]


def get(tx: Transaction, number: int, hidden: Collection[int]) -> OutreachText | None:
    """The text with this number, unless it is of a hidden brand."""
    row = tx.session.exec(
        select(OutreachText).where(
            OutreachText.workspace_id == tx.workspace_id, OutreachText.id == number
        )
    ).one_or_none()
    return None if row is None or row.brand_id in hidden else row


def save(
    tx: Transaction,
    row: OutreachText | None,
    brand_id: int | None,
    words: tuple[str, str, str],
    person_id: int | None,
) -> OutreachText:
    """Store a text, new where row is None. words: name, subject and text.

    Raises:
        NameTaken: another text of the same brand has this name.
    """
    name, subject, text = words
    key = fold(" ".join(name.split()))
    there = tx.session.exec(
        select(OutreachText).where(
            OutreachText.workspace_id == tx.workspace_id,
            OutreachText.name_key == key,
            col(OutreachText.brand_id).is_(None)
            if brand_id is None
            else col(OutreachText.brand_id) == brand_id,
        )
    ).first()
    if there is not None and (row is None or there.id != row.id):
        raise NameTaken(name)
    before = {"name": row.name, "text": row.text} if row else None
    made = row or OutreachText(
        workspace_id=tx.workspace_id, name="", name_key="", text="", updated_at=tx.now
    )
    made.name, made.name_key = " ".join(name.split()), key
    made.subject, made.text, made.brand_id = subject.strip(), text.strip(), brand_id
    made.person_id, made.updated_at = person_id, tx.now
    tx.session.add(made)
    tx.session.flush()
    after = {"name": made.name, "text": made.text}
    audit.record(tx, "write", "outreach text", made.id or 0, before=before, after=after)
    return made


def remove(tx: Transaction, row: OutreachText) -> None:
    """Take a text away."""
    before = {"name": row.name, "text": row.text}
    audit.record(tx, "remove", "outreach text", row.id or 0, before=before)
    tx.session.delete(row)
