"""The search against a plain reading of its rules, on both databases, for any criteria.

`Plain` below decides for each profile in Python what the search decides in SQL. Both must find the
same creators in the same order with the same parts, and so must both databases.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot.demo import demo_profiles
from domain.audience import Wanted
from domain.creator import Money, Platform
from domain.exclusion import never_word_in
from domain.fit import Weights
from domain.money import to_minor
from domain.niche import default_vocabulary
from domain.part import PartName
from domain.text import words
from handlers.fit_facts import fit_of_ranked
from storage import brands, index, lists, profile_store, profiles, relationships, search, workspaces
from storage import creators as creators_storage
from storage.database import Database
from storage.models import (
    Creator,
    Feedback,
    ListMember,
    NicheRow,
    Partnership,
    Person,
    Profile,
    Relationship,
    Tag,
)
from storage.phrases import phrase_texts
from storage.pools import refresh_pools
from storage.search import Criteria, Term
from tests import postgres
from tests.beginnings import EMPTY, postgres_beginning, sqlite_beginning

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
HOW_MANY = 90
VOCABULARY = default_vocabulary()
NICHES = ("skincare", "beauty", "makeup", "food", "vegan", "fitness", "running", "travel")
WORDS = ("sensitive", "trains", "otto", "creator", "backen", "runner")
CHECKED = settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a search is slow to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Scene:
    """The same creators in one or two databases, and in memory."""

    databases: tuple[Database, ...]
    workspace_id: int
    facts: dict[int, "Facts"] = field(default_factory=dict)

    def facts_of(self, tx, database: Database) -> "Facts":
        if id(database) not in self.facts:
            self.facts[id(database)] = Facts(tx)
        return self.facts[id(database)]


def fill(database: Database) -> int:
    """The same rows in whatever database; gives the workspace's number."""
    workspace_id = workspaces.ensure(database, "", "T-search").id or 0
    with database.writing(workspace_id) as tx:
        profile_store.store(tx, demo_profiles(TODAY)[:HOW_MANY], VOCABULARY, index.Pools())
    refresh_pools(database, workspace_id)
    with database.writing(workspace_id) as tx:
        session = tx.session
        session.add(Person(workspace_id=workspace_id, slack_user_id="U1"))
        session.flush()
        creators = sorted(session.execute(Creator.__table__.select()).scalars())
        for first, second in zip(creators[0:20:2], creators[1:20:2], strict=True):  # two profiles
            session.execute(
                update(Profile).where(Profile.creator_id == second).values(creator_id=first)
            )
            session.execute(
                update(NicheRow).where(NicheRow.creator_id == second).values(creator_id=first)
            )
            session.execute(delete(Creator).where(Creator.id == second))
        there = [number for number in creators if number not in creators[1:20:2]]
        brand_ids = [None, *(brands.create(tx, name, None).id for name in ("Aqua", "Bark"))]
        for at, number in enumerate(there):
            for brand_id in brand_ids[: at % 4] if at % 3 == 0 else ():
                done = Partnership(
                    workspace_id=workspace_id, creator_id=number, brand_id=brand_id, owner_id=1,
                    stage="done", created_at=NOW, updated_at=NOW,
                )  # fmt: skip
                session.add(done)
                session.flush()
                session.add(
                    Feedback(workspace_id=workspace_id, partnership_id=done.id,
                             rating=1 + (at + (brand_id or 0)) % 5, created_at=NOW)
                )  # fmt: skip
            if at % 13 == 0:  # approved, but no work has begun
                session.add(
                    Partnership(workspace_id=workspace_id, creator_id=number, owner_id=1,
                                stage="approved", created_at=NOW, updated_at=NOW)
                )  # fmt: skip
            if at % 5 == 0:
                creators_storage.add_tag(tx, number, "VIP", None)
            if at % 11 == 0:
                session.execute(update(Creator).where(Creator.id == number).values(owner_id=1))
        session.flush()
        relationships.refresh(tx, there)
        spring = lists.create(tx, "Spring", None)
        lists.add(tx, spring, there[::4])
    return workspace_id


@pytest.fixture(scope="module")
def scene(session_folder: Path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    urls = [sqlite_beginning(EMPTY, session_folder, folder).database_url]
    if postgres.missing_reason() is None:
        urls.append(postgres_beginning(EMPTY, session_folder).database_url)
    databases = tuple(Database(url, lambda: NOW) for url in urls)
    numbers = {fill(database) for database in databases}
    yield Scene(databases, numbers.pop())
    for database in databases:
        database.close()
    for url in urls[1:]:
        postgres.drop_database(url)


some = st.booleans
PHRASES = (
    ("demo", "creator"), ("creator", "demo"), ("small", "flat"), ("yoga", "home"),
    ("mobility", "at", "home"), ("small", "creator"), ("games", "budget"),
)  # fmt: skip
phrases = st.sampled_from(PHRASES)
terms = st.one_of(
    st.sampled_from(NICHES).map(lambda niche: Term(niche=niche)),
    st.sampled_from(WORDS).map(lambda word: Term(words=(word,))),
    st.permutations(WORDS).map(lambda both: Term(words=tuple(both[:2]))),
    phrases.map(lambda phrase: Term(words=phrase)),
)
groups = st.lists(st.lists(terms, min_size=1, max_size=3, unique=True).map(tuple), max_size=2)
countries = st.frozensets(st.sampled_from(["DE", "US", "ES", "FR", "BR", "GB"]), max_size=4)
languages = st.frozensets(st.sampled_from(["de", "en", "es", "pt"]), max_size=3)
ends = st.one_of(st.none(), st.integers(0, 300_000))
weights = st.one_of(
    st.just(Weights()),
    st.builds(
        Weights,
        **{name: st.integers(0, 60) for name in Weights.model_fields},
    ),
)
any_criteria = st.builds(
    Criteria,
    groups=groups.map(tuple),
    platforms=st.frozensets(st.sampled_from(Platform).map(str), max_size=1)
    | st.frozensets(st.sampled_from(["instagram", "tiktok", "youtube"]), max_size=2),
    countries=countries | st.just(frozenset()),
    languages=languages | st.just(frozenset()),
    audience_countries=st.just(frozenset()) | countries,
    followers=st.lists(st.tuples(ends, ends), max_size=2).map(tuple),
    followers_range=st.none() | st.tuples(ends, ends),
    rate_from=st.none() | st.sampled_from([0.01, 0.03]),
    rate_below=st.none() | st.sampled_from([0.05, 0.2]),
    price=st.none()
    | st.sampled_from([100, 350, 2_000]).map(
        lambda amount: Money(amount=Decimal(amount), currency="EUR")
    ),
    price_rates=st.sampled_from([{}, {"USD": 1.08}]),
    tags=st.sampled_from([(), (), ("vip",)]),
    lists=st.sampled_from([(), (), (1,)]),
    worked_with=st.sampled_from([False, False, True]),
    owner_id=st.sampled_from([None, None, None, 1]),
    never_words=st.sampled_from([(), (("sourdough",),), (("demo", "gentle"),)])
    | phrases.map(lambda phrase: (phrase,)),
    must_words=st.sampled_from([(), (("demo",),)]) | phrases.map(lambda phrase: (phrase,)),
    hidden_brands=st.frozensets(st.sampled_from([1, 2])),
    wanted=st.builds(
        Wanted, audience_countries=countries, countries=countries, languages=languages
    ),
    weights=weights,
    unknown_too=st.booleans(),
)


class Facts:
    """What a database holds, read once."""

    def __init__(self, tx) -> None:
        rows = tx.session.execute(Profile.__table__.select()).all()
        self.known = profiles.current(tx, [row.id for row in rows])
        pools = index.pools(tx)
        self.entries = {
            number: index.entry(one.snapshot, VOCABULARY, pools)
            for number, one in self.known.items()
        }
        self.tagged = self._creators(tx, Tag)
        self.listed = self._creators(tx, ListMember)
        self.partnerships = {
            (row.creator_id, row.brand_id, row.stage)
            for row in tx.session.execute(Partnership.__table__.select())
        }

    def _creators(self, tx, model) -> set[int]:
        return {row.creator_id for row in tx.session.execute(model.__table__.select())}


class Plain:
    """The rules of a search, read off one profile after the other."""

    def __init__(self, tx, facts: Facts, criteria: Criteria) -> None:
        self.tx, self.facts, self.asked = tx, facts, criteria
        self.known, self.entries = facts.known, facts.entries
        seen = [one for one in facts.partnerships if one[1] not in criteria.hidden_brands]
        self.partners = {creator for creator, _, _ in seen}
        self.worked_with = {creator for creator, _, stage in seen if stage == "done"}
        self.relevance = {number: self._relevance(number) for number in self.known}
        self.held = {number: self.holds(number) for number in self.known}
        self.passing = [
            number
            for number, held in self.held.items()
            if held or (held is None and criteria.unknown_too)
        ]
        ranked = {
            number: search.Found(0, number, 0, self._niche_part(number)) for number in self.passing
        }
        known = {number: self.known[number] for number in self.passing}
        self.fits = fit_of_ranked(tx, criteria, known, ranked, TODAY, VOCABULARY)

    def _niche_part(self, number: int):
        return {PartName.NICHE: self.relevance[number]}

    def _relevance(self, number: int) -> int | None:
        """The mean of the groups' best relevance, None when a group is not matched."""
        entry = self.entries[number]
        niches, said = dict(entry.niches), dict(entry.words)
        best = []
        for group in self.asked.groups:
            found = [
                niches[term.niche]
                if term.niche
                else sum(said[word] for word in term.words) // len(term.words)
                for term in group
                if (term.niche in niches if term.niche else self._stands(number, term.words))
            ]
            if not found:
                return None
            best.append(max(found))
        return sum(best) // len(best) if best else 0

    def _stands(self, number: int, phrase: tuple[str, ...]) -> bool:
        texts = phrase_texts(self.known[number].snapshot)
        return never_word_in(texts, [" ".join(phrase)]) is not None

    def holds(self, number: int) -> bool | None:
        """Whether all filters hold for a profile; None when that can't be told."""
        answers = self._answers(number)
        if False in answers:
            return False
        return None if None in answers else True

    def _answers(self, number: int) -> list[bool | None]:
        asked, one = self.asked, self.known[number]
        shown, figures = one.snapshot, one.snapshot.figures
        creator = one.profile.creator_id
        answers: list[bool | None] = [self.relevance[number] is not None]
        answers += [self._stands(number, phrase) for phrase in asked.must_words]
        answers += [not self._stands(number, phrase) for phrase in asked.never_words]
        if asked.platforms:
            answers.append(shown.platform.value in asked.platforms)
        for value, wanted in (
            (shown.country, asked.countries),
            (shown.language, asked.languages),
            (shown.audience_country, asked.audience_countries),
        ):
            if wanted:
                answers.append(None if value is None else value in wanted)
        ranges = [within(figures.followers, *each) for each in asked.followers]
        if ranges:
            answers.append(True if True in ranges else None if None in ranges else False)
        if asked.followers_range:
            answers.append(within(figures.followers, *asked.followers_range))
        rate = figures.engagement_rate
        if asked.rate_from is not None:
            answers.append(None if rate is None else rate >= asked.rate_from)
        if asked.rate_below is not None:
            answers.append(None if rate is None else rate < asked.rate_below)
        if asked.price:
            answers.append(self._affordable(figures.fee))
        if asked.tags:
            answers.append(creator in self.facts.tagged)
        if asked.lists:
            answers.append(creator in self.facts.listed)
        if asked.worked_with:
            answers.append(creator in self.worked_with)
        if asked.owner_id:
            answers.append(one.creator.owner_id == 1 or creator in self.partners)
        return answers

    def _affordable(self, fee: Money | None) -> bool | None:
        if fee is None:
            return None
        rates = {"EUR": 1.0, **self.asked.price_rates}
        if fee.currency not in rates:
            return False
        return to_minor(fee) <= to_minor(self.asked.price) * rates[fee.currency]

    def order(self):
        """Creators by their best profile: (creator, profile, rank)."""
        best = sorted(
            self.passing,
            key=lambda number: (-self.fits[number].rank, -self._rate(number), number),
        )
        first: dict[int, int] = {}
        for number in best:
            first.setdefault(self.known[number].profile.creator_id, number)
        return [(creator, number, self.fits[number].rank) for creator, number in first.items()]

    def _rate(self, number: int) -> float:
        rate = self.known[number].snapshot.figures.engagement_rate
        return -1 if rate is None else rate

    def unknown(self) -> int:
        """Creators of whom it can't be told, and who don't match by another profile."""
        by_creator = defaultdict(set)
        for number, one in self.known.items():
            by_creator[one.profile.creator_id].add(self.held[number])
        return sum(1 for held in by_creator.values() if None in held and True not in held)

    def foreign(self) -> int:
        """Creators left out for nothing but a fee in a currency that can't be compared."""
        if self.asked.price is None:
            return 0
        anything = replace(self.asked, price=None)
        without_price = Plain(self.tx, self.facts, anything).held
        comparable = {self.asked.price.currency, *self.asked.price_rates}
        found, others = set(), set()
        for number, one in self.known.items():
            fee, creator = one.snapshot.figures.fee, one.profile.creator_id
            if self.held[number] is not False:
                others.add(creator)
            elif fee and fee.currency not in comparable and without_price[number] is not False:
                found.add(creator)
        return len(found - others)


def within(value: int | None, low: int | None, high: int | None) -> bool | None:
    if low is None and high is None:
        return True
    if value is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)


@CHECKED
@given(criteria=any_criteria)
def test_search_finds_what_the_rules_say_in_that_order_on_both_databases(scene, criteria):
    answers = []
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            found, counts = search.find(tx, criteria, TODAY, limit=1_000)
            answers.append(([(f.creator_id, f.profile_id, f.rank) for f in found], counts))
            plain = Plain(tx, scene.facts_of(tx, database), criteria)
            assert answers[-1][0] == plain.order()
            assert counts.total == len(found)
            assert counts.unknown == (0 if criteria.unknown_too else plain.unknown())
            assert counts.other_currency == (0 if criteria.unknown_too else plain.foreign())
            for one in found:
                fit = plain.fits[one.profile_id]
                assert {p.name: p.value for p in fit.parts} == {
                    name: value for name, value in one.parts.items() if criteria.weights.of(name)
                }
    assert answers[0] == answers[-1]


@settings(CHECKED, max_examples=12)
@given(criteria=any_criteria, skip=st.integers(0, 30))
def test_pages_follow_on_from_each_other(scene, criteria, skip):
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            everybody = search.top(tx, criteria, TODAY, limit=1_000)
            assert everybody[skip : skip + 10] == search.top(tx, criteria, TODAY, 10, skip)


@settings(CHECKED, max_examples=12)
@given(criteria=any_criteria)
def test_a_profile_asked_for_by_itself_has_the_parts_it_is_found_with(scene, criteria):
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            found = search.top(tx, criteria, TODAY, limit=20)
            again = search.explainable(tx, criteria, TODAY, [one.profile_id for one in found])
            assert {one.profile_id: one for one in found} == again


def test_never_words_leave_out_whoever_uses_them(scene):
    asked = Criteria(groups=((Term(niche="food"),),))
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            all_of_them = {f.profile_id for f in search.top(tx, asked, TODAY, 1_000)}
            without = {
                f.profile_id
                for f in search.top(tx, replace(asked, never_words=(("kitchen",),)), TODAY, 1_000)
            }
            texts = {
                number: words(one.snapshot.bio or "")
                for number, one in profiles.current(tx, all_of_them).items()
            }
            assert without == {number for number in all_of_them if "kitchen" not in texts[number]}
            assert without < all_of_them


def test_a_phrase_is_found_and_left_out_only_where_its_words_stand_together(scene):
    apart, together = ("yoga", "home"), ("mobility", "at", "home")
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            count = partial(search.count, tx, today=TODAY)
            everybody = count(Criteria()).total
            at_home = count(Criteria(groups=((Term(words=together),),))).total
            assert 0 < at_home < everybody
            assert count(Criteria(groups=((Term(words=apart),),))).total == 0
            assert count(Criteria(must_words=(apart,))).total == 0
            assert count(Criteria(must_words=(together,))).total == at_home
            assert count(Criteria(never_words=(apart,))).total == everybody
            without = count(Criteria(never_words=(together,))).total
            assert everybody - at_home <= without < everybody  # another profile may match


def test_a_limited_brands_history_moves_nobody_for_those_who_do_not_see_it(scene):
    asked = Criteria(weights=Weights(relationship=1_000))
    for database in scene.databases:
        with database.reading(scene.workspace_id) as tx:
            seen = search.top(tx, asked, TODAY, 1_000)
            hidden = search.top(tx, replace(asked, hidden_brands=frozenset({1, 2})), TODAY, 1_000)
            only_hers = tx.session.execute(
                Relationship.__table__.select().where(Relationship.brand_id != 0)
            ).all()
            assert only_hers
            assert [f.rank for f in seen] != [f.rank for f in hidden]
