"""A message as every view gives it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

Blocks = list[dict[str, Any]]


class Message(BaseModel):
    """A message: `text` says the same as the blocks, for notifications and screen readers.

    fallback_blocks: plainer blocks for workspaces that refuse the newer ones.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    blocks: Blocks | None = None
    fallback_blocks: Blocks | None = None

    def payload(self) -> dict[str, Any]:
        """As the outbox keeps it."""
        return self.model_dump(exclude_none=True)
