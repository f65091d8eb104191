"""The form in which owners choose how long what is kept."""

from typing import Any

from domain.retention import CHOICES, TITLES, Kept, in_words
from views import elements

FORM = "retention_form"


def form(kept: Kept) -> dict[str, Any]:
    """A choice for each kind of data."""
    fields = [
        elements.choice_field(
            name,
            TITLES[name],
            [(str(days), in_words(days)) for days in CHOICES[name]],
            initial=str(getattr(kept, name)),
        )
        for name in CHOICES
    ]
    return elements.modal(
        "How long things are kept",
        FORM,
        [
            elements.section(
                "What is older is deleted within hours, and does not come back. "
                "To remove one creator at once: `/influencer forget @anna`."
            ),
            *fields,
            elements.context(
                "Always: comments under posts go after 30 days, examples from imported files and "
                "answers that only one person saw within an hour or two, figures when their "
                "platform's terms say so."
            ),
        ],
        submit="Save",
    )


def saved() -> dict[str, Any]:
    """What the form becomes once it is stored."""
    text = "✅ Saved. What is older than that goes within hours."
    return elements.modal("Saved", "retention_saved", [elements.section(text)], close="Done")
