"""A caption says in time and in clear words that it is advertising, or it is told why not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform
from domain.disclosure import Verdict, check
from domain.disclosure_spellings import rules
from domain.text import fold, is_unspaced

_ACCEPTED = sorted(
    {
        tag
        for language in rules().accepted.values()
        if not language.written_in
        for tag in language.hashtags
    }
)
_SPACED = [tag for tag in _ACCEPTED if not any(map(is_unspaced, tag))]
_REFUSED = sorted({tag for each in rules().refused for tag in each.hashtags if tag != "pr"})
_plain_lines = st.text(st.sampled_from("abc ÄéñЖ!.🌿"), max_size=30)


@given(
    tag=st.sampled_from(_ACCEPTED), before=st.lists(_plain_lines, max_size=6), loud=st.booleans()
)
def test_a_hashtag_counts_in_the_first_three_lines_and_is_too_late_after_them(tag, before, loud):
    lines = ["x" + line for line in before] + [f"now #{tag.upper() if loud else tag}, see"]

    said = check("\n".join(lines))

    assert said.verdict is (Verdict.DISCLOSED if len(before) < 3 else Verdict.TOO_LATE)
    assert said.line_number == len(before) + 1
    assert said.line == lines[-1]
    assert fold(said.spelling) == fold(f"#{tag}")


@given(tag=st.sampled_from(_SPACED), letters=st.text(st.sampled_from("wxyz123"), min_size=1))
def test_a_longer_hashtag_is_another_one(tag, letters):
    assert check(f"#{tag}{letters}").verdict is not Verdict.DISCLOSED
    assert check(f"{letters}#{tag}").verdict is not Verdict.DISCLOSED


@given(tag=st.sampled_from(_REFUSED))
def test_what_says_too_little_is_refused_by_name_and_why(tag):
    said = check(f"Hello\nmy friends #{tag}")

    assert (said.verdict, said.spelling, said.line_number) == (Verdict.REFUSED, f"#{tag}", 2)
    assert said.reason.startswith(f"“#{tag}” ")
    assert said.reason.endswith("Write “#ad”.")


@given(text=st.text())
def test_any_text_gets_a_verdict_and_a_reason(text):
    said = check(text)

    assert said.reason
    assert (said.line is None) == (said.verdict in (Verdict.MISSING, Verdict.UNKNOWN))


@given(text=st.text(st.sampled_from("abd#@ \nÄ🌿:|[]()*"), max_size=60), more=st.text())
def test_what_comes_later_takes_no_disclosure_back(text, more):
    if check(text).verdict is Verdict.DISCLOSED:
        assert check(f"{text}\n{more}").verdict is Verdict.DISCLOSED


@pytest.mark.parametrize(
    "caption",
    [
        "＃ＡＤ my new cream",
        "#publicite chez nous",
        "Paid partnership with @glow",
        "[Anzeige] Meine Creme",
        "✨ Werbung | Meine Creme",
        "Ad: my cream",
        "Bezahlte Partnerschaft mit Glow",
        "今日は #PR です",
        "오늘 유료광고 포함 영상",
        "आज #विज्ञापन",
        "\n\n\nLine one after blank ones #ad",
        "مرحبا #إعلان",
    ],
)
def test_clear_words_count_in_the_languages_of_creators(caption):
    assert check(caption).verdict is Verdict.DISCLOSED


@pytest.mark.parametrize(
    "caption",
    [
        "#adventure in the hills",
        "I saw an ad yesterday",
        "ad hoc party",
        "This is not an #ad",
        "Not sponsored, just love it",
        "Unbezahlte Werbung",
        "広告ではありません",
        "mail#ad",
        "#a\u200bd",
        "",
    ],
)
def test_what_only_looks_like_it_is_missing(caption):
    assert check(caption).verdict is Verdict.MISSING


@pytest.mark.parametrize("caption", ["thanks @glow!", "Danke an @glow", "#PR sample"])
def test_thanks_and_public_relations_are_no_disclosure(caption):
    assert check(caption).verdict is Verdict.REFUSED


def test_a_text_that_nobody_knows_or_can_read_is_unknown_and_never_missing():
    assert check(None).verdict is Verdict.UNKNOWN
    assert check("ഇത് ഒരു").verdict is Verdict.UNKNOWN


def test_a_hashtag_behind_more_is_too_late_where_the_platform_hides_it():
    caption = "My routine. " * 11 + "#ad"

    assert check(caption).verdict is Verdict.DISCLOSED
    assert check(caption, Platform.BLUESKY).verdict is Verdict.DISCLOSED
    said = check(caption, Platform.INSTAGRAM)
    assert said.verdict is Verdict.TOO_LATE
    assert said.reason == "“#ad” is hidden behind “more”, which comes after 125 characters."
    assert check("#ad " + caption, Platform.INSTAGRAM).verdict is Verdict.DISCLOSED


def test_nothing_is_accepted_and_refused_at_once():
    accepted = {fold(each) for each in _ACCEPTED}

    assert accepted.isdisjoint(map(fold, _REFUSED))
    assert all(fold(each) in accepted for each in ("ad", "anzeige", "werbung", "publi", "pub"))


def test_a_long_description_is_checked_at_once():
    started = time.process_time()
    for _ in range(10):
        check("Buy here: https://example.com/item and #more things\n" * 300)

    assert time.process_time() - started < 1.0
