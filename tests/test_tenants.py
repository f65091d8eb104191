"""What one workspace writes reaches no other: random acts, a short form of `benchmarks.tenants`."""

from pathlib import Path

import pytest
from sqlmodel import select

from storage.models import Creator, Note
from tests.statements import names_its_workspace
from tests.tenant_acts import Driver
from tests.tenants import WORDS, Watch, five

ACTS = 90


def test_nothing_that_one_of_five_workspaces_writes_reaches_another(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with five(database_url, tmp_path) as world:
        driver = Driver(world, seed=len(request.node.name))
        begun = world.tenants[:3]
        driver.begin(begun)
        for _ in range(ACTS):
            driver.act()
        world.settle()
        world.search_database()

        assert world.watch.found == []
        assert world.watch.looked_at > 10 * ACTS
        answers = [one for each in world.tenants for one in each.slack.deliveries]
        assert {one.status for one in answers} == {200}
        for tenant in begun:
            seen = "".join(tenant.slack.text_of(one) for one in tenant.slack.messages("marketing"))
            assert tenant.word in seen.lower(), "there is something that could have crossed"

        here, there = begun[:2]
        with world.bot.services.database.writing(here.workspace_id) as tx:
            creator_id = tx.session.exec(
                select(Creator.id).where(Creator.workspace_id == here.workspace_id)
            ).first()
            tx.session.add(
                Note(workspace_id=here.workspace_id, creator_id=creator_id or 0,
                     text=f"Seen at {there.word}", created_at=tx.now)
            )  # fmt: skip
        world.search_database()
        assert [(one.word, one.to) for one in world.watch.found] == [(there.word, here.word)], (
            "a row in the wrong workspace would have been found"
        )


def test_a_word_that_crossed_is_found_wherever_it_is() -> None:
    """In what is sent, in a workbook, in the log and in a row."""
    import io

    from openpyxl import Workbook

    book, content = Workbook(), io.BytesIO()
    book.create_sheet("Export")["B2"] = f"Anna of {WORDS[1].upper()}"
    book.save(content)
    watch = Watch()

    watch.look(f"text {WORDS[0]}".encode(), WORDS[0], "own")
    assert watch.found == []
    watch.look(f'{{"text": "{WORDS[2].title()}"}}'.encode(), WORDS[0], "message")
    watch.look(content.getvalue(), WORDS[0], "export")
    watch.look(f"failed for {WORDS[0]}", "log", "handlers")

    assert [(one.word, one.to) for one in watch.found] == [
        (WORDS[2], WORDS[0]), (WORDS[1], WORDS[0]), (WORDS[0], "log"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "is_right"),
    [
        ("SELECT notes.text FROM notes WHERE notes.creator_id = ?", False),
        ("SELECT notes.workspace_id, notes.text \nFROM notes", False),
        ("SELECT notes.text FROM notes WHERE notes.workspace_id = ?", True),
        ("SELECT notes.text FROM packs, notes WHERE notes.id IN (?, ?)", False),
        ("DELETE FROM notes WHERE notes.id IN (?)", False),
        ("UPDATE notes SET text=? WHERE notes.id = %(notes_id)s::BIGINT", True),
        ("UPDATE notes SET text=%(text)s WHERE notes.id = %(id_1)s::BIGINT", False),
        ("UPDATE notes SET text=%(text)s WHERE notes.id = %(notes_id)s::BIGINT", True),
        ("UPDATE notes SET text=? WHERE notes.creator_id = ?", False),
        ("INSERT INTO notes (creator_id, text) VALUES (?, ?)", False),
        ("INSERT INTO notes (workspace_id, text) SELECT 1, ?", True),
        ("SELECT quota_uses.used FROM quota_uses WHERE quota_uses.bucket = ?", True),
        ("SELECT outbox_due.workspace_id FROM outbox_due", True),
    ],
)
def test_a_statement_that_forgets_its_workspace_is_noticed(statement: str, is_right: bool) -> None:
    assert names_its_workspace(statement) is is_right
