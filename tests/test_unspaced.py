"""Niches in text whose words run together: found where they stand, and not inside others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.niche import default_vocabulary
from domain.text import words
from domain.unspaced import overlaps, stands

VOCABULARY = default_vocabulary()


def judged(text: str) -> set[str]:
    return {match.niche for match in VOCABULARY.judge({"bio": text})}


@pytest.mark.parametrize(
    ("text", "niches"),
    [
        ("東京のスキンケア好き", {"skincare"}),
        ("スキンケアアドバイザーです", {"skincare"}),
        ("スキーが好き", {"winter-sports"}),
        ("ウイスキーが好き", {"spirits"}),
        ("トランペットとカーペット", set()),
        ("社内ガイダンス", set()),
        ("マンチェスター在住", set()),
        ("アニメーションが好き", {"animation"}),
        ("猫と暮らす", {"cats"}),
        ("日本が好き", set()),
        ("本が好き", {"books"}),
        ("스킨케어를 기록해요", {"skincare"}),
        ("데일리메이크업", {"makeup"}),
        ("요가를 사랑해요", {"yoga"}),
        ("도움이 필요가 없다", set()),
        ("위스키 한 잔", {"spirits"}),
        ("국내여행을 기록", {"travel"}),
        ("책을 읽어요", {"books"}),
        ("편집을 합니다", set()),
        ("والعناية بالبشرة", {"skincare"}),
        ("عناية بالبشره", {"skincare"}),
        ("ومكياج", {"makeup"}),
        ("بمكياج", {"makeup"}),
        ("والفن", {"art"}),
        ("قهوتي", {"coffee"}),
        ("كفن", set()),
        ("والدي", set()),
        ("서울카페투어", {"coffee"}),
        ("홈카페일기", {"coffee"}),
        ("데일리코디기록", {"fashion"}),
        ("도움이 필요가있다", set()),
        ("ホットヨガ", {"yoga"}),
        ("プチプラコスメ", {"beauty", "fashion"}),
        ("フランスパン作り", {"baking"}),
        ("シャンパンとハスキー", set()),
        ("猫ちゃん", {"cats"}),
        ("الأزياء والموضة", {"fashion"}),
        ("اَلسَّفَر", {"travel"}),
    ],
)
def test_a_niche_is_found_where_its_word_stands_and_not_inside_another(
    text: str, niches: set[str]
) -> None:
    assert judged(text) == niches


def test_a_single_character_is_shown_without_what_follows_it() -> None:
    assert VOCABULARY.judge({"bio": "猫ちゃん"})[0].evidence == "猫"
    assert VOCABULARY.judge({"bio": "책을 읽어요"})[0].evidence == "책"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("العناية", "عناية"),
        ("بالبشرة", "البشرة"),
        ("والبشرة", "بشرة"),
        ("للبشرة", "بشره"),
        ("أزياء", "ازياء"),
        ("مُدَوِّنَة", "مدونه"),
        ("الالماني", "ألماني"),
    ],
)
def test_articles_vowel_signs_and_hamzas_make_no_difference_in_arabic(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize("kept", ["الم", "بالي", "كان", "والد", "لله", "ال"])
def test_a_short_arabic_word_is_not_cut_to_nothing(kept: str) -> None:
    assert all(len(word) >= 2 for word in words(kept))


@given(st.text(alphabet="الوبفكةيىأإآسمرن", min_size=1, max_size=9))
def test_splitting_arabic_twice_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


UNSPACED = st.text(alphabet="スキンケアウヨガー東京都美容猫が요가필여행을책 ", max_size=14)


@given(UNSPACED)
def test_matches_in_unspaced_text_never_share_a_character(text: str) -> None:
    tokens = words(text)
    end = -1
    for match in VOCABULARY.find(tokens):
        assert match.start >= end
        if match.start == end:
            assert not overlaps(tokens, match.start)
        end = match.end


@given(st.sampled_from(["スキンケア", "필라테스", "메이크업", "ガーデニング"]), UNSPACED, UNSPACED)
def test_a_long_word_is_found_wherever_it_stands_between_spaces(word, before, after) -> None:
    niches = judged(word)

    assert niches
    assert niches <= judged(f"{before} {word} {after}")


@given(UNSPACED, st.integers(1, 4))
def test_whether_a_word_stands_can_be_asked_of_any_place(text: str, letters: int) -> None:
    tokens = words(text)
    for start in range(len(tokens)):
        for end in range(start + 1, len(tokens) + 1):
            assert stands(tokens, start, end, letters) in (True, False)


@pytest.mark.parametrize(
    "asked", ["cuidado de la piel", "スキンケア", "스킨케어", "العناية بالبشرة", "عناية بالبشرة"]
)
def test_a_niche_asked_for_in_any_language_is_understood(asked: str) -> None:
    from domain.preferences import Preferences
    from domain.query import Kind, parse

    assert parse(asked, VOCABULARY, Preferences().tier_bands).values(Kind.NICHE) == ("skincare",)
