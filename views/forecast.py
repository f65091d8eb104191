"""A forecast as the details of a partnership show it: what is expected, beside what came."""

import datetime as dt

from pydantic import BaseModel, ConfigDict

from views import elements
from views.elements import escape, moment
from views.message import Blocks


class ForecastView(BaseModel):
    """A forecast in words, all of them plain text.

    made_at, occasion: when it was made. lines: name and words of each figure. rests_on: what it
    was made from. notes: what is not in it, and what was assumed. earlier: how many were made
    before it. so_far: whether more figures are awaited; None while there are none.
    """

    model_config = ConfigDict(frozen=True)

    made_at: dt.datetime
    occasion: str
    lines: tuple[tuple[str, str], ...]
    rests_on: str = ""
    notes: tuple[str, ...] = ()
    earlier: int = 0
    so_far: bool | None = None


def blocks_of(view: ForecastView) -> Blocks:
    """What is expected, with what came beside it where that is known."""
    title = {None: "Forecast", True: "Forecast and results so far", False: "Forecast and results"}
    said = [f"*{title[view.so_far]}*"]
    said += [f"{escape(name).capitalize()}: {escape(words, 200)}" for name, words in view.lines]
    made = f"Made {escape(view.occasion, 60)}, {moment(view.made_at, '{date_short}')}"
    small = [f"{made}, {escape(view.rests_on, 400)}" if view.rests_on else made]
    small += [escape(note, 300) for note in view.notes]
    if view.earlier:
        earlier = "An earlier one is" if view.earlier == 1 else f"{view.earlier} earlier ones are"
        small.append(f"{earlier} on the record")
    return [elements.section("\n".join(said)), elements.context(". ".join(small) + ".")]
