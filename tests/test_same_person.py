"""When two profiles are one person's: links between them, and never a name alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform, ProfileSnapshot
from domain.handle import target_of
from domain.same_person import (
    MOST_TARGETS,
    Presence,
    Verdict,
    judge,
    may_have_links,
    targets,
)

INSTAGRAM = ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna_example")
TIKTOK = ProfileSnapshot(platform=Platform.TIKTOK, handle="annatok")
MASTODON = ProfileSnapshot(platform=Platform.MASTODON, handle="anna@server.example")

HANDLES = st.from_regex(r"[a-z]{1,12}", fullmatch=True)
PRESENCES = st.builds(
    Presence,
    st.sampled_from(list(Platform)),
    HANDLES,
    st.dictionaries(st.builds(target_of, st.sampled_from(list(Platform)), HANDLES), st.booleans()),
)


def presence(snapshot: ProfileSnapshot, **said: object) -> Presence:
    told = snapshot.model_copy(update=said)
    return Presence(told.platform, told.handle, targets(told))


@pytest.mark.parametrize(
    ("bio", "expected"),
    [
        ("Skincare from Berlin. Honest!", {}),
        ("more: https://www.tiktok.com/@annatok?lang=de.", {"tiktok:annatok"}),
        ("TikTok: @AnnaTok | YT @anna.films", {"tiktok:annatok", "youtube:anna.films"}),
        ("linktr.ee/Anna_Example/", {"page:linktr.ee/anna_example"}),
        ("see https://server.example/@anna", {"mastodon:anna@server.example"}),
        ("nike x @bob, write to anna.m@mail.example", set()),
        ("instagram.com/anna_example", set()),
        ("tiktok.com and instagram.com/p/C0ffee", set()),
    ],
)
def test_a_bio_is_read_for_profiles_and_pages_but_not_for_the_profile_itself(bio, expected):
    assert set(targets(INSTAGRAM.model_copy(update={"bio": bio}))) == set(expected)


def test_links_both_ways_between_two_platforms_make_one_person():
    one = presence(INSTAGRAM, bio="videos: tiktok.com/@annatok")
    other = presence(TIKTOK, links=("https://instagram.com/anna_example",))

    assert judge(one, other).verdict is Verdict.LINKED
    assert judge(one, other).why == (
        "@anna_example on Instagram and @annatok on TikTok link to each other"
    )


def test_one_link_is_enough_where_the_platform_has_checked_it():
    address = "https://www.tiktok.com/@annatok"
    plain = presence(MASTODON, links=(address,))
    checked = presence(MASTODON, links=(address,), verified_links=(address,))

    assert judge(plain, presence(TIKTOK)).verdict is Verdict.PROPOSED
    assert judge(presence(TIKTOK), checked) == (
        Verdict.LINKED,
        "@anna@server.example on Mastodon links to @annatok on TikTok, and Mastodon has checked it",
    )


def test_two_accounts_of_one_platform_are_only_proposed_for_couples_link_to_each_other():
    ben = INSTAGRAM.model_copy(update={"handle": "ben_example"})
    one = presence(INSTAGRAM, bio="married to instagram.com/ben_example")
    other = presence(ben, bio="IG: @anna_example")

    assert judge(one, other).verdict is Verdict.PROPOSED


def test_a_name_alone_tells_nothing_and_with_the_same_page_it_is_proposed():
    twin = TIKTOK.model_copy(update={"handle": "anna.example", "display_name": "Anna Example"})
    page = {"bio": "linktr.ee/annaexample"}
    named = INSTAGRAM.model_copy(update={"display_name": "Anna Example"})

    assert judge(presence(named), presence(twin)).verdict is Verdict.NOTHING
    assert judge(presence(named, **page), presence(twin, **page)) == (
        Verdict.PROPOSED,
        "@anna_example on Instagram and @anna.example on TikTok share their handle and show "
        "linktr.ee/annaexample",
    )
    assert judge(presence(named, **page), presence(TIKTOK, **page)).verdict is Verdict.NOTHING
    short = {"bio": "nike.example"}
    one, other = (x.model_copy(update={"handle": "anna"}) for x in (INSTAGRAM, TIKTOK))
    assert judge(presence(one, **short), presence(other, **short)).verdict is Verdict.NOTHING


def test_a_link_to_an_agency_or_from_a_page_that_names_many_proposes_nothing():
    one = presence(INSTAGRAM, bio="managed by tiktok.com/@annatok")
    assert judge(one, presence(TIKTOK)).verdict is Verdict.PROPOSED
    assert judge(one, presence(TIKTOK)._replace(linked_by=4)).verdict is Verdict.NOTHING
    many = presence(INSTAGRAM, bio="TikTok @annatok, TikTok @bentok")
    assert judge(presence(TIKTOK), many).verdict is Verdict.NOTHING


@given(PRESENCES, PRESENCES)
def test_the_order_of_two_profiles_does_not_matter(one, other):
    assert judge(one, other).verdict is judge(other, one).verdict


@given(PRESENCES, PRESENCES)
def test_nothing_is_joined_without_a_link_between_the_two(one, other):
    if other.target not in one.targets and one.target not in other.targets:
        assert judge(one, other).verdict is Verdict.NOTHING


@given(st.text(max_size=400), st.lists(st.text(max_size=60), max_size=30))
def test_any_text_and_any_links_can_be_read(bio, links):
    said = INSTAGRAM.model_copy(update={"bio": bio, "links": tuple(links)})
    found = targets(said)

    assert len(found) <= MOST_TARGETS
    assert not found or may_have_links(said)
