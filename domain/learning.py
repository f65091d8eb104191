"""Words that often go with a niche among a workspace's own creators.

Counted by creators: a word is learned when it is used by enough of them, most of those fit the
niche, and the two go together far more often than by chance (Dunning's log-likelihood ratio).
What is learned counts less than any word of the vocabulary, and is never learned from.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log
from typing import NamedTuple

from domain.niche import Vocabulary
from domain.text import is_unspaced, words

FEWEST_CREATORS = 200
"""Below that, nothing is learned: too few to tell a habit from a coincidence."""
MOST_CREATORS = 10_000
"""A sample of so many tells the same as all of them."""
FEWEST_USING, FEWEST_FITTING = 8, 6
LEAST_SHARE, LEAST_LIFT, LEAST_STRENGTH = 0.6, 3.0, 30.0
KEPT_SHARE, KEPT_STRENGTH = 0.5, 20.0
"""What was learned before is kept a little longer, so that words don't come and go."""
MOST_COMMON = 0.2
"""A word used by a larger share of all creators tells nothing."""
SHORTEST = 4
MOST_OF_NICHE, MOST = 12, 1_000


class Said(NamedTuple):
    """What is counted of one creator: the words that name no niche, and the niches named."""

    words: frozenset[str]
    niches: frozenset[str]


class Learned(NamedTuple):
    """A word that goes with a niche.

    using: creators who use it, fitting: those of them who fit the niche. strength: G², how
    unlikely that is by chance (3.8 = one in twenty, 30 = one in twenty million).
    """

    word: str
    niche: str
    using: int
    fitting: int
    strength: float


def said_by(
    texts: Iterable[Mapping[str, str]], tags: Sequence[str], vocabulary: Vocabulary
) -> Said:
    """What the profiles of one creator say, and the tags that the team gave.

    texts: by source, of each profile. Only words of bios and tags can be learned; names are not.
    """
    used: set[str] = set()
    niches: set[str] = set()
    label = ", ".join(tags)
    for of_profile in (*texts, {"tags": label}):
        found = vocabulary.judge(of_profile)
        niches.update(match.niche for match in found if match.kind == "named")
        for source in ("bio", "tags"):
            used.update(_free_words(words(of_profile.get(source, "")), source, vocabulary))
    return Said(frozenset(used), frozenset(niches))


def _free_words(tokens: list[str], source: str, vocabulary: Vocabulary) -> Iterable[str]:
    """Words that are not part of what names a niche; pairs of unspaced scripts are no words."""
    taken: set[int] = set()
    for match in vocabulary.find(tokens, source):
        taken.update(range(match.start, match.end))
    for at, token in enumerate(tokens):
        may_be_learned = len(token) >= SHORTEST and not token.isdigit() and at not in taken
        if may_be_learned and not is_unspaced(token[0]) and not vocabulary.knows(token):
            yield token


def learn(said: Sequence[Said], before: Mapping[str, str]) -> list[Learned]:
    """The words that go with a niche, the strongest first.

    Args:
        said: by creators, at least `FEWEST_CREATORS`, else nothing is learned.
        before: niches by the words that were learned the last time.
    """
    total = len(said)
    if total < FEWEST_CREATORS:
        return []
    using = Counter(word for one in said for word in one.words)
    of_niche = Counter(niche for one in said for niche in one.niches)
    candidates = {
        word for word, many in using.items() if FEWEST_USING <= many <= total * MOST_COMMON
    }
    together: Counter[tuple[str, str]] = Counter(
        (word, niche) for one in said for word in one.words & candidates for niche in one.niches
    )
    best: dict[str, Learned] = {}
    for (word, niche), both in together.items():
        one = _weighed(word, niche, both, using[word], of_niche[niche], total)
        stronger = word not in best or (one.strength, niche) > (best[word].strength, best[word][1])
        if stronger and _is_sound(one, of_niche[niche] / total, kept=before.get(word) == niche):
            best[word] = one
    return _the_strongest(best.values())


def _weighed(word: str, niche: str, both: int, using: int, fitting: int, total: int) -> Learned:
    table = ((both, using - both), (fitting - both, total - using - fitting + both))
    return Learned(word, niche, using, both, log_likelihood_ratio(table))


def _is_sound(one: Learned, usual_share: float, *, kept: bool) -> bool:
    share = one.fitting / one.using
    return (
        one.fitting >= FEWEST_FITTING
        and share >= (KEPT_SHARE if kept else LEAST_SHARE)
        and share >= LEAST_LIFT * usual_share
        and one.strength >= (KEPT_STRENGTH if kept else LEAST_STRENGTH)
    )


def _the_strongest(found: Collection[Learned]) -> list[Learned]:
    left: dict[str, int] = defaultdict(lambda: MOST_OF_NICHE)
    chosen = []
    for one in sorted(found, key=lambda each: (-each.strength, each.word)):
        if left[one.niche] > 0:
            left[one.niche] -= 1
            chosen.append(one)
    return chosen[:MOST]


def log_likelihood_ratio(table: tuple[tuple[int, int], tuple[int, int]]) -> float:
    """Dunning's G² of a table of counts: 2 Σ observed × ln(observed ÷ expected), never negative.

    Source: T. Dunning, Accurate Methods for the Statistics of Surprise and Coincidence (1993).
    """
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    terms = (
        seen * log(seen * total / (rows[i] * columns[j]))
        for i, row in enumerate(table)
        for j, seen in enumerate(row)
        if seen
    )
    return max(0.0, 2 * sum(terms))
