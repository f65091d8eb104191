"""What a post that was read says: is it disclosed, and has it what the brief asks for?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform
from domain.disclosure import Verdict
from domain.post_reading import LABELLED, PostAsked, PostShown, disclosure_of, lacking


def shown(text: str = "", **more: object) -> PostShown:
    return PostShown.model_validate({"key": "k", "source": "s", "text": text, **more})


@pytest.mark.parametrize(
    ("text", "links", "missing"),
    [
        ("#ad with @glow #GlowUp glow.example/serum", (), ()),
        ("with @glow and #glowup", (), ("https://www.glow.example/serum/?c=1",)),
        ("#glowups by @glowing", (), ("@glow", "#glowup", "https://www.glow.example/serum/?c=1")),
        ("me@glow.example/serum", (), ("@glow", "#glowup")),
        ("@GLOW, #GlowUp!", ("https://glow.example/serum?code=ANNA",), ()),
        (
            "@glow #glowup",
            ("https://glow.example/other",),
            ("https://www.glow.example/serum/?c=1",),
        ),
    ],
)
def test_what_the_brief_asks_for_and_the_post_has_not_is_named(text, links, missing):
    wanted = ("@glow", "#glowup")
    assert (
        lacking(shown(text, links=links), wanted, "https://www.glow.example/serum/?c=1") == missing
    )


@given(st.text(), st.lists(st.from_regex(r"[@#][a-z0-9_]{1,12}", fullmatch=True), max_size=4))
def test_a_post_that_ends_with_all_tags_lacks_none(text, tags):
    assert lacking(shown(f"{text}\n{' '.join(tags)}"), tuple(tags), "") == ()


def test_a_platforms_own_label_and_a_title_disclose_too():
    assert disclosure_of(shown("nothing", labelled=True), Platform.YOUTUBE).reason == LABELLED
    titled = shown("first line", title="My routine #ad")
    assert disclosure_of(titled, Platform.YOUTUBE).verdict is Verdict.DISCLOSED
    later = shown("1\n2\n3\n#ad", title="My routine")
    assert disclosure_of(later, Platform.YOUTUBE).verdict is Verdict.TOO_LATE


def test_a_posts_code_is_the_end_of_its_key():
    asked = PostAsked(key="mastodon:a.example/123", url="https://x", platform=Platform.MASTODON)
    assert asked.code == "123"
    assert asked.model_copy(update={"key": "youtube:ab-c"}).code == "ab-c"
