"""Handles as cells hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Account, link_platform, read_account, read_link
from domain.creator import Platform
from domain.handle import profile_key
from domain.values import Problem


@pytest.mark.parametrize(
    ("cell", "handle", "name"),
    [
        ("anna", "anna", None),
        ("@anna.b_c-d", "anna.b_c-d", None),
        (" \u200e@Anna\u200b ", "Anna", None),
        ("433", "433", None),
        ("__youngbae__", "__youngbae__", None),
        ("풍월량 (hanryang1125)", "hanryang1125", "풍월량"),
        ("hanryang1125 (풍월량)", "hanryang1125", "풍월량"),
        ("Riot Games (riotgames)", "riotgames", "Riot Games"),
        ("Anna Example @anna", "anna", "Anna Example"),
        ("Anna Example (@anna)", "anna", "Anna Example"),
        ("@anna - Anna Example", "anna", "Anna Example"),
        ("마스카", "마스카", None),
    ],
)
def test_a_handle_is_read_with_the_name_beside_it(cell, handle, name):
    assert read_account(cell, Platform.TWITCH) == Account(handle, display_name=name)


@pytest.mark.parametrize(
    ("link", "platform", "handle"),
    [
        ("https://www.instagram.com/anna.b/?hl=en", Platform.INSTAGRAM, "anna.b"),
        ("instagram.com/anna", Platform.INSTAGRAM, "anna"),
        ("https://www.tiktok.com/@anna?lang=de", Platform.TIKTOK, "anna"),
        ("https://www.tiktok.com/@anna/video/7123", Platform.TIKTOK, "anna"),
        ("https://m.youtube.com/@anna", Platform.YOUTUBE, "anna"),
        ("https://youtube.com/c/AnnaB", Platform.YOUTUBE, "AnnaB"),
        (
            "https://www.youtube.com/channel/UC_x5XG1OV2P6uZZ5FSM9Ttw/videos",
            Platform.YOUTUBE,
            "UC_x5XG1OV2P6uZZ5FSM9Ttw",
        ),
        ("https://twitch.tv/anna", Platform.TWITCH, "anna"),
        ("https://bsky.app/profile/anna.bsky.social", Platform.BLUESKY, "anna.bsky.social"),
        ("https://x.com/anna", Platform.X, "anna"),
        ("https://twitter.com/anna", Platform.X, "anna"),
        ("https://www.threads.net/@anna", Platform.THREADS, "anna"),
        ("https://fb.com/profile.php?id=123456", Platform.FACEBOOK, "123456"),
        ("https://www.pinterest.co.uk/anna/", Platform.PINTEREST, "anna"),
        ("https://rutube.ru/channel/23540018/", Platform.RUTUBE, "23540018"),
        ("https://mastodon.social/@anna", Platform.MASTODON, "anna@mastodon.social"),
    ],
)
def test_a_link_gives_platform_and_handle(link, platform, handle):
    account = read_account(link)
    assert isinstance(account, Account)
    assert (account.platform, account.handle) == (platform, handle)
    assert account.url is not None
    assert account.url.startswith("https://")
    assert link_platform(link) is platform


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("anna@example.com", "e-mail"),
        ("1.23457E+18", "shortened"),
        ("https://www.instagram.com/p/Cabc/", "post"),
        ("https://youtu.be/dQw4w9WgXcQ", "post"),
        ("https://example.com/anna", "not a link to a profile"),
        ("instagram.com", "not a link to a profile"),
        ("Anna Example", "a name"),
        ("5-Minute Crafts GIRLY", "a name"),
        ("a" * 300, "too long"),
        ("???", "a name"),
        ("__", "no handle"),
    ],
)
def test_what_is_no_handle_on_instagram_says_why(cell, why):
    found = read_account(cell, Platform.INSTAGRAM)
    assert isinstance(found, Problem)
    assert why in found.reason


@pytest.mark.parametrize("title", ["✿ Kids Diana Show", "1theK (원더케이)", "AC/DC", "За рулем"])
def test_where_lists_go_by_title_the_title_stands_for_the_handle(title):
    assert read_account(title, Platform.YOUTUBE) == Account(title, display_name=title)


def test_mastodon_handles_keep_their_server():
    account = read_account("@anna@mastodon.social")
    assert account == Account("anna@mastodon.social", Platform.MASTODON)


@pytest.mark.parametrize("cell", ["", "  ", "-", "N/A", "null", "#NAME?", "\u200b"])
def test_an_empty_cell_names_nobody(cell):
    assert read_account(cell, Platform.INSTAGRAM) is None


def test_case_makes_no_other_profile_except_in_youtubes_ids():
    assert profile_key(Platform.X, "Anna") == profile_key(Platform.X, "anna")
    assert profile_key(Platform.X, "anna") != profile_key(Platform.TIKTOK, "anna")
    one, other = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UC_X5XG1OV2P6uZZ5FSM9Ttw"
    assert profile_key(Platform.YOUTUBE, one) != profile_key(Platform.YOUTUBE, other)


@given(st.text(max_size=60), st.sampled_from([None, *Platform]))
def test_any_text_is_an_account_a_problem_or_nothing(text, platform):
    found = read_account(text, platform)
    assert isinstance(found, Account | Problem | None)
    if isinstance(found, Account):
        assert found.handle.strip()
        assert len(found.handle) <= 110


@given(st.text(max_size=60))
def test_any_link_is_read_or_refused(text):
    for host in ("https://instagram.com/", "https://facebook.com/profile.php?id=", "http://["):
        assert isinstance(read_link(host + text), Account | Problem)
