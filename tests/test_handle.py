"""Which creator a person names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform
from domain.handle import PersonReference, handle_key, profile_url, read_person, unescape_slack

CHANNEL = "UC1234567890123456789012"


@pytest.mark.parametrize(
    ("typed", "platform", "handle"),
    [
        ("@anna", None, "anna"),
        ("anna", None, "anna"),
        (" “Anna” ", None, "Anna"),
        ("instagram:anna", "instagram", "anna"),
        ("IG: @anna", "instagram", "anna"),
        ("yt:anna", "youtube", "anna"),
        ("mastodon:anna@mas.to", "mastodon", "anna@mas.to"),
        ("ig:https://instagram.com/anna", "instagram", "anna"),
        ("https://www.instagram.com/anna/?hl=de", "instagram", "anna"),
        ("instagram.com/anna", "instagram", "anna"),
        ("https://www.tiktok.com/@anna/video/123", "tiktok", "anna"),
        ("youtube.com/@anna", "youtube", "anna"),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", "youtube", CHANNEL),
        ("https://m.youtube.com/c/Anna", "youtube", "Anna"),
        ("https://bsky.app/profile/anna.bsky.social", "bluesky", "anna.bsky.social"),
        ("@anna@Mastodon.Social", "mastodon", "anna@mastodon.social"),
        ("https://mastodon.social/@anna", "mastodon", "anna@mastodon.social"),
        ("https://twitch.tv/anna", "twitch", "anna"),
        ("https://x.com/anna/status/1", "x", "anna"),
        ("twitter.com/anna", "x", "anna"),
        ("https://www.threads.net/@anna", "threads", "anna"),
        ("facebook.com/anna", "facebook", "anna"),
        ("https://de.pinterest.com/anna/", "pinterest", "anna"),
        ("https://rutube.ru/channel/123/", "rutube", "123"),
        ("https://rutube.ru/u/anna/", "rutube", "anna"),
        ("<https://instagram.com/anna|instagram.com/anna>", "instagram", "anna"),
        ("<https://instagram.com/anna?a=1&amp;b=2>", "instagram", "anna"),
        ("<#C12345|skincare>", None, "skincare"),
    ],
)
def test_handles_prefixes_and_links_are_read(typed: str, platform: str | None, handle: str) -> None:
    assert read_person(typed) == PersonReference(
        Platform(platform) if platform else None, handle, None
    )


def test_a_colleague_whom_slack_put_in_the_creators_place_is_kept_both_ways() -> None:
    assert read_person("<@U12345|anna>") == PersonReference(None, "anna", "U12345")
    assert read_person("<@U12345>") == PersonReference(None, "", "U12345")
    assert read_person("ig:<@U12345>") == PersonReference(Platform.INSTAGRAM, "", "U12345")
    assert read_person("ig:<@U12345|anna>") == PersonReference(Platform.INSTAGRAM, "anna", None)


@pytest.mark.parametrize(
    "typed",
    ["https://www.instagram.com/p/xyz/", "youtube.com/watch?v=1", "https://[bad", "ig:", "a.b/"],
)
def test_a_link_that_names_nobody_has_no_platform(typed: str) -> None:
    assert read_person(typed).platform is None


@given(st.text())
def test_reading_a_person_never_fails(text: str) -> None:
    read_person(text)
    read_person("ig:" * 2_000 + text)
    read_person(f"https://{text}")
    read_person(f"<{text}>")


@given(
    st.sampled_from([
        platform for platform in Platform
        if profile_url(platform, "anna") and platform is not Platform.MASTODON
    ]),
    st.from_regex(r"[a-z][a-z0-9_.]{2,20}_x", fullmatch=True),
)  # fmt: skip
def test_the_address_of_a_profile_is_read_back_as_that_profile(
    platform: Platform, handle: str
) -> None:
    url = profile_url(platform, handle)

    assert url is not None
    assert read_person(url) == PersonReference(platform, handle, None)


def test_addresses_are_made_only_where_there_is_one() -> None:
    assert profile_url(Platform.INSTAGRAM, "@anna") == "https://www.instagram.com/anna/"
    assert profile_url(Platform.MASTODON, "anna@mas.to") == "https://mas.to/@anna"
    assert profile_url(Platform.MASTODON, "anna") is None
    assert profile_url(Platform.YOUTUBE, CHANNEL) == f"https://www.youtube.com/channel/{CHANNEL}"
    assert profile_url(Platform.OTHER, "anna") is None
    assert profile_url(Platform.INSTAGRAM, "anna?x=<script>") is None


def test_slacks_marks_are_read_back_as_what_was_typed() -> None:
    text = (
        "<#C12345|skincare> er&gt;3% <#C23456> <@U12345> <@U23456|ben> <!channel> "
        "<mailto:a@b.co|a@b.co> <https://x.co/y|x.co/y> R&amp;B"
    )

    assert unescape_slack(text, {"C23456": "travel"}.get) == (
        "#skincare er>3% #travel <@U12345> @ben @channel a@b.co https://x.co/y R&B"
    )
    assert unescape_slack("<@U23456|ben>", keep_people=True) == "<@U23456|ben>"


def test_two_spellings_of_one_handle_have_one_key() -> None:
    assert handle_key("@Anna.Müller ") == handle_key("ANNA.MÜLLER") == "anna.müller"
    assert handle_key("Café") != handle_key("Cafe"), "two channels may differ by an accent"
    assert handle_key("＠anna") == "anna"


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert handle_key(handle_key(text)) == handle_key(text)
