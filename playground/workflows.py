"""Workflow Builder: a workflow of one step, which Slack has the bot do."""

import secrets

from playground.events import EventQueue
from playground.manifest import Parameter, Step
from playground.people import APP_ID
from playground.records import Json, StepRun
from playground.rooms import Pending
from playground.store import Refusal, Store

USER_CONTEXT = "slack#/types/user_context"
_KINDS: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
"""What a value has to be; everything else is text."""


class Workflows:
    """Runs steps, and hears how they ended."""

    def __init__(self, store: Store, events: EventQueue) -> None:
        """Events go out through `events`."""
        self._store = store
        self._events = events

    def run(self, callback_id: str, inputs: Json, user_id: str | None) -> tuple[StepRun, Pending]:
        """Have a step done with these inputs. user_id: who started the workflow, `None`: a clock.

        Who acts (`user_context`) is filled in here, never by whoever builds the workflow.

        Raises:
            Refusal: unknown_step; parameter_validation_failed, where Slack would not publish the
                workflow; restricted_action for bots.
        """
        store = self._store
        step = store.manifest.step(callback_id)
        if step is None:
            raise Refusal("unknown_step")
        with store.changing():
            if user_id is not None and store.users[user_id].is_bot:
                raise Refusal("restricted_action")
            given = _filled_in(step, inputs, user_id)
            run = StepRun(
                store.new_id("Fx"), callback_id, step.title, user_id, given, store.clock.now()
            )
            store.step_runs[run.id] = run
            event = {
                "type": "function_executed",
                "function": _described(step, store.new_id("Fn")),
                "inputs": given,
                "function_execution_id": run.id,
                "workflow_execution_id": store.new_id("Wx"),
                "event_ts": store.clock.next_ts(),
                "bot_access_token": f"xwfp-{secrets.token_hex(12)}",
            }
        return run, self._events.emit(event)

    def complete(self, execution_id: str, outputs: Json) -> None:
        """A step was done. Raises Refusal as Slack does."""
        with self._store.changing():
            run = self._running(execution_id)
            step = self._store.manifest.step(run.callback_id)
            wrong = _wrong(step.outputs if step else (), outputs)
            if wrong:
                raise Refusal("parameter_validation_failed", *wrong)
            run.state, run.outputs = "succeeded", outputs

    def fail(self, execution_id: str, error: str) -> None:
        """A step could not be done; Slackbot tells who started it. Raises as `complete`."""
        with self._store.changing():
            run = self._running(execution_id)
            run.state, run.error = "failed", error

    def _running(self, execution_id: str) -> StepRun:
        run = self._store.step_runs.get(execution_id)
        if run is None:
            raise Refusal("function_execution_not_found")
        if run.state != "running":
            raise Refusal("execution_not_in_running_state")
        return run


def _filled_in(step: Step, inputs: Json, user_id: str | None) -> Json:
    vouched_for = {one.name for one in step.inputs if one.type == USER_CONTEXT}
    if vouched_for & inputs.keys():
        raise Refusal("parameter_validation_failed", "who acts can't be set by hand")
    given = {name: value for name, value in inputs.items() if value not in (None, "", [])}
    if user_id is not None:
        given |= {name: {"id": user_id, "secret": secrets.token_hex(24)} for name in vouched_for}
    wrong = _wrong(step.inputs, given)
    if wrong:
        raise Refusal("parameter_validation_failed", *wrong)
    return given


def _wrong(parameters: tuple[Parameter, ...], given: Json) -> list[str]:
    known = {one.name: one for one in parameters}
    missing = [one.name for one in parameters if one.is_required and one.name not in given]
    wrong = [f"{name} is required" for name in missing]
    wrong += [f"{name} is not a parameter" for name in given if name not in known]
    return wrong + [
        f"{name} is not of type {known[name].type}"
        for name, value in given.items()
        if name in known and not _fits(known[name], value)
    ]


def _fits(parameter: Parameter, value: object) -> bool:
    if parameter.type == USER_CONTEXT:
        return isinstance(value, dict)
    wanted = _KINDS.get(parameter.type, str)
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _described(step: Step, function_id: str) -> Json:
    def parameters(some: tuple[Parameter, ...]) -> list[Json]:
        return [
            {
                "type": one.type,
                "name": one.name,
                "title": one.title,
                "is_required": one.is_required,
            }
            for one in some
        ]

    return {
        "id": function_id,
        "callback_id": step.callback_id,
        "title": step.title,
        "description": step.description,
        "type": "app",
        "input_parameters": parameters(step.inputs),
        "output_parameters": parameters(step.outputs),
        "app_id": APP_ID,
        "date_created": 1_767_600_000,
        "date_updated": 1_767_600_000,
        "date_deleted": 0,
    }
