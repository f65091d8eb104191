"""The three first steps, in the first message and on App Home."""

from pydantic import BaseModel, ConfigDict

from views import elements
from views.message import Blocks, Message


class Progress(BaseModel):
    """Which of the three steps the workspace has taken."""

    model_config = ConfigDict(frozen=True)

    imported: bool = False
    searched: bool = False
    shortlisted: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to show."""
        return self.imported and self.searched and self.shortlisted


STEPS = (
    (
        "Bring in creators",
        "`/influencer import` reads a CSV or Excel file from any tool; owners and managers can.",
    ),
    ("Find the first ones", "Type `/influencer find skincare micro`, or whatever you look for."),
    ("Decide together", "Press *Shortlist* below the results; your team approves by reacting."),
)


def steps(progress: Progress) -> Blocks:
    """The steps with a tick, in words too, for those that are done."""
    taken = (progress.imported, progress.searched, progress.shortlisted)
    return [
        elements.section(
            f"✅ ~{number}. {title}~ (done)" if done else f"*{number}. {title}*\n{how}"
        )
        for number, ((title, how), done) in enumerate(zip(STEPS, taken, strict=True), start=1)
    ]


def welcome(progress: Progress, *, demo: bool) -> Message:
    """The first message, to whoever installed the bot."""
    intro = (
        "Hello! I help your team find creators, decide about them together and keep track of "
        "what comes of it. Three steps and you are under way:"
    )
    invented = "The creators here are invented, so you can try everything without harm."
    closing = (
        "Owners and managers import, export and change settings (`/influencer settings`); "
        "everybody else can find, shortlist and log. `/influencer help` lists it all."
    )
    plain = "\n".join(
        [intro, *(f"{number}. {title}" for number, (title, _) in enumerate(STEPS, start=1))]
    )
    return Message(
        text=plain,
        blocks=[
            elements.section(intro),
            *steps(progress),
            *([elements.section(invented)] if demo else []),
            elements.context(closing),
        ],
    )
