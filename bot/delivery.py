"""From Bolt to a handler and back: reads what Slack sent, answers, and says when it failed."""

import datetime as dt
import logging
import re
import secrets
import threading
from collections.abc import Callable
from typing import Any

from bot import tracing
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context, ModalNotOpened
from handlers.payloads import Action, Command, Shortcut, Submission, values_of
from storage import outbox
from storage.database import RepeatedDelivery, Unavailable
from views import failures
from views.message import Message

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 40_000
LINK = re.compile(r"\s*<?https?://", re.IGNORECASE)


def read_command(body: dict[str, Any]) -> Command:
    """A slash command; its first word chooses the handler, a link alone is looked at."""
    typed = str(body.get("text", ""))
    if LINK.match(typed):
        typed = f"look {typed}"
    word, *rest = typed.split(maxsplit=1) or [""]
    return Command(
        text="".join(rest).rstrip(),
        channel_id=str(body.get("channel_id", "")),
        trigger_id=str(body.get("trigger_id", "")),
        response_url=str(body.get("response_url", "")),
        word=word.lower(),
    )


def read_action(body: dict[str, Any]) -> Action:
    """The first (and only) action of a block_actions payload."""
    action = body["actions"][0]
    values = values_of(action)
    container = body.get("container", {})
    return Action(
        action_id=action.get("action_id", ""),
        block_id=action.get("block_id", ""),
        value=values[0] if values else "",
        values=values,
        trigger_id=body.get("trigger_id", ""),
        channel_id=(body.get("channel") or {}).get("id") or container.get("channel_id", ""),
        message_ts=container.get("message_ts", ""),
        response_url=body.get("response_url", ""),
        view=body.get("view") or {},
        ephemeral=bool(container.get("is_ephemeral")),
        at=str(action.get("action_ts", "")),
    )


def read_shortcut(body: dict[str, Any]) -> Shortcut:
    """A shortcut that was used on a message."""
    message = body.get("message") or {}
    ts = str(message.get("ts", ""))
    return Shortcut(
        callback_id=str(body.get("callback_id", "")),
        text=_text_of(message),
        trigger_id=str(body.get("trigger_id", "")),
        channel_id=str((body.get("channel") or {}).get("id", "")),
        message_ts=ts,
        response_url=str(body.get("response_url", "")),
        sent_at=_instant(ts),
    )


def _text_of(message: dict[str, Any]) -> str:
    """What a message says, with the links of its attachments; other apps write in those."""
    parts = [message.get("text")]
    for each in message.get("attachments") or []:
        if isinstance(each, dict):
            parts += [each.get("original_url"), each.get("title_link"), each.get("from_url")]
    return "\n".join(part for part in parts if isinstance(part, str))[:LONGEST_MESSAGE]


def _instant(ts: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(float(ts), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_submission(body: dict[str, Any]) -> Submission:
    """A modal sent off or closed."""
    view = body["view"]
    return Submission(
        view=view,
        callback_id=view.get("callback_id", ""),
        metadata=view.get("private_metadata", ""),
        state=(view.get("state") or {}).get("values", {}),
    )


def delivery_key(body: dict[str, Any]) -> str | None:
    """What makes this delivery one and the same however often Slack repeats it.

    A modal as it was drawn (its hash) is accepted once, however often it is sent off.
    """
    kind = body.get("type")
    if kind == "event_callback":
        return f"event:{body['event_id']}"
    view = body.get("view") or {}
    if kind == "view_submission" and view.get("hash"):
        return f"view:{view.get('id')}:{view['hash']}"
    if kind == "view_closed":
        return f"closed:{view.get('id')}"
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else None


def answer_command(handle: Callable[[], Answer]) -> dict[str, Any]:
    """Run a command; whatever goes wrong, the person is told what and what to do."""
    answer = _guarded(handle, lambda message: Answer(message=message)) or Answer()
    return answer.for_slack()


def answer_submission(handle: Callable[[], Answer], submission: Submission) -> dict[str, Any]:
    """Run a submission; when it fails, the modal says so and keeps what was typed."""

    def keep_input(message: Message) -> Answer:
        return Answer(view=failures.modal_with_notice(submission.view, message.text))

    def with_field_errors() -> Answer:
        try:
            return handle()
        except FieldErrors as wrong:
            return Answer(errors=wrong.errors)

    return (_guarded(with_field_errors, keep_input) or Answer()).for_slack()


def answer_action(
    handle: Callable[[], Answer | None], action: Action | Shortcut, context: Context
) -> None:
    """Run a press; when it fails or is answered, the person gets a private message."""

    def handle_or_say() -> Answer | None:
        try:
            return handle()
        except Unavailable:  # the outbox is out of reach with its database
            _say_soon(context, action, _not_saved())
            return None

    answer = _guarded(handle_or_say, lambda message: Answer(message=message))
    if answer is None or answer.message is None:
        return
    payload = answer.message.payload()
    key = f"{context.delivery}:answer"
    try:
        with context.database.writing(context.workspace_id, context.user_id, quick=True) as tx:
            if action.response_url:
                outbox.respond(tx, key, action.response_url, {**payload, "replace_original": False})
            else:
                outbox.direct(tx, key, context.user_id, payload)
    except Unavailable:
        _say_soon(context, action, answer.message)


def _guarded(
    handle: Callable[[], Answer | None], wrap: Callable[[Message], Answer]
) -> Answer | None:
    try:
        return handle()
    except RepeatedDelivery as repeat:
        tracing.note(outcome="repeated")
        return Answer.model_validate(repeat.answer)
    except Refused as refusal:
        tracing.note(outcome="refused")
        return wrap(Message(text=str(refusal)))
    except ModalNotOpened as error:
        tracing.note(outcome="modal_not_opened")
        log.warning("modal not opened: %s", error)
        return wrap(failures.press_again())
    except Unavailable:
        return wrap(_not_saved())
    except Exception:  # the last resort: the person is told, the log has the reference
        reference = _reference("broken")
        log.exception("failed, reference %s", reference)
        return wrap(failures.broken(reference))


def _not_saved() -> Message:
    """Called where an error of the database is being handled."""
    reference = _reference("not_saved")
    log.exception("not saved, reference %s", reference)
    return failures.not_saved(reference)


def _reference(outcome: str) -> str:
    """What the person is shown and the log has: the lines of this delivery bear it from now on."""
    reference = secrets.token_hex(4)
    tracing.note(outcome=outcome, reference=reference)
    return reference


def _say_soon(context: Context, action: Action | Shortcut, message: Message) -> None:
    """Say it beside the acknowledgement, which has little time left."""
    arguments = (context, action, message)
    threading.Thread(target=_say, args=arguments, name="say", daemon=True).start()


def _say(context: Context, action: Action | Shortcut, message: Message) -> None:
    client = context.services.slack.quick(context.workspace)
    try:
        if action.channel_id:
            client.chat_postEphemeral(
                channel=action.channel_id, user=context.user_id, text=message.text
            )
        else:
            client.chat_postMessage(channel=context.user_id, text=message.text)
    except Exception:  # nobody is left to tell
        log.exception("the person could not be told")


__all__ = [
    "answer_action",
    "answer_command",
    "answer_submission",
    "delivery_key",
    "read_action",
    "read_command",
    "read_shortcut",
    "read_submission",
]
