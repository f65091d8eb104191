"""How often comments are judged as a person would, beside VADER as it comes.

`sentiment_comments.tsv`: 120 comments written for this, labelled before anything was measured. The
words in `domain/comments.toml` may be improved on the half "tuned"; the half "held out" tells how
good they are.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from domain.comments import SCORED, TELLING, Verdict, cleaned, judge

FILE = Path(__file__).with_name("sentiment_comments.tsv")
HALVES = ("tuned", "held out")


class Labelled(NamedTuple):
    """A comment with what a person says it is."""

    half: str
    verdict: Verdict
    text: str


class Right(NamedTuple):
    """How many of the comments were judged as the person did.

    labels: of all comments. sentiment: of those that are to be scored.
    """

    labels: int
    all: int
    sentiment: int
    scored: int


def comments() -> list[Labelled]:
    """The labelled comments."""
    lines = FILE.read_text("utf-8").splitlines()
    parts = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Labelled(half, Verdict(verdict), text) for half, verdict, text in parts]


def ours(text: str) -> Verdict:
    """As the bot judges."""
    return judge(cleaned(text))


def vader() -> Callable[[str], Verdict]:
    """As VADER comes: it scores everything, in whatever language."""
    analyzer = SentimentIntensityAnalyzer()

    def plain(text: str) -> Verdict:
        score = analyzer.polarity_scores(text)["compound"]
        if score >= TELLING:
            return Verdict.POSITIVE
        return Verdict.NEGATIVE if score <= -TELLING else Verdict.NEUTRAL

    return plain


def measure(judged: Callable[[str], Verdict], half: str) -> Right:
    """Count what one way of judging gets right in one half."""
    tally: Counter[str] = Counter()
    for one in comments():
        if one.half == half:
            right = judged(one.text) is one.verdict
            tally.update(all=1, labels=right)
            if one.verdict in SCORED:
                tally.update(scored=1, sentiment=right)
    return Right(**{name: tally[name] for name in Right._fields})


def wrong(judged: Callable[[str], Verdict], half: str) -> list[tuple[Labelled, Verdict]]:
    """What one way of judging gets wrong, with what it says instead."""
    said = ((one, judged(one.text)) for one in comments() if one.half == half)
    return [(one, verdict) for one, verdict in said if verdict is not one.verdict]


def run() -> None:
    """Print both side by side."""
    print("\ncomments judged as a person would")
    for half in HALVES:
        for name, judged in (("influencer-bot", ours), ("VADER as it comes", vader())):
            right = measure(judged, half)
            print(
                f"  {half:<9} {name:<18} {right.sentiment} of {right.scored} sentiments right "
                f"({right.sentiment / right.scored:.0%}); {right.labels} of {right.all} labels"
            )
    for one, verdict in wrong(ours, HALVES[0]):
        print(f"  tuned, wrong: {one.verdict} said {verdict}: {one.text}")
