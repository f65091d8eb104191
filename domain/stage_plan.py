"""How a brand names the stages of its partnerships, and which of them it skips."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.partnership import PIPELINE, Stage
from domain.text import fold

NEVER_SKIPPED = frozenset({Stage.APPROVED, Stage.LIVE, Stage.DONE, Stage.DECLINED})
"""Shortlists, results and digests hang on these."""
LONGEST_NAME = 40


class StagePlan(BaseModel):
    """Names that differ from ours, by stage, and stages that are not offered."""

    model_config = ConfigDict(frozen=True)

    names: Mapping[Stage, str] = {}
    skipped: frozenset[Stage] = frozenset()

    def name(self, stage: Stage) -> str:
        """What this brand calls a stage; plain text as people wrote it."""
        return self.names.get(stage, stage.value)

    def offered(self, stages: Iterable[Stage]) -> tuple[Stage, ...]:
        """These stages in their order, without the skipped ones."""
        return tuple(stage for stage in stages if stage not in self.skipped)

    def stored(self) -> dict[str, Any] | None:
        """As JSON; None where nothing differs."""
        if not self.names and not self.skipped:
            return None
        ordered = [stage.value for stage in (*PIPELINE, Stage.DECLINED) if stage in self.skipped]
        named = {stage.value: name for stage, name in self.names.items()}
        return {"names": named, "skipped": ordered}


def stage_plan(stored: Mapping[str, Any] | None) -> StagePlan:
    """The plan from its JSON; what this release does not know is left out."""
    known = {stage.value for stage in Stage}
    names, skipped = (stored or {}).get("names", {}), (stored or {}).get("skipped", ())
    return StagePlan(
        names={Stage(one): str(name) for one, name in names.items() if one in known},
        skipped=frozenset(Stage(one) for one in skipped if one in known) - NEVER_SKIPPED,
    )


def shared_names(plans: Iterable[StagePlan]) -> dict[Stage, str]:
    """Names in which all of these plans agree and that differ from ours."""
    told = list(plans)
    called = {stage: {plan.name(stage) for plan in told} for stage in Stage}
    return {
        stage: next(iter(names))
        for stage, names in called.items()
        if len(names) == 1 and stage.value not in names
    }


def read_plan(typed: Mapping[Stage, str], skipped: Iterable[str]) -> StagePlan | dict[Stage, str]:
    """The plan that a form says, or a sentence for each name that can't be.

    Args:
        typed: a name by stage; "" is our own.
        skipped: values of stages.
    """
    names = {stage: " ".join(name.split()) for stage, name in typed.items()}
    called = {stage: names.get(stage) or stage.value for stage in (*PIPELINE, Stage.DECLINED)}
    wrong: dict[Stage, str] = {}
    seen: dict[str, Stage] = {}
    for stage, name in called.items():
        if len(name) > LONGEST_NAME:
            wrong[stage] = f"Please use at most {LONGEST_NAME} characters."
        elif fold(name) in seen:
            wrong[stage] = "Two stages can't have the same name."
        seen.setdefault(fold(name), stage)
    if wrong:
        return wrong
    differing = {stage: name for stage, name in called.items() if fold(name) != stage.value}
    chosen = {Stage(one) for one in skipped if one in {stage.value for stage in PIPELINE}}
    return StagePlan(names=differing, skipped=frozenset(chosen) - NEVER_SKIPPED)
