"""Tags and notes that came in columns of a file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlmodel import col, select

from storage import bulk, deliveries
from storage.creators import LONGEST_NOTE, LONGEST_TAG, tag_key
from storage.models import Note, Tag
from storage.transaction import Transaction

_COLUMNS = ("workspace_id", "import_id", "created_at", "creator_id", "tag", "tag_key")


class Marked(Protocol):
    """What a source says of a creator, as far as tags and notes go."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags as written."""

    @property
    def note(self) -> str | None:
        """A note."""


def add(
    tx: Transaction,
    said: Mapping[int, Marked],
    before: Mapping[int, Sequence[Marked]],
    import_id: int,
) -> None:
    """Give creators the tags and the note that a source has for them, where these are new.

    said: by creator. before: what sources said earlier of creators that are not new; a tag that
    was brought then and is gone now was taken away by somebody and does not come back.
    """
    _add_tags(tx, said, before, import_id)
    _add_notes(tx, said, before, import_id)


def add_to_known(
    tx: Transaction,
    said: Iterable[tuple[int, Marked]],
    before: Mapping[int, Sequence[Marked]],
    import_id: int,
) -> None:
    """As `add`, for creators who are known; one with several profiles may come several times."""
    waiting = [(number, one) for number, one in said if one.tags or one.note]
    while waiting:
        turn: dict[int, Marked] = {}
        again = []
        for number, one in waiting:
            if number in turn:
                again.append((number, one))
            else:
                turn[number] = one
        add(tx, turn, {number: before.get(number, ()) for number in turn}, import_id)
        waiting = again


def _add_tags(
    tx: Transaction,
    said: Mapping[int, Marked],
    before: Mapping[int, Sequence[Marked]],
    import_id: int,
) -> None:
    shared = (tx.workspace_id, import_id or None, tx.now)
    of_new: list[tuple[Any, ...]] = []
    for creator_id, snapshot in said.items():
        earlier = {tag_key(tag) for one in before.get(creator_id, ()) for tag in one.tags}
        tags = {tag_key(tag): " ".join(tag.split())[:LONGEST_TAG] for tag in snapshot.tags}
        rows = [(*shared, creator_id, tags[key], key) for key in tags if key and key not in earlier]
        if creator_id not in before:
            of_new.extend(rows)
            continue
        for row in rows:
            deliveries.insert_ignoring(tx, Tag, dict(zip(_COLUMNS, row, strict=True)))
    bulk.insert_rows(tx, Tag, _COLUMNS, of_new)


def _add_notes(
    tx: Transaction,
    said: Mapping[int, Marked],
    before: Mapping[int, Sequence[Marked]],
    import_id: int,
) -> None:
    noted = {number: one.note[:LONGEST_NOTE] for number, one in said.items() if one.note}
    if not noted:
        return
    known = _notes_of(tx, noted.keys())
    for creator_id, text in noted.items():
        earlier = {(one.note or "")[:LONGEST_NOTE] for one in before.get(creator_id, ())}
        if text not in earlier and (creator_id, text) not in known:
            tx.session.add(Note(creator_id=creator_id, text=text, **_shared(tx, import_id)))


def _notes_of(tx: Transaction, creator_ids: Collection[int]) -> set[tuple[int, str]]:
    return set(
        tx.session.exec(
            select(Note.creator_id, Note.text).where(
                Note.workspace_id == tx.workspace_id, col(Note.creator_id).in_(creator_ids)
            )
        ).all()
    )


def _shared(tx: Transaction, import_id: int) -> dict[str, Any]:
    return {
        "workspace_id": tx.workspace_id,
        "import_id": import_id or None,
        "person_id": None,
        "created_at": tx.now,
    }
