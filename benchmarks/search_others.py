"""The same scores over the same data in DuckDB and in Polars."""

import datetime as dt
import tempfile
from typing import Any

import duckdb
import numpy as np
import polars as pl

from benchmarks.search_data import Invented
from benchmarks.search_mix import TIERS, Query
from domain.fit import Weights
from domain.freshness import FRESHNESS_BANDS
from storage.index import ALL, EPOCH

Answer = tuple[list[int], int]
"""The ten best profiles, and how many match."""
_WORDS = ("platform", "country", "fee_currency")
_SCORED = ("profile_id", "rate", "as_of", "engagement_part", "authenticity_part", "cost_part")


def frame_of(data: Invented) -> pl.DataFrame:
    """One row a profile, words as codes of an enumeration."""
    wanted = {*_WORDS, *_SCORED, "followers", "fee"}
    frame = pl.DataFrame({name: of for name, of in data.columns.items() if name in wanted})
    for name in _WORDS:
        words = frame[name].drop_nulls().unique().sort()
        frame = frame.with_columns(pl.col(name).cast(pl.Enum(words)))
    return frame.with_columns(
        pl.col("profile_id", "followers", "as_of").cast(pl.Int32),
        pl.col("engagement_part", "authenticity_part", "cost_part").cast(pl.Int16),
    )


class DuckDb:
    """One table, a row a profile and niche, sorted by niche; its own threads as it likes."""

    name = "DuckDB"

    def __init__(self, frame: pl.DataFrame, data: Invented, today: dt.date) -> None:
        self._today = (today - EPOCH).days
        self._connection = duckdb.connect()
        everybody = frame.with_columns(
            pl.lit(ALL).alias("niche"), pl.lit(0, dtype=pl.Int16).alias("relevance")
        )
        parts = [everybody]
        for niche, (places, relevance) in data.niches.items():
            parts.append(
                frame[places].with_columns(
                    pl.lit(niche).alias("niche"), pl.Series("relevance", relevance)
                )
            )
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            pl.concat(parts).sort("niche", "profile_id").write_parquet(file.name)
            self._load(file.name)

    def _load(self, file: str) -> None:
        """Words as enumerations, which DuckDB compares by their codes."""
        columns = []
        for name in (*_WORDS, "niche"):
            self._connection.execute(
                f"CREATE TYPE {name}s AS ENUM (SELECT DISTINCT {name}::VARCHAR AS word "  # noqa: S608  all ours
                f"FROM '{file}' WHERE {name} IS NOT NULL ORDER BY word)"
            )
            columns.append(f"{name}::VARCHAR::{name}s AS {name}")
        self._connection.execute("SET preserve_insertion_order = true")
        self._connection.execute(
            f"CREATE TABLE rows AS SELECT * REPLACE ({', '.join(columns)}) FROM '{file}'"  # noqa: S608  all ours
        )

    def find(self, query: Query, weights: Weights) -> Answer:
        """Two statements, as the best and the count."""
        where, values = self._where(query)
        score = " + ".join(
            f"{weight} * (coalesce({part}, 5000) - 5000)"
            for part, weight in self._parts(query, weights)
        )
        best = self._connection.execute(
            f"SELECT profile_id FROM rows WHERE {where} "  # noqa: S608  all ours
            f"ORDER BY {score} DESC, coalesce(rate, -1) DESC, profile_id LIMIT 10",
            values,
        ).fetchall()
        counted = self._connection.execute(
            f"SELECT count(*) FROM rows WHERE {where}",  # noqa: S608  all ours
            values,
        ).fetchone()
        return [row[0] for row in best], (counted or (0,))[0]

    def _where(self, query: Query) -> tuple[str, list[Any]]:
        conditions = ["niche = ?"]
        values: list[Any] = [query.niche or ALL]
        if query.tier:
            low, high = TIERS[query.tier]
            conditions.append("followers >= ?")
            values.append(low)
            if high is not None:
                conditions.append("followers <= ?")
                values.append(high)
        for column, value in (("platform", query.platform), ("country", query.country)):
            if value:
                conditions.append(f"{column} = ?")
                values.append(value)
        if query.limit:
            conditions.append("fee_currency = 'EUR' AND fee <= ?")
            values.append(query.limit)
        return " AND ".join(conditions), values

    def _parts(self, query: Query, weights: Weights) -> list[tuple[str, int]]:
        bands = " ".join(
            f"WHEN as_of >= {self._today - oldest} THEN {value}"
            for oldest, value in FRESHNESS_BANDS
        )
        parts = [
            ("engagement_part::INT", weights.engagement),
            ("authenticity_part::INT", weights.authenticity),
            ("cost_part::INT", weights.cost),
            (f"(CASE WHEN as_of IS NULL THEN NULL {bands} ELSE 0 END)", weights.freshness),
        ]
        if query.niche:
            parts.append(("relevance::INT", weights.niche))
        if query.country:
            met = f"CASE WHEN country = '{query.country}' THEN 10000 ELSE 0 END"
            parts.append((f"(CASE WHEN country IS NULL THEN NULL ELSE {met} END)",
                          weights.audience))  # fmt: skip
        return parts


class Polars:
    """One frame, a row a profile, and for each niche its sorted rows with their relevance."""

    name = "Polars"

    def __init__(self, frame: pl.DataFrame, data: Invented, today: dt.date) -> None:
        self._today, self._frame = (today - EPOCH).days, frame
        self._niches = {
            niche: (pl.Series(places.astype(np.uint32)), pl.Series(relevance))
            for niche, (places, relevance) in data.niches.items()
        }

    def find(self, query: Query, weights: Weights) -> Answer:
        """Filter on the columns asked for; score only the rows that pass."""
        frame = self._frame.lazy() if query.niche is None else self._of_niche(query)
        passing = frame.filter(*self._conditions(query)) if self._filters(query) else frame
        chosen = passing.collect()
        score = self._score(query, weights)
        if query.niche is not None:
            places = chosen["place"]
            scored = self._frame.select(*_SCORED, "country")[places]
            scored = scored.with_columns(chosen["relevance"])
        else:
            scored = chosen.select(*_SCORED, "country")
        best = (
            scored.lazy()
            .select(score.alias("score"), pl.col("rate").fill_null(-1.0), -pl.col("profile_id"))
            .top_k(10, by=["score", "rate", "profile_id"])
            .collect()
            .sort("score", "rate", "profile_id", descending=True)
        )
        return [-number for number in best["profile_id"]], len(chosen)

    def _filters(self, query: Query) -> list[str]:
        asked = (
            ("followers", query.tier), ("platform", query.platform), ("country", query.country),
            ("fee", query.budget), ("fee_currency", query.budget),
        )  # fmt: skip
        return [name for name, value in asked if value]

    def _of_niche(self, query: Query) -> pl.LazyFrame:
        places, relevance = self._niches[query.niche or ""]
        columns = self._filters(query)
        beside = pl.DataFrame({"place": places, "relevance": relevance})
        if not columns:
            return beside.lazy()
        return self._frame.select(columns)[places].hstack(beside).lazy()

    def _conditions(self, query: Query) -> list[pl.Expr]:
        conditions = []
        if query.tier:
            low, high = TIERS[query.tier]
            conditions.append(pl.col("followers") >= low)
            if high is not None:
                conditions.append(pl.col("followers") <= high)
        for name, value in (("platform", query.platform), ("country", query.country)):
            if value:
                conditions.append(pl.col(name) == value)
        if query.limit:
            conditions += [pl.col("fee_currency") == "EUR", pl.col("fee") <= query.limit]
        return conditions

    def _score(self, query: Query, weights: Weights) -> pl.Expr:
        fresh = pl.when(pl.col("as_of").is_null()).then(None)
        for oldest, value in FRESHNESS_BANDS:
            fresh = fresh.when(pl.col("as_of") >= self._today - oldest).then(value)  # type: ignore[assignment]
        parts = [
            (pl.col("engagement_part"), weights.engagement),
            (pl.col("authenticity_part"), weights.authenticity),
            (pl.col("cost_part"), weights.cost),
            (fresh.otherwise(0), weights.freshness),
        ]
        if query.niche:
            parts.append((pl.col("relevance"), weights.niche))
        if query.country:
            met = (pl.col("country") == query.country).cast(pl.Int32) * 10_000
            parts.append((met, weights.audience))
        total = pl.lit(0, dtype=pl.Int32)
        for part, weight in parts:
            total = total + (part.cast(pl.Int32).fill_null(5_000) - 5_000) * weight
        return total
