"""Known people, written in random ways: they come back the same, or are asked about."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.creator import ProfileSnapshot
from domain.mapping import Mapping
from domain.values import SPELLINGS
from sources.files import ReadResult, UnreadableFile, propose_mapping, read_creators, read_table
from tests.trap_files import TODAY
from tests.trap_tables import table

HEADERS = {
    "handle": ("handle", "Username", "Usuario", "Usuário", "Nom d'utilisateur", "Benutzername"),
    "name": ("Full Name", "Display name", "Nombre completo", "Nome completo", "Nom complet"),
    "followers": ("Followers", "Subscribers", "Seguidores", "Abonnés", "Anzahl Follower"),
    "likes": ("avg likes", "Likes avg.", "Me gusta promedio", "Média de curtidas", "Likes moyens"),
    "rate": ("ER", "Engagement Rate", "Tasa de interacción", "Taux d'engagement", "er %"),
    "country": ("Country", "País", "Pays", "Land", "Creator Country"),
}
LANDS = {"DE": ("Germany", "Deutschland", "DE"), "BR": ("Brazil", "Brasilien", "BR"),
         "ES": ("Spain", "España", "ESP")}  # fmt: skip
MISSING = tuple(
    word for word in SPELLINGS["missing"]["anywhere"] if word not in ("<na>", "…") and word.strip()
)
PREAMBLES = ("", "Our creators\n", "List of the spring\n\n", "\n\n")


@dataclass(frozen=True)
class Person:
    """Somebody who is known; figures that are None stand as missing in the file."""

    handle: str
    name: str
    followers: int
    likes: int | None
    rate: float
    country: str


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    languages: tuple[int, ...]
    order: tuple[str, ...]
    numbers: str
    rates: str
    delimiter: str
    encoding: str
    end: str
    preamble: str
    missing: str
    row_numbers: bool
    total: bool


@st.composite
def _people(draw: st.DrawFn) -> list[Person]:
    count = draw(st.integers(12, 24))
    handles = draw(
        st.lists(
            st.from_regex(r"[a-z]{3,8}[._][a-z0-9]{2,6}", fullmatch=True),
            min_size=count, max_size=count, unique=True,
        )
    )  # fmt: skip
    names = st.from_regex(r"[A-ZÄÉ][a-zöéñ]{2,7} [A-Z][a-zü]{2,9}", fullmatch=True)
    people = []
    for handle in handles:
        followers = draw(st.integers(10, 30_000)) * 100
        rate = draw(st.integers(4, 90)) / 1_000
        likes = draw(st.one_of(st.none(), st.integers(50, 3_000)))
        land = draw(st.sampled_from(sorted(LANDS)))
        people.append(Person(handle, draw(names), followers, likes, rate, land))
    return people


_STYLES = st.builds(
    Style,
    languages=st.tuples(*[st.integers(0, 5)] * 6),
    order=st.permutations(tuple(HEADERS)).map(tuple),
    numbers=st.sampled_from(("plain", "comma", "dot", "space", "short", "mil")),
    rates=st.sampled_from(("percent", "percent,", "bare", "bare,", "fraction", "fraction,")),
    delimiter=st.sampled_from((",", ";", "\t", "|")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le")),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    preamble=st.sampled_from(PREAMBLES),
    missing=st.sampled_from(MISSING),
    row_numbers=st.booleans(),
    total=st.booleans(),
)


def _count(value: int, style: str) -> str:
    if style in ("comma", "dot", "space"):
        return f"{value:,}".replace(",", {"comma": ",", "dot": ".", "space": " "}[style])
    if style == "short":
        return f"{value / 1_000:g}K"
    return f"{value / 1_000:g} mil".replace(".", ",") if style == "mil" else str(value)


def _rate(value: float, style: str) -> str:
    kind, comma = style.rstrip(","), style.endswith(",")
    text = f"{value:.3f}" if kind == "fraction" else f"{value * 100:.1f}"
    text += "%" if kind == "percent" else ""
    return text.replace(".", ",") if comma else text


def _cells(people: Sequence[Person], field: str, style: Style) -> list[str]:
    if field == "followers":
        return [_count(one.followers, style.numbers) for one in people]
    if field == "likes":
        return [style.missing if one.likes is None else str(one.likes) for one in people]
    if field == "rate":
        return [_rate(one.rate, style.rates) for one in people]
    if field == "country":
        return [LANDS[one.country][style.languages[0] % 3] for one in people]
    return [str(getattr(one, field)) for one in people]


def _file(people: Sequence[Person], style: Style) -> bytes:
    columns: dict[str, Sequence[object]] = {}
    if style.row_numbers:
        columns["#"] = range(1, len(people) + 1)
    for place, field in enumerate(style.order):
        spellings = HEADERS[field]
        columns[spellings[style.languages[place] % len(spellings)]] = _cells(people, field, style)
    text = style.preamble.replace("\n", style.end) + table(columns, style.delimiter, style.end)
    if style.total:
        cells = ["Total" if place == 0 else "" for place in range(len(columns))]
        text += style.delimiter.join(cells) + style.end
    return text.encode(style.encoding, "replace")


def _doubtful(style: Style, mapping: Mapping, result: ReadResult) -> set[str]:
    """Fields whose column a person is asked about, or told that cells of it can't be read."""
    first = int(style.row_numbers)
    columns = dict(zip(style.order, mapping.columns[first:], strict=True))
    return {
        field
        for field, column in columns.items()
        if column.guess or column.warning or column.header in result.problems
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=_people(), style=_STYLES)
def test_known_people_come_back_the_same_however_they_were_written(
    people: list[Person], style: Style
) -> None:
    """No cell is silently another one or lost: it is right, or its column is asked about."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ig_list.csv"
        path.write_bytes(_file(people, style))
        try:
            mapping = propose_mapping(read_table(path))
            result = read_creators(path, mapping, today=TODAY)
            found = {one.handle: one for one in result if isinstance(one, ProfileSnapshot)}
        except UnreadableFile:
            return  # refused with a sentence: nothing wrong is stored
    doubtful = _doubtful(style, mapping, result)
    assert set(found) == {one.handle for one in people}
    for person in people:
        profile = found[person.handle]
        figures = profile.figures
        seen = {
            "name": (profile.display_name, person.name),
            "country": (profile.country, person.country),
            "followers": (figures.followers, person.followers),
            "likes": (figures.average_likes, person.likes),
            "rate": (figures.engagement_rate, person.rate),
        }
        for field, (got, true) in seen.items():
            same = abs(got - true) < 1e-9 if isinstance(got, float) and true else got == true
            assert same or field in doubtful, (field, got, true)
