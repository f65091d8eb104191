"""Forgetting a creator: who that is, how far it is, and how it ends.

Every step is a short transaction that also says what comes next, so that whoever takes it up after
a kill goes on there. A step that is done twice finds nothing left to do.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import col, select

from domain.forgetting import Names, is_ordinary
from domain.handle import handle_key
from domain.niche import Vocabulary
from domain.orders import MarkKind
from domain.text import words
from storage import audit, forgetting_rows, forgotten_keys, jobs, personal_rows, snapshots
from storage.models import (
    Creator,
    Forgetting,
    LiveAccount,
    Person,
    Post,
    Profile,
    PromoCode,
    WordRow,
)
from storage.personal_rows import Numbers
from storage.transaction import Transaction

WORKING, DONE, ALLOWED = "working", "done", "allowed"
JOB = "forgetting.work"
ORDINARY = 3
"""A word that so many others have is an ordinary one: it goes only where it stands as a handle."""
SHOWN = 38
"""Longer names are cut to about this in messages."""


def begin(tx: Transaction, creator_id: int, person_id: int | None, vocabulary: Vocabulary) -> int:
    """Write down that a creator is to be forgotten; from here on nothing brings them back.

    The rest is done by a job. Gives the number of the forgetting; one under way is given back.
    """
    family = personal_rows.family(tx, creator_id)
    forgetting_rows.lock(tx, family)
    under_way = _under_way(tx, family)
    if under_way is not None:
        return under_way
    names = names_of(tx, family, vocabulary)
    numbers = personal_rows.leading(tx, family)
    row = Forgetting(
        workspace_id=tx.workspace_id,
        creator_id=creator_id,
        person_id=person_id,
        named={"names": names.model_dump(mode="json"), **numbers},
        asked_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    number = row.id or 0
    forgotten_keys.add(tx, number, names.keys)
    audit.record(tx, "forget", "creator", creator_id, after={"forgetting": number})
    ask(tx, number)
    return number


def ask(tx: Transaction, number: int, *, after: dt.timedelta = dt.timedelta()) -> None:
    """Have a forgetting worked on."""
    key = f"{JOB}:{number}:{tx.now.isoformat()}"
    jobs.add(tx, JOB, key, {"forgetting": number}, after=after)


def lock(tx: Transaction, number: int) -> Forgetting | None:
    """A forgetting that is still under way, locked; None when nothing is left to do."""
    return tx.session.exec(
        select(Forgetting)
        .where(
            Forgetting.workspace_id == tx.workspace_id,
            Forgetting.id == number,
            Forgetting.state == WORKING,
        )
        .with_for_update()
    ).one_or_none()


def get(tx: Transaction, number: int) -> Forgetting | None:
    """The forgetting with this number."""
    return tx.session.exec(
        select(Forgetting).where(
            Forgetting.workspace_id == tx.workspace_id, Forgetting.id == number
        )
    ).one_or_none()


def unfinished(tx: Transaction) -> list[int]:
    """Forgettings that are under way."""
    rows = tx.session.exec(
        select(Forgetting.id)
        .where(Forgetting.workspace_id == tx.workspace_id, Forgetting.state == WORKING)
        .order_by(col(Forgetting.id))
    )
    return [number for number in rows if number is not None]


def finished_since(tx: Transaction, instant: dt.datetime) -> bool:
    """Whether a forgetting has come to its end since then."""
    found = tx.session.exec(
        select(Forgetting.id)
        .where(Forgetting.workspace_id == tx.workspace_id, col(Forgetting.finished_at) >= instant)
        .limit(1)
    )
    return found.first() is not None


def recent(tx: Transaction, limit: int = 20) -> list[Forgetting]:
    """The last forgettings, newest first: when, by whom, how far; never of whom."""
    return list(
        tx.session.exec(
            select(Forgetting)
            .where(Forgetting.workspace_id == tx.workspace_id)
            .order_by(col(Forgetting.id).desc())
            .limit(limit)
        )
    )


def names_in(row: Forgetting) -> Names:
    """Whom a forgetting is of; nobody once it is done."""
    return Names.model_validate(row.named.get("names", {}))


def numbers_in(row: Forgetting) -> dict[str, list[int]]:
    """Row numbers that were theirs when it began, by table."""
    return {name: list(row.named.get(name, ())) for name in personal_rows.LEADING}


def go_on(tx: Transaction, row: Forgetting, step: str, after: int = 0) -> None:
    """Say what comes next, in the transaction that did what came before."""
    row.step, row.after = step, after
    tx.session.add(row)


def finish(tx: Transaction, row: Forgetting) -> None:
    """Nothing is left to do: whom it was of goes too."""
    row.state, row.finished_at, row.named, row.step = DONE, tx.now, {}, ""
    tx.session.add(row)
    tx.session.flush()
    audit.record(
        tx, "forgotten", "creator", row.creator_id,
        after={"forgetting": row.id, "counts": row.counts},
    )  # fmt: skip


def allow(tx: Transaction, numbers: Collection[int]) -> int:
    """Take the hashes of these away: imports and look-ups may bring them again. Says how many."""
    done = 0
    for number in sorted(numbers):
        row = get(tx, number)
        if row is None or row.state != DONE:
            continue
        row.state, row.allowed_at = ALLOWED, tx.now
        tx.session.add(row)
        forgotten_keys.take_back(tx, [number])
        audit.record(tx, "allow again", "creator", row.creator_id, after={"forgetting": number})
        done += 1
    return done


def count(row: Forgetting, name: str, amount: int) -> None:
    """Add to what went."""
    row.counts = {**row.counts, name: int(row.counts.get(name, 0)) + amount}


def note_to_clear(row: Forgetting, name: str, amounts: dict[str, int]) -> None:
    """Add to what people have to clear by hand. name: "channels", …; amounts by place."""
    known: dict[str, int] = dict(row.to_clear.get(name, {}))
    for place, amount in amounts.items():
        known[place] = known.get(place, 0) + amount
    row.to_clear = {**row.to_clear, name: known}


# ---- by what they are recognised ---------------------------------------------------------------


def names_of(tx: Transaction, creator_ids: Collection[int], vocabulary: Vocabulary) -> Names:
    """All by which these creators, who are one person, are recognised."""
    numbers = personal_rows.leading(tx, creator_ids)
    profiles = _rows(tx, Profile, "id", numbers["profiles"])
    live = _rows(tx, LiveAccount, "profile_id", numbers["profiles"])
    said = [one for some in snapshots.of_profiles(tx, numbers["profiles"]).values() for one in some]
    creators = _rows(tx, Creator, "id", list(creator_ids))
    posts = _rows(tx, Post, "partnership_id", numbers["partnerships"])
    codes = _rows(tx, PromoCode, "partnership_id", numbers["partnerships"])
    accounts = [(one.platform, handle_key(one.handle)) for one in profiles if one.handle]
    accounts += [(one.platform, one.native_id) for one in live if one.native_id]
    accounts += [(one.platform, handle_key(old)) for one in live for old in one.former_handles]
    handles = [one.handle for one in profiles] + [old for one in live for old in one.former_handles]
    handles += [post.account for post in posts]
    called = [one.name for one in creators] + [one.display_name or "" for one in said]
    links = [one.url or "" for one in said] + [one.url for one in posts]
    visits = forgetting_rows.codes_of(tx, numbers["partnerships"])
    found = Names(
        accounts=tuple(dict.fromkeys(accounts)),
        handles=_unlike(one.lstrip("@") for one in handles),
        names=_unlike([*called, *(name[:SHOWN] for name in called if len(name) > SHOWN)]),
        emails=_unlike(one.email or "" for one in said),
        links=_unlike(link for link in links if "://" in link),
        codes=_unlike(
            [one.code for one in codes] + [text for kind, text in visits if kind == MarkKind.VISIT]
        ),
    )
    return found.model_copy(
        update={"common": tuple(sorted(_common(tx, found, numbers, vocabulary)))}
    )


def _common(tx: Transaction, found: Names, numbers: Numbers, vocabulary: Vocabulary) -> set[str]:
    """Those of their handles and names that also mean something else here."""
    mine = numbers["profiles"]
    asked = {one.casefold() for one in (*found.handles, *found.names)}
    common = {one for one in asked if is_ordinary(one) or vocabulary.find(words(one))}
    for one in asked - common:
        split = words(one)
        if len(split) == 1 and _others_with(tx, split[0], mine):
            common.add(one)
    colleagues = tx.session.exec(
        select(Person.name, Person.real_name).where(Person.workspace_id == tx.workspace_id)
    )
    team = {
        part.casefold()
        for pair in colleagues
        for name in pair
        for part in (name, *name.split())
        if part
    }
    others = (
        (Creator, "name", found.names, "creators"),
        (Profile, "handle", found.handles, "profiles"),
    )
    same = {
        name.casefold()
        for model, column, called, table in others
        for name in tx.session.exec(
            select(getattr(model, column)).where(
                model.workspace_id == tx.workspace_id,
                col(getattr(model, column)).in_(called),
                col(model.id).not_in(numbers[table]),
            )
        )
    }
    return common | (asked & (team | same))


def _others_with(tx: Transaction, word: str, mine: Collection[int]) -> bool:
    """Whether several other profiles have this word, in a name or in what they say."""
    query = (
        select(WordRow.profile_id)
        .where(
            WordRow.workspace_id == tx.workspace_id,
            WordRow.word == word,
            col(WordRow.profile_id).not_in(mine),
        )
        .distinct()
        .limit(ORDINARY)
    )
    return len(tx.session.exec(query).all()) == ORDINARY


def _under_way(tx: Transaction, creator_ids: Collection[int]) -> int | None:
    return tx.session.exec(
        select(Forgetting.id).where(
            Forgetting.workspace_id == tx.workspace_id,
            col(Forgetting.creator_id).in_(creator_ids),
            Forgetting.state == WORKING,
        )
    ).first()


def _rows(tx: Transaction, model: Any, column: str, numbers: Collection[int]) -> list[Any]:
    return list(
        tx.session.exec(
            select(model)
            .where(model.workspace_id == tx.workspace_id, col(getattr(model, column)).in_(numbers))
            .order_by(model.id)
        )
    )


def _unlike(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in texts if one and one.strip()))
