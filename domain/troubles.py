"""What is technically wrong with a workspace's bot, for whoever looks after it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

LITTLE_DISK_BYTES = 500_000_000
"""Less than this left, and a busy week may fill the disk."""


class Trouble(StrEnum):
    """A kind of trouble; each is told at most once a day."""

    UNCONFIRMED = "unconfirmed"
    GIVEN_UP = "given up"
    TOKEN = "token"  # noqa: S105  a kind of trouble
    DISK = "disk"


class Health(BaseModel):
    """How things stand.

    unconfirmed: messages that may be lost, until an owner decides. given_up: kinds of jobs that
    failed each time in the last day. token_lost: Slack gives no new tokens, so nothing can be
    posted once the present one ends. free_bytes: left on the disk of a single server's own
    database; None where that is not looked at.
    """

    model_config = ConfigDict(frozen=True)

    unconfirmed: int = 0
    given_up: tuple[str, ...] = ()
    token_lost: bool = False
    free_bytes: int | None = None

    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong, the most pressing first."""
        little = self.free_bytes is not None and self.free_bytes < LITTLE_DISK_BYTES
        found = {
            Trouble.DISK: little,
            Trouble.TOKEN: self.token_lost,
            Trouble.UNCONFIRMED: self.unconfirmed > 0,
            Trouble.GIVEN_UP: bool(self.given_up),
        }
        return tuple(trouble for trouble, is_there in found.items() if is_there)
