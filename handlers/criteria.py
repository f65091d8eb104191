"""What a search asks of the database: the words, the brief, the workspace's wishes, the person."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from domain.audience import Wanted
from domain.brief import BriefContent, BriefMatch
from domain.brief import Found as FoundName
from domain.fit_learning import Factors
from domain.money import DatedRate, minor_digits
from domain.niche import Vocabulary
from domain.places import country_name, language_name
from domain.preferences import Preferences, preferences
from domain.query import NEW_DAYS, Kind, Part, Query, QueryError, parse
from domain.query_parts import Bounds
from domain.text import words
from domain.wording import listed
from handlers import access
from handlers.answer import Refused
from handlers.fit_facts import brief_criteria
from storage import briefs, creators, lists, workspaces
from storage.models import Brief, Person
from storage.search import Criteria, Term
from storage.transaction import Transaction

MOST_CHOICES = 5


class WhichBrief(Exception):
    """`for` may mean several briefs; choices: name and the search with that name in it."""

    def __init__(self, asked: str, choices: tuple[tuple[str, str], ...], *, none: bool) -> None:
        super().__init__(asked)
        self.asked, self.choices, self.none = asked, choices, none


@dataclass(frozen=True)
class Asked:
    """A search as it was understood. rates: used for prices in other currencies.

    only_ranks: names of the brief's places and languages, which count in the fit alone.
    """

    query: Query
    criteria: Criteria
    today: dt.date
    brief_id: int | None = None
    brief: str = ""
    rates: tuple[DatedRate, ...] = ()
    only_ranks: tuple[str, ...] = ()


def read(
    tx: Transaction,
    vocabulary: Vocabulary,
    person: Person | None,
    text: str,
    *,
    unknown_too: bool = False,
    hidden: frozenset[int] | None = None,
) -> Asked:
    """Understand a search as this person may make it.

    person: None for the command line, which sees all. hidden: brands to be left out, where they
    are not those that the person does not see. unknown_too: keep creators of whom a figure that
    is asked for is not known.

    Raises:
        Refused: it can't be understood, or names a list or owner that is not there.
        WhichBrief: the brief's name is not that of one brief.
    """
    wishes = preferences(workspaces.settings(tx))
    if hidden is None:
        hidden = access.hidden_brands(tx, person) if person else frozenset()
    named = briefs.names(tx, hidden) if _may_name_a_brief(text) else {}
    try:
        query = parse(
            text,
            vocabulary,
            wishes.tier_bands,
            default_currency=wishes.currency,
            brief_names=list(named.values()),
        )
    except QueryError as error:
        raise Refused(str(error)) from error
    brief = _brief(tx, query, named, hidden)
    zone = ZoneInfo(person.timezone if person and person.refreshed_at else wishes.timezone)
    today = tx.now.astimezone(zone).date()
    rates = _rates(query, wishes)
    criteria = replace(
        _criteria(tx, query, brief, person, hidden, today, wishes.weight_factors),
        price_rates=_per_minor_unit(query, rates),
        unknown_too=unknown_too,
    )
    return Asked(
        query=query,
        criteria=criteria,
        today=today,
        brief_id=brief.id if brief else None,
        brief=brief.name if brief else "",
        rates=rates,
        only_ranks=_only_ranks(query, briefs.content(brief).wanted) if brief else (),
    )


def of_brief(
    tx: Transaction, vocabulary: Vocabulary, brief: Brief, person: Person, today: dt.date
) -> Criteria:
    """What a brief alone asks for, as `find for` it does, with what this person may see."""
    wishes = preferences(workspaces.settings(tx))
    query = parse("", vocabulary, wishes.tier_bands)
    hidden = access.hidden_brands(tx, person)
    return _criteria(tx, query, brief, person, hidden, today, wishes.weight_factors)


def _only_ranks(query: Query, of_brief: Wanted) -> tuple[str, ...]:
    """The brief's places and languages that the search does not filter by itself."""
    audience = of_brief.audience_countries - set(query.values(Kind.AUDIENCE_COUNTRY))
    countries = of_brief.countries - set(query.values(Kind.COUNTRY))
    languages = of_brief.languages - set(query.values(Kind.LANGUAGE))
    return (
        *sorted(map(country_name, audience | countries)),
        *sorted(map(language_name, languages)),
    )


def _criteria(
    tx: Transaction,
    query: Query,
    brief: Brief | None,
    person: Person | None,
    hidden: frozenset[int],
    today: dt.date,
    factors: Factors,
) -> Criteria:
    of_brief = brief_criteria(brief, hidden, factors)
    content = briefs.content(brief) if brief else BriefContent()
    rate = query.rate or Bounds()
    return replace(
        of_brief,
        groups=tuple(dict.fromkeys((*_groups(query), *of_brief.groups))),
        platforms=frozenset(query.platforms or content.platforms),
        countries=frozenset(query.values(Kind.COUNTRY)),
        languages=frozenset(query.values(Kind.LANGUAGE)),
        audience_countries=frozenset(query.values(Kind.AUDIENCE_COUNTRY)),
        audience_languages=frozenset(query.values(Kind.AUDIENCE_LANGUAGE)),
        followers=query.tier_ranges or _ranges(query, content),
        followers_range=query.followers,
        rate_from=None if rate.above else rate.least,
        rate_above=rate.least if rate.above else None,
        rate_to=None if rate.below else rate.most,
        rate_below=rate.most if rate.below else None,
        price=query.price,
        tags=tuple(creators.tag_key(tag) for tag in query.values(Kind.TAG)),
        lists=tuple(_list(tx, part) for part in query.of(Kind.LIST)),
        added_since=today - dt.timedelta(days=NEW_DAYS) if query.is_new else None,
        worked_with=query.worked_with,
        owner_id=_owner(tx, query.owner, person) if query.owner else None,
        must_words=_phrases(content.must_have),
        never_words=_phrases((*content.never, *query.values(Kind.NOT))),
        wanted=_wanted(query, of_brief.wanted),
    )


def _groups(query: Query) -> tuple[tuple[Term, ...], ...]:
    return tuple(map(_group, query.of(Kind.NICHE, Kind.WORD)))


def _group(part: Part) -> tuple[Term, ...]:
    if part.kind is Kind.NICHE:
        return tuple(Term(niche=niche) for niche in part.niches)
    return (Term(words=part.words),)


def _ranges(query: Query, content: BriefContent) -> tuple[tuple[int | None, int | None], ...]:
    """The brief's tiers count where the search says nothing of size."""
    if query.followers:
        return ()
    bands = [query.bands.of(tier) for tier in content.tiers]
    return tuple((band.least, band.most) for band in bands)


def _phrases(typed: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words(phrase)) for phrase in typed if words(phrase))


def _wanted(query: Query, of_brief: Wanted) -> Wanted:
    """What the audience part of the fit is held against: the search's places and the brief's."""
    return Wanted(
        audience_countries=of_brief.audience_countries
        | frozenset(query.values(Kind.AUDIENCE_COUNTRY)),
        countries=of_brief.countries | frozenset(query.values(Kind.COUNTRY)),
        languages=of_brief.languages | frozenset(query.values(Kind.LANGUAGE)),
    )


def _may_name_a_brief(text: str) -> bool:
    folded = f" {text.casefold()}"
    return " for" in folded or "brief" in folded


def _brief(
    tx: Transaction, query: Query, named: dict[int, str], hidden: frozenset[int]
) -> Brief | None:
    if query.brief is None:
        return None
    match = briefs.find_by_part(tx, query.brief, hidden)
    if match.found is not FoundName.ONE:
        none = match.found is FoundName.NONE
        raise WhichBrief(query.brief, _choices(query, match, named), none=none)
    return briefs.get(tx, match.brief_ids[0], hidden)


def _choices(query: Query, match: BriefMatch, named: dict[int, str]) -> tuple[tuple[str, str], ...]:
    part = query.of(Kind.BRIEF)[0]
    before, after = query.text[: part.start], query.text[part.end :]
    names = [named[number] for number in match.brief_ids[:MOST_CHOICES] if number in named]
    return tuple((name, f'{before}for "{name.replace(chr(34), "")}"{after}') for name in names)


def _list(tx: Transaction, part: Part) -> int:
    asked = str(part.value)
    match = lists.find_by_part(tx, asked)
    if match.found is FoundName.ONE:
        return match.brief_ids[0]
    known = lists.names(tx)
    quoted = [f"“{known[number]}”" for number in match.brief_ids[:MOST_CHOICES]]
    if match.found is FoundName.SEVERAL:
        raise Refused(f"“{asked[:60]}” may be the list {listed(quoted)}. Please type more of it.")
    if not known:
        raise Refused("There are no lists yet. `/influencer list add @anna to Spring` makes one.")
    raise Refused(f"There is no list “{asked[:60]}”. There is {listed(quoted)}.")


def _owner(tx: Transaction, owner: str, person: Person | None) -> int:
    """Whose creators are asked for: "me", "<@U1>" or a name."""
    if owner == "me":
        if person is None:
            raise Refused("On the command line nobody is “me”; please name a person.")
        return person.id or 0
    found = creators.possible_owners(tx, owner)
    if len(found) == 1:
        return found[0].id or 0
    if found:
        names = listed([f"“{one.real_name or one.name}”" for one in found[:MOST_CHOICES]])
        raise Refused(f"“{owner[:60]}” may be {names}. Please type more of the name.")
    raise Refused(f"I don't know “{owner[:60]}” on your team. Try owner:me, or owner: and a name.")


def _rates(query: Query, wishes: Preferences) -> tuple[DatedRate, ...]:
    """The workspace's rates by which prices in other currencies compare with the one asked for."""
    if query.price is None:
        return ()
    here = query.price.currency
    return tuple(rate for rate in wishes.rates if here in (rate.base, rate.quote))


def _per_minor_unit(query: Query, rates: tuple[DatedRate, ...]) -> dict[str, float]:
    """By currency, how many of its minor units one minor unit of the price's currency buys."""
    if query.price is None:
        return {}
    here = query.price.currency
    found = {}
    for rate in rates:
        other, buys = (
            (rate.quote, float(rate.rate))
            if rate.base == here
            else (rate.base, 1 / float(rate.rate))
        )
        found[other] = buys * 10.0 ** (minor_digits(other) - minor_digits(here))
    return found
