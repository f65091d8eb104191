"""What Slack delivers is acted on once, answered in time, and said to have failed when it has."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlmodel import select

from bot.delivery import delivery_key, read_command
from handlers.answer import Answer, FieldErrors, say
from handlers.context import Context
from handlers.payloads import Action, Command, Submission
from storage import audit, jobs, outbox
from storage.database import Database
from storage.models import AuditEntry, Delivery
from tests import postgres
from tests.slack import Slack

pytestmark = pytest.mark.both_databases

SLACK_SECONDS = 3.0
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "test_note",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
BUTTON: dict[str, Any] = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "test_press:1",
            "text": {"type": "plain_text", "text": "Press"},
        },
        {
            "type": "button",
            "action_id": "test_open",
            "text": {"type": "plain_text", "text": "Open"},
        },
    ],
}


def note(context: Context, text: str) -> Answer:
    """Leave a trace, so that a test sees how often it was done."""
    with context.writing() as tx:
        audit.record(tx, "test", "test", 1, after={"text": text})
        return context.settle(tx, say(f"Noted: {text}"))


def command(command: Command, context: Context) -> Answer:
    if command.text == "show":
        return say("Press or open", [BUTTON])
    if command.text == "break":
        raise ZeroDivisionError("a mistake")
    return note(context, command.text)


def press(action: Action, context: Context) -> Answer:
    if action.value == "break":
        raise ZeroDivisionError("a mistake")
    return note(context, "pressed")


def open_modal(action: Action, context: Context) -> None:
    context.open_modal(action.trigger_id, MODAL)


def submit(submission: Submission, context: Context) -> Answer:
    text = submission.text("note")
    if text == "break":
        raise ZeroDivisionError("a mistake")
    if text == "empty":
        return Answer(errors={"note": "Say more."})
    with context.writing() as tx:
        audit.record(tx, "test", "test", 1, after={"text": text})
        if text == "taken":
            raise FieldErrors({"note": "Is taken."})
        return context.settle(tx, Answer())


failing: set[str] = set()


def first_listener(event: dict[str, Any], context: Context) -> None:
    if "first" in failing:
        raise ZeroDivisionError("a mistake")
    note(context, "first")


def second_listener(event: dict[str, Any], context: Context) -> None:
    note(context, "second")


@pytest.fixture
def bot(slack: Slack) -> Slack:
    """The bot with a command, a button, a modal and an event of this file."""
    feature = slack.bot.feature
    feature.commands["test"] = command
    feature.actions.update({"test_press": press, "test_open": open_modal})
    feature.submissions["test_note"] = submit
    feature.events["user_change"] = (first_listener, second_listener)
    failing.clear()
    return slack


def traces(slack: Slack) -> list[str]:
    """What was done, in order."""
    with slack.reading() as tx:
        found = tx.session.exec(select(AuditEntry).where(AuditEntry.action == "test"))
        return [entry.after["text"] for entry in found]


def keys(slack: Slack) -> int:
    with slack.reading() as tx:
        return len(tx.session.exec(select(Delivery)).all())


# ---- once -------------------------------------------------------------------------------------


def test_a_command_delivered_twice_acts_once_and_gets_the_same_answer(bot: Slack) -> None:
    bot.command("ana", "test hello")
    first = bot.workspace.deliveries[-1]

    second = bot.redeliver_last("command")

    assert traces(bot) == ["hello"]
    assert first.answer == second.answer
    assert b"Noted: hello" in second.answer


def test_a_button_delivered_twice_acts_once_and_says_so_once(bot: Slack) -> None:
    shown = bot.command("ana", "test show")
    bot.press("ana", shown, "test_press")

    bot.redeliver_last("action")

    assert traces(bot) == ["pressed"]
    assert bot.private("ana").count("Noted: pressed") == 1


def test_a_modal_sent_off_twice_is_saved_once(bot: Slack) -> None:
    bot.press("ana", bot.command("ana", "test show"), "test_open")
    assert bot.submit("ana", {"note": "kept"}) is None

    again = bot.redeliver_last("submission")

    assert traces(bot) == ["kept"]
    assert again.ok


@pytest.mark.parametrize("refused", ["empty", "taken"])
def test_a_submission_with_field_errors_stores_nothing_and_can_be_sent_again(
    bot: Slack, refused: str
) -> None:
    bot.press("ana", bot.command("ana", "test show"), "test_open")
    before = keys(bot)

    errors = bot.submit("ana", {"note": refused})

    assert errors is not None and list(errors) == ["note"]
    assert keys(bot) == before
    assert bot.submit("ana", {"note": "kept"}) is None
    assert traces(bot) == ["kept"]


def test_an_event_reaches_each_of_its_handlers_once(bot: Slack) -> None:
    bot.workspace.change_user("ana", tz="Europe/Paris")
    again = bot.redeliver_last("event")

    assert sorted(traces(bot)) == ["first", "second"]
    assert again.ok


def test_an_event_is_repeated_until_every_handler_has_succeeded(bot: Slack) -> None:
    failing.add("first")
    bot.workspace.change_user("ana", tz="Europe/Paris")

    assert traces(bot) == ["second"], "one that fails keeps no other from working"
    assert {one.status for one in bot.workspace.deliveries[-4:]} == {500}

    failing.clear()
    assert bot.redeliver_last("event").ok
    assert sorted(traces(bot)) == ["first", "second"]
    bot.workspace.store.problems.clear()


def test_two_presses_of_one_modal_as_it_was_drawn_are_one_delivery() -> None:
    view = {"id": "V1", "hash": "1.a"}
    first = {"type": "view_submission", "trigger_id": "1", "view": view}
    later = {"type": "view_submission", "trigger_id": "2", "view": view}
    redrawn = {**later, "view": {**view, "hash": "2.b"}}

    assert delivery_key(first) == delivery_key(later) != delivery_key(redrawn)


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("find  skincare micro ", "find", "skincare micro"),
        ("FIND\tskincare", "find", "skincare"),
        ("\u00a0find\nskincare", "find", "skincare"),
        ("   ", "", ""),
        ("help", "help", ""),
    ],
)
def test_the_first_word_is_the_command_whatever_stands_between(
    typed: str, word: str, rest: str
) -> None:
    read = read_command({"text": typed})

    assert (read.word, read.text) == (word, rest)


# ---- a mistake of ours ------------------------------------------------------------------------


def test_a_command_that_breaks_says_so_with_a_reference(bot: Slack) -> None:
    answer = bot.text_of(bot.command("ana", "test break"))

    assert "it is our mistake" in answer
    assert "reference" in answer
    assert "ZeroDivisionError" not in answer


def test_a_modal_that_breaks_stays_open_and_keeps_what_was_typed(bot: Slack) -> None:
    bot.press("ana", bot.command("ana", "test show"), "test_open")

    assert bot.submit("ana", {"note": "break"}) is None

    view = bot.view("ana")
    assert "it is our mistake" in bot.text_of(view)
    assert view.values["note"]["text"] == "break"
    assert bot.submit("ana", {"note": "kept"}) is None
    assert traces(bot) == ["kept"]


def test_a_modal_that_nobody_knows_any_more_stays_open(bot: Slack) -> None:
    bot.press("ana", bot.command("ana", "test show"), "test_open")
    del bot.bot.feature.submissions["test_note"]

    bot.submit("ana", {"note": "long text"})

    assert "it is our mistake" in bot.text_of(bot.view("ana"))


def test_a_button_that_breaks_says_so_in_private(bot: Slack) -> None:
    shown = bot.command("ana", "test show")
    bot.bot.feature.actions["test_press"] = lambda action, context: press(
        replace(action, value="break"), context
    )

    bot.press("ana", shown, "test_press")

    assert "it is our mistake" in bot.private("ana")[-1]
    assert bot.messages() == []


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("error", {"error": "expired_trigger_id"}), ("lost", {}), ("delay", {"seconds": 2.3})],
)
def test_a_modal_that_slack_does_not_open_is_asked_for_again(
    bot: Slack, kind: Any, settings: dict[str, Any]
) -> None:
    shown = bot.command("ana", "test show")
    bot.workspace.faults.add("views.open", kind, **settings)

    bot.press("ana", shown, "test_open")

    assert bot.private("ana")[-1] == "Slack did not open the form in time. Please press again."
    assert bot.workspace.deliveries[-1].seconds < SLACK_SECONDS


# ---- a database that is busy, full or read-only -----------------------------------------------


@contextmanager
def busy(database: Database) -> Iterator[None]:
    """Somebody else holds what a writer needs."""
    if database.is_sqlite:
        other = sqlite3.connect(str(database.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute("LOCK TABLE deliveries IN EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def full(database: Database) -> Iterator[None]:
    """No page more fits: what a full disk looks like."""
    if not database.is_sqlite:
        pytest.skip("a full disk can be played on SQLite only")
    database.engine.dispose()
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limit = f"PRAGMA max_page_count={pages}"

    def keep_small(connection: Any, _record: object) -> None:
        connection.execute(limit)

    from sqlalchemy import event

    event.listen(database.engine, "connect", keep_small)
    database.engine.dispose()
    yield
    event.remove(database.engine, "connect", keep_small)
    database.engine.dispose()


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Nobody may write: a wrong mount, or a standby server."""
    if database.is_sqlite:
        from sqlalchemy import event

        def forbid(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA query_only=ON")

        event.listen(database.engine, "connect", forbid)
        database.engine.dispose()
        yield
        event.remove(database.engine, "connect", forbid)
        database.engine.dispose()
        return
    name = database.url.database
    owner = database.url.set(drivername="postgresql", username=postgres.ROLE)
    address = owner.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        database.engine.dispose()
        yield
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    database.engine.dispose()


Trouble = Callable[[Database], Any]
LONG = "a" * 400_000


@pytest.mark.parametrize("trouble", [busy, full, read_only])
def test_what_cannot_be_saved_is_said_in_time_and_works_again_afterwards(
    bot: Slack, trouble: Trouble
) -> None:
    shown = bot.command("ana", "test show")
    bot.press("ana", shown, "test_open")
    bot.bot.feature.actions["test_press"] = lambda action, context: note(context, LONG)

    with trouble(bot.bot.services.database):
        answer = bot.workspace.command("ana", f"test {LONG[:8000]}" if trouble is busy else "test")
        if trouble is full:  # what still fits is saved, as it should be
            bot.bot.feature.commands["test"] = lambda command, context: note(context, LONG)
            answer = bot.workspace.command("ana", "test")
        slowest = bot.workspace.deliveries[-1].seconds
        if trouble is busy:
            bot.workspace.submit("ana", {"note": "kept"})
            slowest = max(slowest, bot.workspace.deliveries[-1].seconds)
        bot.workspace.press("ana", shown, "test_press:1")
        slowest = max(slowest, bot.workspace.deliveries[-1].seconds)
        bot.workspace.wait_for(lambda: "Not saved" in "".join(bot.private("ana")[-1:]))

    assert "Not saved, please try again. (Reference" in bot.text_of(answer)
    assert slowest < SLACK_SECONDS
    if trouble is busy:
        view = bot.view("ana")
        assert "Not saved, please try again" in bot.text_of(view)
        assert view.values["note"]["text"] == "kept"

    bot.bot.feature.commands["test"] = command
    assert "Noted: works" in bot.text_of(bot.command("ana", "test works"))
    assert "works" in traces(bot)


def test_an_event_that_cannot_be_saved_is_left_to_slack_to_repeat(bot: Slack) -> None:
    with busy(bot.bot.services.database):
        bot.workspace.options.__dict__["retry_delays"] = ()
        bot.workspace.change_user("ana", tz="Europe/Paris")
        assert bot.workspace.deliveries[-1].status == 500
    assert traces(bot) == []

    assert bot.redeliver_last("event").ok
    assert sorted(traces(bot)) == ["first", "second"]
    bot.workspace.store.problems.clear()


def test_two_copies_delivered_at_once_act_once(bot: Slack) -> None:
    """Slack repeats what it takes for lost while the first is still being worked on."""
    bot.command("ana", "test show")
    bot.workspace.command("ana", "test twice")
    before = traces(bot)
    copies = [threading.Thread(target=bot.workspace.redeliver_last, args=("command",))] * 1
    copies += [
        threading.Thread(target=bot.workspace.redeliver_last, args=("command",)) for _ in range(5)
    ]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()

    assert traces(bot) == before == ["twice"]
    answers = {one.answer for one in bot.workspace.deliveries[-7:]}
    assert len(answers) == 1


def test_what_a_failed_transaction_wanted_to_say_is_never_said(bot: Slack) -> None:
    def half_done(command: Command, context: Context) -> Answer:
        with context.writing() as tx:
            outbox.post(tx, "test:1", "C0MARKETING", {"text": "Too early"})
            jobs.add(tx, "test", "test:1")
            raise ZeroDivisionError("a mistake")

    bot.bot.feature.commands["test"] = half_done

    bot.command("ana", "test")

    assert bot.messages() == []
    assert bot.workers.idle()
