"""Deliverables as they are typed, and the dates of an agreement that are told."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import Owed, Terms, due, read_owed, written
from domain.agreement_form import TermsForm, read_terms, written_terms
from domain.creator import Platform
from domain.partnership import Stage
from domain.written_dates import FIRST_YEAR, LAST_YEAR

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def read_one(line: str) -> Owed:
    read = read_owed(line, TODAY)
    assert not isinstance(read, str), read
    return read[0]


@pytest.mark.parametrize(
    ("line", "words", "due_on"),
    [
        ("2 Reels on Instagram by 14 December 2026", "2 Reels on Instagram", "2026-12-14"),
        ("1 story, tiktok, 2026-12-20", "1 story on TikTok", "2026-12-20"),
        ("3x tiktok by 1.12.2026", "3 posts on TikTok", "2026-12-01"),
        ("• unboxing video youtube due 2026-12-01", "1 unboxing video on YouTube", "2026-12-01"),
        ("a blog post", "1 a blog post", None),
    ],
)
def test_a_deliverable_is_read_as_people_write_it(line: str, words: str, due_on: str | None):
    one = read_one(line)
    assert one.words == words
    assert (one.due_on.isoformat() if one.due_on else None) == due_on


def test_what_was_delivered_says_when_or_is_of_today():
    assert read_one("1 blog post (done)").done_on == TODAY
    assert read_one("1 reel by 2026-11-20 (done on 2026-11-19)").done_on == dt.date(2026, 11, 19)


@pytest.mark.parametrize(
    "line", ["2 Reels by soon", "story on x by 14/13/2026", "by 2026-01-01", "500 Reels", "k" * 61]
)
def test_what_cannot_be_read_is_quoted_with_what_to_write(line: str):
    said = read_owed(f"1 Reel\n{line}", TODAY)
    assert isinstance(said, str)
    assert line[:50] in said
    assert "1 Reel" not in said.partition("”")[0] or line.startswith("1 Reel")


@given(
    st.lists(
        st.builds(
            Owed,
            kind=st.sampled_from(["Reels", "blog post", "story with link", "unboxing"]),
            amount=st.integers(1, 100),
            platform=st.sampled_from([None, Platform.TIKTOK, Platform.INSTAGRAM, Platform.X]),
            due_on=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)),
            done_on=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)),
        ),
        max_size=20,
    )
)
def test_deliverables_read_back_as_they_were_written(owed: list[Owed]):
    assert read_owed(written(owed), TODAY) == tuple(owed)


DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))


@given(
    st.builds(
        Terms,
        is_paid=st.none() | st.booleans(),
        usage_rights=st.sampled_from(["", "paid social"]),
        usage_until=st.none() | DAYS,
        exclusive_of=st.just("skincare"),
        exclusive_until=st.none() | DAYS,
        follow_up_on=st.none() | DAYS,
    )
)
def test_a_form_that_nobody_changed_says_what_it_was_opened_with(terms: Terms):
    assert read_terms(written_terms(terms), TODAY) == terms


def test_an_exclusivity_with_an_end_says_of_what():
    wrong = read_terms(TermsForm(exclusive_until="2026-12-01"), TODAY)
    assert isinstance(wrong, dict)
    assert "exclusive_of" in wrong


def told(stage: Stage, changed: dt.date = TODAY, **terms: object) -> list[tuple[str, bool]]:
    found = due(Terms.model_validate(terms), stage, changed, TODAY)
    return [(one.what, one.overdue) for one in found]


def test_a_deliverable_is_told_three_days_before_and_overdue_until_it_is_done():
    def reel(days: int, done: dt.date | None = None) -> list[tuple[str, bool]]:
        owed = Owed(kind="Reel", due_on=TODAY + days * DAY, done_on=done)
        return told(Stage.AGREED, owed=(owed,))

    assert reel(4) == []
    assert reel(3) == reel(0) == [("1 Reel", False)]
    assert reel(-1) == [("1 Reel", True)]
    assert reel(-1, done=TODAY) == []


def test_the_end_of_rights_is_told_two_weeks_around_it_even_when_all_is_done():
    for days, words in ((15, []), (14, ["end"]), (-1, ["ended"]), (-15, [])):
        said = told(Stage.DONE, usage_until=TODAY + days * DAY)
        assert said == [(f"usage rights {word}", False) for word in words]
    assert told(Stage.DECLINED, usage_until=TODAY) == []


def test_a_day_to_follow_up_stands_for_the_silence_until_they_answer():
    old = TODAY - 30 * DAY
    assert told(Stage.CONTACTED, old) == [("say how it stands", True)]
    assert told(Stage.CONTACTED, old, follow_up_on=TODAY + DAY) == []
    assert told(Stage.CONTACTED, old, follow_up_on=TODAY) == [("write again", False)]
    assert told(Stage.AGREED, old, follow_up_on=TODAY) == [("say how it stands", True)]
    assert told(Stage.DONE, old) == []
