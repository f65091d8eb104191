"""`/influencer similar`: people like one, why, and what can be done with them."""

import math

from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.part import BEST, NEUTRAL
from domain.similarity import SIZE_STEPS, Model, likeness, niches_value, reasons, shown, step_value
from storage import index, profile_store, profiles, similar
from storage.models import Profile
from tests.test_find import handles, newest

NICHES = ("skincare", "makeup", "vegan", "travel")


def profile(handle: str, **facts) -> ProfileSnapshot:
    figures = {name: facts.pop(name) for name in list(facts) if name in Figures.model_fields}
    return ProfileSnapshot(
        platform=facts.pop("platform", Platform.INSTAGRAM),
        handle=handle,
        figures=Figures(**figures),
        source="import:list.csv",
        **facts,
    )


def keep(slack, *found: ProfileSnapshot) -> None:
    vocabulary = slack.bot.services.vocabulary
    with slack.writing() as tx:
        profile_store.store(tx, found, vocabulary, index.pools(tx))


ANNA = profile(
    "anna", bio="Skincare and vegan recipes", followers=20_000, engagement_rate=0.04,
    rate_definition=RateDefinition.FOLLOWERS, language="en",
)  # fmt: skip


def test_people_like_one_come_by_niche_size_engagement_and_language_and_it_says_why(slack):
    keep(
        slack,
        ANNA,
        profile(
            "twin", bio="vegan skincare", followers=22_000, engagement_rate=0.041,
            rate_definition=RateDefinition.FOLLOWERS, language="en",
        ),
        profile("huge", bio="vegan skincare", followers=9_000_000, language="de"),
        profile("other", bio="Motorcycles", followers=20_000, language="en"),
    )  # fmt: skip

    answer = slack.command("ana", "similar anna")
    text = slack.text_of(answer)

    assert handles(answer) == ["@twin", "@huge"]
    assert "2 creators like @anna" in text
    assert "both Skincare and Vegan and plant-based" in text
    assert "same size (22k to 20k)" in text
    assert "same engagement (4.1 % to 4.0 %)" in text
    assert "both English" in text
    assert "larger (9M to 20k)" in text
    assert "but German" in text


def test_a_creator_is_not_like_herself_on_another_platform(slack):
    keep(slack, ANNA, profile("anna_tok", platform=Platform.TIKTOK, bio="skincare"))
    with slack.writing() as tx:
        keys = [("instagram", "anna"), ("tiktok", "anna_tok")]
        numbers = profiles.find_keys(tx, keys)
        anna = tx.session.get_one(Profile, numbers["instagram", "anna"])
        tok = tx.session.get_one(Profile, numbers["tiktok", "anna_tok"])
        tok.creator_id = anna.creator_id
        tx.session.flush()
        profile_store.reindex(
            tx, list(numbers.values()), slack.bot.services.vocabulary, index.pools(tx)
        )

    answer = slack.command("ana", "similar instagram:anna")

    assert "Nobody else in your list is about" in slack.text_of(answer)


def test_whoever_has_no_niche_is_said_to_have_none(slack):
    keep(slack, profile("blank", bio="hello there"))

    answer = slack.command("ana", "similar blank")

    assert "can't tell what @blank is about" in slack.text_of(answer)


def test_similar_without_a_name_says_how_to_ask(slack):
    assert "similar @anna" in slack.text_of(slack.command("ana", "similar"))


def test_a_name_that_is_on_two_platforms_is_asked_for(slack):
    keep(slack, ANNA, profile("anna", platform=Platform.TIKTOK, bio="travel"))
    keep(slack, profile("twin", bio="skincare"))

    question = slack.command("ana", "similar anna")
    slack.press("ana", question, next(a for a in slack.actions(question) if "similar:" in a))

    assert "like @anna" in slack.text_of(newest(slack, "ana"))


def test_pages_of_similar_people_follow_on_and_their_buttons_work(demo):
    first_found = handles(demo.command("ana", "find skincare micro"))[0]
    answer = demo.command("ana", f"similar {first_found.lstrip('@')}")
    first = handles(answer)

    demo.press("ana", answer, "similar:next")
    second = handles(newest(demo, "ana"))

    assert len(first) == 10
    assert first_found not in (*first, *second)
    assert not set(first) & set(second)
    page = newest(demo, "ana")
    demo.press("ana", page, next(a for a in demo.actions(page) if a.startswith("show:")))
    assert second[0].lstrip("@") in demo.text_of(newest(demo, "ana"))
    assert any(action.startswith("shortlist:") for action in demo.actions(answer))


def test_the_database_ranks_by_the_very_numbers_that_are_explained(demo):
    vocabulary = demo.bot.services.vocabulary
    model = Model(
        "Anna", {"skincare": 9_000, "vegan": 7_000, "travel": 4_000}, Platform.INSTAGRAM,
        followers=30_000, rate=0.03, definition=RateDefinition.FOLLOWERS,
        languages=frozenset({"en", "es"}),
    )  # fmt: skip
    assert all(vocabulary.niches[niche] for niche in model.niches)
    with demo.reading() as tx:
        found, total = similar.top(tx, model, but=0, limit=10_000)
        known = profiles.known(tx, [one.profile_id for one in found])
        relevance = similar.relevance(tx, list(known), model.niches)

    assert len(found) == total > 20
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == likeness(model, known[one.profile_id], relevance[one.profile_id])
    assert len({one.creator_id for one in found}) == len(found)


RELEVANCE = st.dictionaries(st.sampled_from(NICHES), st.integers(1, BEST))


@given(RELEVANCE.filter(bool), st.integers(1, 10**8), st.sampled_from(["en", "ja", None]))
def test_nobody_is_more_like_a_creator_than_herself(niches, followers, language):
    model = Model(
        "Anna", niches, Platform.TIKTOK, followers=followers,
        languages=frozenset({language} if language else ()),
    )  # fmt: skip
    herself = profile("anna", platform=Platform.TIKTOK, followers=followers, language=language)
    stranger = profile("x", platform=Platform.TIKTOK, followers=followers * 100, language="zu")

    same = likeness(model, herself, niches)

    assert niches_value(model, niches) == BEST
    assert same > likeness(model, stranger, {})
    assert 0 <= shown(same) <= 100


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_size_further_away_is_never_more_alike(mine, theirs):
    nearer = math.isqrt(mine * theirs) or 1

    assert step_value(mine, theirs, SIZE_STEPS) <= step_value(mine, nearer, SIZE_STEPS)


def test_what_is_unknown_counts_as_in_between_and_is_not_mentioned():
    model = Model("Anna", {"vegan": 7_000}, Platform.INSTAGRAM, followers=None)

    assert step_value(None, 5, SIZE_STEPS) == NEUTRAL == step_value(5, None, SIZE_STEPS)
    said = reasons(model, profile("x"), {"vegan": 7_000}, {"vegan": "Vegan"})
    assert said == ("both Vegan",)
