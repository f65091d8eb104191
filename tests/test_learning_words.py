"""Words that a workspace's own creators use: learned, counted for less, and shown as such."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform, ProfileSnapshot
from domain.learning import FEWEST_CREATORS, Said, learn, log_likelihood_ratio, said_by
from domain.niche import LEARNED, SIGNS, default_vocabulary
from domain.part import PartName
from storage import index, learning, profile_store, profiles, search
from storage.models import Learning
from storage.search import Criteria, Term

VOCABULARY = default_vocabulary()
FILLER = ("london", "honest", "daily", "collab", "sunday", "again", "lately", "every")


def people(total: int, using: int, fitting: int, others: int = 0) -> list[Said]:
    """`using` creators say "glowgang", `fitting` of them are about skincare, `others` are too."""
    said = [
        Said(frozenset({"glowgang", FILLER[n % 8]}), frozenset({"skincare"} if n < fitting else ()))
        for n in range(using)
    ]
    rest = total - using
    return said + [
        Said(frozenset({FILLER[n % 8]}), frozenset({"skincare"} if n < others else {"cars"}))
        for n in range(rest)
    ]


def learned(said: list[Said], before: dict[str, str] | None = None) -> dict[str, str]:
    return {one.word: one.niche for one in learn(said, before or {})}


def test_a_word_that_goes_with_a_niche_is_learned() -> None:
    assert learned(people(400, using=20, fitting=18, others=20)) == {"glowgang": "skincare"}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("too few creators", people(FEWEST_CREATORS - 1, using=20, fitting=18)),
        ("too few use it", people(400, using=7, fitting=7)),
        ("most who use it are about something else", people(400, using=20, fitting=9)),
        ("the niche is everybody's anyway", people(400, using=20, fitting=12, others=200)),
        ("everybody uses it", people(400, using=200, fitting=180)),
    ],
)
def test_a_word_is_not_learned_from_a_coincidence(why: str, said: list[Said]) -> None:
    assert "glowgang" not in learned(said), why


def test_what_was_learned_is_kept_a_little_longer_than_it_takes_to_learn_it() -> None:
    said = people(400, using=20, fitting=11, others=20)

    assert learned(said) == {}
    assert learned(said, {"glowgang": "skincare"}) == {"glowgang": "skincare"}


COUNTS = st.integers(0, 10_000)


@given(st.tuples(st.tuples(COUNTS, COUNTS), st.tuples(COUNTS, COUNTS)))
def test_the_ratio_is_never_negative_and_the_same_for_both_sides(table) -> None:
    if not sum(map(sum, table)):
        return
    turned = tuple(zip(*table, strict=True))

    assert log_likelihood_ratio(table) >= 0
    assert log_likelihood_ratio(table) == pytest.approx(log_likelihood_ratio(turned), abs=1e-6)


def test_the_ratio_of_an_independent_table_is_nothing_and_dunnings_example_is_his() -> None:
    assert log_likelihood_ratio(((10, 90), (100, 900))) == pytest.approx(0, abs=1e-9)
    # T. Dunning (1993), table 2: "the swiss"
    assert log_likelihood_ratio(((110, 2442), (111, 29114))) == pytest.approx(270.72, abs=0.01)


def test_words_of_niche_names_signs_and_names_of_people_are_not_learned() -> None:
    texts = {"bio": "Skin care and retinol with Glowgang 2024", "display_name": "Annabelle Quill"}

    said = said_by([texts], ["Vegan treats", "Topfan"], VOCABULARY)

    assert said.niches == {"skincare", "vegan"}
    assert said.words == {"with", "glowgang", "topfan"} | {"treats"}


def test_a_learned_word_counts_less_than_a_sign_and_a_sign_less_than_a_name() -> None:
    taught = {"glowgang": "skincare"}
    of = {
        bio: VOCABULARY.judge({"bio": bio}, taught)[0].relevance
        for bio in ("glowgang", "retinol", "skincare")
    }

    assert of["glowgang"] == LEARNED[0] < of["retinol"] == SIGNS[0] < of["skincare"]


BIOS = st.lists(st.sampled_from(["glowgang", "retinol", "spf 50", "niacinamide", "skincare", "x"]))


@given(BIOS, st.sampled_from(["glowgang", "retinol", "skincare"]))
def test_one_more_word_of_a_niche_never_makes_it_less_relevant(bio: list[str], more: str) -> None:
    taught = {"glowgang": "skincare"}

    def relevance(said: list[str]) -> int:
        found = VOCABULARY.judge({"bio": " ".join(said)}, taught)
        return next((one.relevance for one in found if one.niche == "skincare"), 0)

    assert relevance([*bio, more]) >= relevance(bio)


def test_posts_that_name_a_niche_often_count_more_but_less_than_a_bio() -> None:
    def relevance(*posts: str) -> int:
        return VOCABULARY.judge({"posts": "\n".join(posts)})[0].relevance

    once, often = relevance("my skincare"), relevance(*["skincare again"] * 20)

    assert once < relevance("skincare", "skincare") < often
    assert often < VOCABULARY.judge({"bio": "skincare"})[0].relevance


def profile(handle: str, bio: str, **facts) -> ProfileSnapshot:
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM, handle=handle, bio=bio, source="import:list.csv", **facts
    )


@pytest.fixture
def taught(slack):
    """A workspace where "glowgang" goes with skincare, and one who writes nothing else."""
    crowd = [profile(f"skin{n}", "skincare glowgang") for n in range(30)]
    crowd += [profile(f"car{n}", f"cars and engines {FILLER[n % 8]}") for n in range(200)]
    with slack.writing() as tx:
        found = [*crowd, profile("hidden", "proud glowgang member")]
        profile_store.store(tx, found, VOCABULARY, index.pools(tx))
    return slack


def skincare(slack) -> dict[str, int]:
    """Relevance by handle, as a search has it."""
    with slack.reading() as tx:
        asked = Criteria(groups=((Term(niche="skincare"),),))
        found = search.top(tx, asked, dt.date(2026, 1, 1), limit=300)
        known = profiles.current(tx, [one.profile_id for one in found])
    return {known[one.profile_id].snapshot.handle: one.parts[PartName.NICHE] or 0 for one in found}


def test_somebody_who_never_writes_the_niche_is_found_by_a_learned_word_and_it_is_said(taught):
    assert "hidden" not in skincare(taught)

    taught.tick()
    taught.settle()

    relevance = skincare(taught)
    assert relevance["hidden"] == LEARNED[0]
    assert max(relevance.values()) > relevance["hidden"]
    shown = taught.text_of(taught.command("ana", "find skincare member"))
    assert "@hidden" in shown
    assert (
        "from “glowgang” in the bio, a word that often goes with Skincare among your creators"
        in shown
    )


def test_search_and_explanation_agree_to_the_last_digit_on_what_was_learned(taught):
    learning.run(taught.bot.services.database, taught.workspace_id, VOCABULARY)

    ranked = skincare(taught)
    with taught.reading() as tx:
        words = index.pools(tx).learned
        found = profiles.find_keys(tx, [("instagram", handle) for handle in ranked])
        known = profiles.known(tx, list(found.values()))
    assert words == {"glowgang": "skincare"}
    for one in known.values():
        judged = VOCABULARY.expand(VOCABULARY.judge(index.texts_of(one), words))
        assert ranked[one.handle] == next(m.relevance for m in judged if m.niche == "skincare")


def test_what_is_no_longer_so_is_unlearned_everywhere(taught):
    database = taught.bot.services.database
    learning.run(database, taught.workspace_id, VOCABULARY)
    with taught.writing() as tx:
        changed = [
            profile(f"skin{n}", "cars glowgang", as_of=dt.date(2027, 1, 1)) for n in range(30)
        ]
        profile_store.store(tx, changed, VOCABULARY, index.pools(tx))

    learning.run(database, taught.workspace_id, VOCABULARY)

    assert "hidden" not in skincare(taught)
    with taught.reading() as tx:
        assert "skincare" not in index.pools(tx).learned.values()


def test_learning_twice_judges_nobody_twice(taught):
    database = taught.bot.services.database

    assert learning.run(database, taught.workspace_id, VOCABULARY) > 0
    assert learning.run(database, taught.workspace_id, VOCABULARY) == 0
    with taught.reading() as tx:
        assert learning.due(tx, VOCABULARY) is None


def test_rows_that_another_vocabulary_judged_are_judged_anew(taught):
    database = taught.bot.services.database
    learning.run(database, taught.workspace_id, VOCABULARY)
    with taught.writing() as tx:
        tx.session.get_one(Learning, taught.workspace_id).vocabulary = "an older one"
    with taught.reading() as tx:
        assert learning.due(tx, VOCABULARY) is not None

    assert learning.run(database, taught.workspace_id, VOCABULARY) == 231


def test_a_learning_that_was_killed_is_finished_by_the_next(taught):
    database = taught.bot.services.database
    learning.run(database, taught.workspace_id, VOCABULARY)
    with taught.writing() as tx:  # as it is when killed before anybody was judged anew
        one = tx.session.get_one(Learning, taught.workspace_id)
        one.changed = ["glowgang"]
        keys = profiles.find_keys(tx, [("instagram", "hidden")])
        profile_store.reindex(tx, list(keys.values()), VOCABULARY, index.Pools())
    assert "hidden" not in skincare(taught)
    with taught.reading() as tx:
        assert learning.due(tx, VOCABULARY) is not None

    learning.run(database, taught.workspace_id, VOCABULARY)

    assert skincare(taught)["hidden"] == LEARNED[0]
