"""*Same person as…*, *Separate*, and what is proposed: as people do it in Slack."""

from domain.creator import Figures, Platform, ProfileSnapshot
from storage import audit, brands, creators, index, merging, people, profile_pairs, profile_store
from storage import profiles as known_profiles
from tests.slack import Slack

ANNA = ProfileSnapshot(
    platform=Platform.INSTAGRAM,
    handle="anna_example",
    display_name="Anna Example",
    bio="Skincare <!channel>",
    categories=("Skincare",),
    figures=Figures(followers=10_000),
)
TIK = ANNA.model_copy(
    update={"platform": Platform.TIKTOK, "handle": "annatok", "display_name": "Anna T.", "bio": ""}
)


def store(slack: Slack, *found: ProfileSnapshot) -> list[int]:
    """Store creators; gives their profiles' numbers."""
    with slack.writing() as tx:
        vocabulary = slack.bot.services.vocabulary
        return profile_store.store(tx, list(found), vocabulary, index.pools(tx)).created


def creator_of(slack: Slack, profile_id: int) -> int:
    with slack.reading() as tx:
        return known_profiles.current(tx, [profile_id])[profile_id].profile.creator_id


def newest(slack: Slack, who: str):
    return max(slack.workspace.ephemerals(who), key=lambda message: message.ts)


def join(slack: Slack, typed: str = "@annatok", **chosen: str) -> None:
    """Olivia says that Anna is the same person as the one typed."""
    slack.press("olivia", slack.command("olivia", "show anna_example"), "creator_same")
    assert slack.submit("olivia", {"other": typed}) is None
    assert slack.submit("olivia", chosen) is None


def test_two_creators_become_one_and_two_again_from_the_profile(slack: Slack) -> None:
    first, second = store(slack, ANNA, TIK)
    slack.command("olivia", "list add @annatok to Spring")
    assert "2 creators" in slack.text_of(slack.command("ana", "find skincare"))

    slack.press("olivia", slack.command("olivia", "show anna_example"), "creator_same")
    slack.submit("olivia", {"other": "tiktok:annatok"})
    both = slack.text_of(slack.view("olivia"))
    assert "@anna_example" in both
    assert "@annatok" in both
    assert "Lists: Spring" in both
    assert slack.submit("olivia", {"name": "merged"}) is None

    shown = slack.text_of(newest(slack, "olivia"))
    assert "@annatok on TikTok belongs to this person: Olivia said so" in shown
    assert "Lists: Spring" in shown.replace("*", "")
    assert "1 creator" in slack.text_of(slack.command("ana", "find skincare"))
    kept = creator_of(slack, first)
    with slack.reading() as tx:
        named = creators.get(tx, kept)
        assert named is not None
        assert named.name == "Anna T."

    slack.press("olivia", newest(slack, "olivia"), "creator_separate")
    assert "@annatok on TikTok" in slack.text_of(slack.view("olivia"))
    assert slack.submit("olivia") is None
    assert "belongs to this person" not in slack.text_of(newest(slack, "olivia"))
    assert "2 creators" in slack.text_of(slack.command("ana", "find skincare"))
    assert creator_of(slack, second) != kept
    with slack.reading() as tx:
        entries = audit.of(tx, "creator", kept)
        assert [entry.action for entry in entries] == ["merge", "separate"]
        assert {entry.actor for entry in entries} == {slack.workspace.user("olivia").id}


def test_whoever_is_no_other_creator_is_refused_under_the_field(slack: Slack) -> None:
    store(slack, ANNA, TIK, TIK.model_copy(update={"platform": Platform.YOUTUBE}))
    slack.press("olivia", slack.command("olivia", "show anna_example"), "creator_same")

    for typed, said in {
        "anna_example": "They are one person already.",
        "nobody_at_all": "I don't know a creator “nobody_at_all”.",
        "annatok": "“annatok” is on several platforms. Please type one of tiktok:annatok",
    }.items():
        errors = slack.submit("olivia", {"other": typed})
        assert errors is not None
        assert said in errors["other"]


def test_a_handle_on_two_platforms_of_one_person_asks_nothing(slack: Slack) -> None:
    twin = ANNA.model_copy(update={"platform": Platform.TIKTOK})
    store(slack, ANNA, twin)
    assert "is on several platforms" in slack.text_of(slack.command("ana", "show anna_example"))
    assert "is on several platforms" in slack.text_of(slack.command("ana", "log anna_example"))
    slack.workspace.command(
        "olivia", "same instagram:anna_example and tiktok:anna_example", "marketing"
    )
    slack.settle()
    assert slack.submit("olivia") is None

    shown = slack.command("ana", "show anna_example")
    assert "Instagram" in slack.text_of(shown)
    assert "is on several platforms" not in slack.text_of(shown)
    slack.workspace.command("ana", "log anna_example", "marketing")
    slack.settle()
    assert "@anna_example" in slack.text_of(slack.view("ana"))


def test_old_buttons_lead_to_the_right_person_before_and_after(slack: Slack) -> None:
    _, second = store(slack, ANNA, TIK)
    old = slack.command("ana", "show annatok")
    join(slack)

    slack.press("ana", old, "log_creator")
    assert "@anna_example" in slack.text_of(slack.view("ana"))
    with slack.writing() as tx:
        (merge,) = merging.of_creator(tx, known_profiles.current(tx, [second])[second].creator.id)
        merging.separate(tx, merge.id or 0, slack.bot.services.vocabulary)
    slack.press("ana", old, "log_creator")
    assert "@annatok" in slack.text_of(slack.view("ana"))


def test_an_owner_is_chosen_where_both_have_one(slack: Slack) -> None:
    first, _ = store(slack, ANNA, TIK)
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_own")
    slack.press("ben", slack.command("ben", "show annatok"), "creator_own")
    join(slack, owner="merged")

    with slack.reading() as tx:
        kept = creators.get(tx, creator_of(slack, first))
        assert kept is not None
        assert people.by_id(tx, kept.owner_id or 0).name == "Ben"


def test_what_belongs_to_a_limited_brand_is_not_told_when_comparing(slack: Slack) -> None:
    store(slack, ANNA, TIK)
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        aqua = brands.create(tx, "Aqua", ana.id)
        brands.limit(tx, aqua, True, [ana])
    slack.press("ana", slack.command("ana", "show annatok"), "creator_note")
    slack.submit("ana", {"note": "Secret", "brand": str(aqua.id)})

    for who, said in (("ana", "1 note"), ("ben", "Nothing logged yet")):
        slack.press(who, slack.command(who, "show anna_example"), "creator_same")
        slack.submit(who, {"other": "annatok"})
        assert said in slack.text_of(slack.view(who)).split("@annatok")[1]


def test_a_proposal_is_shown_until_it_is_refused(slack: Slack) -> None:
    first, second = store(slack, ANNA, TIK)
    with slack.writing() as tx:
        profile_pairs.propose(tx, first, second, "@annatok on TikTok <!here> links to it")
    for handle in ("anna_example", "annatok"):
        assert "May be the same person as" in slack.text_of(slack.command("ana", f"show {handle}"))
    listed_for_ben = slack.command("ben", "same")
    listed = slack.command("ana", "same")
    assert "These may be one person each." in slack.text_of(listed)

    slack.press("ana", listed, "same_person_refuse")
    assert "Nobody waits" in slack.text_of(newest(slack, "ana"))
    assert "May be the same" not in slack.text_of(slack.command("ana", "show annatok"))
    with slack.writing() as tx:
        assert not profile_pairs.propose(tx, second, first, "again"), "they were asked before"
    slack.press("ben", listed_for_ben, "same_person_compare")
    assert "Somebody has decided on these two in the meantime." in slack.private("ben")[-1]


def test_a_proposal_is_taken_up_from_the_profile_that_shows_it(slack: Slack) -> None:
    first, second = store(slack, ANNA, TIK)
    with slack.writing() as tx:
        profile_pairs.propose(tx, first, second, "@annatok on TikTok links to it")
    slack.press("ana", slack.command("ana", "show annatok"), "same_person_compare")
    assert slack.submit("ana") is None

    assert creator_of(slack, first) == creator_of(slack, second)
    shown = slack.text_of(newest(slack, "ana"))
    assert "@anna_example on Instagram belongs to this person" in shown
    assert "May be the same" not in shown


def test_guests_bring_nobody_together(slack: Slack) -> None:
    first, second = store(slack, ANNA, TIK)
    assert "guest" in slack.text_of(slack.command("gus", "same annatok anna_example")).lower()
    assert creator_of(slack, first) != creator_of(slack, second)
