"""What people write under a post: how a comment is judged, and what many of them come to.

English alone is scored, by VADER (a lexicon and rules of grammar) with what today's idiom means
laid over it (`comments.toml`). A comment in another language is not scored, which is something
else than neutral. Net sentiment = (positive - negative) / scored.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from domain.text import fold, words

LONGEST = 500
"""So many characters of a comment are kept and judged."""
ENOUGH = 30
"""Below so many scored comments there are examples and no score."""
MOST_WORDS = 5
FEWEST_SAID = 3
"""A word drives a sentiment only if so many comments say it."""
TELLING = 0.05
ENGLISH_SHARE = 0.6
SHORTEST_EXAMPLE, LONGEST_EXAMPLE = 15, 160

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w.])@[\w.\-]+(?:@[\w.\-]+)?")
_TAG = re.compile(r"[#＃]\w+")
_SPACE = re.compile(r"\s+")


class Verdict(StrEnum):
    """What a comment says of the post. LEFT_OUT: advertising for somebody else."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    NOT_SCORED = "not scored"
    LEFT_OUT = "left out"


SCORED = (Verdict.POSITIVE, Verdict.NEUTRAL, Verdict.NEGATIVE)


class CommentSeen(BaseModel):
    """A comment as a platform shows it; who wrote it is not part of it.

    key: tells it from others of the same platform, and nothing of its author. language: as its
    platform or author says ("en"), "" = unsaid.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    text: str
    language: str = ""


class Counts(BaseModel):
    """How many comments of a sample say what."""

    model_config = ConfigDict(frozen=True)

    positive: int = Field(default=0, ge=0)
    neutral: int = Field(default=0, ge=0)
    negative: int = Field(default=0, ge=0)
    not_scored: int = Field(default=0, ge=0)
    left_out: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "Counts":
        """Count verdicts."""
        tally = Counter(verdicts)
        return cls(**{name.name.lower(): tally[name] for name in Verdict})

    def __add__(self, other: "Counts") -> "Counts":
        """Both samples together."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def scored(self) -> int:
        """How many were judged."""
        return self.positive + self.neutral + self.negative

    @property
    def read(self) -> int:
        """How many were read, judged or not."""
        return self.scored + self.not_scored + self.left_out

    @property
    def net_sentiment(self) -> float | None:
        """(positive - negative) / scored, -1 to 1; None with fewer than 30 scored."""
        if self.scored < ENOUGH:
            return None
        return (self.positive - self.negative) / self.scored


class Driver(NamedTuple):
    """A word that comes with a sentiment. said: in how many comments."""

    word: str
    said: int


class Feedback(BaseModel):
    """What the comments under posts come to. examples: up to two, the plainest of either kind."""

    model_config = ConfigDict(frozen=True)

    counts: Counts = Counts()
    liked: tuple[Driver, ...] = ()
    disliked: tuple[Driver, ...] = ()
    examples: tuple[str, ...] = ()


class _Rules(NamedTuple):
    left_out: re.Pattern[str]
    sayings: re.Pattern[str]
    instead: dict[str, str]
    english: frozenset[str]
    other: frozenset[str]
    dull: frozenset[str]
    analyzer: Any


def cleaned(text: str) -> str:
    """A comment as it is kept: who is mentioned reads "@…", links are "[link]", on one line."""
    masked = _MENTION.sub("@…", _LINK.sub("[link]", text))
    short = _SPACE.sub(" ", masked).strip()
    return short if len(short) <= LONGEST else f"{short[: LONGEST - 1].rstrip()}…"


def judge(text: str, language: str = "") -> Verdict:
    """What a comment says.

    Args:
        text: as `cleaned` gives it.
        language: as its platform says, "" = unsaid; then its words tell.
    """
    rules = _rules()
    said = [word for word in words(_bare(text)) if not word.isdigit()]
    folded = f" {' '.join(said)} "
    if rules.left_out.search(folded):
        return Verdict.LEFT_OUT
    if language and language.partition("-")[0].lower() != "en" and said:
        return Verdict.NOT_SCORED
    if said and not _is_english(said, rules):
        return Verdict.NOT_SCORED
    if not said and not _pictures(text, rules):
        return Verdict.NOT_SCORED
    return _verdict(text, rules)


def summed_up(
    counts: Counts, comments: Sequence[tuple[str, Verdict]], names: Collection[str] = ()
) -> Feedback:
    """Counts with what stands behind them.

    Args:
        counts: of all that were read, also those whose text is deleted by now.
        comments: text and verdict of those that are kept.
        names: of creators and brands: they drive nothing.
    """
    silent = frozenset(word for name in names for word in words(name))
    enough = counts.scored >= ENOUGH
    return Feedback(
        counts=counts,
        liked=_drivers(comments, Verdict.POSITIVE, silent) if enough else (),
        disliked=_drivers(comments, Verdict.NEGATIVE, silent) if enough else (),
        examples=tuple(
            found
            for verdict in (Verdict.POSITIVE, Verdict.NEGATIVE)
            if (found := _example(comments, verdict))
        ),
    )


def _verdict(text: str, rules: _Rules) -> Verdict:
    score = rules.analyzer.polarity_scores(_in_plain_words(text, rules))["compound"]
    if score >= TELLING:
        return Verdict.POSITIVE
    return Verdict.NEGATIVE if score <= -TELLING else Verdict.NEUTRAL


def _in_plain_words(text: str, rules: _Rules) -> str:
    """A comment with its sayings in plain words; what VADER reads from shape ("SO", "!!") stays."""
    return rules.sayings.sub(
        lambda found: rules.instead[" ".join(words(found[0]))], _bare(text).replace("’", "'")
    )


def _bare(text: str) -> str:
    return _TAG.sub(" ", text.replace("[link]", " ").replace("@…", " "))


def _is_english(said: Sequence[str], rules: _Rules) -> bool:
    known = sum(word in rules.english for word in said)
    foreign = sum(word in rules.other for word in said)
    return foreign < max(1, known) and known >= ENGLISH_SHARE * len(said)


def _pictures(text: str, rules: _Rules) -> bool:
    return any(character in rules.analyzer.emojis for character in text)


def _drivers(
    comments: Sequence[tuple[str, Verdict]], verdict: Verdict, silent: frozenset[str]
) -> tuple[Driver, ...]:
    """Words that stand in these comments oftener than in the others, the most said first."""
    rules = _rules()
    here: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for text, said in comments:
        if said in SCORED:
            (here if said is verdict else elsewhere).update(set(words(_bare(text))))
    ours = sum(said is verdict for _, said in comments)
    theirs = sum(said in SCORED for _, said in comments) - ours
    telling = [
        Driver(word, count)
        for word, count in here.items()
        if count >= FEWEST_SAID
        and len(word) > 2
        and word not in rules.dull
        and word not in silent
        and count * max(1, theirs) > elsewhere[word] * ours
    ]
    telling.sort(key=lambda driver: (-driver.said, driver.word))
    return tuple(telling[:MOST_WORDS])


def _example(comments: Sequence[tuple[str, Verdict]], verdict: Verdict) -> str:
    """The comment that says it most plainly, without names or links; "" where there is none."""
    rules = _rules()
    sign = 1 if verdict is Verdict.POSITIVE else -1
    fit = [
        (sign * rules.analyzer.polarity_scores(_in_plain_words(text, rules))["compound"], text)
        for text, said in comments
        if said is verdict
        and SHORTEST_EXAMPLE <= len(text) <= LONGEST_EXAMPLE
        and "@…" not in text
        and "[link]" not in text
    ]
    return max(fit, key=lambda one: (one[0], one[1]))[1] if fit else ""


@cache
def _rules() -> _Rules:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    data = tomllib.loads(resources.files("domain").joinpath("comments.toml").read_text("utf-8"))
    analyzer = SentimentIntensityAnalyzer()
    plain = {word for word in analyzer.lexicon if word.isascii() and word.isalpha()}
    analyzer.lexicon.update(data["words"])
    analyzer.emojis.update(data["emoji"])
    instead = data["sayings"]
    everyday = frozenset(data["english"]["everyday"].split())
    common = everyday | frozenset(data["english"]["words"].split())
    return _Rules(
        left_out=_any_of(data["left_out"]["phrases"]),
        sayings=_sayings(instead),
        instead=instead,
        english=common | plain | frozenset(data["words"]) | _words_of(instead),
        other=frozenset(fold(data["other"]["words"]).split()) - common,
        dull=everyday,
        analyzer=analyzer,
    )


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(map(re.escape, phrases))}) ")


def _sayings(sayings: Iterable[str]) -> re.Pattern[str]:
    """Each as people write it: "can t wait" is also "can't wait"; the longest come first."""
    longest = sorted(sayings, key=len, reverse=True)
    written = ("[\\s']+".join(map(re.escape, saying.split())) for saying in longest)
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)", re.IGNORECASE)


def _words_of(sayings: Iterable[str]) -> frozenset[str]:
    return frozenset(word for saying in sayings for word in saying.split())
