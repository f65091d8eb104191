"""*Add orders*: a shop's export, for those whom no shop can reach."""

import logging
from collections import Counter
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackClientError

from domain.order_files import Unread
from domain.orders import Order
from handlers import access
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.import_file import fetch
from handlers.partnership_forms import number_of
from handlers.payloads import Action, Submission
from sources import slack_files
from sources.files import UnreadableFile
from sources.reader_process import AsOrders
from sources.reading import orders
from storage import jobs, order_files, outbox, people, preferences, sales, shops
from storage.models import Shop
from storage.transaction import Transaction
from views import order_files as view
from views.message import Message

log = logging.getLogger(__name__)

EXAMPLES = 5
OFFERED = 100
UNDONE = "These orders were taken back already."


def open_form(action: Action, context: Context) -> None:
    """Ask for the file."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        known = [(str(one.id), one.name) for one in shops.everyone(tx)][:OFFERED]
    context.open_modal(action.trigger_id, view.ask(known))


def submit(submission: Submission, context: Context) -> Answer:
    """Take the file: it is read and counted in a job."""
    files = submission.files(view.FILE)
    if not files:
        return Answer(errors={view.FILE: "Choose a file."})
    if int(files[0].get("size") or 0) > slack_files.LARGEST:
        return Answer(errors={view.FILE: slack_files.TOO_LARGE})
    name = str(files[0].get("name") or "file")
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        shop = _shop(tx, submission, person.id)
        job = {
            "shop": shop.id,
            "slack_file": str(files[0]["id"]),
            "name": name,
            "slack_user_id": person.slack_user_id,
        }
        jobs.add(tx, "orders.read", f"orders.read:{tx.delivery}", job)
        return context.settle(tx, Answer(view=view.started(name)))


def read(payload: dict[str, Any], context: Context) -> None:
    """Fetch the file and count its orders (job `orders.read`); done again, nothing counts twice."""
    name = str(payload["name"])
    suffix = Path(name).suffix.lower()[:8]
    path = context.services.data_dir / "imports" / f"orders-{payload['job_id']}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if _was_taken_back(payload, context):
            return
        fetch(context, str(payload["slack_file"]), path)
        _count(payload, context, path, name)
    except (slack_files.NotFetched, UnreadableFile) as error:
        _tell(context, payload, view.not_read(name, str(error)))
    except (slack_files.TryLater, SlackClientError, OSError):
        if not payload.get("last_try"):
            raise
        log.exception("a file of orders never came")
        _tell(context, payload, view.not_read(name, slack_files.NEVER_CAME))
    finally:
        path.unlink(missing_ok=True)


def _count(payload: dict[str, Any], context: Context, path: Path, name: str) -> None:
    with context.reading() as tx:
        shop = shops.get(tx, int(payload["shop"]))
        chosen = preferences.current(tx)
    if shop is None:
        raise UnreadableFile("The shop is no longer there.")
    asked = AsOrders(chosen.timezone, chosen.currency, context.now())
    counts: Counter[str] = Counter()
    unread: list[Unread] = []
    with context.writing() as tx:
        person = people.find(tx, str(payload["slack_user_id"]))
        row = order_files.begin(
            tx, shop.id or 0, str(payload["job_id"]), name, person.id if person else None
        )
        file_id = row.id or 0
    with closing(orders(path, name, asked)) as found:
        while batch := list(islice(found, sales.BATCH)):
            unread += [one for one in batch if isinstance(one, Unread)]
            with context.writing() as tx:
                read_now = [one for one in batch if isinstance(one, Order)]
                counts += sales.add(tx, shop.id or 0, read_now, file_id)
    examples = [f"row {one.row}: {one.why}" for one in unread[:EXAMPLES]]
    _tell(context, payload, view.done(name, shop.name, counts, len(unread), examples, file_id))


def undo(action: Action, context: Context) -> None:
    """Take back what a file said; its orders are counted anew in a job."""
    with context.writing() as tx:
        access.require_manager(tx, context)
        row = order_files.get(tx, number_of(action.value))
        if row is None or row.undone_at is not None:
            raise Refused(UNDONE)
        order_files.start_undo(tx, row)
        job = {"file": row.id, "name": row.name, "slack_user_id": context.user_id}
        jobs.add(tx, "orders.undo", f"orders.undo:{row.id}", job)
        message = {"replace_original": True, **view.undoing(row.name).payload()}
        outbox.respond(tx, f"{tx.delivery}:undo", action.response_url, message)


def take_back(payload: dict[str, Any], context: Context) -> None:
    """Count anew what a file no longer says (job `orders.undo`), some orders at a time."""
    gone = stay = 0
    while True:
        with context.writing() as tx:
            looked_at, kept = sales.take_back(tx, int(payload["file"]))
        if not looked_at:
            break
        gone, stay = gone + looked_at - kept, stay + kept
    _tell(context, payload, view.undone(str(payload["name"]), gone, stay))


def _was_taken_back(payload: dict[str, Any], context: Context) -> bool:
    """Whether somebody took the file back before it was read a second time."""
    with context.reading() as tx:
        return order_files.was_undone(tx, str(payload["job_id"]))


def _shop(tx: Transaction, submission: Submission, person_id: int | None) -> Shop:
    """The shop that was chosen, or a new one that has no address.

    Raises:
        FieldErrors: none, or two.
    """
    number, name = submission.text(view.SHOP), " ".join(submission.text(view.NEW_SHOP).split())
    if bool(number) == bool(name):
        raise FieldErrors({view.NEW_SHOP: "Please choose a shop or name one."})
    if name:
        try:
            return shops.create(tx, shops.BY_FILE, name[: view.LONGEST_NAME], "", person_id)
        except shops.NameTaken as taken:
            raise FieldErrors({view.NEW_SHOP: "There is a shop of this name already."}) from taken
    found = shops.get(tx, int(number)) if number.isdecimal() else None
    if found is None:
        raise FieldErrors({view.SHOP: "Please choose one of these."})
    return found


def _tell(context: Context, payload: dict[str, Any], message: Message) -> None:
    with context.writing() as tx:
        key = f"orders:{payload['job_id']}"
        outbox.direct(tx, key, str(payload["slack_user_id"]), message.payload())


FEATURE = Feature(
    actions={"orders_add": open_form, "orders_undo": undo},
    submissions={"orders_form": submit},
    jobs={"orders.read": read, "orders.undo": take_back},
)
