"""What a message's call is made with, and what a refusal says of its blocks."""

import re
from typing import Any

from bot import unanswered
from domain import message_link
from domain.message_link import MessagePlace
from storage.models import Workspace
from storage.outbox import COMPLETE, FAIL, POST
from storage.sending import Claim
from views import workflow_steps

NEWER_BLOCKS = frozenset({"data_visualization", "data_table", "table", "card", "carousel"})
WHOLE_BLOCK = re.compile(r"json-pointer:/blocks/(\d+)(?:/type)?\]")


def call_of(claim: Claim) -> tuple[str, dict[str, Any]] | None:
    """The method to call, and its arguments; None when an earlier message has no place."""
    message = claim.message
    if message.method == COMPLETE:
        return _end_of_step(claim)
    arguments = _arguments_of(claim)
    return None if arguments is None else (message.method, arguments)


def _end_of_step(claim: Claim) -> tuple[str, dict[str, Any]]:
    """A workflow's step: done, with the link to what it posted, unless Slack did not take that."""
    payload = claim.message.payload
    if claim.refused:
        execution_id = payload["function_execution_id"]
        error = workflow_steps.NOT_POSTED
        return FAIL, {"function_execution_id": execution_id, "error": error}
    outputs = dict(payload["outputs"])
    if claim.target and claim.workspace.url:
        outputs["link"] = message_link.write(claim.workspace.url, MessagePlace(*claim.target))
    return COMPLETE, {**payload, "outputs": outputs}


def _arguments_of(claim: Claim) -> dict[str, Any] | None:
    message = claim.message
    arguments = {name: v for name, v in message.payload.items() if name != "fallback_blocks"}
    plainer = message.payload.get("fallback_blocks")
    if plainer and _refused_before(message.payload.get("blocks") or [], claim.workspace):
        arguments["blocks"] = plainer
    if message.changes:
        if claim.target is None:
            return None
        channel, ts = claim.target
        arguments["channel"] = channel
        arguments["ts" if message.method == "chat.update" else "timestamp"] = ts
    if message.reply_to:
        if claim.thread_ts is None:
            return None
        arguments["thread_ts"] = claim.thread_ts
    if message.method == POST:
        arguments["metadata"] = unanswered.metadata_of(message)
        arguments |= {"unfurl_links": False, "unfurl_media": False}
    return arguments


def refused_types(blocks: list[dict[str, Any]], details: tuple[str, ...]) -> set[str]:
    """Newer block types that this workspace refuses as a whole.

    details: Slack's sentences, which point to what is wrong; where they point into a block, its
    content is wrong and its type is known. Without any, every newer type is meant.
    """
    newer = {n: str(b.get("type")) for n, b in enumerate(blocks) if b.get("type") in NEWER_BLOCKS}
    if not details:
        return set(newer.values())
    pointed = {int(number) for line in details for number in WHOLE_BLOCK.findall(line)}
    return {kind for number, kind in newer.items() if number in pointed}


def _refused_before(blocks: list[dict[str, Any]], workspace: Workspace) -> bool:
    return any(block.get("type") in workspace.refused_blocks for block in blocks)
