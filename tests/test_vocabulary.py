"""The files of the vocabulary: sound, in eight languages, and read as people write."""

import re
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.niche import VOCABULARY, default_vocabulary
from domain.niche_file import LANGUAGES, files_of, read_tables, spellings
from domain.text import words

TABLES = read_tables(VOCABULARY)
HIDDEN, SHARED = TABLES.pop("not-a-niche"), TABLES.pop("shared")
NICHES = default_vocabulary().niches
FIRST_IDS = re.findall(
    r"[a-z-]+",
    "beauty skincare makeup haircare barber grooming nails fragrance clean-beauty k-beauty "
    "dermatology aesthetics tattoo fashion streetwear sneakers shoes mens-fashion plus-size "
    "modest-fashion vintage sustainable-fashion jewellery watches lingerie modeling luxury "
    "shopping health wellness self-care mental-health psychology medicine dental fitness "
    "bodybuilding crossfit yoga pilates meditation nutrition supplements weight-loss "
    "body-positivity womens-health disability food cooking baking vegan vegetarian gluten-free "
    "organic restaurants coffee wine drinks kitchen parenting motherhood fatherhood pregnancy baby "
    "kids toys lego family relationships wedding home interior-design furniture organising diy "
    "crafts sewing knitting gardening real-estate architecture pets dogs cats horses animals "
    "nature farming fishing travel luxury-travel budget-travel van-life digital-nomad city-guides "
    "outdoors hiking sports football american-football basketball cricket tennis golf baseball "
    "rugby volleyball combat-sports wrestling running cycling water-sports winter-sports "
    "skateboarding gymnastics motorsport gymwear beach entertainment humour memes film acting "
    "theatre celebrity music musicians hip-hop dj k-culture dance asmr anime animation cosplay "
    "gaming esports streaming board-games collectibles vlogging lifestyle students nightlife "
    "events art illustration photography film-making design books writing journalism podcasts "
    "education languages science space history museums news politics law activism lgbtq "
    "sustainability faith spirituality mystery business entrepreneurship marketing career finance "
    "personal-finance investing crypto self-improvement technology gadgets programming ai "
    "unboxing cars motorcycles aviation military adult alcohol-free gambling seniors",
)
SCRIPTS = {
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7a3]",
    "ar": r"[\u0600-\u06ff]",
}


def folded(spelling: str) -> str:
    return " ".join(words(spelling))


def test_there_are_some_250_niches_and_no_id_was_ever_changed() -> None:
    assert len(NICHES) >= 250
    assert set(FIRST_IDS) - set(NICHES) == set(), "briefs and saved searches know niches by id"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_niche_has_words_in_every_language_unless_it_says_that_there_are_none(language):
    without = {
        niche
        for niche, table in TABLES.items()
        if not table.get(language) and language not in table.get("without", ())
    }

    assert without == set()
    assert sum(1 for table in TABLES.values() if table.get(language)) >= 250


@pytest.mark.parametrize("language", SCRIPTS)
def test_words_of_a_language_are_in_its_script(language: str) -> None:
    for niche, table in TABLES.items():
        said = [one.strip() for one in str(table.get(language, "")).split(",") if one.strip()]
        own = [one for one in said if re.search(SCRIPTS[language], one)]
        assert len(own) >= min(1, len(said)), f"{niche}: {said}"


def test_no_phrase_names_two_niches_unless_it_is_declared() -> None:
    named = defaultdict(set)
    for niche, table in TABLES.items():
        for spelling in (*spellings(table), str(table["name"])):
            named[folded(spelling)].add(niche)
    named.pop("", None)
    twice = {phrase for phrase, niches in named.items() if len(niches) > 1}

    assert twice == {folded(word) for word in SHARED["words"]}


def test_what_is_hidden_names_no_niche() -> None:
    named = {folded(spelling) for table in TABLES.values() for spelling in spellings(table)}

    assert {folded(one) for one in spellings(HIDDEN)} & named - {""} == set()


def test_a_sign_of_a_niche_names_neither_it_nor_a_stranger() -> None:
    owners = defaultdict(set)
    for niche, table in TABLES.items():
        for spelling in spellings(table):
            owners[folded(spelling)].add(niche)
    for niche, table in TABLES.items():
        for sign in str(table.get("signs", "")).split(","):
            for owner in owners.get(folded(sign), ()):
                relatives = {*NICHES[niche].parents, *NICHES[niche].near}
                relatives |= {other for other in (owner,) if niche in
                              (*NICHES[owner].parents, *NICHES[owner].near)}  # fmt: skip
                assert owner != niche
                assert owner in relatives, f"{sign} is a sign of {niche} and names {owner}"


def test_every_niche_has_signs_and_every_key_of_a_table_is_known() -> None:
    keys = {"name", "parents", "near", "more", "signs", "without", *LANGUAGES}
    for niche, table in TABLES.items():
        assert set(table) <= keys, niche
        assert table.get("signs"), niche


def test_parents_and_neighbours_are_other_niches() -> None:
    for niche in NICHES.values():
        assert niche.id not in (*niche.parents, *niche.near)
        assert not set(niche.parents) & set(niche.near), niche.id


def test_the_files_are_read_in_the_order_of_their_names() -> None:
    names = [file.name for file in files_of(VOCABULARY)]

    assert names == sorted(names)
    assert names[0] == "00-words.toml"


@given(st.sampled_from(sorted(TABLES)), st.sampled_from(LANGUAGES), st.data())
def test_any_name_of_a_niche_in_any_language_finds_it(niche, language, data) -> None:
    said = [one.strip() for one in str(TABLES[niche].get(language, "")).split(",") if one.strip()]
    if not said:
        return
    phrase = data.draw(st.sampled_from(said))

    found = default_vocabulary().find(words(phrase.lstrip("=~")))

    assert niche in {one for match in found for one in match.niches}, phrase
