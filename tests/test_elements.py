"""No text that people or files wrote can ping, format or break what is drawn."""

import datetime as dt
import html
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from views import elements


@given(st.text())
def test_escaped_text_holds_no_markup_and_reads_the_same(text: str) -> None:
    safe = elements.escape(text)
    assert not set(safe) & set("<>`\n")
    assert html.unescape(safe) == elements.clean(text).replace("`", "'")


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from(" \u00a0\u200e\u2068\x1cא")),
        max_size=30,
    )
)
def test_text_is_cleaned_the_same_whether_or_not_it_looks_clean(text: str) -> None:
    assert elements.clean(text) == elements.clean(f"\n{text}\n")
    assert not set(elements.clean(text)[1:-1]) & set("\u200e\x1c\u00a0\n")


@given(st.text(max_size=200), st.integers(2, 100))
def test_cut_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(elements.cut(text, limit)) <= limit
    assert elements.cut(text, max(len(text), 1)) == text


@given(
    st.text(min_size=1, max_size=40),
    st.integers(2_900, 2_990),
    st.text("&<>", min_size=5, max_size=40),
)
def test_a_section_of_any_length_is_cut_between_entities(
    part: str, length: int, marks: str
) -> None:
    text = (part * length)[:length]
    drawn = elements.section(elements.escape(text) + elements.escape(marks) * 5)
    shown = drawn["text"]["text"]
    assert 0 < len(shown) <= elements.SECTION_LIMIT
    tail = shown.removesuffix("…")[-5:]
    assert "&" not in tail or ";" in tail[tail.rindex("&") :]


def test_right_to_left_text_is_isolated_and_overrides_are_dropped() -> None:
    assert elements.clean("אנה") == "\u2068אנה\u2069"
    assert elements.clean("a\u202eb") == "ab"


def test_the_same_blocks_are_drawn_twice_the_same() -> None:
    blocks = [elements.section("a"), elements.context("b"), elements.header("c")]
    again = [elements.section("a"), elements.context("b"), elements.header("c")]
    assert blocks == again
    assert not any("block_id" in block for block in blocks)


def test_an_instant_shows_in_the_readers_time_zone() -> None:
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    assert elements.moment(noon).startswith("<!date^1795435200^")


@pytest.mark.parametrize("length", [1, 24, 25, 200])
def test_titles_of_modals_are_cut_to_what_slack_takes(length: int) -> None:
    drawn = elements.modal("x" * length, "x", [], submit="y" * length)
    assert len(drawn["title"]["text"]) <= 24
    assert len(drawn["submit"]["text"]) <= 24


def test_every_letter_that_is_written_from_the_right_is_isolated() -> None:
    from_the_right = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.bidirectional(letter) in ("R", "AL") and elements.clean(letter)
    ]
    assert len(from_the_right) > 2_000
    assert all(elements.clean(f"a{letter}").startswith("\u2068") for letter in from_the_right)
