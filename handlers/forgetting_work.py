"""The job that forgets a creator: one short step after the other, wherever it was broken off."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from domain.partnership import TALKS, Stage
from domain.shortlist import UNDECIDED, CardState
from handlers import drawing, voting
from handlers.cards import take_off
from handlers.context import Context
from handlers.forgetting_task import STEPS, Task, lock, next_step, paged, under_way, whole
from storage import (
    approvals,
    cards,
    creators,
    forgetting,
    forgetting_files,
    forgetting_messages,
    forgetting_orders,
    forgetting_rows,
    forgetting_texts,
    imports,
    outbox,
    partnerships,
    people,
    personal_rows,
    profiles,
    shortlists,
)
from storage.models import Draft, Forgetting
from storage.transaction import Transaction
from views import forgetting as view

AGAIN = dt.timedelta(minutes=1)
"""How long to wait for an import that is at work: what it brought meanwhile goes too."""
LATELY = dt.timedelta(days=1)


def work(payload: dict[str, Any], context: Context) -> None:
    """Job: do all that is left to do."""
    number = int(payload["forgetting"])
    while (task := under_way(context, number)) is not None:
        if not _STEPS[task.step.partition(":")[0]](context, task):
            return


def take_up(context: Context) -> None:
    """Whatever was left unfinished is asked for again (every hour)."""
    with context.reading() as tx:
        left = forgetting.unfinished(tx)
        lately = forgetting.finished_since(tx, tx.now - LATELY)
    if lately:  # the log may have been read just when it was to be emptied
        context.database.drop_log()
    for number in left:
        with context.writing() as tx:
            forgetting.ask(tx, number)


def _profiles(tx: Transaction, task: Task, row: Forgetting) -> None:
    numbers = personal_rows.leading(tx, task.creators)
    forgetting.count(row, "accounts", len(numbers["profiles"]))
    forgetting_rows.remove_profiles(tx, task.creators)


def _creators(tx: Transaction, task: Task, row: Forgetting) -> None:
    forgetting.note_to_clear(row, "files", _exports(tx, task))
    forgetting_rows.remove_creators(tx, task.creators)


def _cards(context: Context, task: Task) -> bool:
    """One card a transaction: what is undecided is withdrawn, and its message drawn anew."""
    with context.writing() as tx:
        row = lock(tx, task)
        if row is None:
            return True
        left = [one for one in _numbers_now(tx, task)["cards"] if one > task.after]
        if not left:
            next_step(tx, row)
            return True
        locked = cards.lock(tx, left[0])
        if locked is not None:
            forgetting_rows.empty_card(tx, locked.row)
            tx.session.flush()
            if CardState(locked.row.state) in UNDECIDED:
                take_off(tx, locked)
                forgetting.count(row, "open cards", 1)
            else:
                drawing.redraw_card(tx, locked.row)
            if locked.shortlist.kind != shortlists.DRAFT:
                drawing.redraw_summary(tx, locked.shortlist)
                voting.close_if_decided(tx, locked.shortlist)
        forgetting.go_on(tx, row, task.step, left[0])
    return True


def _partnerships(context: Context, task: Task) -> bool:
    """One partnership a transaction; before anything is agreed there is nothing to go on with."""
    with context.reading() as tx:
        left = [one for one in _numbers_now(tx, task)["partnerships"] if one > task.after]
    if left:
        _delete_drafts(context, left[0])
    with context.writing() as tx:
        row = lock(tx, task)
        if row is None:
            return True
        if not left:
            next_step(tx, row)
            return True
        one = partnerships.get(tx, left[0])
        if one is not None:
            files = forgetting_files.drafts_in_slack(tx, left[0])
            forgetting.note_to_clear(row, "drafts", files)
            forgetting_rows.empty_partnership(tx, task.number, one)
            if Stage(one.stage) in TALKS:
                approvals.move(tx, one, Stage.DECLINED, None)
            forgetting.count(row, "partnerships", 1)
        forgetting.go_on(tx, row, task.step, left[0])
    return True


def _codes(tx: Transaction, task: Task, row: Forgetting) -> None:
    forgetting_rows.conceal_codes(tx, task.number, _numbers_now(tx, task)["partnerships"])


def _orders(context: Context, task: Task) -> bool:
    return paged(
        context, task, lambda tx, row: forgetting_orders.conceal(tx, task.names, task.after)
    )


def _record(context: Context, task: Task) -> bool:
    return paged(
        context,
        task,
        lambda tx, row: forgetting_messages.strip_record(tx, task.numbers, task.after),
    )


def _messages(context: Context, task: Task) -> bool:
    with context.reading() as tx:
        numbers = task.numbers["cards"]
        page = forgetting_messages.look(tx, task.names, numbers, task.after)
        while page.last is not None and not page.hits:
            page = forgetting_messages.look(tx, task.names, numbers, page.last)

    def act(tx: Transaction, row: Forgetting) -> int | None:
        places = forgetting_messages.rewrite(tx, page, task.names)
        forgetting.count(row, "messages", sum(places.values()))
        forgetting.note_to_clear(row, "channels", {k: n for k, n in places.items() if k})
        return page.last

    return paged(context, task, act)


def _texts(context: Context, task: Task) -> bool:
    """One table after the other is looked through; only rows that name them are locked."""
    tables = {table.name: table for table in forgetting_texts.searched()}
    names = list(tables)
    _, _, at = task.step.partition(":")
    place = names.index(at) if at in names else 0
    hits: list[tuple[Any, ...]] = []
    with context.reading() as tx:
        while place < len(names) and not hits:
            hits = forgetting_texts.hits(tx, tables[names[place]], task.names)
            place += 1
    for start in range(0, len(hits), forgetting_texts.BATCH):
        with context.writing() as tx:
            some = hits[start : start + forgetting_texts.BATCH]
            changed = forgetting_texts.rewrite(tx, tables[names[place - 1]], some, task.names)
            forgetting_texts.reindex(tx, changed, context.services.vocabulary)
    with context.writing() as tx:
        row = lock(tx, task)
        if row is None:
            return True
        if place < len(names):
            forgetting.go_on(tx, row, f"texts:{names[place]}")
        else:
            forgetting_texts.delete_links_to(tx, task.names)
            next_step(tx, row)
    return True


def _meanwhile(context: Context, task: Task) -> bool:
    """What came in while all this was done goes as well; an import at work is waited for."""
    with context.writing() as tx:
        forgetting_rows.lock(tx, task.creators)
        row = lock(tx, task)
        if row is None:
            return True
        if imports.at_work(tx) is not None:
            forgetting.ask(tx, task.number, after=AGAIN)
            return False
        forgetting_rows.forget_index(tx, task.numbers["profiles"])
        found = profiles.find_keys(tx, task.names.accounts)
        known = {one.profile.creator_id for one in profiles.current(tx, found.values()).values()}
        if known:
            creators = sorted({*task.creators, *known})
            row.named = {**row.named, "creators": creators}
            forgetting.go_on(tx, row, STEPS[0])
        else:
            next_step(tx, row)
    return True


def _end(context: Context, task: Task) -> bool:
    with context.writing() as tx:
        row = lock(tx, task)
        if row is None:
            return True
        to_clear, counts = dict(row.to_clear), dict(row.counts)
        forgetting.finish(tx, row)
        if row.person_id is not None:
            asker = people.by_id(tx, row.person_id)
            message = view.finished(task.number, counts, to_clear)
            key = f"forgotten:{task.number}"
            outbox.direct(tx, key, asker.slack_user_id, message.payload())
    context.database.drop_log()
    return False


def _numbers_now(tx: Transaction, task: Task) -> dict[str, list[int]]:
    return personal_rows.leading(tx, task.creators)


def _exports(tx: Transaction, task: Task) -> dict[str, int]:
    rows = [creator for one in task.creators if (creator := creators.get(tx, one))]
    since = min((one.created_at for one in rows), default=tx.now)
    return forgetting_files.exports_since(tx, since)


def _delete_drafts(context: Context, partnership_id: int) -> None:
    """Files of drafts that were kept here; done before their rows lose the name."""
    folder = context.services.data_dir / "drafts"
    with context.reading() as tx:
        table = Draft.__table__  # type: ignore[attr-defined]
        rows = personal_rows.rows(tx, table, {"partnerships": [partnership_id]}, table.c.id)
    wanted = {str(row.id) for row in rows}
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name.partition(".")[0] in wanted:
            file.unlink(missing_ok=True)


_STEPS: dict[str, Callable[[Context, Task], bool]] = {
    "profiles": whole(_profiles),
    "creators": whole(_creators),
    "cards": _cards,
    "partnerships": _partnerships,
    "codes": whole(_codes),
    "orders": _orders,
    "record": _record,
    "messages": _messages,
    "texts": _texts,
    "meanwhile": _meanwhile,
    "end": _end,
}
