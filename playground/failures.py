"""What is written down when the bot does not take a delivery, or Slack does not take an answer."""

from playground.delivery import Delivery
from playground.store import Refusal, Store

_KINDS = {"timeout": "operation_timeout", "unreachable": "bot_unreachable", None: "bot_error"}


def report_failure(store: Store, delivery: Delivery, what: str, user_id: str) -> None:
    """Report that `what` was not acknowledged."""
    said = delivery.failure or f"status {delivery.status}"
    store.report(_KINDS[delivery.failure], f"{what} was not acknowledged ({said}).", user_id)


def describe(refusal: Refusal) -> str:
    """A refusal in one line."""
    return " ".join((refusal.error, *refusal.messages))
