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


def welcome(progress: Progress, *, demo: bool, asks_who_leads: bool = False) -> Message:
    """The first message, to whoever installed the bot, or to whom they named as owner."""
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
        text=f"{plain}\nWho leads the marketing?" if asks_who_leads else plain,
        blocks=[
            elements.section(intro),
            *steps(progress),
            *([elements.section(invented)] if demo else []),
            *(_who_leads() if asks_who_leads else []),
            elements.context(closing),
        ],
    )


def named(lead: str) -> Message:
    """What the first message becomes once somebody else was named. lead: their Slack id."""
    text = f"{elements.mention(lead)} leads the marketing here: I have greeted them."
    rest = (
        "They own this app now: they name managers and other owners, yourself included, in "
        "`/influencer settings`. From me you hear only what is technical: messages that may be "
        "lost, tokens that end, a disk that fills up."
    )
    return Message(text=text, blocks=[elements.section(f"{text}\n{rest}")])


def named_by(installer: str, first: Message) -> Message:
    """The first message to whom the installer named as owner."""
    line = (
        f"{elements.mention(installer)} set me up and says that you lead the marketing, so you "
        "own this app: you name managers and other owners in `/influencer settings`."
    )
    blocks = [elements.section(line), *(first.blocks or [])]
    return Message(text=f"{line}\n{first.text}", blocks=blocks)


def _who_leads() -> Blocks:
    question = (
        "*Who leads the marketing?* They become the owner: they name managers, import, and set up "
        "digests. Until you say who it is, you are."
    )
    sure = elements.confirm(
        "Make them the owner?",
        "They will own this app, and you keep hearing what is technical. They can share it with "
        "you in the settings.",
        "Make them the owner",
    )
    return [
        elements.section(question),
        elements.actions(
            elements.person_select("lead_choose", "Choose a colleague", confirm=sure),
            elements.button("I do", "lead_me"),
        ),
    ]
