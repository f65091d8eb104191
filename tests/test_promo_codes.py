"""Promo codes that can be read aloud and taken for no other; links that lead where they say."""

import string
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import promo_code, tracking_link
from domain.promo_code import propose, skeleton, tidy, why_not
from domain.tracking_link import Campaign, content_of, is_a_person, is_slug, new_slug, tagged

SPRING = Campaign("instagram", "spring-glow", "anna-k3wf9x")


@pytest.mark.parametrize(
    ("handle", "name", "offer", "expected"),
    [
        ("anna", "", "15 %", "ANNA15"),
        ("anna.berlin", "", "15% off", "ANNA15"),
        ("its_anna_official", "", "10", "ITS10"),
        ("zoë_skin", "", "", "ZOE"),
        ("dr.lea", "", "20 %", "DRLEA20"),
        ("安娜", "Anna Li", "15 %", "ANNA15"),
        ("安娜", "安娜", "15 %", "CREATOR15"),
        ("averyveryverylonghandle", "", "5 €", "AVERYVERYV5"),
    ],
)
def test_a_code_is_the_first_word_of_the_handle_and_the_number_of_the_offer(
    handle: str, name: str, offer: str, expected: str
) -> None:
    assert propose(handle, name, offer, set()) == expected


def test_a_code_that_is_taken_or_looks_like_one_gives_way_to_the_next() -> None:
    assert propose("anna.berlin", "", "15", {skeleton("ANNA15")}) == "ANNABERLIN15"
    assert propose("anna", "", "10", {skeleton("ANNAI0")}) == "ANNAA10"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=20), st.integers(0, 60))
def test_a_proposal_is_always_a_code_that_looks_like_no_other(
    handle: str, name: str, offer: str, others: int
) -> None:
    taken: set[str] = set()
    for _ in range(others + 1):
        made = propose(handle, name, offer, taken)
        assert why_not(made) is None
        assert skeleton(made) not in taken
        taken.add(skeleton(made))


@pytest.mark.parametrize(
    ("one", "other"), [("ANNA10", "ANNAI0"), ("ZOE5", "Z0ES"), ("A-B8", "ABB")]
)
def test_codes_that_are_taken_for_each_other_look_the_same(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    "typed", ["", "AB", "12345", "ANNA 15 !", "ÄNNA", "A" * 21, "-ANNA", "A--B"]
)
def test_what_can_be_no_code_is_refused_with_a_sentence(typed: str) -> None:
    assert why_not(typed) is not None


def test_a_typed_code_loses_its_spaces_and_becomes_upper_case() -> None:
    assert tidy(" anna 15 ") == "ANNA15"
    assert why_not("anna 15") is None


def test_a_link_gets_its_parameters_and_keeps_all_else() -> None:
    made = tagged("https://shop.example.com/p/serum?variant=2&utm_source=old#reviews", SPRING)

    assert made == (
        "https://shop.example.com/p/serum?variant=2&utm_source=instagram&utm_medium=influencer"
        "&utm_campaign=spring-glow&utm_content=anna-k3wf9x#reviews"
    )
    assert content_of(made) == "anna-k3wf9x"
    assert tracking_link.untagged(made) == "https://shop.example.com/p/serum?variant=2#reviews"


@pytest.mark.parametrize(
    "target",
    [
        "http://shop.example.com/",
        "javascript:alert(1)",
        "//shop.example.com",
        "https://",
        "https://localhost/",
        "https://me:secret@shop.example.com/",
        "https://shop.example.com/\r\nSet-Cookie: a=b",
        "https://shop.example.com/a b",
        "https://shop.example.com:99999/",
        "https://[::1/",
        "https://shop.example.com/" + "x" * 2_000,
    ],
)
def test_an_address_that_no_link_may_lead_to_is_refused(target: str) -> None:
    assert tracking_link.why_not(target) is not None
    with pytest.raises(ValueError, match="Please give"):
        tagged(target, SPRING)


@given(st.text(string.printable, max_size=40), st.text(max_size=40))
def test_an_address_is_plain_ascii_on_one_line_whatever_its_path(path: str, value: str) -> None:
    target = f"https://shöp.example.com/{path}"
    if tracking_link.why_not(target):
        return

    made = tagged(target, Campaign("instagram", value, "x"))

    assert made.isascii() and made.isprintable() and " " not in made
    assert urlsplit(made).hostname == "xn--shp-tna.example.com"
    assert parse_qs(urlsplit(made).query)["utm_content"] == ["x"]


@given(st.text(max_size=60))
def test_a_short_name_is_always_one(handle: str) -> None:
    assert is_slug(new_slug(handle))
    assert len(promo_code.skeleton(handle)) <= len(handle.upper())


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Instagram 350"


@pytest.mark.parametrize(
    ("method", "agent", "purpose", "counted"),
    [
        ("GET", PHONE, "", True),
        ("HEAD", PHONE, "", False),
        ("GET", PHONE, "prefetch", False),
        ("GET", PHONE, "prefetch;prerender", False),
        ("GET", "", "", False),
        ("GET", "facebookexternalhit/1.1", "", False),
        ("GET", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "", False),
        ("GET", "Mozilla/5.0 (compatible; Googlebot/2.1)", "", False),
        ("GET", "TelegramBot (like TwitterBot)", "", False),
        ("GET", "WhatsApp/2.23", "", False),
        ("GET", "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Cubot", "", True),
    ],
)
def test_previews_prefetches_and_crawlers_are_no_clicks(
    method: str, agent: str, purpose: str, counted: bool
) -> None:
    assert is_a_person(method, agent, purpose) is counted


def test_a_number_in_any_script_ends_a_code_in_the_digits_of_all_others() -> None:
    assert propose("mara", "", "\u0661\u0665 %", set()) == "MARA15"
    assert why_not(propose("", "", "\U000116c0", set())) is None
