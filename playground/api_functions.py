"""Web API: functions.*, by which the bot says how a step of a workflow ended."""

import json
from collections.abc import Callable, Mapping

from playground.arguments import text
from playground.records import Json
from playground.store import Refusal
from playground.workspace import Workspace


def complete_success(workspace: Workspace, arguments: Json) -> Json:
    """functions.completeSuccess."""
    execution_id = text(arguments, "function_execution_id")
    workspace.workflows.complete(execution_id, _outputs(arguments))
    return {}


def complete_error(workspace: Workspace, arguments: Json) -> Json:
    """functions.completeError."""
    execution_id = text(arguments, "function_execution_id")
    workspace.workflows.fail(execution_id, text(arguments, "error"))
    return {}


def _outputs(arguments: Json) -> Json:
    outputs = arguments.get("outputs")
    try:
        read = json.loads(outputs) if isinstance(outputs, str) else outputs
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Refusal("invalid_arguments", "[ERROR] outputs must be an object")
    return read


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "functions.completeSuccess": complete_success,
    "functions.completeError": complete_error,
}
