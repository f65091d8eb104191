"""Steps of Slack's Workflow Builder: kept with their delivery, done by a job, ended once.

What a step shows goes to a place that whoever built the workflow chose, whoever started it. So a
step never looks with anybody's own eyes: it sees what every member sees, and nothing of brands
that are limited to named people.
"""

import logging
from collections.abc import Mapping
from typing import Any

from domain import workflow_step
from domain.creator import Platform
from domain.workflow_step import Step
from handlers import access
from handlers.answer import FieldErrors, NotKnownYet, Refused
from handlers.context import Context
from handlers.features import Feature, StepHandler
from storage import brands, jobs, outbox
from storage.database import RepeatedDelivery
from storage.transaction import Transaction
from views import workflow_steps as view

log = logging.getLogger(__name__)

JOB = "workflow.step"


def receive(event: dict[str, Any], context: Context) -> None:
    """Slack runs a step (`function_executed`): it is kept, and done by a job."""
    step = workflow_step.read(event)
    with context.writing() as tx:
        jobs.add(tx, JOB, f"{JOB}:{step.execution_id}", step.model_dump(mode="json"))


def run(steps: Mapping[str, StepHandler], payload: dict[str, Any], context: Context) -> None:
    """Do a step (a job): whatever comes of it, Slack is told how it ended.

    steps: by callback_id; each ends its own transaction with `outbox.complete_step`.
    """
    step = Step.model_validate({name: payload[name] for name in Step.model_fields})
    acting = access.in_the_name_of(context, step.acting, f"{JOB}:{step.execution_id}")
    try:
        access.admitted(steps.get(step.callback_id, _unknown), step, acting)
    except RepeatedDelivery:
        return
    except NotKnownYet as refusal:
        if not payload.get("last_try"):
            raise
        _fail(context, step, str(refusal))
    except FieldErrors as wrong:
        _fail(context, step, " ".join(wrong.errors.values()))
    except Refused as refusal:
        _fail(context, step, str(refusal))
    except Exception:
        if payload.get("last_try"):
            _fail(context, step, view.BROKEN)
        raise


def hidden_brands(tx: Transaction) -> frozenset[int]:
    """Brands of which a step shows nothing, whoever is behind it."""
    return brands.hidden_from(tx, None)


def message_key(step: Step) -> str:
    """The key of the message that a step posts."""
    return f"step:{step.execution_id}:message"


def typed(platform: Platform, handle: str) -> str:
    """A profile as another step can be given it: "instagram:anna"."""
    bare = handle.lstrip("@")
    return f"@{bare}" if platform is Platform.OTHER else f"{platform}:{bare}"


def _unknown(_step: Step, _context: Context) -> None:
    raise Refused(view.UNKNOWN_STEP)


def _fail(context: Context, step: Step, why: str) -> None:
    log.info("the step %s was refused", step.callback_id)
    with context.writing() as tx:
        outbox.fail_step(tx, step.execution_id, workflow_step.plain(why))


FEATURE = Feature(events={"function_executed": (receive,)})
