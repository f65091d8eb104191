"""A channel by its id in one file and by its handle elsewhere is one profile, and one person."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel, select

from domain.creator import Figures, Platform, ProfileSnapshot
from storage import audit, index, merging, one_account, profile_pairs, profile_store, profiles
from storage.models import Profile, Snapshot
from tests.beginnings import Beginning
from tests.importing import Bench
from tests.slack import Slack
from tests.test_find import newest
from tests.test_import_slack import confirm, hand_over
from tests.test_linking import bring
from tests.test_look_up_youtube import start
from tests.test_result_imports import partner
from tests.test_source_youtube import api, channel
from tests.web import web

OWN_ID = channel(0)["id"]
BY_ID = ProfileSnapshot(
    platform=Platform.YOUTUBE,
    handle=OWN_ID,
    categories=("Skincare",),
    figures=Figures(followers=9_000),
    as_of=dt.date(2026, 1, 5),
    source="import:ids.csv",
)
BY_HANDLE = BY_ID.model_copy(
    update={"handle": "c0", "figures": Figures(followers=8_000), "source": "import:names.csv"}
)
INSTAGRAM = ProfileSnapshot(
    platform=Platform.INSTAGRAM,
    handle="anna_example",
    bio=f"videos: https://www.youtube.com/channel/{OWN_ID}",
)


@pytest.fixture
def here() -> dict[str, Any]:
    """A channel that links to Instagram."""
    one = channel(0)
    one["snippet"]["description"] = "skincare, https://instagram.com/anna_example"
    return one


@pytest.fixture
def youtube(beginning: Beginning, tmp_path: Path, here: dict[str, Any]) -> Iterator[Slack]:
    """A bot that may ask YouTube, which has that one channel."""
    with web(api(here)) as server:
        slack = start(beginning, tmp_path, f"{server.url}/")
        yield slack
        slack.stop()
    assert slack.problems == []


def bring_in(slack: Slack, *found: ProfileSnapshot) -> None:
    """Store what a file says, without a word about links."""
    with slack.writing() as tx:
        profile_store.store(tx, list(found), slack.bot.services.vocabulary, index.pools(tx))


def listed(slack: Slack) -> list[str]:
    with slack.reading() as tx:
        return sorted(tx.session.exec(select(Profile.handle)))


def found(slack: Slack) -> str:
    """The first line of a search for skincare."""
    return slack.text_of(slack.command("ana", "find skincare")).partition(",")[0]


def test_a_channel_known_by_its_id_takes_its_handle_when_it_is_looked_at(youtube: Slack) -> None:
    bring_in(youtube, BY_ID)
    youtube.command("ana", f"look https://www.youtube.com/channel/{OWN_ID}")

    shown = youtube.text_of(newest(youtube, "ana"))
    assert "@c0" in shown
    assert "Followers: 12k" in shown
    assert "not in your list" not in shown
    assert listed(youtube) == ["c0"]
    for typed in (f"youtube:{OWN_ID}", "youtube:c0", f"youtube.com/channel/{OWN_ID}"):
        assert "@c0" in youtube.text_of(youtube.command("ana", f"show {typed}"))


def test_a_search_that_brings_it_meets_the_one_in_the_list(youtube: Slack) -> None:
    bring_in(youtube, BY_ID)
    youtube.command("ana", "find skincare youtube")

    assert "brought nobody new" in youtube.text_of(newest(youtube, "ana"))
    assert listed(youtube) == ["c0"]
    assert found(youtube) == "1 creator"


def test_a_file_that_names_a_known_channel_by_its_id_adds_to_it(youtube: Slack) -> None:
    youtube.command("ana", "look youtube:c0")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    both = [BY_ID, BY_HANDLE.model_copy(update={"country": "DE"})]  # one file has it both ways
    bring_in(youtube, *both)

    assert listed(youtube) == ["c0"]
    with youtube.reading() as tx:
        (number,) = profiles.find_keys(tx, [("youtube", OWN_ID)]).values()
        assert profiles.known(tx, [number])[number].country == "DE"
        assert profiles.find_keys(tx, [("youtube", "c0")]) == {("youtube", "c0"): number}


def both_in_the_list(slack: Slack) -> None:
    """Two files, two creators; people did something with each."""
    bring_in(slack, BY_ID)
    bring_in(slack, BY_HANDLE)
    assert found(slack) == "2 creators"
    slack.command("olivia", f"list add youtube:{OWN_ID} to Spring")


def test_two_profiles_that_prove_to_be_one_channel_become_one_person_with_all_they_had(
    youtube: Slack,
) -> None:
    both_in_the_list(youtube)
    youtube.command("ana", "look youtube:c0")

    assert listed(youtube) == ["c0"]
    assert found(youtube) == "1 creator"
    shown = youtube.text_of(youtube.command("ana", f"show youtube:{OWN_ID}"))
    assert "Spring" in shown
    assert "Separate" not in shown
    with youtube.reading() as tx:
        (profile,) = tx.session.exec(select(Profile)).all()
        known = profiles.current(tx, [profile.id])[profile.id]
        (merge,) = merging.of_creator(tx, profile.creator_id)
        (entry,) = [one for one in audit.of(tx, "profile", profile.id) if one.action == "fold"]
    assert known.snapshot.figures.followers == 12_000
    assert merge.lasting
    assert merge.why == f"YouTube says that {OWN_ID} is the account @c0"
    assert entry.before["handle"] == OWN_ID
    with youtube.writing() as tx:
        assert merging.separate(tx, merge.id, youtube.bot.services.vocabulary) is None


def test_two_of_one_person_become_one_profile_too(youtube: Slack) -> None:
    both_in_the_list(youtube)
    youtube.press("ana", youtube.command("ana", "show youtube:c0"), "creator_same")
    youtube.submit("ana", {"other": f"youtube:{OWN_ID}"})
    youtube.submit("ana", {})
    assert "Separate" in youtube.text_of(youtube.command("ana", "show youtube:c0"))
    youtube.command("ana", "look youtube:c0")

    assert listed(youtube) == ["c0"]
    assert "Separate" not in youtube.text_of(youtube.command("ana", "show youtube:c0"))


def test_where_two_colleagues_look_after_them_it_is_only_proposed(youtube: Slack) -> None:
    both_in_the_list(youtube)
    for who, handle in (("ana", "c0"), ("ben", OWN_ID)):
        youtube.press(who, youtube.command(who, f"show youtube:{handle}"), "creator_own")
    youtube.command("ana", "look youtube:c0")

    assert listed(youtube) == [OWN_ID, "c0"]
    with youtube.reading() as tx:
        ((pair, *_),) = profile_pairs.waiting(tx, 9)
    assert pair.why == f"YouTube says that {OWN_ID} is the account @c0"


def test_whom_people_called_two_people_stay_two(youtube: Slack) -> None:
    both_in_the_list(youtube)
    with youtube.writing() as tx:
        numbers = list(tx.session.exec(select(Profile.id)))
        profile_pairs.refuse(tx, *numbers, None)
    youtube.command("ana", "look youtube:c0")

    assert listed(youtube) == [OWN_ID, "c0"]


def test_a_channel_whose_new_handle_is_in_the_list_as_well_is_one(youtube: Slack, here) -> None:
    """It was fetched as @c0, a file knows it by the handle that it has by now."""
    youtube.command("ana", "look youtube:c0")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    bring_in(youtube, BY_HANDLE.model_copy(update={"handle": "anna-films"}))
    here["snippet"]["customUrl"] = "@anna-films"
    youtube.command("ana", "look youtube:anna-films")

    assert listed(youtube) == ["anna-films"]
    shown = youtube.text_of(youtube.command("ana", "show anna-films"))
    assert "Before: @c0" in shown
    assert "Not there any more" not in shown


FILES = {
    "ids.csv": f"https://www.youtube.com/channel/{OWN_ID},Anna,9000,,Skincare,of ids,,,2026-01-05",
    "names.csv": "https://www.youtube.com/@c0,Anna,8000,,Skincare,of names,,,2026-01-05",
}


@pytest.mark.parametrize("undone", FILES)
def test_undoing_one_of_two_files_that_named_it_leaves_what_the_other_said(
    youtube: Slack, undone: str
) -> None:
    bench = Bench(youtube.bot.services.database, youtube.data_dir)
    imports = {name: bench.bring([row], name) for name, row in FILES.items()}
    assert found(youtube) == "2 creators"
    youtube.command("ana", "look youtube:c0")
    assert found(youtube) == "1 creator"
    bench.undo(imports[undone])

    assert found(youtube) == "1 creator"
    (left,) = FILES.keys() - {undone}
    tag = f"of {left.partition('.')[0]}"
    assert tag in youtube.text_of(youtube.command("ana", f"show youtube:{OWN_ID}"))
    with youtube.reading() as tx:
        said = sorted(tx.session.exec(select(Snapshot.source)))
    assert said == [f"import:{left}", "youtube"]


def test_results_of_a_file_that_names_the_channel_by_its_id_attach(youtube: Slack) -> None:
    youtube.command("ana", "look youtube:c0")
    youtube.press("ana", newest(youtube, "ana"), "creator_keep")
    partner(youtube, "c0")
    hand_over(youtube, f"Date,Channel,Views,Likes\n2026-01-14,{OWN_ID},10000,400\n", "results.csv")
    assert confirm(youtube, {}) == {}

    assert "attach to 1 partnership" in youtube.text_of(youtube.view("olivia"))


def test_links_both_ways_meet_where_one_names_the_channel_by_its_id(youtube: Slack) -> None:
    bring(youtube, INSTAGRAM)
    youtube.command("ana", "look youtube:c0")

    with youtube.reading() as tx:
        owners = set(tx.session.exec(select(Profile.creator_id)))
    assert len(owners) == 1
    shown = youtube.text_of(youtube.command("ana", "show anna_example"))
    assert "link to each other" in shown


def test_it_does_not_matter_whether_the_channel_or_the_link_to_its_id_came_first(
    youtube: Slack,
) -> None:
    youtube.command("ana", "look youtube:c0")
    bring(youtube, INSTAGRAM)

    with youtube.reading() as tx:
        assert len(set(tx.session.exec(select(Profile.creator_id)))) == 1


def test_rows_of_every_table_go_over_or_are_named_as_the_other_profile_s_own() -> None:
    """A new table that may have only one row of a kind for each profile has to be named."""
    moved = {table.name for table in one_account.moved_tables()}
    assert moved >= {"snapshots", "cards", "partnerships", "quoted_fees"}
    assert set(SQLModel.metadata.tables) >= one_account.ITS_OWN
    for table in one_account.moved_tables():
        unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        unique += [each for each in table.indexes if each.unique]
        keys = [{column.name for column in each.columns} for each in unique]
        of_import = [key for key in keys if "profile_id" in key and "import_id" not in key]
        assert of_import == [], f"two rows of {table.name} may be in each other's way"
