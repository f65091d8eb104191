"""The weights of the fit as they are, and new ones that finished partnerships speak for."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from views import elements
from views.elements import escape
from views.message import Blocks, Message


class WeightLine(BaseModel):
    """A part of the fit with its weight now and as it is proposed; the same where it stays."""

    model_config = ConfigDict(frozen=True)

    name: str
    now: int
    proposed: int


class WeightsView(BaseModel):
    """What is shown. usual: the weights in use of briefs without a goal of their own.

    change_id: the proposal that waits. evidence: sentences, plain text. may_decide: whether this
    person is an owner. accepted_id: the change in use, which can be taken back; accepted_by: who
    accepted it. finished, least: partnerships that count so far, and how many it takes. note: what
    was just done.
    """

    model_config = ConfigDict(frozen=True)

    lines: tuple[WeightLine, ...]
    change_id: int | None = None
    evidence: tuple[str, ...] = ()
    may_decide: bool = False
    accepted_id: int | None = None
    accepted_by: str = ""
    finished: int = 0
    least: int = 0
    note: str = ""


def message(view: WeightsView) -> Message:
    """The weights, and what can be done about them."""
    blocks: Blocks = [elements.section(view.note)] if view.note else []
    if view.change_id is None:
        blocks += [elements.section(_now(view.lines)), elements.context(_why_none(view))]
        blocks += _taking_back(view)
        return Message(text="Weights of the fit", blocks=blocks)
    lead = "*New weights of the fit are proposed, from what worked*"
    blocks += [
        elements.section("\n".join([lead, *map(_change, view.lines)])),
        elements.section("\n".join(escape(one, 300) for one in view.evidence)),
        elements.context(
            "They would count in searches, new shortlists and profiles, for briefs that have no "
            "weights of their own. Cards that are posted keep theirs. An owner can take them back."
        ),
    ]
    if view.may_decide:
        number = str(view.change_id)
        blocks.append(
            elements.actions(
                elements.button("Use new weights", f"weights_accept:{number}", number,
                                style="primary"),
                elements.button("Keep present ones", f"weights_keep:{number}", number),
            )
        )  # fmt: skip
    else:
        blocks.append(elements.context("An owner decides."))
    blocks += _taking_back(view)
    return Message(text="New weights of the fit are proposed", blocks=blocks)


def _now(lines: Sequence[WeightLine]) -> str:
    said = ", ".join(f"{line.name} {line.now}" for line in lines)
    return f"*Weights of the fit*\n{said}"


def _why_none(view: WeightsView) -> str:
    if view.finished < view.least:
        return (
            f"From {view.least} finished partnerships on, I look whether other weights would have "
            f"told better what works; {view.finished} count so far."
        )
    return (
        f"{view.finished} finished partnerships: no other weights tell better what works, as far "
        "as can be told from them."
    )


def _change(line: WeightLine) -> str:
    if line.now == line.proposed:
        return f"{line.name.capitalize()}: {line.now}, as now"
    way = "more" if line.proposed > line.now else "less"
    return f"{line.name.capitalize()}: {line.now} → *{line.proposed}* ({way})"


def _taking_back(view: WeightsView) -> Blocks:
    if view.accepted_id is None:
        return []
    by = f" by {escape(view.accepted_by, 60)}" if view.accepted_by else ""
    blocks: Blocks = [elements.context(f"The present weights were accepted{by}.")]
    if view.may_decide:
        number = str(view.accepted_id)
        blocks.append(
            elements.actions(
                elements.button("Go back to those before", f"weights_back:{number}", number)
            )
        )
    return blocks
