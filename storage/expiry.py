"""What is deleted in time: figures whose terms end, accounts that nobody kept or that opted out.

Each step does at most `limit` and says how many it did; done again until it says 0.
"""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, cast, delete, exists, or_, update
from sqlmodel import col, select

from domain.creator import Platform, ProfileSnapshot
from domain.fit import Fit
from domain.niche import Vocabulary
from domain.prepared import told
from domain.source_terms import fit_under_terms, under_terms
from storage import profile_store, snapshots
from storage.index import Pools
from storage.models import (
    Card,
    Creator,
    ListMember,
    LiveAccount,
    Merge,
    Note,
    Partnership,
    Profile,
    QuotedFee,
    Reason,
    Restriction,
    Snapshot,
    Tag,
)
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

UNKEPT = dt.timedelta(days=30)
"""Usually accounts that a look-up brought and nobody kept go so long after they were last seen."""
KEPT_BY_HAND = "kept by your team"


class Ended(NamedTuple):
    """How many snapshots may not be used any more, and which cards showed them: to be redrawn."""

    snapshots: int
    cards: list[Card]


def delete_expired(tx: Transaction, limit: int, vocabulary: Vocabulary, pools: Pools) -> Ended:
    """Delete snapshots whose platform's terms end their keeping."""
    rows = tx.session.exec(
        select(Snapshot)
        .where(Snapshot.workspace_id == tx.workspace_id, col(Snapshot.keep_until) <= tx.now)
        .limit(limit)
    ).all()
    cards = _forget_on_cards(tx, rows)
    _delete_snapshots(tx, [row.id for row in rows if row.id])
    _settle(tx, sorted({row.profile_id for row in rows}), vocabulary, pools)
    return Ended(len(rows), cards)


def withhold(tx: Transaction, limit: int, vocabulary: Vocabulary, pools: Pools) -> Ended:
    """Take out what was worked out from figures while that was allowed, where it is not now.

    What is shown and ranked goes by `tx.underived` at once; this settles what is stored.
    """
    rows = tx.session.exec(
        select(Snapshot)
        .where(
            Snapshot.workspace_id == tx.workspace_id,
            col(Snapshot.keep_until).is_not(None),
            col(Snapshot.source).in_(sorted(tx.underived)),
            cast(col(Snapshot.content), Text).not_like('%"may_derive": false%'),
        )
        .limit(limit)
    ).all()
    for row in rows:
        raw = under_terms(ProfileSnapshot.model_validate(row.content), tx.underived)
        row.content_hash, content = told(raw)
        row.content = json.loads(content)
        tx.session.add(row)
    tx.session.flush()
    profile_ids = sorted({row.profile_id for row in rows})
    cards = [card for card in _cards_of(tx, profile_ids) if _withhold_on(card, tx.underived)]
    tx.session.add_all(cards)
    profile_store.reindex(tx, profile_ids, vocabulary, pools)
    return Ended(len(rows), cards)


def forget_live(
    tx: Transaction, profile: Profile, vocabulary: Vocabulary, pools: Pools
) -> list[Card]:
    """Delete all that its platform showed of a profile; what files and people said stays.

    Gives the cards that showed it.
    """
    number = profile.id or 0
    rows = tx.session.exec(
        select(Snapshot).where(
            Snapshot.workspace_id == tx.workspace_id,
            Snapshot.profile_id == number,
            col(Snapshot.import_id).is_(None),
            Snapshot.source == profile.platform,
        )
    ).all()
    cards = _forget_on_cards(tx, rows)
    _delete_snapshots(tx, [row.id for row in rows if row.id])
    _settle(tx, [number], vocabulary, pools)
    return cards


def keep_touched(tx: Transaction) -> int:
    """Creators with whom people worked, or whom a file names too, are in the list; how many."""
    changed: Any = tx.session.execute(
        update(Creator)
        .where(
            col(Creator.workspace_id) == tx.workspace_id,
            col(Creator.found_on).is_not(None),
            _touched(tx),
        )
        .values(found_on=None)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


def delete_unkept(tx: Transaction, limit: int, after: dt.timedelta = UNKEPT) -> int:
    """Delete creators that look-ups brought and nobody kept in time; gives how many.

    after: how long after they were last seen.
    """
    seen_lately = exists().where(
        col(Profile.creator_id) == col(Creator.id),
        col(LiveAccount.profile_id) == col(Profile.id),
        col(LiveAccount.seen_at) > tx.now - after,
    )
    rows = tx.session.exec(
        select(Creator.id)
        .where(
            Creator.workspace_id == tx.workspace_id,
            col(Creator.found_on).is_not(None),
            ~seen_lately,
            ~_touched(tx),
            ~exists().where(col(Merge.merged_id) == col(Creator.id)),  # goes after the one they are
        )
        .limit(limit)
    ).all()
    _delete_creators(tx, [number for number in rows if number])
    return len(rows)


def delete_if_unkept(tx: Transaction, creator_id: int) -> bool:
    """Delete a creator that a look-up brought, unless somebody kept them; says whether it did."""
    rows = tx.session.exec(
        select(Creator.id).where(
            Creator.workspace_id == tx.workspace_id,
            Creator.id == creator_id,
            col(Creator.found_on).is_not(None),
            ~_touched(tx),
        )
    ).all()
    _delete_creators(tx, [number for number in rows if number])
    return bool(rows)


def _touched(tx: Transaction) -> ColumnElement[bool]:
    """Whether people did anything with a creator, or a file brought them as well."""
    number = col(Creator.id)
    tables: Sequence[Any] = (
        Card, Partnership, Reason, Restriction, Tag, Note, ListMember,
    )  # fmt: skip
    profiles_of = col(Profile.creator_id) == number
    return or_(
        col(Creator.owner_id).is_not(None),
        exists().where(
            or_(col(Merge.kept_id) == number, col(Merge.merged_id) == number),
            col(Merge.person_id).is_not(None),
        ),
        *(exists().where(col(table.creator_id) == number) for table in tables),
        exists().where(profiles_of, col(QuotedFee.profile_id) == col(Profile.id)),
        exists().where(
            profiles_of,
            col(Snapshot.profile_id) == col(Profile.id),
            col(Snapshot.import_id).is_not(None),
            brought_openly(Snapshot.import_id, hidden_imports(tx)),
        ),
    )


def _cards_of(tx: Transaction, profile_ids: Collection[int]) -> Sequence[Card]:
    return tx.session.exec(
        select(Card).where(
            Card.workspace_id == tx.workspace_id, col(Card.profile_id).in_(sorted(profile_ids))
        )
    ).all()


def _withhold_on(card: Card, underived: Collection[str]) -> bool:
    """Take out of a card what was worked out from figures of these sources; says if any was."""
    profile, fit = ProfileSnapshot.model_validate(card.profile), Fit.model_validate(card.fit)
    raw, left = under_terms(profile, underived), fit_under_terms(fit, underived)
    changed = raw.figures != profile.figures or left != fit
    if changed:
        kept = set(card.profile)
        card.profile = raw.model_dump(mode="json", include=kept, exclude_none=True)
        card.fit = left.model_dump(mode="json")
    return changed


def _forget_on_cards(tx: Transaction, expired: Sequence[Snapshot]) -> list[Card]:
    """Cards keep no figures longer than the snapshot they are from; gives those that had any."""
    gone = {(one.profile_id, one.source, str(one.as_of)) for one in expired}
    changed = []
    for card in _cards_of(tx, {one.profile_id for one in expired}):
        shown = card.profile
        if (
            "figures" in shown
            and (card.profile_id, shown.get("source"), str(shown.get("as_of"))) in gone
        ):
            card.profile = {name: value for name, value in shown.items() if name != "figures"}
            fit = fit_under_terms(Fit.model_validate(card.fit), {str(shown.get("source"))})
            card.fit = fit.model_dump(mode="json")
            tx.session.add(card)
            changed.append(card)
    return changed


def _delete_snapshots(tx: Transaction, numbers: Sequence[int]) -> None:
    tx.session.execute(
        delete(Snapshot).where(
            col(Snapshot.workspace_id) == tx.workspace_id, col(Snapshot.id).in_(numbers)
        )
    )


def _settle(
    tx: Transaction, profile_ids: Sequence[int], vocabulary: Vocabulary, pools: Pools
) -> None:
    """After snapshots went: profiles of which nothing is known keep their name alone, or go."""
    left = snapshots.of_profiles(tx, profile_ids)
    for profile in _profiles(tx, [number for number in profile_ids if not left.get(number)]):
        if delete_if_unkept(tx, profile.creator_id):
            continue
        platform = Platform(profile.platform)
        bare = ProfileSnapshot(platform=platform, handle=profile.handle, source=KEPT_BY_HAND)
        stored = told(bare)
        said = snapshots.row(tx, profile.id or 0, None, KEPT_BY_HAND, stored, 0)
        snapshots.append(tx, [said])
    profile_store.reindex(tx, profile_ids, vocabulary, pools)


def _profiles(tx: Transaction, profile_ids: Sequence[int]) -> list[Profile]:
    return list(
        tx.session.exec(
            select(Profile).where(
                Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(profile_ids)
            )
        )
    )


def _delete_creators(tx: Transaction, creator_ids: Sequence[int]) -> None:
    """Creators with all that hangs on them; rows of the index have no foreign key."""
    theirs = tx.session.exec(
        select(Profile.id).where(
            Profile.workspace_id == tx.workspace_id, col(Profile.creator_id).in_(creator_ids)
        )
    ).all()
    profile_store.forget_rows(tx, [number for number in theirs if number])
    tx.session.execute(
        delete(Creator).where(
            col(Creator.workspace_id) == tx.workspace_id, col(Creator.id).in_(creator_ids)
        )
    )
