"""What comments come to, in words: a score with its basis, what drives it, two examples."""

from collections.abc import Sequence

from domain.comments import ENOUGH, Counts, Driver, Feedback
from domain.wording import counted

MEANING = "(positive - negative) / scored comments in English, of a sample under tracked posts"


def score_words(counts: Counts) -> str:
    """ "net sentiment +42 % of 120 comments (71 positive, 28 neutral, 21 negative)"."""
    if not counts.read:
        return ""
    if counts.net_sentiment is None:
        scored = counted(counts.scored, "comment") if counts.scored else "no comment"
        said = f"{scored} scored, too few for a score ({ENOUGH} are needed)"
    else:
        parts = f"{counts.positive} positive, {counts.neutral} neutral, {counts.negative} negative"
        score = _percent(counts.net_sentiment)
        said = f"net sentiment {score} of {counts.scored:,} comments ({parts})"
    return "; ".join((said, *_beside(counts)))


def in_short(counts: Counts) -> str:
    """ "Net sentiment +42 % of 120 comments"; "" where there is no score."""
    if counts.net_sentiment is None:
        return ""
    return f"Net sentiment {_percent(counts.net_sentiment)} of {counts.scored:,} comments"


def lines(feedback: Feedback, *, outsiders: bool = False) -> tuple[str, ...]:
    """The score, the words that drive it and examples, a line each; () where none were read.

    outsiders: people of other organisations read it: then there is the score alone.
    """
    score = score_words(feedback.counts)
    if not score:
        return ()
    first = f"Comments: {score}"
    if outsiders:
        return (first,)
    return (
        first,
        *_driven("Words of those who like it", feedback.liked),
        *_driven("Words of those who do not", feedback.disliked),
        *(f"“{example}”" for example in feedback.examples),
    )


def _beside(counts: Counts) -> list[str]:
    said = []
    if counts.not_scored:
        said.append(f"{counts.not_scored:,} not scored (another language, or no words)")
    if counts.left_out:
        said.append(f"{counts.left_out:,} left out (advertising for something else)")
    return said


def _driven(heading: str, drivers: Sequence[Driver]) -> list[str]:
    if not drivers:
        return []
    return [f"{heading}: {', '.join(f'{one.word} ({one.said})' for one in drivers)}"]


def _percent(share: float) -> str:
    return f"{share:+.0%}".replace("%", " %")
