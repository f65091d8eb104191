"""What keeps `find` and `show` quick: few questions to the database, blocks written out."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col, select

from handlers import find
from storage import brands, first_look, people, workspaces
from storage.models import Profile
from tests.slack import Slack
from views import elements, written_blocks

MOST_STATEMENTS = 9
"""Whether they may ask, then beginning, the first look, the search, its count, the ten creators."""

MOST_FOR_ONE = 7
"""Whether they may ask, then beginning, the first look, the name, the profile, what there is."""

LABELS = st.text(min_size=1, max_size=200).filter(str.strip)


@contextmanager
def statements(slack: Slack) -> Iterator[list[str]]:
    """All that is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_) -> None:
        asked.append(statement)

    engine = slack.bot.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_search_asks_the_database_few_questions(demo):
    demo.command("ana", "find skincare micro")

    with statements(demo) as asked:
        answer = demo.workspace.command("ana", "find fitness micro", "marketing")

    assert "Fit " in demo.text_of(answer)
    questions = [one for one in asked if not one.startswith("SET LOCAL")]  # the second wall
    assert len(questions) <= MOST_STATEMENTS, "\n\n".join(questions)


def test_showing_a_creator_asks_the_database_few_questions(demo):
    with demo.reading() as tx:
        first, second = tx.session.exec(select(Profile.handle).order_by(col(Profile.id)).limit(2))
    demo.command("ana", f"show {first}")

    with statements(demo) as asked:
        answer = demo.workspace.command("ana", f"show {second}", "marketing")

    assert "History with your team" in demo.text_of(answer)
    questions = [one for one in asked if not one.startswith("SET LOCAL")]
    assert len(questions) <= MOST_FOR_ONE, "\n\n".join(questions)


def test_a_search_is_answered_in_time_while_others_hang(demo):
    """Where the database hangs, those who search have their turns for long."""
    with find._SEARCHING, find._SEARCHING:
        answer = demo.workspace.command("ana", "find fitness micro", "marketing")

    assert "Fit " in demo.text_of(answer)


def test_what_a_look_begins_with_is_what_the_modules_say_themselves(database):
    """Who asks and what is hidden from them are the same to a reader as to a writer."""
    workspace_id = workspaces.ensure(database, "", "T1").id
    with database.writing(workspace_id, "U0ANA") as tx:
        ana = people.get(tx, tx.actor)
        assert first_look.taken(tx) is None
        limited = brands.create(tx, "Lumea", ana.id)
        brands.limit(tx, limited, True, [ana])
        hidden = brands.hidden_from(tx, ana.id), brands.hidden_from(tx, None)
    with database.reading(workspace_id, "U0ANA") as tx:
        look = first_look.taken(tx)
        assert look is not None and look.any_limited_brand
        assert not (look.any_card or look.any_fee or look.any_relationship or look.any_partnership)
        assert look.person == people.find(tx, tx.actor) == people.by_id(tx, ana.id)
        assert (brands.hidden_from(tx, ana.id), brands.hidden_from(tx, None)) == hidden
        assert hidden == (frozenset(), {limited.id})
    with database.reading(workspace_id, "U0NOBODY") as tx:
        assert people.find(tx, tx.actor) is None


@given(st.text(max_size=3_200), LABELS, st.text(max_size=50), st.sampled_from(["primary", None]))
def test_blocks_written_out_are_those_of_the_block_library(text, label, value, style) -> None:
    drawn = elements.button(label, "find_page:next", value, style=style, label=label)
    written = written_blocks.button(label, "find_page:next", value, style=style, label=label)

    assert written_blocks.section(text) == elements.section(text)
    assert written_blocks.plain_section(text) == elements.plain_section(text)
    assert written_blocks.header(text) == elements.header(text)
    assert written_blocks.actions(written) == elements.actions(drawn)
    asks = [kind.confirm(label, text, value or "Yes") for kind in (elements, written_blocks)]
    drawn, written = (
        kind.button(label, "brief_archive", confirm=ask)
        for kind, ask in zip((elements, written_blocks), asks, strict=True)
    )
    assert written_blocks.actions(written) == elements.actions(drawn)
    assert written_blocks.context(text, label) == elements.context(text, label)
    assert written_blocks.section("x", written) == elements.section("x", accessory=drawn)
