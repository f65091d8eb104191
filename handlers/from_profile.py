"""What is done from a profile: a modal knows the profile, which is drawn anew afterwards."""

import json
from typing import Any, NamedTuple

from handlers import show
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.payloads import Action, Submission
from storage import outbox, profiles
from storage.models import Person
from storage.profiles import Current
from storage.transaction import Transaction
from views import creator_facts
from views.message import Message


class Kept(NamedTuple):
    """What a modal knows of the profile it was opened from. url: where that can be redrawn."""

    profile_id: int
    search_text: str
    url: str

    def stored(self) -> str:
        """As private_metadata, at most 3,000 characters."""
        return json.dumps(self, ensure_ascii=False)


def draw_again(tx: Transaction, context: Context, person: Person, kept: Kept) -> Answer:
    """Draw the profile again where it was shown, with what was changed in it."""
    tx.session.flush()
    message = show.draw(tx, context, person, kept.profile_id, kept.search_text)
    return put_in_place(tx, context, kept.url, message)


def put_in_place(tx: Transaction, context: Context, url: str, message: Message) -> Answer:
    """Show a message in place of the one that something was done from; url: "" = from none."""
    if url:
        again: dict[str, Any] = {**message.payload(), "replace_original": True}
        outbox.respond(tx, f"{context.delivery}:profile", url, again)
    return context.settle(tx, Answer())


def known_of(tx: Transaction, kept: Kept) -> Current:
    """What is known of the profile.

    Raises:
        Refused: it is not there any more.
    """
    known = profiles.current(tx, [kept.profile_id]).get(kept.profile_id)
    if known is None:
        raise Refused(show.GONE)
    return known


def handle_of(known: Current) -> str:
    """The profile's handle for the title of a modal: "@anna"."""
    return creator_facts.plain_handle(known.snapshot)


def kept_from(action: Action) -> Kept:
    """The profile whose button was pressed."""
    profile_id, search_text = show.read_state(action.value)
    return Kept(profile_id, search_text, action.response_url)


def kept_by(submission: Submission) -> Kept:
    """The profile from which a modal was opened."""
    try:
        profile_id, search_text, url = json.loads(submission.metadata)
        return Kept(int(profile_id), str(search_text), str(url))
    except (ValueError, TypeError) as error:
        raise Refused(show.GONE) from error
