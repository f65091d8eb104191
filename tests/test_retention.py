"""What a workspace keeps long enough goes by itself, in small steps."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.preferences import preferences
from domain.retention import CHOICES, FOREVER, TITLES, Kept, in_words, kept
from storage import audit, creators, outbox, people, profiles, retention
from storage import preferences as stored
from storage.models import AuditEntry, Note, Nudge, OutboxMessage
from tests.forgetting import ON_SQLITE
from tests.partnering import log, rows
from tests.shortlisting import add_creators
from tests.slack import Slack

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def age(slack: Slack, model: Any, column: str, days: int) -> None:
    """Everything in a table happened so long ago."""
    with slack.writing() as tx:
        for row in rows(slack, model):
            setattr(row, column, tx.now - dt.timedelta(days=days))
            tx.session.merge(row)


def test_notes_about_creators_nothing_came_about_with_go_after_two_years(slack: Slack) -> None:
    add_creators(slack, "anna", "bob")
    log(slack, "ana", "stage", {"stage": "live"})
    with slack.writing() as tx:
        for handle in ("anna", "bob"):
            number = profiles.by_handle(tx, handle)[0].creator_id
            creators.add_note(tx, number, f"about {handle}", None, None)
    age(slack, Note, "created_at", 729)
    slack.tick()
    assert len(rows(slack, Note)) == 2

    age(slack, Note, "created_at", 731)
    slack.tick()

    assert [one.text for one in rows(slack, Note)] == ["about anna"]


@ON_SQLITE
def test_an_owner_chooses_how_long_the_record_is_kept_and_it_goes_by_that(slack: Slack) -> None:
    with slack.writing() as tx:
        tx.now -= dt.timedelta(days=400)
        audit.record(tx, "vote", "card", 7)
    slack.tick()
    assert "vote" in [one.action for one in rows(slack, AuditEntry)]
    slack.workspace.command("olivia", "settings")
    slack.settle()
    slack.press("olivia", slack.view("olivia"), "retention_open")
    assert "3 years" in slack.text_of(slack.view("olivia"))

    assert slack.submit("olivia", {"record": "365"}) is None
    slack.tick()

    done = [one.action for one in rows(slack, AuditEntry)]
    assert "vote" not in done
    assert "change" in done
    with slack.reading() as tx:
        assert stored.current(tx).retention == Kept(record=365)


def test_texts_of_old_messages_go_and_where_they_stand_stays(slack: Slack) -> None:
    with slack.writing() as tx:
        channel = slack.workspace.channel("marketing").id
        outbox.post(tx, "old", channel, {"text": "what was said"})
        outbox.tell(tx, "once", slack.workspace.user("ana").id, channel, {"text": "seen once"})
        tx.session.add(
            Nudge(workspace_id=tx.workspace_id, person_id=people.get(tx, "U1").id or 0,
                  dedupe_key="k", text="a line", created_at=tx.now, sent_at=tx.now)
        )  # fmt: skip
    slack.settle()
    slack.tick()
    with slack.reading() as tx:
        assert outbox.by_key(tx, "old").payload["text"] == "what was said"
        assert outbox.by_key(tx, "once").payload == {}
    age(slack, OutboxMessage, "settled_at", 1_100)
    age(slack, Nudge, "sent_at", 91)

    slack.tick()

    with slack.reading() as tx:
        row = outbox.by_key(tx, "old")
    assert (row.payload, bool(row.ts)) == ({}, True)
    assert [one.text for one in rows(slack, Nudge)] == [""]


@ON_SQLITE
def test_only_owners_change_how_long_things_are_kept(slack: Slack) -> None:
    assert slack.command("ana", "settings").text
    assert slack.workspace.view("ana") is None


def test_every_kind_has_a_title_choices_and_a_default_among_them() -> None:
    assert set(TITLES) == set(CHOICES) == set(Kept.model_fields)
    for name, days in Kept().model_dump().items():
        assert days in CHOICES[name]
    assert FOREVER not in CHOICES["found"]


@given(st.dictionaries(st.sampled_from([*CHOICES, "other"]), st.integers() | st.text(max_size=3)))
def test_whatever_is_stored_gives_a_choice_for_every_kind(said: dict[str, Any]) -> None:
    chosen = preferences({"retention": said}).retention
    for name, days in chosen.model_dump().items():
        assert days in CHOICES[name]
        before = chosen.before(name, NOW)
        assert (before is None) == (days == FOREVER)
    assert kept(said) == chosen


@pytest.mark.parametrize(
    ("days", "words"),
    [(7, "7 days"), (180, "6 months"), (365, "1 year"), (1_095, "3 years")],
)
def test_days_are_said_as_people_say_them(days: int, words: str) -> None:
    assert in_words(days) == words


def test_examples_of_cells_go_and_the_columns_stay() -> None:
    mapping = {"columns": [{"header": "Handle", "content": {"examples": ["@anna"], "count": 3}}]}
    assert retention.without_examples(mapping) == {
        "columns": [{"header": "Handle", "content": {"examples": [], "count": 3}}]
    }
