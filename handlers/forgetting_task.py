"""How a step of forgetting a creator runs: one short transaction that also says what comes next."""

from collections.abc import Callable
from typing import NamedTuple

from domain.forgetting import Names
from handlers.context import Context
from storage import forgetting, forgetting_rows
from storage.models import Forgetting
from storage.transaction import Transaction

STEPS = (
    "profiles", "creators", "cards", "partnerships", "codes", "orders", "record", "messages",
    "texts", "meanwhile", "end",
)  # fmt: skip


class Task(NamedTuple):
    """A forgetting as one step finds it."""

    number: int
    step: str
    after: int
    names: Names
    numbers: dict[str, list[int]]

    @property
    def creators(self) -> list[int]:
        """The rows that are this one person."""
        return self.numbers["creators"]


def under_way(context: Context, number: int) -> Task | None:
    """The next step of a forgetting; None when nothing is left to do."""
    with context.reading() as tx:
        row = forgetting.get(tx, number)
        if row is None or row.state != forgetting.WORKING:
            return None
        named = forgetting.numbers_in(row)
        return Task(number, row.step or STEPS[0], row.after, forgetting.names_in(row), named)


def lock(tx: Transaction, task: Task) -> Forgetting | None:
    """The forgetting, if it stands where the step found it; None: another worker went on."""
    row = forgetting.lock(tx, task.number)
    if row is None or (row.step or STEPS[0], row.after) != (task.step, task.after):
        return None
    return row


def next_step(tx: Transaction, row: Forgetting) -> None:
    """Say that this step is done, in its own transaction."""
    done = STEPS.index((row.step or STEPS[0]).partition(":")[0])
    forgetting.go_on(tx, row, STEPS[done + 1])


def whole(act: Callable[[Transaction, Task, Forgetting], None]) -> Callable[[Context, Task], bool]:
    """A step that is one transaction."""

    def step(context: Context, task: Task) -> bool:
        with context.writing() as tx:
            forgetting_rows.lock(tx, task.creators)
            row = lock(tx, task)
            if row is not None:
                act(tx, task, row)
                next_step(tx, row)
        return True

    return step


def paged(
    context: Context, task: Task, act: Callable[[Transaction, Forgetting], int | None]
) -> bool:
    """A step of many pages; `act` gives the number of the last row it has done, None at the end."""
    with context.writing() as tx:
        row = lock(tx, task)
        if row is None:
            return True
        last = act(tx, row)
        if last is None:
            next_step(tx, row)
        else:
            forgetting.go_on(tx, row, task.step, last)
    return True
