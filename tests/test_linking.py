"""Profiles that link to each other: joined, proposed or left alone, in a job after an import."""

from pathlib import Path
from typing import Any

import pytest

from domain.creator import Platform, ProfileSnapshot
from handlers import linking
from storage import audit, creators, index, merging, profile_links, profile_pairs, profiles
from storage.transaction import Transaction
from tests.slack import Slack
from tests.test_same_person_slack import creator_of, store

ANNA = ProfileSnapshot(
    platform=Platform.INSTAGRAM, handle="anna_example", bio="videos: tiktok.com/@annatok"
)
TIK = ProfileSnapshot(platform=Platform.TIKTOK, handle="annatok", bio="IG: @anna_example")


def bring(slack: Slack, *found: ProfileSnapshot) -> list[int]:
    """Store creators and have their links read."""
    numbers = store(slack, *found)
    with slack.writing() as tx:
        profile_links.ask(tx, numbers)
    slack.settle()
    return numbers


def proposed(slack: Slack, profile_id: int) -> list[str]:
    with slack.reading() as tx:
        whose = profiles.current(tx, [profile_id])[profile_id].creator.id
        return [pair.why for pair, _ in profile_pairs.of_creator(tx, whose)]


def test_links_both_ways_join_two_creators_and_say_why(slack: Slack) -> None:
    first, second = bring(slack, ANNA, TIK)

    assert creator_of(slack, first) == creator_of(slack, second)
    shown = slack.text_of(slack.command("ana", "show annatok"))
    assert (
        "@annatok on TikTok belongs to this person: "
        "@anna_example on Instagram and @annatok on TikTok link to each other" in shown
    )
    with slack.reading() as tx:
        (entry,) = audit.of(tx, "creator", creator_of(slack, first))
    assert (entry.action, entry.actor) == ("merge", "")
    assert "link to each other" in entry.after["why"]


def test_it_does_not_matter_which_of_the_two_came_first(slack: Slack) -> None:
    (first,) = bring(slack, ANNA)
    assert proposed(slack, first) == []
    (second,) = bring(slack, TIK)

    assert creator_of(slack, first) == creator_of(slack, second)


def test_separated_ones_are_not_joined_by_their_links_again(slack: Slack) -> None:
    first, second = bring(slack, ANNA, TIK)
    with slack.writing() as tx:
        (merge,) = merging.of_creator(tx, profiles.current(tx, [first])[first].creator.id)
        merging.separate(tx, merge.id or 0, slack.bot.services.vocabulary)
    with slack.writing() as tx:
        profile_links.ask(tx, [first, second])
    slack.settle()
    (third,) = bring(
        slack,
        ProfileSnapshot(platform=Platform.YOUTUBE, handle="annatube", bio="tiktok.com/@annatok"),
    )

    assert creator_of(slack, first) != creator_of(slack, second)
    assert proposed(slack, first) == []
    assert proposed(slack, third) == ["@annatube on YouTube links to @annatok on TikTok"]


def test_one_link_is_proposed_and_not_done(slack: Slack) -> None:
    first, second = bring(slack, ANNA, TIK.model_copy(update={"bio": None}))

    assert creator_of(slack, first) != creator_of(slack, second)
    assert proposed(slack, second) == ["@anna_example on Instagram links to @annatok on TikTok"]


def test_two_owners_are_left_to_a_person(slack: Slack) -> None:
    first, second = store(slack, ANNA, TIK)
    for who, handle in (("ana", "anna_example"), ("ben", "annatok")):
        slack.press(who, slack.command(who, f"show {handle}"), "creator_own")
    with slack.writing() as tx:
        profile_links.ask(tx, [first, second])
    slack.settle()

    assert creator_of(slack, first) != creator_of(slack, second)
    assert len(proposed(slack, first)) == 1


def test_an_agency_that_many_name_is_proposed_to_nobody(slack: Slack) -> None:
    agency = ProfileSnapshot(platform=Platform.TIKTOK, handle="the_agency")
    managed = [
        ProfileSnapshot(platform=Platform.INSTAGRAM, handle=f"talent{n}", bio="TikTok @the_agency")
        for n in range(5)
    ]
    numbers = bring(slack, agency, *managed)

    assert [proposed(slack, number) for number in numbers] == [[]] * 6
    assert "Nobody waits" in slack.text_of(slack.command("ana", "same"))


def test_what_is_no_longer_linked_counts_no_longer(slack: Slack) -> None:
    first, second = bring(slack, ANNA, TIK.model_copy(update={"bio": None}))
    with slack.writing() as tx:
        profile_links.note(tx, {}, [first])
    with slack.reading() as tx:
        assert not profile_links.any_noted(tx, [first, second])


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "AT_ONCE", 2)


def import_file(slack: Slack, tmp_path: Path, *rows: str) -> int:
    """Bring rows with bios in through the importer itself; gives the import's number."""
    from tests.importing import Bench

    path = tmp_path / "creators.csv"
    path.write_text("\n".join(["platform,handle,name,followers,bio", *rows]), encoding="utf-8")
    bench = Bench(slack.bot.services.database, tmp_path)
    bench.workspace_id = slack.workspace_id
    import_id = bench.bring(path)
    slack.settle()
    return import_id


def undo(slack: Slack, tmp_path: Path, import_id: int) -> Any:
    from tests.importing import Bench

    bench = Bench(slack.bot.services.database, tmp_path)
    bench.workspace_id = slack.workspace_id
    return bench.undo(import_id)


ROWS = (
    "instagram,anna_example,Anna,12000,videos: tiktok.com/@annatok",
    "tiktok,bentok,Ben,500,",
    "tiktok,annatok,Anna Tok,8000,IG: @anna_example",
    "instagram,carla_example,Carla,700,linktr.ee/carlaexample",
    "tiktok,carla.example,Carla,900,linktr.ee/carlaexample",
)


def whose(tx: Transaction, handle: str) -> int:
    return profiles.by_handle(tx, handle)[0].creator_id


@pytest.mark.usefixtures("few_at_once")
def test_an_imports_bios_are_read_in_the_background_and_its_undo_takes_all_back(
    slack: Slack, tmp_path: Path
) -> None:
    import_id = import_file(slack, tmp_path, *ROWS)
    with slack.reading() as tx:
        assert whose(tx, "anna_example") == whose(tx, "annatok")
        assert whose(tx, "carla_example") != whose(tx, "carla.example")
    assert "show linktr.ee/carlaexample" in slack.text_of(slack.command("olivia", "same"))

    run = undo(slack, tmp_path, import_id)
    assert run.report["undo"]["removed"] == 5
    with slack.reading() as tx:
        assert not creators.any_there(tx)


def test_undoing_an_import_separates_what_its_links_joined(slack: Slack, tmp_path: Path) -> None:
    (first,) = bring(slack, ANNA)
    alone = creator_of(slack, first)
    import_id = import_file(slack, tmp_path, ROWS[2])
    with slack.reading() as tx:
        assert whose(tx, "annatok") == alone

    undo(slack, tmp_path, import_id)
    with slack.reading() as tx:
        assert profiles.by_handle(tx, "annatok") == []
        assert [one.id for one in profiles.of_creator(tx, alone)] == [first]
    import_file(slack, tmp_path, ROWS[2])
    with slack.reading() as tx:
        assert whose(tx, "annatok") == alone, "nobody said that they aren't one person"


def test_whom_a_person_joined_stays_when_the_import_is_undone(slack: Slack, tmp_path: Path) -> None:
    (first,) = store(slack, ANNA.model_copy(update={"bio": None}))
    import_id = import_file(slack, tmp_path, "tiktok,annatok,Anna Tok,8000,", ROWS[1])
    with slack.writing() as tx:
        ana = creators.possible_owners(tx, "Ana")[0].id
        merging.merge(
            tx, creator_of(slack, first), whose(tx, "annatok"), slack.bot.services.vocabulary,
            person_id=ana,
        )  # fmt: skip
    run = undo(slack, tmp_path, import_id)

    assert run.report["undo"]["stayed"] == 1
    assert run.report["undo"]["reasons"] == ["brought together with another creator"]
    with slack.reading() as tx:
        assert whose(tx, "annatok") == creator_of(slack, first)
        assert profiles.by_handle(tx, "bentok") == []
        assert index.pools(tx) is not None
