"""Invented profiles as columns, many at once, and the index rows that they make."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.niche import default_vocabulary
from domain.niche_match import NicheMatch
from storage import bulk, workspaces
from storage.database import Database
from storage.index import ALL
from storage.models import NicheRow, Workspace

Array = npt.NDArray[Any]
SEED = 20_261_124
PLATFORMS = ("instagram", "tiktok", "youtube", "bluesky")
PLACES = (
    ("US", "en", "USD"), ("BR", "pt", "BRL"), ("GB", "en", "GBP"), ("DE", "de", "EUR"),
    ("ES", "es", "EUR"), ("MX", "es", "USD"), ("FR", "fr", "EUR"), ("IN", "en", "USD"),
    ("ID", "id", "USD"), ("IT", "it", "EUR"), ("NL", "nl", "EUR"), ("JP", "ja", "JPY"),
)  # fmt: skip
NAMES = (
    "profile_id", "platform", "followers", "rate", "country", "language", "audience_country",
    "fee", "fee_currency", "as_of", "engagement_part", "authenticity_part", "cost_part",
)  # fmt: skip
COLUMNS = (
    "workspace_id", "niche", "relevance", "since_import", "until_import", "creator_id",
    "added_on", "rate_definition", *NAMES,
)  # fmt: skip
SOME = 20_000


@dataclass(frozen=True)
class Invented:
    """Profiles by column (words as text, None unknown), and (place, relevance) by niche."""

    columns: dict[str, list[Any]]
    niches: dict[str, tuple[Array, Array]]


def invented(count: int, today: int) -> Invented:
    """That many profiles, one a creator. today: days since 1970-01-01."""
    chance = np.random.default_rng(SEED)
    place = chance.choice(len(PLACES), count, p=np.arange(14, 2, -1) / np.arange(14, 2, -1).sum())
    followers = (10 ** np.minimum(7.5, chance.normal(4.3, 0.8, count))).astype(np.int64)
    rate = np.round(np.minimum(0.5, 0.03 * chance.lognormal(0, 0.7, count)), 5)
    fee = np.maximum(2_000, (followers * chance.uniform(0.4, 2, count)).astype(np.int64))
    measured, priced = chance.random(count) < 0.85, chance.random(count) < 0.5

    def words(at: int, known: float) -> list[str | None]:
        told = (chance.random(count) < known).tolist()
        return [PLACES[p][at] if k else None for p, k in zip(place.tolist(), told, strict=True)]

    def some(values: Array, known: Array) -> list[Any]:
        pairs = zip(values.tolist(), known.tolist(), strict=True)
        return [value if is_known else None for value, is_known in pairs]

    columns: dict[str, list[Any]] = {
        "profile_id": list(range(1, count + 1)),
        "platform": np.array(PLATFORMS)[
            chance.choice(4, count, p=[6 / 14, 4 / 14, 3 / 14, 1 / 14])
        ].tolist(),
        "followers": some(followers, chance.random(count) < 0.98),
        "rate": some(rate, measured),
        "country": words(0, 0.9),
        "language": words(1, 0.9),
        "audience_country": words(0, 0.7),
        "fee": some(fee, priced),
        "fee_currency": [
            PLACES[p][2] if k else None
            for p, k in zip(place.tolist(), priced.tolist(), strict=True)
        ],
        "as_of": some(today - chance.integers(0, 800, count), chance.random(count) < 0.95),
        "engagement_part": some(chance.integers(0, 10_001, count), measured),
        "authenticity_part": some(chance.choice([2_000, 7_000, 10_000], count), measured),
        "cost_part": some(chance.integers(0, 10_001, count), priced & measured),
    }
    return Invented(columns, _niches(chance, count))


def _niches(chance: np.random.Generator, count: int) -> dict[str, tuple[Array, Array]]:
    """Niches as widespread as topics are: few large ones, many small ones, and those near them."""
    vocabulary = default_vocabulary()
    names = chance.permutation(sorted(vocabulary.niches)).tolist()
    share = 1 / (8 + np.arange(len(names)))
    topic = chance.choice(len(names), (count, 2), p=share / share.sum())
    topic[chance.random(count) < 0.75, 1] = -1  # most have one
    best: dict[str, Array] = {}
    for number, name in enumerate(names):
        has = np.flatnonzero((topic == number).any(axis=1))
        sure = chance.choice([7_000, 9_000, 10_000], len(has))
        for match in vocabulary.expand([NicheMatch(name, 10_000, "category", name)]):
            relevance = best.setdefault(match.niche, np.zeros(count, dtype=np.int16))
            relevance[has] = np.maximum(relevance[has], sure * match.relevance // 10_000)
    found = {name: np.flatnonzero(relevance) for name, relevance in best.items()}
    return {name: (places, best[name][places]) for name, places in found.items() if len(places)}


def store(database: Database, data: Invented) -> int:
    """Write the index rows, niche by niche; gives the workspace's number."""
    workspace: Workspace = workspaces.ensure(database, "", "T0SEARCH001", name="search")
    number = workspace.id or 0
    count = len(data.columns["profile_id"])
    everybody = (np.arange(count), np.zeros(count, dtype=np.int16))
    for niche, (places, relevance) in sorted({ALL: everybody, **data.niches}.items()):
        for start in range(0, len(places), SOME):
            some = slice(start, start + SOME)
            rows = _rows(number, niche, places[some].tolist(), relevance[some].tolist(), data)
            with database.writing(number) as tx:
                bulk.insert_rows(tx, NicheRow, COLUMNS, rows)
    return number


def _rows(
    workspace_id: int, niche: str, places: list[int], relevance: list[int], data: Invented
) -> list[tuple[Any, ...]]:
    columns = [data.columns[name] for name in NAMES]
    ids = data.columns["profile_id"]
    return [
        (workspace_id, niche, sure, 0, 0, ids[at], 20_000, "followers", *(of[at] for of in columns))
        for at, sure in zip(places, relevance, strict=True)
    ]
