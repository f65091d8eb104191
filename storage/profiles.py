"""Profiles with what is known of them now; `profile_store` writes them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast
from sqlmodel import col, select

from domain.creator import Money, Platform, ProfileSnapshot
from domain.handle import handle_key, profile_key
from domain.known import Origin, Origins, known_now, origins
from domain.money import from_minor
from domain.source_terms import judged_by
from storage import account_ids, first_look, snapshots
from storage.bulk import table_of
from storage.models import Creator, Profile, QuotedFee, Snapshot
from storage.snapshots import CHUNK
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

Key = tuple[str, str]
"""(platform, handle_key) of a profile."""

TYPED = "your team"
"""The source of what people typed."""


class Account(NamedTuple):
    """Which profile it is, and whose."""

    id: int
    creator_id: int
    platform: str
    handle: str


class Human(NamedTuple):
    """Whose profile it is, and who of the team looks after them.

    found_on: the platform where a look-up found them, None = they are in the list.
    """

    id: int
    name: str
    owner_id: int | None
    found_on: str | None


@dataclass(frozen=True, slots=True)
class Current:
    """A profile with what is known of it now; a fee that a person typed stands above others.

    origins: of which date each fact is, and who said it. judged: what a fit may be worked out from,
    None where a platform's terms forbid it; judged_origins: who said that. history: all that was
    said, oldest first.
    """

    profile: Account
    creator: Human
    snapshot: ProfileSnapshot
    origins: Origins = field(default_factory=dict)
    judged: ProfileSnapshot | None = None
    judged_origins: Origins = field(default_factory=dict)
    history: Sequence[ProfileSnapshot] = ()


@dataclass(frozen=True, slots=True)
class TypedFee:
    """A fee that a person typed. on: the day, UTC."""

    fee: Money
    on: dt.date


def key_of(snapshot: ProfileSnapshot) -> Key:
    """What identifies a profile in a workspace."""
    return profile_key(snapshot.platform, snapshot.handle)


def find_keys(tx: Transaction, keys: Sequence[Key]) -> dict[Key, int]:
    """Profile ids of those keys that are known, hidden ones included.

    A key may also hold the platform's own id of an account whose handle is known.
    """
    wanted, found = set(keys), {}
    handles = sorted({key[1] for key in keys})
    for start in range(0, len(handles), CHUNK):
        rows = tx.session.exec(
            select(Profile.platform, Profile.handle_key, Profile.id).where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.handle_key).in_(handles[start : start + CHUNK]),
            )
        )
        found.update({(p, h): number for p, h, number in rows if (p, h) in wanted and number})
    return found | account_ids.find(tx, wanted - found.keys())


def more_than(tx: Transaction, many: int) -> bool:
    """Whether the workspace has more profiles than this."""
    query = select(Profile.id).where(Profile.workspace_id == tx.workspace_id)
    return tx.session.exec(query.offset(many).limit(1)).first() is not None


def is_there(tx: Transaction, profile_id: int) -> bool:
    """Whether there is (still) a profile with this number."""
    query = select(Profile.id).where(
        Profile.workspace_id == tx.workspace_id, Profile.id == profile_id
    )
    return tx.session.exec(query).first() is not None


def by_handle(tx: Transaction, handle: str, platform: str | None = None) -> list[Profile]:
    """Profiles with this handle (or id of their account), on one platform or on any."""
    key = handle_key(handle)
    found = _found(tx, _BY_HANDLE, platform, handle_key=key)
    if not found:
        places = [platform] if platform is not None else list(Platform)
        ids = account_ids.find(tx, [(place, key) for place in places])
        found = _found(tx, _BY_IDS, platform, profile_ids=list(ids.values())) if ids else []
    return found


def _found(tx: Transaction, asked: Any, platform: str | None, **by: Any) -> list[Profile]:
    """By platform, without those of hidden imports; of few, so looking at each is the quickest."""
    hidden = hidden_imports(tx)
    rows = tx.session.exec(asked, params={"workspace_id": tx.workspace_id, **by})
    return [one for one in rows if one.import_id not in hidden and platform in (None, one.platform)]


_OF_WORKSPACE = (
    select(Profile)
    .where(col(Profile.workspace_id) == bindparam("workspace_id"))
    .order_by(col(Profile.platform))
)
_BY_HANDLE = _OF_WORKSPACE.where(col(Profile.handle_key) == bindparam("handle_key"))
_BY_IDS = _OF_WORKSPACE.where(col(Profile.id).in_(bindparam("profile_ids", expanding=True)))


def of_creator(tx: Transaction, creator_id: int) -> list[Profile]:
    """All profiles of a creator."""
    return list(
        tx.session.exec(
            select(Profile)
            .where(
                Profile.workspace_id == tx.workspace_id,
                Profile.creator_id == creator_id,
                brought_openly(Profile.import_id, hidden_imports(tx)),
            )
            .order_by(col(Profile.id))
        )
    )


def current(tx: Transaction, profile_ids: Iterable[int]) -> dict[int, Current]:
    """What is known now of these profiles."""
    ids = sorted(set(profile_ids))
    found: dict[int, tuple[Account, Human]] = {}
    history: dict[int, list[ProfileSnapshot]] = defaultdict(list)
    for row in _said(tx, ids):
        account = Account(*row[:4])
        found[account.id] = account, Human(account.creator_id, *row[4:7])
        history[account.id].append(snapshots.read(tx, row[7]))
    fees = quoted_fees(tx, ids)
    return {
        number: _current(*found[number], history[number], fees.get(number))
        for number in ids
        if number in found
    }


def _said(tx: Transaction, ids: Sequence[int]) -> Iterable[Any]:
    """All that was said of profiles, oldest first, each time with the profile and its creator."""
    if tx.writable:
        tx.session.flush()
    hidden = hidden_imports(tx)
    openly = brought_openly(Snapshot.import_id, hidden)
    statement = _SAID.where(openly) if hidden else _SAID
    for start in range(0, len(ids), CHUNK):
        asked = {"workspace_id": tx.workspace_id, "profile_ids": ids[start : start + CHUNK]}
        yield from tx.session.connection().execute(statement, asked)


def _statement_of_said() -> Any:
    profile, creator, said = (table_of(one).c for one in (Profile, Creator, Snapshot))
    columns: list[Any] = [
        *(profile.id, profile.creator_id, profile.platform, profile.handle),
        *(creator.name, creator.owner_id, creator.found_on, cast(said.content, Text)),
    ]
    return (
        select(*columns)
        .join_from(table_of(Profile), table_of(Creator), creator.id == profile.creator_id)
        .join(table_of(Snapshot), said.profile_id == profile.id)
        .where(
            profile.workspace_id == bindparam("workspace_id"),
            said.workspace_id == bindparam("workspace_id"),
            profile.id.in_(bindparam("profile_ids", expanding=True)),
        )
        .order_by(said.id)
    )


_SAID = _statement_of_said()


def known(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, ProfileSnapshot]:
    """What is known now of these profiles, without the rows themselves."""
    history = snapshots.of_profiles(tx, profile_ids)
    fees = quoted_fees(tx, profile_ids)
    return {number: now_known(said, fees.get(number)) for number, said in history.items()}


def judged(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, ProfileSnapshot]:
    """What these profiles are judged by; those that may not be judged are left out."""
    history = snapshots.of_profiles(tx, profile_ids)
    fees = quoted_fees(tx, profile_ids)
    free = {number: judged_by(said) for number, said in history.items()}
    return {number: now_known(said, fees.get(number)) for number, said in free.items() if said}


def quoted_fees(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, TypedFee]:
    """The newest fee that a person typed for everybody to see, by profile.

    Fees for one brand are left out: what is searched, ranked and posted goes by this one.
    """
    look = first_look.taken(tx)
    if look is not None and not look.any_fee:
        return {}
    rows = tx.session.exec(
        select(QuotedFee)
        .where(
            QuotedFee.workspace_id == tx.workspace_id,
            col(QuotedFee.profile_id).in_(profile_ids),
            col(QuotedFee.brand_id).is_(None),
        )
        .order_by(col(QuotedFee.id))
    )
    return {row.profile_id: _typed(row) for row in rows}


def now_known(history: Sequence[ProfileSnapshot], fee: TypedFee | None) -> ProfileSnapshot:
    """What several sources say put together, oldest first; a typed fee stands above theirs."""
    known: ProfileSnapshot = known_now(history)
    if fee is None:
        return known
    figures = known.figures.model_copy(update={"fee": fee.fee})
    return known.model_copy(update={"figures": figures})


def _typed(row: QuotedFee) -> TypedFee:
    return TypedFee(from_minor(row.amount, row.currency), row.created_at.date())


def _current(
    profile: Account, creator: Human, history: Sequence[ProfileSnapshot], fee: TypedFee | None
) -> Current:
    said, shown = _origins(history, fee), now_known(history, fee)
    free = judged_by(history)
    judged: ProfileSnapshot | None = None
    judged_origins: Origins = {}
    if free is history:
        judged, judged_origins = shown, said
    elif free:
        judged, judged_origins = now_known(free, fee), _origins(free, fee)
    return Current(profile, creator, shown, said, judged, judged_origins, history)


def _origins(history: Sequence[ProfileSnapshot], fee: TypedFee | None) -> Origins:
    said = origins(history)
    if fee is not None:
        said["fee"] = Origin(fee.on, TYPED)
    return said
