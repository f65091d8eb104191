"""Names are taken out of texts wherever they stand as names, and nothing else is."""

import json
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.forgetting import (
    REMOVED,
    REMOVED_LINK,
    Mask,
    Names,
    bare_facts,
    fitting,
    is_ordinary,
    is_typed_name,
)

ANNA = Names(
    accounts=(("instagram", "annaglow"), ("youtube", "UCabcdefghijklmnopqrstuv")),
    handles=("annaglow", "Ána.Глow"),
    names=("Anna Glow", "Glow"),
    emails=("anna@glow.example",),
    links=("https://instagram.com/p/XyZ1",),
    codes=("ANNA15",),
    common=("glow",),
)
HANDLES = st.text(string.ascii_lowercase + string.digits + "._", min_size=3, max_size=20).filter(
    lambda one: one[0].isalnum() and one[-1].isalnum() and not is_ordinary(one)
)
TEXTS = st.text(string.ascii_letters + " .,:;!?()*<>|&-_#", max_size=60)


def test_handles_names_addresses_links_and_codes_go() -> None:
    mask = Mask(ANNA)
    said = {
        "Ask @annaglow!": f"Ask {REMOVED}!",
        "ANNAGLOW is late": f"{REMOVED} is late",
        "instagram:annaglow": REMOVED,
        "anna glow, live": f"{REMOVED}, live",
        "<https://www.instagram.com/annaglow/|@annaglow>": f"<{REMOVED_LINK}|{REMOVED}>",
        "https://instagram.com/p/XyZ1 is up": f"{REMOVED_LINK} is up",
        "with ANNA15 15 % off": f"with {REMOVED} 15 % off",
        "channel UCabcdefghijklmnopqrstuv": f"channel {REMOVED}",
        "@ána.глow on Mastodon": f"{REMOVED} on Mastodon",
    }
    assert {text: mask.text(text) for text in said} == said
    assert "glow" not in mask.text("write to Anna@glow.example now").lower()


def test_ordinary_words_stay_but_where_they_stand_as_a_handle() -> None:
    mask = Mask(Names(handles=("glow",), names=("Glow",), common=("glow",)))
    assert mask.text("Spring Glow for skin that glows") == "Spring Glow for skin that glows"
    assert mask.text("by @glow and instagram:glow") == f"by {REMOVED} and {REMOVED}"
    assert mask.text("https://instagram.com/glow/") == REMOVED_LINK
    assert mask.text("https://glow.example/shop?x=glowing") == "https://glow.example/shop?x=glowing"
    about_them = Mask(Names(handles=("glow",), common=("glow",)), about_them=True)
    assert about_them.text("Glow, 12k") == f"{REMOVED}, 12k"


def test_a_platforms_own_account_takes_no_other_link_along() -> None:
    mask = Mask(Names(handles=("instagram",), common=("instagram",)))
    link = "https://www.instagram.com/mara/p/1"
    assert mask.text(link) == link
    assert mask.value({"platform": "instagram"}) == {"platform": "instagram"}


@settings(max_examples=40, deadline=None)
@given(HANDLES, TEXTS, TEXTS)
def test_no_text_has_the_handle_as_a_word_afterwards(handle: str, before: str, after: str) -> None:
    mask = Mask(Names(handles=(handle,)))
    for said in (f"{before} @{handle} {after}", f"{before} {handle.upper()} {after}",
                 f"https://tiktok.com/@{handle}?x=1"):  # fmt: skip
        assert mask.finds(said)
        assert not mask.finds(mask.text(said))


@settings(max_examples=40, deadline=None)
@given(HANDLES, TEXTS)
def test_texts_without_the_name_stay_as_they_are(handle: str, text: str) -> None:
    mask = Mask(Names(handles=(handle,)))
    if handle.lower() not in text.lower():
        assert mask.text(text) == text


@settings(max_examples=40, deadline=None)
@given(HANDLES, st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_json_is_searched_as_it_is_stored(handle: str, value: object) -> None:
    mask = Mask(Names(handles=(handle, "müllerin")))
    said = {"a": value, "b": [f"by @{handle}"], "c": "Müllerin"}
    for raw in (json.dumps(said), json.dumps(said, ensure_ascii=False)):
        assert mask.json_finds(raw)
    assert not mask.json_finds(json.dumps(mask.value(said)))


@settings(max_examples=40, deadline=None)
@given(HANDLES, st.lists(TEXTS))
def test_a_message_keeps_its_shape_and_fits_where_it_stood(handle: str, texts: list[str]) -> None:
    before = {"blocks": [{"text": f"@{handle} {text}"} for text in texts], "n": 1}
    after = fitting(before, Mask(Names(handles=(handle,))).value(before, keys=False))
    assert len(after["blocks"]) == len(texts)
    for was, one in zip(before["blocks"], after["blocks"], strict=True):
        assert len(one["text"]) <= max(len(was["text"]), 75)


def test_what_the_record_says_of_them_is_that_it_was_done() -> None:
    said = {"note": "is late", "stage": "live", "amount": 3, "posts": None, "tags": ["vip", 2]}
    assert bare_facts(said) == {
        "note": REMOVED, "stage": "live", "amount": 3, "posts": None, "tags": [REMOVED, 2],
    }  # fmt: skip


def test_the_handle_is_typed_with_or_without_its_sign_and_case() -> None:
    assert is_typed_name(" @AnnaGlow ", ["annaglow"])
    assert not is_typed_name("", ["annaglow", ""])
    assert not is_typed_name("anna", ["annaglow"])
