"""Stages of a brand's partnerships: named and skipped as that brand works."""

import json

from domain.partnership import PIPELINE, Stage
from domain.stage_plan import StagePlan, read_plan, stage_plan
from handlers import access
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import brands
from storage.models import Brand
from storage.transaction import Transaction
from views import stage_plan as view


def press(action: Action, context: Context) -> None:
    """Open the form, on top of the list of brands if that is a modal."""
    with context.reading() as tx:
        brand = _brand(tx, context, action.value)
        drawn = view.form(brand.name, stage_plan(brand.stages), json.dumps({"brand": brand.id}))
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, drawn)
    else:
        context.open_modal(action.trigger_id, drawn)


def submit(submission: Submission, context: Context) -> Answer:
    """Store how this brand names its stages and which it skips."""
    place = json.loads(submission.metadata or "{}")
    typed = {stage: submission.text(view.field_of(stage)) for stage in (*PIPELINE, Stage.DECLINED)}
    plan = read_plan(typed, submission.chosen("skipped"))
    if not isinstance(plan, StagePlan):
        raise FieldErrors({view.field_of(stage): sentence for stage, sentence in plan.items()})
    with context.writing() as tx:
        brand = _brand(tx, context, str(place.get("brand", "")))
        brands.plan_stages(tx, brand, plan)
        return context.settle(tx, Answer(view=view.saved(brand.name, plan)))


def _brand(tx: Transaction, context: Context, value: str) -> Brand:
    """The brand, for owners and managers."""
    access.require_manager(tx, context)
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
    brand = brands.get(tx, number)
    if brand is None:
        raise Refused("This brand is no longer there.")
    return brand


FEATURE = Feature(actions={"brand_stages": press}, submissions={"brand_stages_form": submit})
