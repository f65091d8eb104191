"""One person's vote on one card, from the reactions held and the buttons pressed.

Deliveries may come twice, late and out of order, so a ballot keeps when each mark was
last made and last taken away: whatever the order in which it learns of them, it ends the
same. Times are whole microseconds, from Slack's own stamps (`instant`).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

NEVER = -1


class Vote(StrEnum):
    """What a person says of a creator."""

    APPROVE = "approve"
    REJECT = "reject"
    MAYBE = "maybe"

    @classmethod
    def from_emoji(cls, name: str) -> "Vote | None":
        """The vote of a reaction by its Slack name, in any skin tone; None for all others."""
        return _EMOJI.get(name.partition("::")[0])


_EMOJI = {
    "white_check_mark": Vote.APPROVE,
    "heavy_check_mark": Vote.APPROVE,
    "+1": Vote.APPROVE,
    "thumbsup": Vote.APPROVE,
    "x": Vote.REJECT,
    "-1": Vote.REJECT,
    "thumbsdown": Vote.REJECT,
    "thinking_face": Vote.MAYBE,
}
SEEDS = ("white_check_mark", "thinking_face", "x")
"""The reactions that a card is seeded with, in this order."""


class Mark(BaseModel):
    """One reaction of one person: when last added and last taken away, `NEVER` if not."""

    model_config = ConfigDict(frozen=True)

    added: int = NEVER
    removed: int = NEVER

    @property
    def held(self) -> bool:
        """Whether the reaction is on the card now."""
        return self.added > self.removed


class Press(BaseModel):
    """The last button that a person pressed on a card."""

    model_config = ConfigDict(frozen=True)

    vote: Vote
    at: int


class Ballot(BaseModel):
    """All that one person did on one card.

    marks: by the reaction's full name, skin tone included. spent: acts up to this time
    were made before the card was reopened; they are listed and don't count.
    """

    model_config = ConfigDict(frozen=True)

    marks: Mapping[str, Mark] = Field(default_factory=dict)
    press: Press | None = None
    spent: int = NEVER

    def react(self, emoji: str, at: int) -> "Ballot":
        """With a reaction added at that time. Names that are no votes change nothing."""
        mark = self.marks.get(emoji, Mark())
        return self._with(emoji, Mark(added=max(mark.added, at), removed=mark.removed))

    def unreact(self, emoji: str, at: int) -> "Ballot":
        """With a reaction taken away at that time; only the vote that it gave goes."""
        mark = self.marks.get(emoji, Mark())
        return self._with(emoji, Mark(added=mark.added, removed=max(mark.removed, at)))

    def pressed(self, vote: Vote, at: int) -> "Ballot":
        """With a button pressed at that time; it stands until the person acts again."""
        if self.press is not None and (self.press.at, self.press.vote) >= (at, vote):
            return self
        return self.model_copy(update={"press": Press(vote=vote, at=at)})

    def seen(self, held: Iterable[str], at: int) -> "Ballot":
        """Brought in line with the reactions that Slack says the person holds.

        For what happened while nobody listened: what is missing here was added, what is
        no longer held was taken away, both at that time.
        """
        now_held = {emoji for emoji in held if Vote.from_emoji(emoji) is not None}
        ballot = self
        for emoji in sorted(now_held | set(self.marks)):
            was_held = self.marks.get(emoji, Mark()).held
            if emoji in now_held and not was_held:
                ballot = ballot.react(emoji, at)
            elif was_held and emoji not in now_held:
                ballot = ballot.unreact(emoji, at)
        return ballot

    def spend(self) -> "Ballot":
        """With all acts so far listed but no longer counted: the card was reopened."""
        times = [time for mark in self.marks.values() for time in (mark.added, mark.removed)]
        pressed = NEVER if self.press is None else self.press.at
        return self.model_copy(update={"spent": max([self.spent, pressed, *times])})

    @property
    def vote(self) -> Vote | None:
        """The one vote that counts, or None."""
        return self._vote_after(self.spent)

    @property
    def earlier_vote(self) -> Vote | None:
        """The vote from before the card was reopened, where none was given anew."""
        return None if self.vote is not None or self.spent == NEVER else self._vote_after(NEVER)

    @property
    def contradicts_itself(self) -> bool:
        """Whether approving and rejecting reactions are both held, and so count as maybe."""
        return self._pressed_after(self.spent) is None and _contradiction(self._held(self.spent))

    def _with(self, emoji: str, mark: Mark) -> "Ballot":
        if Vote.from_emoji(emoji) is None or mark == self.marks.get(emoji):
            return self
        return self.model_copy(update={"marks": {**self.marks, emoji: mark}})

    def _vote_after(self, spent: int) -> Vote | None:
        pressed = self._pressed_after(spent)
        if pressed is not None:
            return pressed
        held = self._held(spent)
        if _contradiction(held):
            return Vote.MAYBE
        return max(held)[1] if held else None

    def _pressed_after(self, spent: int) -> Vote | None:
        if self.press is None or self.press.at <= spent:
            return None
        acted_again = any(mark.added > self.press.at for mark in self.marks.values())
        return None if acted_again else self.press.vote

    def _held(self, spent: int) -> list[tuple[int, Vote]]:
        return [
            (mark.added, vote)
            for emoji, mark in self.marks.items()
            if mark.held and mark.added > spent and (vote := Vote.from_emoji(emoji)) is not None
        ]


def instant(stamp: str) -> int:
    """Slack's stamp ("1764000000.000200": event_ts, action_ts) in whole microseconds.

    Raises:
        ValueError: it is not such a stamp.
    """
    try:
        exact = Decimal(stamp)
    except InvalidOperation as error:
        raise ValueError(f"not a Slack time stamp: {stamp[:40]!r}") from error
    if not exact.is_finite() or not 0 <= exact < 10**12:
        raise ValueError(f"not a Slack time stamp: {stamp[:40]!r}")
    return int(exact * 1_000_000)


def _contradiction(held: Iterable[tuple[int, Vote]]) -> bool:
    votes = {vote for _, vote in held}
    return Vote.APPROVE in votes and Vote.REJECT in votes
