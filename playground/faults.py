"""Ways in which Slack can misbehave, switched on by tests and by the page."""

import threading
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["rate_limited", "drop", "lost", "server_error", "delay", "garbage", "error"]
KINDS: tuple[str, ...] = get_args(Kind)
ANY_METHOD = "*"


@dataclass
class Fault:
    """One way to go wrong, so many times.

    kind: rate_limited (429 with retry_after seconds), drop (the call is carried out, the
    connection closes without an answer), lost (the same, and nothing is carried out),
    server_error (500, nothing carried out), delay (carried out, answered after `seconds`),
    garbage (carried out, the answer is no JSON), error (`{"ok": false, "error": …}`).
    """

    kind: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 1.0
    error: str = "internal_error"


class Faults:
    """The faults that are switched on, by Web API method; `*` is any method."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._by_method: dict[str, list[Fault]] = {}
        self.refused_blocks: frozenset[str] = frozenset()

    def refuse_blocks(self, *types: str) -> None:
        """Be a workspace that does not know these block types; none ends it."""
        self.refused_blocks = frozenset(types)

    def add(self, method: str, kind: Kind, **settings: int | float | str) -> None:
        """Go wrong at the next calls of a method; settings are the fields of Fault."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        fault = Fault(kind)
        for name, value in settings.items():
            setattr(fault, name, type(getattr(fault, name))(value))
        with self._lock:
            self._by_method.setdefault(method, []).append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up once."""
        with self._lock:
            for name in (method, ANY_METHOD):
                waiting = self._by_method.get(name, [])
                while waiting and waiting[0].times < 1:
                    waiting.pop(0)
                if waiting:
                    waiting[0].times -= 1
                    return waiting[0]
            return None

    def left(self) -> dict[str, int]:
        """How many calls will still go wrong, by method."""
        with self._lock:
            counts = {
                method: sum(fault.times for fault in waiting)
                for method, waiting in self._by_method.items()
            }
        return {method: count for method, count in counts.items() if count}

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._by_method.clear()
        self.refused_blocks = frozenset()
