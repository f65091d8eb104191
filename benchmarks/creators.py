"""Invented creators in any number, spread over niches, sizes and places as real lists are."""

import bisect
import datetime as dt
import itertools
import random
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.niche import Vocabulary, default_vocabulary
from storage import index, profile_store, workspaces
from storage.database import Database
from storage.migrate import migrate
from storage.pools import refresh_pools

SEED = 20_261_124
BATCH = 400
FIRST_FOR_POOLS = 2_000

_FIRST = (
    "Anna", "Mara", "Lior", "Noor", "Tomas", "Ines", "Kofi", "Yuki", "Sofia", "Elif", "Jonas",
    "Priya", "Camila", "Otto", "Amara", "Mateus", "Chloe", "Bram", "Leila", "Hana", "Diego",
)  # fmt: skip
_LAST = ("Velora", "Quill", "Marlow", "Tansy", "Orrin", "Brisk", "Lumea", "Falk", "Okara", "Pell")
_FILLER = (
    "rain", "honest", "daily", "collabs", "dm", "london", "berlin", "new", "videos", "every",
    "week", "curious", "of", "two", "lover", "stories", "and", "the", "small", "joys", "email",
    "below", "real", "life", "tips", "lately", "since", "2016", "photos", "sunday", "again",
)  # fmt: skip
_PLACES = (
    ("US", "en", "USD"), ("BR", "pt", "BRL"), ("GB", "en", "GBP"), ("DE", "de", "EUR"),
    ("ES", "es", "EUR"), ("MX", "es", "USD"), ("FR", "fr", "EUR"), ("IN", "en", "USD"),
    ("ID", "id", "USD"), ("IT", "it", "EUR"), ("NL", "nl", "EUR"), ("JP", "ja", "JPY"),
)  # fmt: skip
_PLATFORMS = (
    (Platform.INSTAGRAM, RateDefinition.FOLLOWERS, 0.024),
    (Platform.TIKTOK, RateDefinition.VIEWS, 0.07),
    (Platform.YOUTUBE, RateDefinition.VIEWS, 0.03),
    (Platform.BLUESKY, RateDefinition.FOLLOWERS, 0.02),
)


def creators(
    count: int, today: dt.date, vocabulary: Vocabulary | None = None
) -> Iterator[ProfileSnapshot]:
    """The first `count` invented profiles: the same every time, but for their dates."""
    chance = random.Random(SEED)
    niches = [niche.name for niche in (vocabulary or default_vocabulary()).niches.values()]
    chance.shuffle(niches)
    reach = list(itertools.accumulate(1 / (8 + place) for place in range(len(niches))))
    for number in range(count):
        topics = [niches[_drawn(chance, reach)] for _ in range(chance.choice((1, 1, 1, 2)))]
        yield _invented(chance, number, topics, today)


def fill(database: Database, workspace_id: int, count: int, vocabulary: Vocabulary) -> None:
    """Store that many; the first few thousand make the pools the others are compared with."""
    coming = creators(count, database.now().date(), vocabulary)
    stored = 0
    pools = index.Pools()
    while batch := list(itertools.islice(coming, BATCH)):
        with database.writing(workspace_id) as tx:
            profile_store.store(tx, batch, vocabulary, pools)
        before, stored = stored, stored + len(batch)
        if before < FIRST_FOR_POOLS <= stored:
            refresh_pools(database, workspace_id)
            with database.reading(workspace_id) as tx:
                pools = index.pools(tx)


def _drawn(chance: random.Random, reach: list[float]) -> int:
    return bisect.bisect_left(reach, chance.random() * reach[-1])


def _invented(
    chance: random.Random, number: int, topics: list[str], today: dt.date
) -> ProfileSnapshot:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    platform, definition, usual = chance.choices(_PLATFORMS, weights=(6, 4, 3, 1))[0]
    country, language, currency = chance.choices(_PLACES, weights=range(14, 2, -1))[0]
    followers = int(10 ** min(7.5, chance.gauss(4.3, 0.8)))
    rate = round(min(0.5, usual * chance.lognormvariate(0, 0.7)), 5)
    views = int(followers * chance.uniform(0.2, 1.4))
    engagements = rate * (views if definition is RateDefinition.VIEWS else followers)
    known = chance.random() < 0.85
    fee = Decimal(max(20, round(followers * chance.uniform(0.004, 0.02) / 10) * 10))
    return ProfileSnapshot(
        platform=platform,
        handle=f"{first.lower()}_{last.lower()}{number}",
        display_name=f"{first} {last}",
        bio=" ".join((*topics, *chance.choices(_FILLER, k=8))),
        categories=(topics[0],) if chance.random() < 0.7 else (),
        country=country if chance.random() < 0.9 else None,
        language=language if chance.random() < 0.9 else None,
        audience_country=country if chance.random() < 0.7 else None,
        figures=Figures(
            followers=followers if chance.random() < 0.98 else None,
            following=int(10 ** chance.uniform(1.5, 3.5)),
            average_views=views,
            average_likes=round(engagements * 0.93) if known else None,
            average_comments=round(engagements * 0.07) if known else None,
            engagement_rate=rate if known else None,
            rate_definition=definition if known else None,
            fee=Money(amount=fee, currency=currency) if chance.random() < 0.5 else None,
        ),
        as_of=today - dt.timedelta(days=chance.randint(0, 800)) if chance.random() < 0.95 else None,
        source="invented for a benchmark",
    )


def main() -> None:
    """`python -m benchmarks.creators sqlite:///FILE 100000` fills a database."""
    url, count = sys.argv[1], int(sys.argv[2])
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    workspace = workspaces.ensure(database, "", "benchmark")
    began = time.perf_counter()
    fill(database, workspace.id or 0, count, default_vocabulary())
    print(f"{count:,} creators in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
