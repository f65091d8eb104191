"""Rows that name several accounts of one person: one creator with several profiles."""

from pathlib import Path

import pytest
from sqlmodel import select

from domain.creator import Platform
from domain.fields import Field
from domain.importing import UndoReport
from sources.files import propose_mapping, read_creators, read_table
from storage import creators, imports, index, lists, profile_pairs, profile_store, profiles
from storage.database import Database
from storage.models import Creator, ListMember, Profile
from tests.importing import Bench
from tests.test_import import count, dump

HEADER = "Name,Instagram handle,TikTok handle,Instagram followers,TikTok followers,Email,tags"
ANNA = "Anna Example,@anna_example,@annatok,12000,8000,a@b.example,vip"
BEN = "Ben,@ben_example,,500,,,"
CARLA = "Carla,,@carla.tok,,900,,"


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """An empty workspace."""
    return Bench(database, tmp_path)


def write(folder: Path, *rows: str, header: str = HEADER, name: str = "team.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def whose(bench: Bench) -> dict[str, int]:
    with bench.reading() as tx:
        return {one.handle: one.creator_id for one in tx.session.exec(select(Profile))}


def test_each_account_of_a_row_is_read_with_the_figures_that_name_its_platform(tmp_path):
    found = list(read_creators(write(tmp_path, ANNA, BEN, CARLA)))

    assert [(one.platform.value, one.handle, one.figures.followers) for one in found] == [
        ("instagram", "anna_example", 12_000),
        ("tiktok", "annatok", 8_000),
        ("instagram", "ben_example", 500),
        ("tiktok", "carla.tok", 900),
    ]
    assert found[0].same_as == ("tiktok:annatok",)
    assert found[1].same_as == ("instagram:anna_example",)
    assert (found[1].display_name, found[1].email, found[1].tags) == ("Anna Example", None, ())
    assert "TikTok handle" not in found[0].extra


def test_the_proposal_says_which_columns_are_further_profiles(tmp_path):
    mapping = propose_mapping(read_table(write(tmp_path, ANNA, BEN, CARLA)))
    said = {column.header: column.reason for column in mapping.columns}

    assert said["TikTok handle"] == (
        "Each row's account on TikTok: a further profile of the same person."
    )
    assert said["TikTok followers"] == "A figure of each row's account on TikTok."
    assert mapping.missing == ()


def test_links_to_several_platforms_are_accounts_and_bare_figures_are_the_first_ones(tmp_path):
    header = "Name,Instagram URL,TikTok URL,YouTube,Followers,Country"
    rows = (
        "Anna,https://instagram.com/anna_example,https://www.tiktok.com/@annatok,"
        "https://youtube.com/@annatube,12000,DE",
        "Ben,https://instagram.com/ben_example,,,500,DE",
    )
    found = list(read_creators(write(tmp_path, *rows, header=header)))

    assert [(one.platform.value, one.handle, one.figures.followers) for one in found] == [
        ("instagram", "anna_example", 12_000),
        ("tiktok", "annatok", None),
        ("youtube", "annatube", None),
        ("instagram", "ben_example", 500),
    ]


def test_a_handle_and_a_link_to_it_stay_one_account(tmp_path):
    header = "handle,link,followers"
    rows = ("@anna_example,https://instagram.com/anna_example,12000",)
    mapping = propose_mapping(read_table(write(tmp_path, *rows, header=header)))

    assert [column.field for column in mapping.columns] == [
        Field.HANDLE,
        Field.URL,
        Field.FOLLOWERS,
    ]


def test_a_row_becomes_one_creator_and_undo_takes_all_of_it_back(bench, tmp_path):
    path = write(tmp_path, ANNA, BEN, CARLA)
    import_id = bench.bring(path)

    owners = whose(bench)
    assert owners["anna_example"] == owners["annatok"]
    assert len(set(owners.values())) == 3
    assert bench.counts(import_id) == (3, 0, 0, 0, 0), "creators are counted, not accounts"
    with bench.reading() as tx:
        assert creators.tags(tx, owners["anna_example"]) == ["vip"]
        assert sorted(lists.sizes(tx, list(lists.names(tx))).values()) == [3]

    bench.undo(import_id)
    assert [count(bench, model) for model in (Creator, Profile, ListMember)] == [0, 0, 0]


def test_an_account_that_is_new_joins_the_creator_who_is_known_and_goes_with_the_import(
    bench, tmp_path
):
    bench.bring(["@annatok,Anna,8000,,,,,,"], "tiktok.csv")  # an Instagram handle of that name
    first = bench.bring(write(tmp_path, CARLA, name="first.csv"))
    before = dump(bench)
    row = "Carla,@carla_gram,@carla.tok,700,900,,new"
    second = bench.bring(write(tmp_path, row, name="second.csv"))

    owners = whose(bench)
    assert owners["carla_gram"] == owners["carla.tok"]
    with bench.reading() as tx:
        assert creators.tags(tx, owners["carla.tok"]) == ["new"]
    bench.undo(second)
    assert dump(bench) == before
    assert imports.report_of(bench.run(second)).undo == UndoReport(restored=1)
    bench.undo(first)
    assert "carla.tok" not in whose(bench)


def test_two_who_are_known_as_two_are_proposed_until_the_import_is_undone(bench, tmp_path):
    bench.bring(write(tmp_path, "Anna,@anna_example,,1,,,", CARLA, name="a.csv"))
    bench.bring(write(tmp_path, "Anna T,,@annatok,,2,,", BEN, name="b.csv"))
    both = bench.bring(write(tmp_path, ANNA, name="both.csv"))

    owners = whose(bench)
    assert owners["anna_example"] != owners["annatok"]
    with bench.reading() as tx:
        ((pair, other),) = profile_pairs.of_creator(tx, owners["anna_example"])
        assert (pair.why, other.handle) == ("both.csv has both in one row", "annatok")
    bench.undo(both)
    with bench.reading() as tx:
        assert profile_pairs.of_creator(tx, owners["anna_example"]) == []


def test_importing_the_file_again_changes_nothing(bench, tmp_path):
    path = write(tmp_path, ANNA, BEN, CARLA)
    bench.bring(path)
    before, owners = dump(bench), whose(bench)
    again = bench.bring(path)

    assert whose(bench) == owners
    assert bench.counts(again)[:2] == (0, 0)
    assert dump(bench)["profiles"] == before["profiles"]


def test_a_person_whose_account_stands_in_two_rows_stays_one(bench, tmp_path):
    alone = "Anna Again,,@annatok,,8500,,"
    bench.bring(write(tmp_path, alone, ANNA, BEN))

    owners = whose(bench)
    assert owners["anna_example"] == owners["annatok"]
    assert len(set(owners.values())) == 2


def test_accounts_split_over_two_batches_are_one_creators(bench, tmp_path):
    found = [one for one in read_creators(write(tmp_path, ANNA)) if not isinstance(one, tuple)]
    vocabulary = bench.importer().vocabulary
    for one in found:
        with bench.writing() as tx:
            profile_store.store(tx, [one], vocabulary, index.pools(tx))

    with bench.reading() as tx:
        (one,) = profiles.by_handle(tx, "annatok", Platform.TIKTOK)
        assert len(profiles.of_creator(tx, one.creator_id)) == 2
