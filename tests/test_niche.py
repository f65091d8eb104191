"""The niche vocabulary and how it judges creators."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.niche import Vocabulary, default_vocabulary
from domain.niche_match import FULL, NicheMatch, spoken
from domain.text import words

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "creators"
VOCABULARY = default_vocabulary()
TEXTS = st.dictionaries(
    st.sampled_from(["category", "tags", "bio", "display_name", "handle"]),
    st.lists(
        st.sampled_from(
            ["skincare", "vegan", "travel", "mum of two", "Yoga", "pão", "美容", "hello"]
        ),
        max_size=5,
    ).map(" | ".join),
)


def asked(text: str) -> list[str]:
    """The niches that words name when somebody asks for them."""
    return [match.niches[0] for match in VOCABULARY.find(words(text))]


def judged(**texts: str) -> dict[str, int]:
    return {match.niche: match.relevance for match in VOCABULARY.judge(texts)}


@pytest.mark.parametrize(
    "written",
    [
        "skin care", "skincare", "Skin-Care", "#skincare", "cuidado de la piel",
        "cuidados com a pele", "soins de la peau", "Hautpflege", "スキンケア", "护肤",
        "уход за кожей", "skincareroutine", "cuidadodelapiel", "𝓢𝓴𝓲𝓷𝓬𝓪𝓻𝓮",
    ],
)  # fmt: skip
def test_skincare_is_found_in_every_spelling_and_language(written: str) -> None:
    assert asked(written) == ["skincare"]


@pytest.mark.parametrize(
    ("label", "niches"),
    [
        ("Music & Dance", {"music", "dance"}),
        ("Sports with a ball", {"sports"}),
        ("Cinema & Actors/actresses", {"film", "acting"}),
        ("Film & Animation", {"film", "animation"}),
        ("Howto & Style", {"beauty", "fashion", "diy"}),
        ("Modeling", {"modeling"}),
        ("Video games", {"gaming"}),
        ("Clothing & Outfits", {"fashion"}),
        ("Humor & Fun & Happiness", {"humour"}),
        ("Machinery & Technologies", {"technology"}),
        ("News & Politics", {"news", "politics"}),
        ("Trainers & Coaches", {"fitness"}),
    ],
)
def test_the_categories_of_common_tools_are_understood(label: str, niches: set[str]) -> None:
    assert {match.niche for match in VOCABULARY.judge({"category": label})} == niches


@pytest.mark.skipif(not DATA.is_dir(), reason="the sample exports are not beside the repository")
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("ig_ramjas_alt.csv", ["category_1", "category_2"]),
        ("ig_ramjas_dec2022.csv", ["Category_1", "Category_2"]),
        ("yt_ramjas_v1.csv", ["Category"]),
        ("yt_topSubscribed.csv", ["Category"]),
    ],
)
def test_every_category_in_real_exports_has_a_niche(name: str, columns: list[str]) -> None:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        labels = {
            (row.get(column) or "").strip() for row in csv.DictReader(file) for column in columns
        }

    assert len(labels) > 15
    unknown = {label for label in labels if label and not VOCABULARY.judge({"category": label})}
    assert {label for label in unknown if not label.startswith("http")} == set()


@pytest.mark.parametrize(
    ("bio", "niches"),
    [
        ("Skin cancer charity run", {"charity"}),
        ("business inquiries: anna@example.com", set()),
        ("Book now! The art of living at home", set()),
        ("role model, food for thought", set()),
        ("Mum of two · vegan recipes · Porto", {"motherhood", "vegan"}),
        ("Business coach for freelancers", {"business", "freelancing"}),
        ("j'ai dans le coeur", set()),
    ],
)
def test_a_bio_is_read_by_phrases_and_not_by_every_word_in_it(bio: str, niches: set[str]) -> None:
    assert set(judged(bio=bio)) == niches


def test_a_category_counts_more_than_a_bio_and_a_bio_more_than_a_handle_alone() -> None:
    category, bio = judged(category="Skincare"), judged(bio="skincare every day")
    token, glued = judged(handle="anna_skincare"), judged(handle="annaskincare")

    assert category["skincare"] == FULL
    assert category["skincare"] > bio["skincare"] > token["skincare"] > glued["skincare"] > 0


def test_a_name_is_weak_where_what_else_is_known_says_other_things_or_nothing() -> None:
    """People are called Styles, Baker and Gamer."""
    alone = judged(display_name="Harry Styles")["fashion"]
    silent = judged(display_name="Harry Styles", bio="out now")["fashion"]
    against = judged(display_name="Harry Styles", category="Music")["fashion"]
    agreed = judged(display_name="Anna Styles", bio="fashion every day")["fashion"]

    assert agreed > judged(bio="fashion every day")["fashion"] > alone > silent > against > 0
    assert against < judged(bio="retinol, spf 50")["skincare"], "signs tell more than such a name"


def test_a_name_agrees_with_wider_and_neighbouring_niches_too() -> None:
    with_parent = judged(handle="anna_skincare", bio="All about beauty")
    assert with_parent["skincare"] == 7_500


def test_a_match_says_where_nothing_but_the_name_tells() -> None:
    kinds = {
        match.niche: match.kind
        for match in VOCABULARY.judge({"display_name": "Harry Styles", "category": "Music"})
    }
    assert kinds == {"fashion": "name", "music": "named"}


@given(TEXTS)
def test_what_a_name_says_never_outweighs_the_same_said_elsewhere(texts: dict[str, str]) -> None:
    """Whatever else is known: a niche that only names tell counts less than in a bio."""
    for match in VOCABULARY.judge(texts):
        if match.kind == "name":
            assert match.source in ("display_name", "handle")
            assert match.relevance < 7_000


def test_a_niche_named_in_two_places_counts_a_little_more() -> None:
    assert judged(bio="skincare", handle="anna_skincare")["skincare"] > max(
        judged(bio="skincare")["skincare"], judged(handle="anna_skincare")["skincare"]
    )


def test_what_people_are_called_is_no_niche() -> None:
    assert judged(display_name="Christian Baker", handle="cristiano") == {}
    assert "baking" in judged(bio="Baker in Lyon")


def test_a_match_says_where_and_in_which_words_it_was_seen() -> None:
    match = VOCABULARY.judge({"bio": "J'aime les Soins de la Peau ✨"})[0]

    assert match == NicheMatch("skincare", 7_000, "bio", "soins de la peau")


def test_evidence_in_an_unspaced_script_reads_as_it_was_written() -> None:
    assert VOCABULARY.judge({"bio": "東京のスキンケア好き"})[0].evidence == "スキンケア"
    assert spoken(["a", "東京", "京都", "b"]) == "a 東京都 b"


def test_parents_and_neighbours_are_added_at_less_and_marked_so() -> None:
    found = {m.niche: m for m in VOCABULARY.expand(VOCABULARY.judge({"category": "Skincare"}))}

    assert found["skincare"].relation is None
    assert (found["beauty"].relevance, found["beauty"].relation) == (7_000, "parent")
    assert (found["makeup"].relevance, found["makeup"].relation) == (4_000, "near")
    assert found["makeup"].via == "skincare"


@given(TEXTS)
def test_expanding_keeps_what_was_seen_and_adds_only_less(texts: dict[str, str]) -> None:
    judged_matches = VOCABULARY.judge(texts)
    expanded = VOCABULARY.expand(judged_matches)

    assert set(judged_matches) <= set(expanded)
    assert len({match.niche for match in expanded}) == len(expanded)
    relevance = {match.niche: match.relevance for match in judged_matches}
    for match in expanded:
        assert 0 < match.relevance <= FULL
        if match.via is not None:
            assert match.niche not in relevance
            assert match.relevance < relevance[match.via]


@given(TEXTS, st.sampled_from(["category", "tags", "bio", "display_name", "handle"]))
def test_one_more_place_that_names_a_niche_never_lowers_it(
    texts: dict[str, str], source: str
) -> None:
    before = judged(**texts).get("vegan", 0)
    more = {**texts, source: f"{texts.get(source, '')} | vegan"}

    assert judged(**more)["vegan"] >= before


@given(st.dictionaries(st.sampled_from(["category", "bio", "handle"]), st.text()))
def test_any_text_is_judged_without_error(texts: dict[str, str]) -> None:
    for match in VOCABULARY.expand(VOCABULARY.judge(texts)):
        assert match.niche in VOCABULARY.niches


@given(
    st.lists(st.sampled_from(["skin", "care", "vegan", "hello", "mum", "of", "two"]), max_size=9)
)
def test_matches_never_overlap_and_are_the_words_they_claim(tokens: list[str]) -> None:
    end = 0
    for match in VOCABULARY.find(tokens):
        assert end <= match.start < match.end <= len(tokens)
        assert VOCABULARY.longest_at(tokens, match.start) == match
        end = match.end


def test_the_vocabulary_covers_the_trade_in_five_languages() -> None:
    assert len(VOCABULARY.niches) >= 190
    for said in ("recetas veganas", "viagens", "randonnée", "heimwerken", "fotografía"):
        assert asked(said), said


def test_every_niche_is_found_by_its_own_name() -> None:
    for niche in VOCABULARY.niches.values():
        found = {each for match in VOCABULARY.find(words(niche.name)) for each in match.niches}
        assert niche.id in found, niche.name


@pytest.mark.parametrize(
    ("niches", "complaint"),
    [
        ('[a]\nname = "A"\nparents = ["b"]', "not in the file"),
        ('[a]\nname = "A"\nparents = ["b"]\n[b]\nname = "B"\nparents = ["a"]', "ancestor"),
        ("[a\n", "TOML|Expected|expected"),
    ],
)
def test_a_broken_vocabulary_is_refused(tmp_path: Path, niches: str, complaint: str) -> None:
    path = tmp_path / "niches.toml"
    path.write_text(niches, encoding="utf-8")

    with pytest.raises(ValueError, match=complaint):
        Vocabulary.load(path)


def test_a_niche_without_creators_has_wider_ones_to_offer() -> None:
    assert VOCABULARY.wider("k-beauty")[0] == "skincare"


@pytest.mark.parametrize(
    ("typed", "meant"), [("skincrae", "skincare"), ("fitnes", "fitness"), ("qqqqqq", None)]
)
def test_a_mistyped_niche_is_guessed(typed: str, meant: str | None) -> None:
    assert VOCABULARY.suggest(typed) == meant


def test_thousands_of_profiles_are_judged_in_a_second() -> None:
    texts = {
        "category": "Beauty",
        "bio": "Clean skincare & travel | mum of two | say hi: anna@example.com",
        "handle": "anna_skincare",
        "display_name": "Anna Miller",
    }

    started = time.process_time()
    for _ in range(1_000):
        VOCABULARY.judge(texts)

    assert time.process_time() - started < 0.5, "under 2,000 profiles a second"
