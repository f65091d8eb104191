"""Events to the bot: those it subscribed to, repeated when they fail, held while it is down."""

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from playground.delivery import Courier, Delivery
from playground.people import APP_ID, BOT_USER_ID, TEAM_ID
from playground.records import Json
from playground.store import Store

_REASONS = {"timeout": "http_timeout", "unreachable": "connection_failed", None: "http_error"}


class EventQueue:
    """Delivers events on threads of its own, so that nobody waits unless they ask to."""

    def __init__(self, store: Store, courier: Courier) -> None:
        """Events go out through `courier`."""
        self._store = store
        self._courier = courier
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="events")
        self._held: deque[Json] = deque()
        self._pending: set[Future[Delivery]] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def emit(self, event: Json, channel: str | None = None) -> "Future[Delivery] | None":
        """Send an event, if the app listens to it.

        channel: where it happened; nothing is sent from a conversation that the bot is not in.

        Returns:
            The delivery to come; `None` when nothing is sent now.
        """
        store = self._store
        if not store.manifest.listens_to(_subscription(event)) or store.token_error:
            return None
        shared = False
        if channel is not None:
            with store.reading():
                place = store.channels[channel]
                shared = place.is_ext_shared
                if BOT_USER_ID not in place.members:
                    return None
        return self.send(self._envelope(event, shared))

    def send(self, payload: Json) -> "Future[Delivery] | None":
        """Send a whole `event_callback`; held back while the bot is down."""
        with self._lock:
            if self._courier.down:
                self._held.append(payload)
                return None
            future = self._pool.submit(self._deliver, payload)
            self._pending.add(future)
        future.add_done_callback(self._finished)
        return future

    def release(self) -> None:
        """Send what was held back, oldest first."""
        with self._lock:
            held = list(self._held)
            self._held.clear()
        for payload in held:
            self.send(payload)

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until no event is under way. Raises TimeoutError."""
        while True:
            with self._lock:
                waiting = next(iter(self._pending), None)
            if waiting is None:
                return
            waiting.result(timeout)

    def stop(self) -> None:
        """Send nothing more."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _finished(self, future: "Future[Delivery]") -> None:
        with self._lock:
            self._pending.discard(future)

    def _deliver(self, payload: Json) -> Delivery:
        delivery = self._courier.send_event(payload)
        for retry, delay in enumerate(self._courier.options.retry_delays, start=1):
            if _taken(delivery) or _no_retry(delivery) or self._stopping.wait(delay):
                break
            reason = _REASONS[delivery.failure]
            delivery = self._courier.send_event(payload, retry, reason)
        if not _taken(delivery) and not self._stopping.is_set():
            said = delivery.failure or f"status {delivery.status}"
            kind = payload["event"]["type"]
            self._store.report("event_lost", f"The event {kind} was not taken ({said}).")
        return delivery

    def _envelope(self, event: Json, shared: bool) -> Json:
        store = self._store
        return {
            "token": "playground",
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": store.new_id("Ev"),
            "event_time": int(store.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": store.new_id("4-"),
        }


def _subscription(event: Json) -> str:
    """The name in the manifest: `message` events are subscribed to by kind of channel."""
    if event["type"] == "message":
        kinds = {"channel": "channels", "group": "groups", "im": "im"}
        return "message." + kinds[event["channel_type"]]
    return str(event["type"])


def _taken(delivery: Delivery) -> bool:
    return delivery.status is not None and delivery.status // 100 == 2


def _no_retry(delivery: Delivery) -> bool:
    return delivery.failure is None and "x-slack-no-retry" in delivery.answer_headers
