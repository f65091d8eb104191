"""What a handler is given beside what was done: who did it, and the means to act on it."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.lost_time import LostTime
from domain.niche import Vocabulary, default_vocabulary
from domain.roles import NOT_KNOWN_YET, Account, why_barred
from handlers.answer import Answer, NotAllowed, NotKnownYet
from storage import outbox, people
from storage.database import Database
from storage.models import Workspace
from storage.transaction import Transaction

if TYPE_CHECKING:  # reading how each platform speaks takes time that a start need not wait for
    from sources.live import LiveSources

log = logging.getLogger(__name__)


class Clock(Protocol):
    """The one now() for schedules, ages and dates."""

    def now(self) -> dt.datetime:
        """The present instant, in UTC."""

    def today(self, timezone: dt.tzinfo) -> dt.date:
        """The present date in a time zone."""


class Slack(Protocol):
    """Slack clients of a workspace."""

    def client(self, workspace: Workspace) -> WebClient:
        """For workers: patient, and never retrying by itself."""

    def anew(self, workspace: Workspace) -> WebClient:
        """With the token that is stored at this moment, not one kept from before."""

    def quick(self, workspace: Workspace) -> WebClient:
        """For a handler that opens a modal: gives up after 2 s and never retries."""


@dataclass(frozen=True)
class Services:
    """What is there once in a process. live: platforms that can be asked, None = all off.

    public_url: where shops and creators' followers reach this server, without a slash at its end;
    "" = nobody can, as in Socket Mode.
    """

    database: Database
    clock: Clock
    slack: Slack
    data_dir: Path
    owners: tuple[str, ...] = ()
    demo: bool = False
    live: "LiveSources | None" = None
    public_url: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        """The niches of the trade; read when first asked for, in about 100 ms."""
        return default_vocabulary()


class ModalNotOpened(Exception):
    """Slack did not open the modal in time: the person is told to press again."""


@dataclass(frozen=True)
class Context:
    """One delivery in one workspace. user_id: Slack id of who acts, "" for the bot itself.

    delivery: the key under which the change is stored, None for work of the bot itself.
    members_only: somebody acts who has to be a full member; each transaction looks again.
    asked_at: of a job, when a person asked for it; None = the clock brought it about.
    in_job: a job goes on with what somebody did, so that Slack does not wait for it.
    """

    services: Services
    workspace: Workspace
    user_id: str = ""
    delivery: str | None = None
    members_only: bool = False
    asked_at: dt.datetime | None = None
    in_job: bool = False

    @property
    def workspace_id(self) -> int:
        """Row number of the workspace."""
        if self.workspace.id is None:
            raise ValueError("the workspace is not stored yet")
        return self.workspace.id

    @property
    def database(self) -> Database:
        """The database."""
        return self.services.database

    @property
    def _is_awaited(self) -> bool:
        """Whether Slack waits for an answer, for three seconds."""
        return self.delivery is not None and not self.in_job

    @property
    def lost_time(self) -> LostTime | None:
        """The time of which a database that was put back knows nothing; None: all is there."""
        begin, end = self.workspace.restored_from, self.workspace.restored_at
        return LostTime(begin, end) if begin is not None and end is not None else None

    def now(self) -> dt.datetime:
        """The present instant on the product's clock, in UTC."""
        return self.services.clock.now()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only looks.

        Raises:
            NotAllowed, NotKnownYet: only members may, and whoever acts is none, or not known.
        """
        with self.database.reading(self.workspace_id, self.user_id, quick=self._is_awaited) as tx:
            self._admit(tx)
            yield tx

    @contextmanager
    def writing(self, part: str = "") -> Iterator[Transaction]:
        """A transaction that changes something; a repeated delivery ends here.

        part: names one of several transactions of the same delivery.

        Raises:
            RepeatedDelivery: it was committed before.
            NotAllowed, NotKnownYet: as `reading`.
        """
        key = f"{self.delivery}{part}" if self.delivery else None
        with self.database.writing(
            self.workspace_id, self.user_id, key, quick=self._is_awaited
        ) as tx:
            self._admit(tx)
            tx.asked_at = tx.now if self._is_awaited else self.asked_at
            if self.lost_time is not None:
                tx.look_since = self.lost_time.looked_for_since(tx.asked_at, tx.now)
            yield tx

    def look_at_who_acts(self) -> None:
        """See that whoever acts may be here; each transaction looks again.

        Raises:
            NotAllowed, NotKnownYet: as `reading`.
        """
        if not self.members_only:
            return
        with self.database.reading(self.workspace_id, self.user_id, quick=self._is_awaited) as tx:
            _see_that_may_be_here(people.account(tx, self.user_id))

    def _admit(self, tx: Transaction) -> None:
        """The check that no handler can leave out: what is asked further is asked by each."""
        if self.members_only:
            look = people.account if tx.writable else people.find
            _see_that_may_be_here(look(tx, self.user_id))

    def settle(self, tx: Transaction, answer: Answer) -> Answer:
        """Keep the answer with what was changed, so that a repeated delivery gets it again."""
        tx.answer = answer.stored()
        return answer

    def open_modal(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal now, outside any transaction; gives its view id.

        Raises:
            ModalNotOpened: Slack refused or did not answer within 2 s.
        """
        return self._show("views_open", trigger_id=trigger_id, view=view)

    def push_modal(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Put a modal on top of the one that is open; gives its view id.

        Raises:
            ModalNotOpened: Slack refused or did not answer within 2 s.
        """
        return self._show("views_push", trigger_id=trigger_id, view=view)

    def redraw_modal(self, view: dict[str, Any], shown: dict[str, Any]) -> None:
        """Draw an open modal anew, as after a choice in it; `shown` is what Slack sent of it.

        Raises:
            ModalNotOpened: Slack refused, as when the person went on in the meantime.
        """
        self._show("views_update", view_id=shown["id"], hash=shown.get("hash"), view=view)

    def reply(self, response_url: str, message: dict[str, Any], key: str) -> None:
        """Answer a button through its response_url, after the acknowledgement."""
        with self.database.writing(self.workspace_id, self.user_id, quick=True) as tx:
            outbox.respond(tx, key, response_url, message)

    def _show(self, method: str, **arguments: Any) -> str:
        try:
            client = self.services.slack.quick(self.workspace)
            answer = getattr(client, method)(**arguments)
        except SlackApiError as error:
            log.warning("%s was refused: %s", method, error)
            raise ModalNotOpened(str(error.response.get("error"))) from error
        except Exception as error:  # dropped connections come in many classes
            raise ModalNotOpened("no answer") from error
        return str(answer["view"]["id"])


def _see_that_may_be_here(person: Account | None) -> None:
    if person is None or person.refreshed_at is None:
        raise NotKnownYet(NOT_KNOWN_YET)
    barred = why_barred(person)
    if barred is not None:
        raise NotAllowed(barred)
