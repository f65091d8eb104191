"""The form in which a brand names its stages and skips some of them."""

from typing import Any

from domain.partnership import PIPELINE, Stage
from domain.stage_plan import LONGEST_NAME, NEVER_SKIPPED, StagePlan
from domain.wording import listed
from views import elements
from views.elements import escape

STAGES = (*PIPELINE, Stage.DECLINED)


def form(brand: str, plan: StagePlan, metadata: str) -> dict[str, Any]:
    """A name for each stage, and which are not offered."""
    may_skip = [stage for stage in STAGES if stage not in NEVER_SKIPPED]
    names = [
        elements.text_field(
            field_of(stage), _capital(stage), initial=plan.names.get(stage, ""),
            optional=True, longest=LONGEST_NAME, placeholder=_capital(stage),
        )
        for stage in STAGES
    ]  # fmt: skip
    return elements.modal(
        "Stages",
        "brand_stages_form",
        [
            elements.section(
                f"*{escape(brand)}*: what its partnerships pass through. Leave a name empty to "
                "keep ours."
            ),
            elements.checkboxes_field(
                "skipped", "Skip these", [(stage.value, _capital(stage)) for stage in may_skip],
                initial=[stage.value for stage in plan.skipped],
                hint="They are no longer offered. Partnerships that stand there stay until moved.",
            ),
            *names,
        ],
        submit="Save",
        private_metadata=metadata,
    )  # fmt: skip


def saved(brand: str, plan: StagePlan) -> dict[str, Any]:
    """What the form becomes once it is stored: the stages as they are now."""
    passed = plan.offered(STAGES)
    said = " → ".join(escape(plan.name(stage), LONGEST_NAME) for stage in passed[:-1])
    skipped = [escape(stage) for stage in STAGES if stage in plan.skipped]
    lines = [f"✅ Stages of *{escape(brand)}*: {said}, or {escape(plan.name(passed[-1]))}."]
    if skipped:
        lines.append(f"Skipped: {listed(skipped)}.")
    return elements.modal(
        "Saved", "brand_stages_saved", [elements.section("\n".join(lines))], close="Done"
    )


def field_of(stage: Stage) -> str:
    """The field of a stage's name."""
    return f"stage_{stage.value.replace(' ', '_')}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
