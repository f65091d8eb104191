"""What `/influencer help` shows."""

import difflib

from views import elements
from views.message import Message

COMMANDS: dict[str, tuple[str, str]] = {
    "find": ("find skincare micro", "look creators up, ranked by how well they fit"),
    "look": ("look bluesky:anna", "one person on their platform now; a link to a profile does too"),
    "show": ("show @anna", "one creator: figures, every part of the fit, history with us"),
    "similar": ("similar @anna", "people like one: niches, size, engagement, language, and why"),
    "brief": ("brief", "write down what a campaign looks for; then `find … for Spring launch`"),
    "shortlist": ("shortlist", "where each shortlist stands; you start one from search results"),
    "log": ("log @anna", "stage, cost, posts, results and audience feedback; or a post's link"),
    "figures": ("figures", "fill in figures of your posts that no platform tells"),
    "partners": ("partners", "partnerships by stage"),
    "sales": ("sales", "orders counted from your shops, and codes that nobody knows yet"),
    "handover": ("handover", "pass your partnerships, reminders and waiting votes on"),
    "texts": ("texts", "texts to write to creators with; *Write* on the board fills them in"),
    "digest": ("digest", "a weekly digest in a channel; `digest now` for one at once"),
    "report": ("report Spring Glow", "what a brief, brand or period cost and brought: `report Q3`"),
    "plan": ("plan Spring Glow", "the set of creators that brings the most for the budget"),
    "same": ("same", "creators who may be one person; `same @anna tiktok:anna_tok` compares two"),
    "block": ("block @anna", "nobody shortlists or writes to them; `block` lists who is blocked"),
    "list": ("list", "named lists of creators; `list add @anna to Spring`"),
    "import": ("import", "bring creators, or results of posts, in from CSV or Excel"),
    "imports": ("imports", "what was brought in, by whom, and how to undo it"),
    "export": ("export", "creators, partnerships or who did what as a file, sent to you privately"),
    "forget": ("forget @anna", "remove a creator for good, after showing what goes"),
    "brands": ("brands", "who sees what belongs to a brand or client"),
    "weights": ("weights", "how much each part of the fit counts, and what results say of it"),
    "settings": ("settings", "owners, managers, tiers, benchmarks, currencies"),
    "help": ("help", "this page"),
}
EXAMPLES = (
    "find vegan food tiktok er>3% under $500",
    "find cuidado de la piel country:es followers:5k-50k",
    "find running for Spring launch",
)
_INTRODUCTION = (
    "I find creators, say why they fit, and keep what your team decides. "
    "Only you see my answers unless you post them."
)


def overview(word: str) -> Message:
    """All commands; for a word that is not one of them, the nearest first."""
    unknown = bool(word) and word not in COMMANDS
    lead = _not_known(word) if unknown else _INTRODUCTION
    lines = "\n".join(f"`/influencer {usage}`  {meaning}" for usage, meaning in COMMANDS.values())
    examples = "\n".join(f"`/influencer {example}`" for example in EXAMPLES)
    return Message(
        text=f"{lead}\n{lines}",
        blocks=[
            elements.section(lead),
            elements.section(lines),
            elements.section(f"*For example*\n{examples}"),
        ],
    )


def _not_known(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), COMMANDS, n=1)
    hint = f" Did you mean `/influencer {near[0]}`?" if near else ""
    return f"I don't know “{elements.escape(word, 60)}”.{hint} Here is what I can do:"
