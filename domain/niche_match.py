"""How surely a creator fits a niche, by where it was seen and how often."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Source = Literal["category", "tags", "display_name", "bio", "handle", "posts"]
Relation = Literal["parent", "near"]
Kind = Literal["named", "sign", "learned", "name"]

FULL = 10_000
RELEVANCE: Mapping[str, int] = {
    "category": FULL,
    "tags": 9_500,
    "display_name": 8_000,
    "handle": 7_500,
    "bio": 7_000,
    "posts": 4_000,
}
FURTHER_POST, MOST_OF_POSTS = 500, 6_000
"""A niche counts a little more for each further time that posts name it."""
GLUED_IN_HANDLE = 5_000
NAME_ALONE, NAME_BESIDE_SILENCE, NAME_AGAINST_OTHERS = 7_000, 4_500, 2_000
"""Shares of 10,000 that a name or handle counts where nothing else is known of a creator, where
what is known names no niche, and where it names others than the name does."""
SIGNS = (2_500, 4_000, 5_000, 5_500, 6_000)
"""By how many different signs of a niche were seen."""
LEARNED = (1_500, 2_500, 3_000)
"""The same for words that go with a niche among the workspace's own creators."""
MOST_SHOWN = 3
FURTHER_SOURCE = 500
PARENT_SHARE = 7_000
NEAR_SHARE = 4_000


class PhraseMatch(NamedTuple):
    """Words `start` to `end` (exclusive) that name niches; the first one is meant when asked."""

    niches: tuple[str, ...]
    start: int
    end: int


class NicheMatch(NamedTuple):
    """That a creator fits a niche.

    relevance: 0-10000. source: "category", "tags", "display_name", "bio", "handle" or "posts".
    evidence: the words it was seen in, folded; several signs joined by ", ". relation, via: set
    when it was not seen itself but is the parent or neighbour of the niche `via`. kind: "named",
    or seen by signs, or by words learned from the workspace's creators; "name": nothing but the
    name or the handle says so.
    """

    niche: str
    relevance: int
    source: str
    evidence: str
    relation: Relation | None = None
    via: str | None = None
    kind: Kind = "named"


def spoken(tokens: Sequence[str]) -> str:
    """Words as one text again; overlapping pairs of unspaced scripts are joined."""
    text = ""
    last = ""
    for token in tokens:
        if last and not last.isascii() and len(last) == len(token) == 2 and last[1] == token[0]:
            text += token[1]
        else:
            text += f" {token}" if text else token
        last = token
    return text


def strongest_first(match: NicheMatch) -> tuple[int, str]:
    """What matches are sorted by."""
    return (-match.relevance, match.niche)


def of_posts(relevance: int, times: int) -> int:
    """The relevance of a niche that posts name so many times."""
    return min(MOST_OF_POSTS, relevance + FURTHER_POST * (times - 1))


def by_signs(
    niche: str, seen: Mapping[str, str], relevance: Sequence[int], kind: Kind
) -> NicheMatch:
    """What several signs tell together. seen: sources by the words of the signs, all different."""
    said = list(seen)[:MOST_SHOWN]
    source = seen[said[0]]
    return NicheMatch(
        niche,
        relevance[min(len(seen), len(relevance)) - 1],
        source,
        ", ".join(word for word in said if seen[word] == source),
        kind=kind,
    )


def combine(best: dict[str, NicheMatch], match: NicheMatch) -> None:
    """Add what one source says of a niche: the strongest leads, each further one adds a little."""
    before = best.get(match.niche)
    if before is None:
        best[match.niche] = match
    else:
        stronger = match if match.relevance > before.relevance else before
        relevance = min(FULL, max(match.relevance, before.relevance) + FURTHER_SOURCE)
        best[match.niche] = stronger._replace(relevance=relevance)
