"""One post is one link, however it was copied; what is no post is told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform
from domain.post_link import LinkError, links_in, read_link, read_links

SAME = [
    (
        Platform.INSTAGRAM, "", "https://instagram.com/p/C1a-B_9",
        ["instagram.com/p/C1a-B_9", "https://www.instagram.com/reel/C1a-B_9/?igsh=x",
         "https://www.instagram.com/reels/C1a-B_9", "https://instagr.am/tv/C1a-B_9/",
         "https://www.instagram.com/p/C1a-B_9/?img_index=2", "http://m.instagram.com/p/C1a-B_9#x"],
    ),
    (
        Platform.INSTAGRAM, "anna.glow", "https://instagram.com/p/C1",
        ["https://www.instagram.com/anna.glow/reel/C1/", "instagram.com/anna.glow/p/C1"],
    ),
    (
        Platform.YOUTUBE, "", "https://youtube.com/watch?v=dQw4w9WgXcQ",
        ["https://youtu.be/dQw4w9WgXcQ?t=43", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1s",
         "https://youtube.com/shorts/dQw4w9WgXcQ?feature=share", "youtube.com/live/dQw4w9WgXcQ",
         "https://www.youtube.com/embed/dQw4w9WgXcQ", "m.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ",
         "https://music.youtube.com/watch?v=dQw4w9WgXcQ&si=a",
         "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"],
    ),
    (
        Platform.TIKTOK, "anna", "https://tiktok.com/@anna/video/7311",
        ["https://www.tiktok.com/@anna/video/7311?lang=en", "tiktok.com/@anna/photo/7311",
         "https://m.tiktok.com/%40anna/video/7311"],
    ),
    (
        Platform.BLUESKY, "anna.bsky.social", "https://bsky.app/profile/anna.bsky.social/post/3k2a",
        ["https://bsky.app/profile/anna.bsky.social/post/3k2a",
         "bsky.app/profile/anna.bsky.social/post/3k2a/liked-by?x=1"],
    ),
    (
        Platform.MASTODON, "anna@mastodon.social", "https://mastodon.social/@anna/111222333444",
        ["https://mastodon.social/@anna/111222333444", "mastodon.social/deck/@anna/111222333444",
         "https://mastodon.social/users/anna/statuses/111222333444"],
    ),
    (
        Platform.TWITCH, "", "https://twitch.tv/videos/2001",
        ["https://www.twitch.tv/videos/2001?t=1h2m", "m.twitch.tv/videos/2001"],
    ),
    (
        Platform.TWITCH, "", "https://clips.twitch.tv/FunnyClip-x_1",
        ["https://clips.twitch.tv/FunnyClip-x_1", "clips.twitch.tv/FunnyClip-x_1?a=b"],
    ),
    (
        Platform.THREADS, "anna", "https://threads.com/@anna/post/DAb1",
        ["https://www.threads.net/@anna/post/DAb1?xmt=x", "threads.com/@anna/post/DAb1/media"],
    ),
    (
        Platform.X, "anna", "https://x.com/anna/status/99",
        ["https://twitter.com/anna/status/99?s=20", "mobile.twitter.com/anna/status/99/photo/1"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "account", "url", "copied"), SAME)
def test_one_post_is_one_link_with_its_platform_and_account(platform, account, url, copied):
    for typed in copied:
        link = read_link(typed)
        assert (link.platform, link.url, link.account) == (platform, url, account)
    assert read_link(url).url == url
    assert len(read_links("\n".join(copied))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://m.tiktok.com/v/7311.html", "https://www.tiktok.com/@anna/video/7311"),
        ("https://www.tiktok.com/embed/v2/7311", "https://www.tiktok.com/@anna/video/7311"),
        ("https://www.threads.net/t/DAb1", "https://www.threads.net/@anna/post/DAb1"),
        ("https://x.com/i/web/status/99", "https://x.com/anna/status/99"),
        ("https://twitch.tv/anna/v/2001", "https://twitch.tv/videos/2001"),
        ("https://twitch.tv/anna/clip/Funny", "https://clips.twitch.tv/Funny"),
        ("https://bsky.app/profile/did:plc:a1/post/3k", "https://bsky.app/profile/a.b.c/post/3k"),
        ("https://tiktok.com/@Anna/video/7", "https://tiktok.com/@anna/video/7"),
    ],
)
def test_links_that_name_the_account_otherwise_are_the_same_post(one, other):
    assert read_link(one).key == read_link(other).key
    assert len(read_links(f"{one} {other}")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.instagram.com/anna.glow/",
        "https://www.tiktok.com/@anna",
        "https://www.youtube.com/@anna",
        "https://www.youtube.com/watch?list=PL1",
        "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
        "https://bsky.app/profile/anna.bsky.social",
        "https://twitch.tv/anna",
        "https://x.com/anna",
        "https://www.instagram.com/explore/tags/skincare/",
    ],
)
def test_a_profile_or_another_page_is_no_post_and_it_is_said_what_to_do(typed):
    with pytest.raises(LinkError, match="leads to no single post"):
        read_link(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "https://vm.tiktok.com/ZMabc/",
        "https://www.tiktok.com/t/ZTabc/",
        "https://bit.ly/3xYz",
        "https://t.co/abc",
        "https://www.instagram.com/share/reel/BAabc",
    ],
)
def test_a_short_link_is_known_for_one_and_kept_as_it_is(typed):
    link = read_link(typed)

    assert link.short
    assert link.url == typed.rstrip("/")


def test_posts_are_found_in_what_colleagues_write_and_other_links_are_not():
    text = (
        "Anna is live! <https://www.instagram.com/reel/C1/?igsh=1|instagram.com> and "
        "https://youtu.be/dQw4w9WgXcQ. Our shop: https://shop.example/x, her page "
        "https://www.instagram.com/anna/ (https://www.instagram.com/p/C1)"
    )

    assert [link.url for link in links_in(text)] == [
        "https://instagram.com/p/C1",
        "https://youtube.com/watch?v=dQw4w9WgXcQ",
    ]


@given(st.text(max_size=200))
def test_any_text_has_posts_or_none(text):
    for link in links_in(text):
        assert read_link(link.url).key == link.key


@given(
    st.sampled_from([url for _, _, url, _ in SAME]),
    st.dictionaries(
        st.sampled_from(["utm_source", "igsh", "si", "t", "lang", "feature", "s"]),
        st.from_regex(r"[a-zA-Z0-9]{1,8}", fullmatch=True),
    ),
)
def test_what_only_tells_who_shared_it_changes_nothing(url, more):
    extra = "&".join(f"{name}={value}" for name, value in more.items())
    joined = f"{url}{'&' if '?' in url else '?'}{extra}" if extra else url

    assert read_link(joined) == read_link(url)
