"""Folding and splitting text for search."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import MAX_CHARACTERS, MAX_WORD, fold, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Crème BRÛLÉE", "creme brulee"),
        ("Straße", "strasse"),
        ("ＡＢＣ１２", "abc12"),
        ("𝓢𝓴𝓲𝓷𝓬𝓪𝓻𝓮", "skincare"),
        ("ᴛʀᴀᴠᴇʟ", "travel"),
        ("Łódź Øre Æsop İstanbul ılık", "lodz ore aesop istanbul ilik"),
        ("Ёлка", "елка"),
        ("skin\u200bcare\ufeff", "skincare"),
        ("مُحَمَّد", "محمد"),
        ("ガール", "ガール"),
        ("한국", "한국"),
    ],
)
def test_accents_case_width_and_decoration_are_folded_away(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_voicing_marks_of_kana_stay_because_words_differ_by_them() -> None:
    assert fold("か") != fold("が")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_how_accents_are_encoded_does_not_matter(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)  # type: ignore[arg-type]


@given(st.text(alphabet=st.characters(codec="latin-1")))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower())


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("Skin-care, #SkinCare & L'Oréal!", ["skin", "care", "skincare", "l", "oreal"]),
        ("anna_skincare.2024", ["anna", "skincare", "2024"]),
        ("🎉✨", []),
        ("東京都", ["東京", "京都"]),
        ("美", ["美"]),
        ("スキンケア skin", ["スキ", "キン", "ンケ", "ケア", "skin"]),
        ("東京2024tokyo", ["東京", "2024tokyo"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("Уход за кожей", ["уход", "за", "кожеи"]),
        ("مكياج و موضة", ["مكياج", "و", "موضه"]),
    ],
)
def test_text_is_split_into_folded_words_and_unspaced_scripts_into_pairs(
    written: str, split: list[str]
) -> None:
    assert words(written) == split


def test_thai_is_split_so_that_a_word_inside_a_sentence_is_found() -> None:
    sentence, word = words("ฉันชอบแต่งหน้า"), words("แต่งหน้า")

    places = range(len(sentence) - len(word) + 1)
    assert any(sentence[at : at + len(word)] == word for at in places)


@given(st.text())
def test_words_are_folded_bounded_and_never_empty(text: str) -> None:
    for word in words(text):
        assert word
        assert len(word) <= MAX_WORD
        assert fold(word) == word
        assert " " not in word


@given(st.lists(st.text(alphabet="abcäßžé界ガ0", min_size=1, max_size=8), max_size=8))
def test_what_is_asked_word_by_word_is_what_was_stored_as_one_text(parts: list[str]) -> None:
    assert words(" ".join(parts)) == [word for part in parts for word in words(part)]


def test_very_long_text_is_cut() -> None:
    assert len(words("ab " * MAX_CHARACTERS)) <= MAX_CHARACTERS
    assert words("é" * 200) == ["e" * MAX_WORD]
    assert words("e" * 200) == ["e" * MAX_WORD]
