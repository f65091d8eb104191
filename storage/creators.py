"""What people add to creators: owner, tags, notes, fees."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, func, or_
from sqlmodel import col, select

from domain.creator import Money
from domain.money import from_minor, to_minor
from domain.text import fold
from storage import audit, deliveries, first_look
from storage.models import Brand, Creator, Note, Person, QuotedFee, Tag
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

LONGEST_TAG = 40
LONGEST_NOTE = 2_000


def tag_key(tag: str) -> str:
    """What two spellings of one tag have in common: no "#", no case, single spaces."""
    return fold(" ".join(tag.split()).lstrip("#").strip())[:LONGEST_TAG]


def any_there(tx: Transaction) -> bool:
    """Whether the workspace has a creator at all."""
    query = select(Creator.id).where(Creator.workspace_id == tx.workspace_id).limit(1)
    return tx.session.exec(query).first() is not None


def get(tx: Transaction, creator_id: int) -> Creator | None:
    """The creator with this row number."""
    return tx.session.exec(
        select(Creator).where(Creator.workspace_id == tx.workspace_id, Creator.id == creator_id)
    ).one_or_none()


def current_id(tx: Transaction, creator_id: int) -> int:
    """The number of the person whom this number means now, after they were merged."""
    look = first_look.taken(tx)
    if look is not None and not look.any_merge:
        return creator_id
    asked = {"workspace_id": tx.workspace_id, "creator_id": creator_id}
    return tx.session.exec(_INTO, params=asked).first() or creator_id


_INTO = select(Creator.merged_into).where(
    col(Creator.workspace_id) == bindparam("workspace_id"),
    col(Creator.id) == bindparam("creator_id"),
)


def lock_current(tx: Transaction, creator_id: int) -> int:
    """As `current_id`; until this transaction ends nobody merges or separates that person.

    To be asked right before a row is written that belongs to a creator.
    """
    into = tx.session.exec(
        select(Creator.merged_into)
        .where(Creator.workspace_id == tx.workspace_id, Creator.id == creator_id)
        .with_for_update(read=True, key_share=True)
    ).first()
    return lock_current(tx, into) if into else creator_id


def lock_all(tx: Transaction, creator_ids: Collection[int]) -> dict[int, Creator]:
    """Creators by number, whom nobody else changes until this transaction ends."""
    found = tx.session.exec(
        select(Creator)
        .where(Creator.workspace_id == tx.workspace_id, col(Creator.id).in_(creator_ids))
        .order_by(col(Creator.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in found if one.id is not None}


def with_merged(tx: Transaction, creator_ids: Collection[int]) -> dict[int, int]:
    """Numbers that mean one of these creators, each with whom it means: their own, and older."""
    themselves = {number: number for number in creator_ids}
    look = first_look.taken(tx)
    if look is not None and not look.any_merge:
        return themselves
    asked = {"workspace_id": tx.workspace_id, "creator_ids": list(themselves)}
    older = tx.session.exec(_MERGED_INTO, params=asked)
    return {**themselves, **{number: into for number, into in older if number and into}}


_MERGED_INTO = select(Creator.id, Creator.merged_into).where(
    col(Creator.workspace_id) == bindparam("workspace_id"),
    col(Creator.merged_into).in_(bindparam("creator_ids", expanding=True)),
)


def tags(tx: Transaction, creator_id: int) -> list[str]:
    """A creator's tags, by alphabet."""
    return list(
        tx.session.exec(
            select(Tag.tag)
            .where(
                Tag.workspace_id == tx.workspace_id,
                Tag.creator_id == creator_id,
                brought_openly(Tag.import_id, hidden_imports(tx)),
            )
            .order_by(col(Tag.tag_key))
        )
    )


def common_tags(tx: Transaction, limit: int = 8) -> list[str]:
    """The tags that most creators have."""
    often = func.count()
    rows = tx.session.exec(
        select(func.min(Tag.tag), often)
        .where(Tag.workspace_id == tx.workspace_id)
        .group_by(col(Tag.tag_key))
        .order_by(often.desc(), col(Tag.tag_key))
        .limit(limit)
    )
    return [tag for tag, _ in rows]


def add_tag(tx: Transaction, creator_id: int, tag: str, person_id: int | None) -> bool:
    """Put a tag on a creator; says False when it is there already."""
    shown = " ".join(tag.split()).lstrip("#").strip()[:LONGEST_TAG]
    creator_id = lock_current(tx, creator_id)
    added = deliveries.insert_ignoring(
        tx,
        Tag,
        {
            "workspace_id": tx.workspace_id,
            "creator_id": creator_id,
            "tag": shown,
            "tag_key": tag_key(shown),
            "person_id": person_id,
            "created_at": tx.now,
        },
    )
    if added:
        audit.record(tx, "tag", "creator", creator_id, after={"tag": shown})
    return added


def remove_tag(tx: Transaction, creator_id: int, tag: str) -> bool:
    """Take a tag off a creator; says False when it was not there."""
    mine = (
        col(Tag.workspace_id) == tx.workspace_id,
        col(Tag.creator_id) == creator_id,
        col(Tag.tag_key) == tag_key(tag),
    )
    if tx.session.exec(select(Tag.id).where(*mine)).first() is None:
        return False
    tx.session.execute(delete(Tag).where(*mine))
    audit.record(tx, "untag", "creator", creator_id, before={"tag": tag})
    return True


def notes(
    tx: Transaction, creator_id: int, hidden_brands: Collection[int] = ()
) -> list[tuple[Note, Person | None]]:
    """Notes about a creator with their writers, newest first, without those of hidden brands."""
    rows = tx.session.exec(
        select(Note, Person)
        .join(Person, col(Person.id) == col(Note.person_id), isouter=True)
        .where(
            Note.workspace_id == tx.workspace_id,
            Note.creator_id == creator_id,
            brought_openly(Note.import_id, hidden_imports(tx)),
            or_(col(Note.brand_id).is_(None), col(Note.brand_id).not_in(hidden_brands)),
        )
        .order_by(col(Note.id).desc())
    )
    return list(rows.all())


def add_note(
    tx: Transaction, creator_id: int, text: str, brand_id: int | None, person_id: int | None
) -> Note:
    """Write a note about a creator; with a brand it is seen as that brand is."""
    creator_id = lock_current(tx, creator_id)
    note = Note(
        workspace_id=tx.workspace_id,
        creator_id=creator_id,
        brand_id=brand_id,
        person_id=person_id,
        text=text.strip()[:LONGEST_NOTE],
        created_at=tx.now,
    )
    tx.session.add(note)
    tx.session.flush()
    audit.record(tx, "note", "creator", creator_id, after={"note": note.id, "brand": brand_id})
    return note


def quote_fee(
    tx: Transaction,
    profile_id: int,
    fee: Money,
    person_id: int | None,
    brand_id: int | None = None,
) -> None:
    """Keep the price of one post that a person typed.

    brand_id: it is seen as that brand is. Without one the profile must be indexed anew after it.
    """
    row = QuotedFee(
        workspace_id=tx.workspace_id,
        profile_id=profile_id,
        brand_id=brand_id,
        amount=to_minor(fee),
        currency=fee.currency,
        person_id=person_id,
        created_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    after: dict[str, object] = {"fee": row.id, "brand": brand_id}
    if brand_id is None:
        after = {"amount": row.amount, "currency": row.currency}
    audit.record(tx, "fee", "profile", profile_id, after=after)


def brand_fees(
    tx: Transaction, profile_id: int, hidden_brands: Collection[int] = ()
) -> list[tuple[str, Money]]:
    """The newest fee typed for each brand, with the brand's name; none of hidden brands."""
    rows = tx.session.exec(
        select(QuotedFee, Brand)
        .join(Brand, col(Brand.id) == col(QuotedFee.brand_id))
        .where(
            QuotedFee.workspace_id == tx.workspace_id,
            QuotedFee.profile_id == profile_id,
            col(QuotedFee.brand_id).not_in(hidden_brands),
        )
        .order_by(col(Brand.name_key), col(QuotedFee.id))
    )
    newest = {brand.name: from_minor(row.amount, row.currency) for row, brand in rows}
    return list(newest.items())


def possible_owners(tx: Transaction, named: str) -> list[Person]:
    """People whom a name may mean: "<@U1>", a name as Slack shows it, or its beginning."""
    everybody = tx.session.exec(
        select(Person)
        .where(Person.workspace_id == tx.workspace_id, col(Person.is_bot).is_(False))
        .order_by(col(Person.id))
    ).all()
    slack_id = named.removeprefix("<@").removesuffix(">").partition("|")[0]
    wanted = fold(named.strip().lstrip("@"))
    called = {one.slack_user_id: (fold(one.name), fold(one.real_name)) for one in everybody}
    for matches in (
        [one for one in everybody if one.slack_user_id == slack_id],
        [one for one in everybody if wanted in called[one.slack_user_id]],
        [
            one
            for one in everybody
            if any(name.startswith(wanted) for name in called[one.slack_user_id])
        ],
    ):
        if matches:
            return matches
    return []


def set_owner(tx: Transaction, creator_id: int, person_id: int | None) -> bool:
    """Make a person a creator's owner, or nobody; says False when nothing changes."""
    creator = lock_all(tx, [creator_id])[creator_id]
    if creator.merged_into is not None:
        return set_owner(tx, creator.merged_into, person_id)
    if creator.owner_id == person_id:
        return False
    before = {"owner": creator.owner_id}
    creator.owner_id = person_id
    tx.session.add(creator)
    audit.record(tx, "own", "creator", creator.id or 0, before=before, after={"owner": person_id})
    return True
