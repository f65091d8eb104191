"""What a feature offers; `bot.app` gathers them all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.workflow_step import Step
from handlers.answer import Answer
from handlers.context import Context, Services
from handlers.payloads import Action, Command, Shortcut, Submission
from storage.transaction import Transaction

CommandHandler = Callable[[Command, Context], Answer]
ActionHandler = Callable[[Action, Context], Answer | None]
ShortcutHandler = Callable[[Shortcut, Context], Answer | None]
SubmissionHandler = Callable[[Submission, Context], Answer]
EventHandler = Callable[[dict[str, Any], Context], None]
StepHandler = Callable[[Step, Context], None]
JobHandler = Callable[[dict[str, Any], Context], None]
TickHandler = Callable[[Context], None]
KeptHandler = Callable[[Services], None]
Drawing = Callable[[Transaction, int], dict[str, Any] | None]


@dataclass(frozen=True)
class Feature:
    """Handlers of one thing people do.

    commands: first word after /influencer. actions, submissions, closings: action_id or
    callback_id. shortcuts, steps (of workflows): callback_id of the manifest. jobs: kind.
    minutely, hourly: run by the clock, once a workspace, by one of the servers. kept_in_memory:
    every few seconds by each process, to store what it keeps in memory. for_outsiders: actions and
    submissions that guests and people of other organisations reach as well, since a client's cards
    may name them: these look for themselves who acts. Everybody else gets into no transaction of
    any of the others. drawings: by the kind of what a message is about ("card"), how it looks when
    an edit of it is sent.
    """

    commands: dict[str, CommandHandler] = field(default_factory=dict)
    actions: dict[str, ActionHandler] = field(default_factory=dict)
    shortcuts: dict[str, ShortcutHandler] = field(default_factory=dict)
    submissions: dict[str, SubmissionHandler] = field(default_factory=dict)
    closings: dict[str, SubmissionHandler] = field(default_factory=dict)
    steps: dict[str, StepHandler] = field(default_factory=dict)
    events: dict[str, tuple[EventHandler, ...]] = field(default_factory=dict)
    jobs: dict[str, JobHandler] = field(default_factory=dict)
    minutely: tuple[TickHandler, ...] = ()
    kept_in_memory: tuple[KeptHandler, ...] = ()
    hourly: tuple[TickHandler, ...] = ()
    failures: dict[str, JobHandler] = field(default_factory=dict)
    for_outsiders: frozenset[str] = frozenset()
    drawings: dict[str, Drawing] = field(default_factory=dict)
