"""What is known of an account on its platform, as a profile says it."""

import datetime as dt
from dataclasses import dataclass

from domain.creator import Platform
from domain.wording import listed
from views import creator_facts, elements
from views.elements import escape
from views.message import Message

MOST_FORMER = 3


@dataclass(frozen=True)
class LiveFacts:
    """found_on: where a look-up found the creator, None = in the list. gone_since: since when the
    platform shows no such account. former: handles it had before, the oldest first.
    """

    found_on: Platform | None = None
    gone_since: dt.date | None = None
    former: tuple[str, ...] = ()


def lines(live: LiveFacts) -> list[str]:
    """One line a fact, mrkdwn; none where there is nothing to say."""
    said = []
    if live.found_on:
        on = creator_facts.found_on(live.found_on)
        said.append(f"{on[:1].upper()}{on[1:]}")
    if live.gone_since:
        said.append(f"Not there any more since {elements.day(live.gone_since)}")
    if live.former:
        names = listed([f"@{escape(handle, 60)}" for handle in live.former[-MOST_FORMER:]])
        said.append(f"Before: {names}")
    return said


def or_look(question: Message, typed: str) -> Message:
    """The question who is meant, with how to fetch somebody who is not here yet."""
    name = escape(typed, 60)
    hint = f"Somebody new? `/influencer look {name}` fetches them from their platform."
    blocks = [*(question.blocks or [elements.section(question.text)]), elements.context(hint)]
    return Message(text=f"{question.text}\n{hint}", blocks=blocks)
