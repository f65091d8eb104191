"""Edits that are drawn when they are sent: one of each message, however often asked for."""

import pytest
from sqlmodel import col, select

from storage import outbox, redraws
from storage.models import OutboxMessage
from tests.slack import Slack

CARD, SUMMARY = "card:12", "summary:3"


def post(slack: Slack, key: str, about: str) -> None:
    with slack.writing() as tx:
        outbox.post(tx, key, "C0MARKETING", {"text": key}, about=about)


def ask(slack: Slack, *abouts: str) -> None:
    with slack.writing() as tx:
        redraws.redraw(tx, *abouts)


def edits(slack: Slack) -> list[tuple[str | None, str, dict[str, object]]]:
    """Each edit that was asked for: of which message, what that shows, and what is drawn of it."""
    with slack.reading() as tx:
        rows = tx.session.exec(
            select(OutboxMessage)
            .where(OutboxMessage.method == "chat.update")
            .order_by(col(OutboxMessage.id))
        )
        return [(row.changes, row.about, row.payload) for row in rows]


@pytest.mark.both_databases
def test_what_waits_already_is_not_asked_for_twice_and_what_was_never_posted_not_at_all(
    slack: Slack,
) -> None:
    post(slack, "card", CARD)
    post(slack, "summary", SUMMARY)

    ask(slack, CARD)
    ask(slack, CARD, SUMMARY, "card:13")
    ask(slack, CARD, SUMMARY)

    assert edits(slack) == [("card", CARD, {}), ("summary", SUMMARY, {})]


@pytest.mark.both_databases
def test_a_message_that_was_posted_anew_is_edited_although_an_edit_of_the_older_one_waits(
    slack: Slack,
) -> None:
    post(slack, "card", CARD)
    ask(slack, CARD)
    post(slack, "card again", CARD)

    ask(slack, CARD)

    assert edits(slack) == [("card", CARD, {}), ("card again", CARD, {})]


def test_an_edit_that_was_drawn_when_it_was_asked_for_is_drawn_anew(slack: Slack) -> None:
    post(slack, "card", CARD)
    with slack.writing() as tx:
        outbox.update_posted(tx, "card", {"text": "as it was"})

    ask(slack, CARD)

    assert edits(slack) == [("card", CARD, {})]
