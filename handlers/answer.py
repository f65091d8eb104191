"""What a handler answers; `bot.app` turns it into Slack's acknowledgement."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from views.message import Blocks, Message


class Answer(BaseModel):
    """An acknowledgement.

    message: shown to the person who typed a command (only to them). errors: block_id → sentence,
    under the field of a submitted modal. view: replaces the submitted modal. push: goes on top.
    clear: closes all modals. Nothing set: accepted, the modal closes.
    """

    model_config = ConfigDict(frozen=True)

    message: Message | None = None
    errors: dict[str, str] | None = None
    view: dict[str, Any] | None = None
    push: dict[str, Any] | None = None
    clear: bool = False

    def stored(self) -> dict[str, Any]:
        """As it is kept with the delivery, to be given again to a repeat."""
        return self.model_dump(exclude_none=True)

    def for_slack(self) -> dict[str, Any]:
        """Keyword arguments of Bolt's `ack()`."""
        if self.message is not None:
            answer: dict[str, Any] = {"response_type": "ephemeral", "text": self.message.text}
            if self.message.blocks:
                answer["blocks"] = self.message.blocks
            return answer
        if self.errors:
            return {"response_action": "errors", "errors": self.errors}
        if self.view is not None:
            return {"response_action": "update", "view": self.view}
        if self.push is not None:
            return {"response_action": "push", "view": self.push}
        return {"response_action": "clear"} if self.clear else {}


def say(text: str, blocks: Blocks | None = None) -> Answer:
    """Answer a command with a message that only the person sees."""
    return Answer(message=Message(text=text, blocks=blocks))


class Refused(Exception):
    """What was asked can't be done; the text is the sentence shown to the person."""


class NotAllowed(Refused):
    """The person may not do this; the text says who may."""


class NotKnownYet(NotAllowed):
    """Slack has not said yet who the person is: ask it, then try again."""


class FieldErrors(Exception):
    """Found wrong while storing: nothing is stored, and the sentences go under the fields."""

    def __init__(self, errors: dict[str, str]) -> None:
        """Keep the sentences by block_id."""
        super().__init__(str(errors))
        self.errors = errors
