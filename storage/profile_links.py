"""What profiles link to, and which other profiles that leads to."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, func
from sqlmodel import col, select

from domain.creator import Platform
from domain.handle import target_of
from domain.same_person import PAGE, Presence
from storage import account_ids, bulk, jobs
from storage.models import Profile, ProfileLink, Snapshot
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

JOB = "linking.read"
MOST_OTHERS = 2_000
_COLUMNS = ("profile_id", "target", "workspace_id", "verified")


def ask_for_import(tx: Transaction, import_id: int, after: int = 0) -> None:
    """Have the links of the profiles read that an import brought. after: a snapshot's number."""
    jobs.add(tx, JOB, f"{JOB}:import:{import_id}:{after}", {"import": import_id, "after": after})


def ask(tx: Transaction, profile_ids: Collection[int]) -> None:
    """Have the links of profiles read, of which something new was said."""
    if profile_ids:
        ids = sorted(profile_ids)
        jobs.add(tx, JOB, f"{JOB}:{ids[0]}:{len(ids)}:{tx.now.isoformat()}", {"profiles": ids})


def of_import(
    tx: Transaction, import_id: int, after: int, limit: int
) -> tuple[list[int], int | None]:
    """Profiles of which an import said something, and after which snapshot to go on; None = end."""
    rows = tx.session.exec(
        select(Snapshot.id, Snapshot.profile_id)
        .where(
            Snapshot.workspace_id == tx.workspace_id,
            Snapshot.import_id == import_id,
            col(Snapshot.id) > after,
        )
        .order_by(col(Snapshot.id))
        .limit(limit)
    ).all()
    last = rows[-1][0] if len(rows) == limit else None
    return sorted({profile for _, profile in rows}), last


def note(tx: Transaction, told: Mapping[int, Mapping[str, bool]], of: Collection[int]) -> None:
    """Write down what profiles link to now. of: all that were looked at; old links of them go."""
    mine = (col(ProfileLink.workspace_id) == tx.workspace_id, col(ProfileLink.profile_id).in_(of))
    tx.session.execute(delete(ProfileLink).where(*mine))
    still = set(
        tx.session.exec(
            select(Profile.id).where(
                Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(list(told))
            )
        )
    )
    rows = [
        (number, target, tx.workspace_id, verified)
        for number, targets in told.items()
        if number in still
        for target, verified in targets.items()
    ]
    bulk.insert_rows(tx, ProfileLink, _COLUMNS, rows)


def any_noted(tx: Transaction, profile_ids: Collection[int]) -> bool:
    """Whether any of these profiles is known to link to something."""
    query = select(ProfileLink.profile_id).where(
        ProfileLink.workspace_id == tx.workspace_id, col(ProfileLink.profile_id).in_(profile_ids)
    )
    return tx.session.exec(query.limit(1)).first() is not None


def neighbours(tx: Transaction, profile_ids: Collection[int]) -> dict[int, Presence]:
    """These profiles and all that they link to, that link to them or show the same page."""
    mine = _presences(tx, profile_ids)
    targets = {target for one in mine.values() for target in one.targets}
    linked = set(_of_targets(tx, targets))
    pages = {target for target in targets if target.startswith(PAGE)}
    linking = tx.session.exec(
        select(ProfileLink.profile_id)
        .where(
            ProfileLink.workspace_id == tx.workspace_id,
            col(ProfileLink.target).in_(_ways_to(tx, mine) | pages),
        )
        .limit(MOST_OTHERS)
    )
    others = {*linked, *linking} - set(mine)
    return {**mine, **_presences(tx, others)}


def _ways_to(tx: Transaction, presences: Mapping[int, Presence]) -> set[str]:
    """What links to these profiles are stored as: by their handles, or by their accounts' ids."""
    ids = account_ids.of(tx, presences)
    return {one.target for one in presences.values()} | {":".join(key) for key in ids.values()}


def _by_handle(
    tx: Transaction, links: Mapping[int, Mapping[str, bool]]
) -> dict[int, dict[str, bool]]:
    """The same links, where those by an account's id name the profile's handle."""
    keys = {_key(target) for targets in links.values() for target in targets}
    named = account_ids.find(tx, keys)
    if not named:
        return {number: dict(targets) for number, targets in links.items()}
    handles = {
        number: target_of(Platform(platform), handle)
        for number, platform, handle in tx.session.exec(
            select(Profile.id, Profile.platform, Profile.handle).where(
                Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(named.values())
            )
        )
    }
    names = {":".join(key): handles[number] for key, number in named.items() if number in handles}
    return {
        number: {names.get(target, target): checked for target, checked in targets.items()}
        for number, targets in links.items()
    }


def _key(target: str) -> tuple[str, str]:
    platform, _, handle = target.partition(":")
    return platform, handle


def _of_targets(tx: Transaction, targets: Iterable[str]) -> list[int]:
    wanted = {target for target in targets if not target.startswith(PAGE)}
    handles = {target.partition(":")[2] for target in wanted}
    found = tx.session.exec(
        select(Profile.id, Profile.platform, Profile.handle_key).where(
            Profile.workspace_id == tx.workspace_id, col(Profile.handle_key).in_(handles)
        )
    )
    return [number for number, platform, key in found if number and f"{platform}:{key}" in wanted]


def _presences(tx: Transaction, profile_ids: Collection[int]) -> dict[int, Presence]:
    rows = tx.session.exec(
        select(Profile.id, Profile.platform, Profile.handle).where(
            Profile.workspace_id == tx.workspace_id,
            col(Profile.id).in_(profile_ids),
            brought_openly(Profile.import_id, hidden_imports(tx)),
        )
    ).all()
    links: dict[int, dict[str, bool]] = {number: {} for number, *_ in rows if number}
    noted = tx.session.exec(
        select(ProfileLink.profile_id, ProfileLink.target, ProfileLink.verified).where(
            ProfileLink.workspace_id == tx.workspace_id, col(ProfileLink.profile_id).in_(links)
        )
    )
    for number, target, verified in noted:
        links[number][target] = verified
    links = _by_handle(tx, links)
    keys = {number: target_of(Platform(platform), handle) for number, platform, handle in rows}
    counts = dict(
        tx.session.exec(
            select(ProfileLink.target, func.count())
            .where(
                ProfileLink.workspace_id == tx.workspace_id,
                col(ProfileLink.target).in_(set(keys.values())),
            )
            .group_by(col(ProfileLink.target))
        ).all()
    )
    return {
        number: Presence(Platform(platform), handle, links[number], counts.get(keys[number], 0))
        for number, platform, handle in rows
        if number
    }
