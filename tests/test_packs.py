"""Packs: a search over arrays finds exactly what SQL finds, whatever changes meanwhile."""

import datetime as dt
import json
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text, update
from sqlmodel import select

from bot.demo import demo_profiles
from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.fit import Weights
from domain.part import PartName
from domain.similarity import Model
from storage import (
    index,
    pack_build,
    pack_columns,
    pack_filter,
    pack_kept,
    pack_rank,
    pack_similar,
    pack_state,
    packs,
    profile_store,
    search,
    similar,
    workspaces,
)
from storage.database import Database
from storage.models import (
    Creator,
    ImportRun,
    Job,
    NicheRow,
    PackChange,
    PackPiece,
    Profile,
    Relationship,
)
from storage.search import Criteria, Term
from tests import postgres
from tests.beginnings import EMPTY, postgres_beginning, sqlite_beginning
from tests.behind import everything
from tests.importing import Bench
from tests.test_find import handles
from tests.test_search import CHECKED, NOW, TODAY, VOCABULARY, any_criteria, fill

NICHES = tuple(VOCABULARY.niches)


def by_sql(tx, criteria: Criteria, limit: int = 1_000, skip: int = 0):
    """What a search finds when it does not look at any pack."""
    statements = search._statements(tx, criteria, TODAY)
    return search._best(tx, statements, limit, skip), search._counts(tx, statements)


def by_pack(tx, criteria: Criteria, limit: int = 1_000, skip: int = 0):
    """What it finds in the pack, which must be there."""
    found = search._packed(tx, criteria, TODAY, limit=limit, skip=skip)
    assert found is not None, "there is no pack, or it can't answer this"
    return found


def packed(database: Database, workspace_id: int) -> None:
    """Make a pack, however few profiles there are."""
    with database.reading(workspace_id) as tx:
        epoch = packs.asked(
            tx, "SELECT epoch FROM packs WHERE workspace_id = ?", workspace_id
        ).scalar()
    assert pack_build.build(database, workspace_id, epoch or 0)


def plain(criteria: Criteria) -> Criteria:
    """The same without what packs don't hold."""
    groups = tuple(
        tuple(term for term in group if term.niche) or (Term(niche="beauty"),)
        for group in criteria.groups
    )
    return replace(
        criteria, groups=groups, tags=(), lists=(), worked_with=False, owner_id=None,
        never_words=(), must_words=(),
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def small_steps():
    """A few dozen profiles are narrowed and ranked in many steps, as a million would be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack_filter, "STRETCH", 17)
        patch.setattr(pack_similar, "STRETCH", 17)
        patch.setattr(pack_rank, "FIRST_BLOCK", 8)
        patch.setattr(pack_rank, "BLOCK", 32)
        yield


# ---- the same as SQL -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def urls(session_folder: Path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    found = [sqlite_beginning(EMPTY, session_folder, folder).database_url]
    if postgres.missing_reason() is None:
        found.append(postgres_beginning(EMPTY, session_folder).database_url)
    yield found
    for url in found[1:]:
        postgres.drop_database(url)


@pytest.fixture(scope="module")
def scenes(urls):
    """(database, workspace) with a pack, in which some profiles changed since it was made."""
    made = []
    for url in urls:
        database = Database(url, lambda: NOW)
        workspace_id = fill(database)
        store_withheld(database, workspace_id, range(12))
        packed(database, workspace_id)
        change_some(database, workspace_id)
        store_withheld(database, workspace_id, range(10, 15))
        made.append((database, workspace_id))
    yield made
    for database, _ in made:
        database.close()


def withheld(number: int) -> ProfileSnapshot:
    """Somebody whose figures are shown and not judged; each has newer ones than the last."""
    about = VOCABULARY.name(NICHES[number % 3])
    return ProfileSnapshot(
        platform=Platform.YOUTUBE,
        handle=f"withheld{number}",
        categories=(about,),
        country="DE",
        figures=Figures(followers=20_000 + number),
        as_of=TODAY - dt.timedelta(days=20 - number),
        source="youtube",
        may_derive=False,
    )


def store_withheld(database: Database, workspace_id: int, numbers: range) -> None:
    """Store some of them; known ones change, for they have a newer date now."""
    said = [withheld(number) for number in numbers]
    if numbers.start:
        said = [one.model_copy(update={"as_of": one.as_of + dt.timedelta(days=1)}) for one in said]
    with database.writing(workspace_id) as tx:
        profile_store.store(tx, said, VOCABULARY, index.Pools())


def change_some(database: Database, workspace_id: int) -> None:
    """Figures of some change, one goes, two turn out to be one person, one is new."""
    with database.writing(workspace_id) as tx:
        known = demo_profiles(TODAY)
        again = [
            one.model_copy(
                update={"figures": Figures(followers=15_000, engagement_rate=0.05), "as_of": TODAY}
            )
            for one in known[30:34]
        ]
        profile_store.store(tx, [*again, known[95]], VOCABULARY, index.Pools())
        session = tx.session
        first, second, gone = sorted(session.execute(Creator.__table__.select()).scalars())[-3:]
        for table in (NicheRow, Profile):
            session.execute(
                update(table).where(table.creator_id == second).values(creator_id=first)
            )
        session.execute(delete(NicheRow).where(NicheRow.creator_id == gone))
        session.execute(delete(Relationship).where(Relationship.value < 4_000))


@pytest.mark.parametrize("groups", [(), ((Term(niche=NICHES[0]),),)])
def test_those_who_may_not_be_judged_come_last_and_the_newest_of_them_first(scenes, groups):
    for database, workspace_id in scenes:
        with database.reading(workspace_id) as tx:
            names = dict(tx.session.exec(select(Profile.id, Profile.handle)).all())
            for find in (by_sql, by_pack):
                found, _ = find(tx, Criteria(groups=groups))
                order = [names[one.profile_id] for one in found]
                last = [name for name in order if name.startswith("withheld")]
                assert len(last) >= 5
                assert order[-len(last) :] == last
                assert last == sorted(last, key=lambda name: -int(name.removeprefix("withheld")))


@CHECKED
@given(any_criteria, st.integers(0, 12))
def test_a_pack_finds_what_sql_finds(scenes, criteria, skip):
    """The creators, their order, ranks, parts and all counts, with changes beside the pack."""
    asked = plain(criteria)
    for database, workspace_id in scenes:
        with database.reading(workspace_id) as tx:
            assert by_pack(tx, asked) == by_sql(tx, asked)
            assert by_pack(tx, asked, 10, skip)[0] == by_sql(tx, asked, 10, skip)[0]


@CHECKED
@given(any_criteria)
def test_what_packs_do_not_hold_is_left_to_sql(criteria):
    assert packs.can_answer(criteria) == (
        criteria == replace(plain(criteria), groups=criteria.groups)
        and all(term.niche for group in criteria.groups for term in group)
    )


def like_sql(tx, model: Model, but: int, limit: int, skip: int):
    """Who is like one, and how many are, when no pack is looked at."""
    found, total = similar.by_sql(tx, model, but, limit, skip)
    return [tuple(row) for row in found], total


some_models = st.builds(
    Model,
    name=st.just("Anna"),
    niches=st.dictionaries(st.sampled_from(NICHES), st.integers(1, 10_000), min_size=1, max_size=5),
    platform=st.sampled_from(list(Platform)),
    followers=st.one_of(st.none(), st.integers(1, 3_000_000)),
    rate=st.one_of(st.none(), st.floats(0.0001, 0.3)),
    definition=st.one_of(st.none(), st.sampled_from(list(RateDefinition))),
    languages=st.frozensets(st.sampled_from(["en", "de", "es", "xx"]), max_size=2),
)


@CHECKED
@given(some_models, st.integers(0, 90), st.integers(1, 40), st.integers(0, 12))
def test_a_pack_finds_the_same_people_like_one(scenes, model, but, limit, skip):
    """The creators, their scores, their order and how many there are."""
    for database, workspace_id in scenes:
        with database.reading(workspace_id) as tx:
            found = similar._packed(tx, model, but, limit, skip)
            assert found is not None, "there is no pack, or it can't answer this"
            expected, total = like_sql(tx, model, but, limit, skip)
            assert found[0] == expected
            assert found[1] == (total if expected else found[1])


# ---- what changes is seen at once ------------------------------------------------------------


def profile(number: int, **figures) -> ProfileSnapshot:
    known = {"followers": 20_000 + number, "engagement_rate": 0.01 + (number % 50) / 1_000}
    return ProfileSnapshot(
        platform=(Platform.INSTAGRAM, Platform.TIKTOK)[number % 2],
        handle=f"someone{number}",
        bio=("skincare and vegan food", "skincare every day", "travel")[number % 3],
        country=("DE", "US", None)[number % 3],
        figures=Figures(**{**known, **figures}),
        as_of=TODAY,
        source="test",
    )


@pytest.fixture
def workspace(database: Database) -> int:
    """A workspace with sixty profiles and a pack."""
    workspace_id = workspaces.ensure(database, "", "T-packs").id or 0
    with database.writing(workspace_id) as tx:
        profile_store.store(
            tx, [profile(number) for number in range(60)], VOCABULARY, index.Pools()
        )
    packed(database, workspace_id)
    return workspace_id


SKINCARE = Criteria(groups=((Term(niche="skincare"),),), countries=frozenset({"DE"}))
EVERYBODY = Criteria()


def agrees(database: Database, workspace_id: int, *also: Criteria) -> int:
    """The pack says what SQL says; gives how many creators there are."""
    with database.reading(workspace_id) as tx:
        for criteria in (SKINCARE, EVERYBODY, *also):
            found = by_pack(tx, criteria)
            assert found == by_sql(tx, criteria)
        return found[1].total


def test_a_changed_profile_is_found_in_its_new_place_at_once(database, workspace):
    assert agrees(database, workspace) == 60
    with database.writing(workspace) as tx:
        changed = profile(3, engagement_rate=0.4).model_copy(update={"country": "DE"})
        profile_store.store(tx, [changed, profile(777)], VOCABULARY, index.Pools())

    assert agrees(database, workspace) == 61
    packed(database, workspace)
    assert agrees(database, workspace) == 61
    with database.reading(workspace) as tx:
        assert packs.stamp(tx).changes == 0


def test_who_is_deleted_is_gone_at_once(database, workspace):
    with database.writing(workspace) as tx:
        tx.session.execute(delete(NicheRow).where(NicheRow.profile_id == 7))

    assert agrees(database, workspace) == 59


def test_two_creators_who_turn_out_to_be_one_count_once(database, workspace):
    with database.writing(workspace) as tx:
        for table in (NicheRow, Profile):
            tx.session.execute(update(table).where(table.creator_id == 5).values(creator_id=4))
    assert agrees(database, workspace) == 59

    packed(database, workspace)
    assert agrees(database, workspace) == 59


def test_what_was_rolled_back_is_not_remembered(database, workspace):
    with pytest.raises(ZeroDivisionError), database.writing(workspace) as tx:
        profile_store.store(tx, [profile(801)], VOCABULARY, index.Pools())
        assert search._packed(tx, EVERYBODY, TODAY, limit=10, skip=0) is None
        assert search.count(tx, EVERYBODY, TODAY).total == 61
        raise ZeroDivisionError
    with database.writing(workspace) as tx:
        profile_store.store(tx, [profile(802)], VOCABULARY, index.Pools())

    assert agrees(database, workspace) == 61


def start_import(database: Database, workspace_id: int, found) -> int:
    with database.writing(workspace_id) as tx:
        run = ImportRun(
            workspace_id=workspace_id, file_name="a.csv", state="storing", created_at=NOW
        )
        tx.session.add(run)
        tx.session.flush()
        profile_store.store(tx, found, VOCABULARY, index.Pools(), import_id=run.id)
        return run.id


def set_state(database: Database, workspace_id: int, import_id: int, state: str) -> None:
    with database.writing(workspace_id) as tx:
        tx.session.execute(update(ImportRun).where(ImportRun.id == import_id).values(state=state))


def changes(database: Database) -> int:
    with everything(database) as session:
        return session.execute(text("SELECT count(*) FROM pack_changes")).scalar_one()


@pytest.mark.parametrize("packed_while_hidden", [False, True])
def test_an_import_is_unseen_until_it_is_published_and_then_seen_at_once(
    database, workspace, packed_while_hidden
):
    import_id = start_import(
        database, workspace, [profile(2, followers=99_000), profile(900), profile(901)]
    )
    assert changes(database) == 0  # nothing that a search would find otherwise
    assert agrees(database, workspace) == 60
    if packed_while_hidden:
        packed(database, workspace)
        assert agrees(database, workspace) == 60

    set_state(database, workspace, import_id, "published")
    assert agrees(database, workspace) == 62
    packed(database, workspace)
    assert agrees(database, workspace) == 62


def test_a_fee_typed_while_an_import_is_hidden_is_seen_at_once(database, workspace):
    import_id = start_import(database, workspace, [profile(2, followers=99_000)])
    with database.writing(workspace) as tx:
        fee = Money(amount=Decimal(120), currency="EUR")
        profile_store.store(tx, [profile(2, fee=fee)], VOCABULARY, index.Pools())
    priced = replace(EVERYBODY, price=Money(amount=Decimal(200), currency="EUR"))

    agrees(database, workspace, priced)
    with database.reading(workspace) as tx:
        assert by_pack(tx, priced)[1].total == 1
    set_state(database, workspace, import_id, "published")
    agrees(database, workspace, priced)


def test_relationships_count_at_once_and_only_where_their_brand_is_seen(database, workspace):
    with database.writing(workspace) as tx:
        for brand_id, value in ((0, 9_000), (1, 2_001)):
            tx.session.add(
                Relationship(workspace_id=workspace, creator_id=9, brand_id=brand_id, value=value)
            )
    agrees(database, workspace, replace(EVERYBODY, hidden_brands=frozenset({1})))
    with database.reading(workspace) as tx:
        found = {one.creator_id: one.parts for one in by_pack(tx, EVERYBODY)[0]}
    assert found[9][PartName.RELATIONSHIP] == 5_500

    with database.writing(workspace) as tx:
        tx.session.execute(delete(Relationship))
    agrees(database, workspace)


# ---- making packs ----------------------------------------------------------------------------


def test_a_younger_building_supersedes_an_older_one(database, workspace, monkeypatch):
    older = pack_build._Builder(database, workspace, 1)
    packed(database, workspace)

    with pytest.raises(pack_build.Superseded):
        older.switch(60)
    assert not pack_build.build(database, workspace, 1), "the epoch has gone on"
    assert agrees(database, workspace) == 60


def test_several_who_build_at_once_make_one_pack(database, workspace):
    done = []

    def build():
        done.append(pack_build.build(database, workspace, 1))

    threads = [threading.Thread(target=build) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(done) == [False, False, True]
    assert agrees(database, workspace) == 60


def test_older_packs_and_changes_that_were_seen_go(database, workspace):
    with database.writing(workspace) as tx:
        profile_store.store(tx, [profile(801)], VOCABULARY, index.Pools())
    assert changes(database) == 1

    packed(database, workspace)

    with everything(database) as session:
        assert session.execute(PackChange.__table__.select()).all() == []
        assert set(session.execute(text("SELECT version FROM pack_pieces")).scalars()) == {2}


def test_a_change_made_while_a_pack_is_built_is_not_lost(database, workspace):
    """It comes after the builder's look at the rows and before the switch."""
    with database.writing(workspace) as tx:
        epoch = pack_build._begin(tx, 1)
    pack_build._await_older_writers(database, workspace)
    builder = pack_build._Builder(database, workspace, epoch)
    with database.reading(workspace) as tx:
        size = builder.copy(tx)
    with database.writing(workspace) as tx:
        profile_store.store(tx, [profile(801)], VOCABULARY, index.Pools())
    assert agrees(database, workspace) == 61

    builder.switch(size)
    builder.forget_older()

    assert agrees(database, workspace) == 61


def test_a_search_goes_by_sql_while_a_pack_is_taken_away(database, workspace):
    with database.writing(workspace) as tx:
        tx.session.execute(delete(PackPiece))
        tx.session.execute(text("UPDATE packs SET epoch = epoch + 1, version = version + 1"))

    with database.reading(workspace) as tx:
        assert search._packed(tx, EVERYBODY, TODAY, limit=10, skip=0) is None
        assert search.count(tx, EVERYBODY, TODAY).total == 60


def test_too_many_changes_are_left_to_sql_until_a_pack_has_seen_them(
    database, workspace, monkeypatch
):
    monkeypatch.setattr(pack_state, "MOST_CHANGED", 3)
    import_id = start_import(database, workspace, [profile(900 + n) for n in range(5)])
    set_state(database, workspace, import_id, "published")

    with database.reading(workspace) as tx:
        assert search._packed(tx, EVERYBODY, TODAY, limit=10, skip=0) is None
        assert search.count(tx, EVERYBODY, TODAY).total == 65
    packed(database, workspace)
    assert agrees(database, workspace) == 65


# ---- the parts it is made of -----------------------------------------------------------------

PARTS = (PartName.NICHE, PartName.ENGAGEMENT, PartName.AUTHENTICITY, PartName.COST)
part_values = st.lists(st.integers(-5_000, 5_000), min_size=4, max_size=4)
some_weights = st.lists(st.integers(0, 1_000), min_size=4, max_size=4).map(
    lambda of: Weights(**dict(zip((name.value for name in PARTS), of, strict=True)))
)


@given(part_values, some_weights)
def test_no_row_ranks_above_what_its_sum_allows(values, weights):
    """The sum under the weights of the order bounds the rank under any others."""
    named = dict(zip(PARTS, values, strict=True))
    key = sum(pack_columns.ORDER.of(name) * value for name, value in named.items())
    rank = sum(weights.of(name) * value for name, value in named.items())

    assert rank <= pack_rank.most_under(key, PARTS, weights)
    assert pack_rank.most_under(key, PARTS, pack_columns.ORDER) == key


@given(
    st.lists(st.integers(0, 20), max_size=30),
    st.lists(st.integers(0, 25), max_size=6, unique=True).map(sorted),
)
def test_all_rows_of_a_creator_are_found_and_no_others(creators, wanted):
    column = np.array(creators, dtype=np.int32)
    order = np.argsort(column, kind="stable").astype(np.int32)
    kept = pack_columns.InMemory({"creator_id": column, pack_columns.BY_CREATOR: order})
    about = pack_columns.About(len(column), 0, {}, {})
    segment = pack_columns.Segment(about, kept, lambda name: b"")

    found = segment.rows_of(pack_columns.BY_CREATOR, np.array(wanted, dtype=np.int64))

    assert sorted(found.tolist()) == [
        row for row, creator in enumerate(creators) if creator in wanted
    ]


def test_arrays_used_last_stay_in_memory():
    kept = pack_kept.ArraysKept(room=100)
    for name in "abc":
        kept.put((1, 1, name), np.zeros(40, dtype="i1"))
        kept.get((1, 1, "a"))

    assert [kept.get((1, 1, name)) is not None for name in "abc"] == [True, False, True]
    kept.forget(1, but_version=2)
    assert kept.get((1, 1, "a")) is None


# ---- in the bot ------------------------------------------------------------------------------


def test_a_large_workspace_gets_a_pack_and_answers_the_same_from_it(demo, monkeypatch):
    monkeypatch.setattr(packs, "FEWEST", 50)
    before = demo.text_of(demo.command("ana", "find skincare micro"))

    demo.tick()
    demo.settle()

    with demo.reading() as tx:
        assert packs.stamp(tx) is not None
        assert packs.due(tx) is None
    assert demo.text_of(demo.command("ana", "find skincare micro")) == before


def test_an_import_that_makes_a_workspace_large_asks_for_its_pack_at_once(
    database, workspace, tmp_path, monkeypatch
):
    monkeypatch.setattr(packs, "FEWEST", 3)
    bench = Bench(database, tmp_path)

    bench.bring([f"anna{n},Anna {n},5000,3%,skincare,,,,2026-10-01" for n in range(4)])

    with bench.reading() as tx:
        assert tx.session.exec(select(Job.kind).where(Job.kind == "pack")).all() == ["pack"]


def test_who_is_like_somebody_is_answered_the_same_from_the_pack(demo, monkeypatch):
    monkeypatch.setattr(packs, "FEWEST", 50)
    handle = handles(demo.command("ana", "find skincare micro"))[0].lstrip("@")
    before = demo.text_of(demo.command("ana", f"similar {handle}"))
    demo.tick()
    demo.settle()
    monkeypatch.setattr(similar, "by_sql", None)  # who asks it now fails

    assert demo.text_of(demo.command("ana", f"similar {handle}")) == before


def test_a_pack_made_before_it_had_a_column_leaves_to_sql_what_needs_it(database, workspace):
    model = Model(
        "Anna", {"skincare": 9_000}, Platform.INSTAGRAM, rate=0.02,
        definition=RateDefinition.UNSTATED,
    )  # fmt: skip
    with database.writing(workspace) as tx:
        name = "column:rate_definition"
        tx.session.execute(delete(PackPiece).where(PackPiece.name == name))
        about = tx.session.exec(select(PackPiece).where(PackPiece.name == "about")).one()
        known = json.loads(about.content)
        del known["types"]["rate_definition"], known["words"]["rate_definition"]
        about.content = json.dumps(known).encode()

    with database.reading(workspace) as tx:
        assert similar._packed(tx, model, 0, 10, 0) is None
        assert similar.top(tx, model, 0, 100)[1] == 40
    assert agrees(database, workspace) == 60


def test_a_small_workspace_has_no_pack(demo):
    demo.tick()
    demo.settle()

    with demo.reading() as tx:
        assert packs.stamp(tx) is None


def test_a_builder_that_died_is_followed_by_another(database, workspace, monkeypatch):
    """While it gives signs of life nobody else begins."""
    monkeypatch.setattr(packs, "FEWEST", 50)
    monkeypatch.setattr(packs, "TOO_MANY_CHANGED", -1)
    with database.writing(workspace) as tx:
        assert pack_build._begin(tx, 1) == 2
    with database.reading(workspace) as tx:
        assert packs.due(tx) is None

    monkeypatch.setattr(packs, "LEASE", dt.timedelta(0))

    with database.reading(workspace) as tx:
        assert packs.due(tx) == 2
    assert pack_build.build(database, workspace, 2)
    assert agrees(database, workspace) == 60
