"""How good the ranking by niche is, beside full-text BM25 over the same texts.

Two labelled sets. `ranking_creators.tsv`: invented creators in eight languages, labelled by hand
before anything was measured; half of them (by a checksum of the handle) is the development half,
that the vocabulary may be improved on, and the other is for telling how good it is. Real exports
(`--exports FOLDER`): what a creator is about is the category that the file gives, which is held
out; only name and handle are ranked by.
"""

import csv
import datetime as dt
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from domain.creator import Platform, ProfileSnapshot
from domain.findable import texts_of
from domain.niche import VOCABULARY, default_vocabulary
from domain.niche_file import read_tables, spellings
from domain.preferences import Preferences
from domain.query import Kind, parse
from domain.text import words
from storage import index, profile_store, search, workspaces
from storage.asked import Criteria, Term
from storage.database import Database
from storage.migrate import migrate
from storage.transaction import Transaction

TOP = 10
FILE = Path(__file__).with_name("ranking_creators.tsv")
QUERIES = {
    "skincare": ("skincare", "cuidado de la piel", "スキンケア", "스킨케어", "العناية بالبشرة"),
    "makeup": ("makeup", "maquillage", "メイク", "مكياج"),
    "fitness": ("fitness", "entrenamiento", "筋トレ", "لياقة"),
    "yoga": ("yoga", "ヨガ", "요가"),
    "vegan": ("vegan", "vegane rezepte", "비건", "نباتي"),
    "baking": ("baking", "pâtisserie", "製菓", "حلويات"),
    "coffee": ("coffee", "café", "コーヒー", "قهوة"),
    "travel": ("travel", "viajes", "旅行", "여행", "سفر"),
    "hiking": ("hiking", "wandern", "登山", "등산"),
    "photography": ("photography", "fotografía", "写真", "사진"),
    "gaming": ("gaming", "jeux vidéo", "ゲーム", "게임", "ألعاب"),
    "parenting": ("parenting", "crianza", "育児", "육아"),
    "interior-design": ("interior design", "décoration", "インテリア", "인테리어"),
    "gardening": ("gardening", "jardinagem", "ガーデニング", "텃밭"),
    "dogs": ("dogs", "perros", "犬", "강아지"),
    "personal-finance": ("personal finance", "finanças pessoais", "節約", "저축"),
    "books": ("books", "libros", "読書", "책", "كتب"),
    "running": ("running", "laufen", "ランニング", "달리기"),
}
EXPORTS = (
    ("ig_ramjas_alt.csv", ("category_1", "category_2")),
    ("ig_ramjas_dec2022.csv", ("Category_1", "Category_2")),
    ("yt_ramjas_v1.csv", ("Category",)),
)
FEWEST_RELEVANT = 5


@dataclass(frozen=True)
class Labelled:
    """A creator with what they are about: 2 = mainly, 1 = also, by niche."""

    profile: ProfileSnapshot
    about: dict[str, int]


Ranking = Callable[[str], list[int]]
"""The numbers of the creators that a query finds, best first."""


def invented(half: str) -> list[Labelled]:
    """The hand-labelled set. half: "development", "test" or "all"."""
    found = []
    with FILE.open(encoding="utf-8", newline="") as file:
        for handle, name, language, labels, bio, posts in csv.reader(file, delimiter="\t"):
            is_test = zlib.crc32(handle.encode()) % 2 == 1
            if half != "all" and is_test != (half == "test"):
                continue
            about = dict(label.split(":") for label in labels.split())
            profile = ProfileSnapshot(
                platform=Platform.INSTAGRAM,
                handle=handle,
                display_name=name,
                bio=bio,
                language=language,
                post_texts=tuple(posts.split(" | ")),
            )
            found.append(Labelled(profile, {niche: int(grade) for niche, grade in about.items()}))
    return found


def exported(folder: Path) -> list[Labelled]:
    """Creators of real exports, once each; what they are about is the category in the file."""
    vocabulary = default_vocabulary()
    found: dict[str, Labelled] = {}
    for name, columns in EXPORTS:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                label = ", ".join(row.get(column) or "" for column in columns)
                said = [value or "" for key, value in row.items() if key and _is_name(key)]
                if len(said) < len(("handle", "name")) or not said[0]:
                    continue
                about = {match.niche: 2 for match in vocabulary.judge({"category": label})}
                handle = re.sub(r"[^\w.-]", "", said[0].lower())
                if handle and about:
                    profile = ProfileSnapshot(
                        platform=Platform.INSTAGRAM, handle=handle, display_name=said[1]
                    )
                    found.setdefault(handle, Labelled(profile, about))
    return list(found.values())


def _is_name(header: str) -> bool:
    return "name" in header.casefold()


def ours(creators: Sequence[Labelled], folder: Path) -> Ranking:
    """The product's own search over a database of these creators."""
    vocabulary = default_vocabulary()
    database = Database(f"sqlite:///{folder / 'ranking.sqlite'}", lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    workspace = workspaces.ensure(database, "", "ranking").id or 0
    with database.writing(workspace) as tx:
        profile_store.store(tx, [one.profile for one in creators], vocabulary, index.Pools())
    bands = Preferences().tier_bands

    def rank(query: str) -> list[int]:
        asked = parse(query, vocabulary, bands)
        terms = [Term(niche=niche) for niche in asked.values(Kind.NICHE)]
        terms += [Term(words=tuple(words(word))) for word in asked.values(Kind.WORD)]
        with database.reading(workspace) as tx:
            return _found(tx, tuple((term,) for term in terms))

    return rank


def _found(tx: Transaction, groups: tuple[tuple[Term, ...], ...]) -> list[int]:
    found = search.top(tx, Criteria(groups=groups), tx.now.date(), TOP)
    return [one.profile_id - 1 for one in found]  # a fresh database counts from 1


def full_text(
    creators: Sequence[Labelled],
    split: Callable[[str], str],
    spelt: Callable[[str], Iterable[str]],
) -> Ranking:
    """SQLite's FTS5, ranked by BM25.

    split: what is done to texts before. spelt: phrases of which any is looked for.
    """
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE texts USING fts5(said, tokenize='unicode61 remove_diacritics 2')"
    )
    connection.executemany(
        "INSERT INTO texts (rowid, said) VALUES (?, ?)",
        (
            (number, split("\n".join(texts_of(one.profile).values())))
            for number, one in enumerate(creators)
        ),
    )

    def rank(query: str) -> list[int]:
        asked = " OR ".join(f'"{split(phrase)}"' for phrase in spelt(query) if split(phrase))
        rows = connection.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts), rowid LIMIT ?",
            (asked, TOP),
        )
        return [number for (number,) in rows]

    return rank


def ndcg(found: Sequence[int], grades: Sequence[int]) -> float:
    """nDCG@10 with gains 2^grade − 1. grades: of all creators, by number."""
    ideal = sorted(grades, reverse=True)[:TOP]
    return _dcg([grades[number] for number in found]) / _dcg(ideal)


def _dcg(grades: Iterable[int]) -> float:
    return sum(float(2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def precision(found: Sequence[int], grades: Sequence[int]) -> float:
    """precision@10, where fewer than ten are relevant of as many as are."""
    could_be = min(TOP, sum(grade > 0 for grade in grades))
    return sum(grades[number] > 0 for number in found) / could_be


def measure(
    creators: Sequence[Labelled], queries: Mapping[str, Sequence[str]], rank: Ranking
) -> tuple[float, float, int]:
    """Mean nDCG@10, mean precision@10, and over how many queries."""
    gains, precisions = [], []
    for niche, asked in queries.items():
        grades = [one.about.get(niche, 0) for one in creators]
        if sum(grade > 0 for grade in grades) < FEWEST_RELEVANT:
            continue
        for query in asked:
            found = rank(query)
            gains.append(ndcg(found, grades))
            precisions.append(precision(found, grades))
    many = len(gains)
    return sum(gains) / many, sum(precisions) / many, many


def plain(text: str) -> str:
    """A text as FTS5 splits it itself."""
    return re.sub(r"[^\w]+", " ", text)


def split_as_ours(text: str) -> str:
    """A text by our own words: pairs in scripts without spaces, Arabic without articles."""
    return " ".join(words(text))


def only_asked(query: str) -> Iterable[str]:
    """Each word that was asked for."""
    return split_as_ours(query).split()


def all_spellings(query: str) -> Iterable[str]:
    """Every name of the niche in every language: what a careful person would have typed."""
    tables = read_tables(VOCABULARY)
    named = [match.niches[0] for match in default_vocabulary().find(words(query))]
    found = [spelling for niche in named for spelling in spellings(tables[niche])]
    return found or only_asked(query)


def run(folder: Path, exports: Path | None = None) -> None:
    """Print both sets, ours beside BM25."""
    sets: list[tuple[str, list[Labelled], Mapping[str, Sequence[str]]]] = [
        (f"invented, {half} half", invented(half), QUERIES) for half in ("development", "test")
    ]
    if exports is not None:
        real = exported(exports)
        names = {niche: (name,) for niche, name in _labels(real)}
        sets.append(("real exports, names and handles only", real, names))
    for title, creators, queries in sets:
        print(f"\n{title}: {len(creators)} creators")
        own = folder / re.sub(r"\W+", "-", title)
        own.mkdir()
        for name, rank in (
            ("this project", ours(creators, own)),
            ("FTS5 BM25", full_text(creators, plain, only_asked)),
            ("FTS5 BM25 over our words", full_text(creators, split_as_ours, only_asked)),
            ("the same, all synonyms asked", full_text(creators, split_as_ours, all_spellings)),
        ):
            gain, share, many = measure(creators, queries, rank)
            print(f"  {name:28} nDCG@10 {gain:.3f}  precision@10 {share:.3f}  ({many} queries)")


def _labels(creators: Sequence[Labelled]) -> list[tuple[str, str]]:
    vocabulary = default_vocabulary()
    niches = sorted({niche for one in creators for niche in one.about})
    return [(niche, vocabulary.name(niche)) for niche in niches]
