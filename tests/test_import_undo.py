"""Undoing an import: what it brought goes, what it changed comes back, what people use stays."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain.creator import Money
from domain.importing import UndoReport
from storage import creators, import_lists, import_undo, imports, index, lists, profiles
from storage.database import Database
from storage.models import (
    AuditEntry,
    Brief,
    Card,
    Creator,
    CreatorList,
    ListMember,
    NicheRow,
    Note,
    Partnership,
    Person,
    Profile,
    Reason,
    Shortlist,
    Snapshot,
    Tag,
    WordRow,
)
from storage.profile_store import Stored
from storage.transaction import Transaction
from tests.importing import Bench
from tests.test_import import count, dump

ANNA = "@anna,Anna,12000,3%,Skincare,vip,Fast,200,2026-01-01"
BEN = "@ben,Ben,500,1%,Food,,,,2026-01-01"


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """An empty workspace."""
    return Bench(database, tmp_path)


def creator(tx: Transaction, handle: str) -> Profile:
    (found,) = profiles.by_handle(tx, handle)
    return found


def report(bench: Bench, import_id: int) -> UndoReport:
    undo = imports.report_of(bench.run(import_id)).undo
    assert undo is not None
    return undo


def test_exactly_what_it_brought_goes_and_what_it_changed_comes_back(bench: Bench) -> None:
    bench.bring([ANNA, BEN], "first.csv")
    before = dump(bench)
    tables = (Creator, Profile, Snapshot, NicheRow, WordRow, Tag, Note, ListMember)
    rows = {model: count(bench, model) for model in tables}

    second = bench.bring(
        [
            '@anna,Anna G.,99000,9%,"Skincare, Food",new,Another note,900,2026-05-01',
            "@carl,Carl,77,1%,Gaming,,,,",
        ],
        "second.csv",
    )
    assert dump(bench) != before
    run = bench.undo(second)

    assert dump(bench) == before
    assert {model: count(bench, model) for model in tables} == rows
    assert report(bench, second) == UndoReport(removed=1, restored=1)
    assert (run.state, run.list_id) == ("undone", None)
    with bench.reading() as tx:
        assert list(lists.names(tx).values()) == ["first"]
        done = [entry.action for entry in tx.session.exec(select(AuditEntry))]
    assert done.count("undo") == 1


def test_members_added_by_hand_stay_on_the_list_of_an_undone_import(bench: Bench) -> None:
    bench.bring([ANNA], "first.csv")
    second = bench.bring([BEN, ANNA], "second.csv")
    carl = bench.bring(["@carl,Carl,77,1%,Gaming,,,,"], "third.csv")
    with bench.writing() as tx:
        made = lists.named(tx, "second")
        assert made is not None
        lists.add(tx, made, [creator(tx, "carl").creator_id])
    bench.undo(second)

    with bench.reading() as tx:
        left = lists.named(tx, "second")
        assert left is not None and left.import_id is None
        members = tx.session.exec(
            select(ListMember.creator_id).where(ListMember.list_id == left.id)
        )
        assert list(members) == [creator(tx, "carl").creator_id]
        assert profiles.by_handle(tx, "ben") == []
    assert bench.undo(carl).state == "undone"
    with bench.reading() as tx:
        assert creator(tx, "carl"), "somebody put carl on a list"


def test_undoing_one_of_two_files_of_a_list_leaves_what_the_other_brought(bench: Bench) -> None:
    first = bench.bring([ANNA, BEN], "first.csv")
    second = bench.queue(
        bench.write([BEN, "@carl,Carl,77,1%,Gaming,,,,"], "second.csv"), into="first"
    )
    assert bench.importer().carry_on(second) == "published"
    with bench.reading() as tx:
        assert list(lists.names(tx).values()) == ["first"]
        assert _members(tx) == {"anna", "ben", "carl"}
    bench.undo(first)

    with bench.reading() as tx:
        assert list(lists.names(tx).values()) == ["first"]
        assert _members(tx) == {"ben", "carl"}
    bench.undo(second)
    with bench.reading() as tx:
        assert _members(tx) == set()


def test_nobody_sees_on_a_list_whom_an_import_is_still_bringing(bench: Bench) -> None:
    bench.bring([ANNA], "first.csv")
    bench.bring([BEN], "second.csv")
    coming = bench.queue(bench.write([BEN], "third.csv"), into="first")
    with bench.writing() as tx:
        run = imports.take(tx, coming, "me")
        first, ben = lists.named(tx, "first"), creator(tx, "ben")
        assert run is not None and first is not None
        import_lists.add_members(tx, run, Stored(creators={ben.creator_id}, seen=[ben.id or 0]))

    with bench.reading() as tx:
        assert lists.sizes(tx, [first.id or 0]) == {first.id: 1}
        assert lists.of_creator(tx, ben.creator_id) == ["second"]


def _members(tx: Transaction) -> set[str]:
    rows = tx.session.exec(
        select(Profile.handle)
        .join(ListMember, col(ListMember.creator_id) == col(Profile.creator_id))
        .join(CreatorList, col(CreatorList.id) == col(ListMember.list_id))
        .where(CreatorList.name == "first")
    )
    return set(rows)


def _shortlist(tx: Transaction, profile: Profile) -> None:
    person = Person(workspace_id=tx.workspace_id, slack_user_id="U1")
    tx.session.add(person)
    tx.session.flush()
    brief = Brief(workspace_id=tx.workspace_id, name="Spring", name_key="spring",
                  created_at=tx.now, updated_at=tx.now)  # fmt: skip
    tx.session.add(brief)
    tx.session.flush()
    shortlist = Shortlist(workspace_id=tx.workspace_id, brief_id=brief.id, channel_id="C1",
                          asker_id=person.id or 0, created_at=tx.now)  # fmt: skip
    tx.session.add(shortlist)
    tx.session.flush()
    tx.session.add(Card(workspace_id=tx.workspace_id, shortlist_id=shortlist.id or 0,
                        creator_id=profile.creator_id, profile_id=profile.id or 0,
                        created_at=tx.now))  # fmt: skip


def _contact(tx: Transaction, profile: Profile) -> None:
    tx.session.add(
        Partnership(
            workspace_id=tx.workspace_id,
            creator_id=profile.creator_id,
            stage="contacted",
            created_at=tx.now,
            updated_at=tx.now,
        )
    )


def _reason(tx: Transaction, profile: Profile) -> None:
    _shortlist(tx, profile)
    tx.session.flush()
    card = tx.session.exec(select(Card)).one()
    tx.session.add(
        Reason(
            workspace_id=tx.workspace_id,
            card_id=card.id or 0,
            creator_id=profile.creator_id,
            category="other",
            created_at=tx.now,
        )
    )


def _own(tx: Transaction, profile: Profile) -> None:
    person = Person(workspace_id=tx.workspace_id, slack_user_id="U9")
    tx.session.add(person)
    tx.session.flush()
    tx.session.get_one(Creator, profile.creator_id).owner_id = person.id


def _list(tx: Transaction, profile: Profile) -> None:
    lists.add(tx, lists.create(tx, "Ours", None), [profile.creator_id])


HELD: dict[str, Callable[[Transaction, Profile], object]] = {
    "on a shortlist": _shortlist,
    "contacted": _contact,
    "on a shortlist, given a reason": _reason,
    "somebody's own": _own,
    "on another list": _list,
    "noted": lambda tx, one: creators.add_note(tx, one.creator_id, "Nice", None, None),
    "tagged": lambda tx, one: creators.add_tag(tx, one.creator_id, "ours", None),
    "a fee was typed in": lambda tx, one: creators.quote_fee(
        tx, one.id or 0, Money(amount=5, currency="EUR"), None
    ),
}


@pytest.mark.parametrize("how", HELD)
def test_creators_whom_people_have_worked_with_since_stay_and_are_named(
    bench: Bench, how: str
) -> None:
    import_id = bench.bring([ANNA, BEN])
    with bench.writing() as tx:
        HELD[how](tx, creator(tx, "anna"))

    bench.undo(import_id)

    assert report(bench, import_id) == UndoReport(
        removed=1, stayed=1, names=("@anna",), reasons=(how,)
    )
    with bench.reading() as tx:
        stayed = creator(tx, "anna")
        known = profiles.current(tx, [stayed.id or 0])[stayed.id or 0].snapshot
        assert known.figures.followers == 12_000
        assert "vip" in creators.tags(tx, stayed.creator_id)
        assert profiles.by_handle(tx, "ben") == []
        owners = set(tx.session.exec(select(NicheRow.profile_id)))
    assert owners == {stayed.id}
    assert stayed.import_id is None


def test_what_a_later_import_said_as_well_stays_until_that_is_undone_too(bench: Bench) -> None:
    bench.bring(["@carl,Carl,10,1%,Food,,,,2025-01-01"], "zero.csv")
    with_zero = dump(bench)
    rows = [ANNA, BEN, "@carl,Carl,5000,2%,Food,,,,2026-01-01"]
    first = bench.bring(rows, "first.csv")
    everything = dump(bench)
    second = bench.bring(rows, "second.csv")

    bench.undo(first)
    assert dump(bench) == everything
    assert report(bench, first).stayed == 2
    assert set(report(bench, first).reasons) == {"known from another import too"}
    assert report(bench, first).removed == 0

    bench.undo(second)
    assert dump(bench)["profiles"] == with_zero["profiles"]
    assert dump(bench)["rows"] == with_zero["rows"]


def test_a_newer_file_about_the_same_creators_outlives_the_older_one(bench: Bench) -> None:
    first = bench.bring([ANNA], "first.csv")
    bench.bring(["@anna,Anna,20000,4%,Skincare,,,,2026-06-01"], "newer.csv")

    bench.undo(first)

    with bench.reading() as tx:
        one = creator(tx, "anna")
        known = profiles.current(tx, [one.id or 0])[one.id or 0].snapshot
    assert (known.figures.followers, known.figures.fee) == (20_000, None)


def test_undoing_stopped_anywhere_is_gone_on_with(bench: Bench) -> None:
    bench.bring([BEN], "first.csv")
    before = dump(bench)
    rows = [f"@p{n},P {n},{n + 1000},2%,Skincare,t,,,2026-02-01" for n in range(130)]
    import_id = bench.bring([*rows, "@ben,Ben,900,2%,Food,x,y,,2026-03-01"], "second.csv")
    with bench.writing() as tx:
        run = imports.lock(tx, import_id)
        assert run is not None
        imports.start_undo(tx, run)
    with bench.writing() as tx:  # a worker takes one step and dies
        run = imports.take(tx, import_id, "dead")
        assert run is not None
        vocabulary = bench.importer().vocabulary
        assert import_undo.step(tx, run, 50, vocabulary, index.pools(tx)) == 50
        imports.let_go(tx, import_id, "dead")

    assert bench.importer().carry_on(import_id) == "undone"

    assert dump(bench) == before
    assert report(bench, import_id) == UndoReport(removed=130, restored=1)
    assert bench.importer().carry_on(import_id) is None, "it is undone once"
