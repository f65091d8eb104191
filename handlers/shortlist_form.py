"""What the modal of a shortlist says: read, and looked through for what is missing or wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.shortlist import check_terms
from handlers import posting
from handlers.answer import Refused
from handlers.context import Context
from handlers.payloads import Submission
from views.shortlist import NEW, approvers_block


@dataclass(frozen=True)
class Asked:
    """What the modal says. profile_ids: creators chosen of those it was opened with."""

    profile_ids: tuple[int, ...]
    add_to: int | None
    brief: str
    channel: str
    quorum: str
    approvers: tuple[str, ...]
    in_thread: bool
    approvers_field: str


def read(submission: Submission) -> Asked:
    """All that was filled in.

    Raises:
        Refused: the form is of an older release.
    """
    place = place_of(submission.metadata)
    add_to = submission.text("add_to")
    chosen = submission.chosen("creators")
    field = next((name for name in submission.state if name.startswith("approvers:")), "")
    return Asked(
        profile_ids=tuple(one for one in place["profiles"] if not chosen or str(one) in chosen),
        add_to=int(add_to) if add_to and add_to != NEW else None,
        brief=submission.text("brief"),
        channel=submission.text("channel"),
        quorum=submission.text("quorum").strip(),
        approvers=tuple(dict.fromkeys(submission.chosen(field))),
        in_thread=submission.text("layout") != "channel",
        approvers_field=field or approvers_block(None),
    )


def filled_in(shown: dict[str, Any]) -> Submission:
    """What is filled in so far in an open modal."""
    return Submission(
        view=shown,
        callback_id=shown.get("callback_id", ""),
        metadata=shown.get("private_metadata", ""),
        state=(shown.get("state") or {}).get("values", {}),
    )


def place_of(metadata: str) -> dict[str, Any]:
    """What the modal was opened with: profiles, and the channel where the person was."""
    try:
        place = json.loads(metadata)
        return {"profiles": [int(one) for one in place["profiles"]], "channel": place["channel"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("This form is too old. Please press *Shortlist* again.") from error


def errors_in(asked: Asked) -> dict[str, str]:
    """What is wrong by itself, by field."""
    errors = {}
    if not asked.brief.isdigit():
        errors["brief"] = "Please choose a brief."
    if not asked.channel:
        errors["channel"] = "Please choose a channel."
    terms = check_quorum(asked.quorum, asked.approvers)
    return errors | {
        asked.approvers_field if name == "approvers" else name: sentence
        for name, sentence in terms.items()
    }


def check_quorum(quorum: str, approvers: Sequence[str]) -> dict[str, str]:
    """What is wrong with approvers and quorum as they were typed, by field."""
    if not (quorum.isascii() and quorum.isdigit() and len(quorum) < 5):
        return {"quorum": "Please type a whole number, for example 1."}
    return check_terms(int(quorum), approvers)


def approver_errors(asked: Asked, context: Context) -> dict[str, str]:
    """Who of the approvers may not approve, by field."""
    with context.reading() as tx:
        problem = posting.why_not_approvers(tx, asked.approvers)
    return {asked.approvers_field: problem} if problem else {}
