"""What platforms are asked and what came of it, in words: rules that need no platform."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from domain.look_up import Gap, GapKind, LookUpQuery
from domain.look_up_report import (
    ASKED_AGAIN_AFTER,
    MOST_PHRASES,
    PlatformReport,
    ago,
    asked_key,
    phrases,
)
from views.look_up import Finished, finished

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
WORDS = st.text(alphabet="abcABC ", min_size=1, max_size=8).filter(str.strip)
GROUPS = st.lists(st.lists(WORDS, max_size=4), max_size=4)


@given(GROUPS)
def test_every_phrase_has_one_spelling_of_each_thing_and_none_comes_twice(groups):
    found = phrases(groups)

    assert len(found) <= MOST_PHRASES
    assert len({phrase.casefold() for phrase in found}) == len(found)
    filled = [group for group in groups if group]
    assert bool(found) == bool(filled)
    if found:
        assert found[0].casefold() == " ".join(group[0] for group in filled).casefold()


def test_the_phrase_as_typed_comes_first_then_the_other_spellings():
    assert phrases([["cuidado de la piel", "skincare"], ["vegan"]]) == (
        "cuidado de la piel vegan",
        "skincare vegan",
    )


@given(GROUPS, st.randoms())
def test_the_same_question_has_the_same_key_however_it_was_typed(groups, chance):
    shuffled = [chance.sample(group, len(group)) for group in groups]
    chance.shuffle(shuffled)
    one = asked_key(groups, LookUpQuery(words=("skincare",), country="DE"))

    assert one == asked_key(shuffled, LookUpQuery(words=("Hautpflege",), country="DE"))
    assert one != asked_key(shuffled, LookUpQuery(words=("skincare",), country="ES"))
    assert one != asked_key(
        shuffled, LookUpQuery(words=("skincare",), country="DE", followers=((1_000, None),))
    )


def test_an_answer_stands_for_some_hours_unless_it_was_not_whole():
    whole = PlatformReport(at=NOW, found=3)
    assert whole.stands(NOW + ASKED_AGAIN_AFTER - dt.timedelta(seconds=1))
    assert not whole.stands(NOW + ASKED_AGAIN_AFTER)
    gap = Gap(source="Bluesky", kind=GapKind.TOO_SLOW, said="Bluesky did not answer in time.")
    assert not whole.with_gap(gap).stands(NOW)
    assert not PlatformReport().stands(NOW)


def test_how_long_ago_something_was_is_said_in_the_largest_fitting_unit():
    said = [ago(NOW - dt.timedelta(**before), NOW) for before in (
        {"seconds": 20}, {"minutes": 12}, {"hours": 2}, {"hours": 47}, {"days": 3},
    )]  # fmt: skip
    assert said == ["just now", "12 min ago", "2 h ago", "47 h ago", "3 days ago"]


def told(*reports: tuple[str, PlatformReport], top: int = 0) -> str:
    message = finished(Finished("skincare", "Skincare", reports, top))
    assert ("Show" in str(message.blocks)) == any(one.brought for _, one in reports)
    return message.text


def test_the_message_names_each_platform_that_answered_failed_or_has_nothing_left():
    until = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
    out = PlatformReport(
        gap=GapKind.OUT_OF_QUOTA, said="YouTube has nothing left for today.", until=until
    )
    text = told(
        ("Bluesky", PlatformReport(at=NOW, found=30, brought=14)),
        ("Mastodon", PlatformReport(at=NOW, found=5)),
        ("YouTube", out),
        top=3,
    )
    assert text.startswith(
        "Skincare: Bluesky brought 14 more, 3 of them in your top ten. "
        "Mastodon brought nobody new. YouTube is out of quota until <!date^"
    )


def test_what_came_before_a_platform_failed_is_told_with_the_failure():
    broken = PlatformReport(at=NOW, found=9, brought=9, gap=GapKind.TOO_SLOW, said="It was slow.")
    text = told(("Bluesky", broken), top=9)
    assert text == "Skincare: Bluesky brought 9 more, all of them in your top ten. It was slow."


def test_nobody_and_nobody_who_matches_are_told_apart():
    nobody = PlatformReport(at=NOW)
    assert told(("Bluesky", nobody)) == "Skincare: Bluesky brought nobody."
    seen = PlatformReport(at=NOW, found=20)
    assert (
        told(("Bluesky", seen))
        == "Skincare: Bluesky brought nobody new who matches (20 looked at)."
    )


def test_words_of_a_platform_are_plain_text_in_the_message():
    hostile = PlatformReport(gap=GapKind.REFUSED, said="<!channel> *no*")
    assert "<!channel>" not in told(("Bluesky", hostile))
