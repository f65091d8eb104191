"""Says that a file waits to be reviewed, whatever it holds."""

from views import elements
from views.message import Message


def file_waits(import_id: int, file_name: str, done: str, review: str) -> Message:
    """A file waits for a day to be reviewed. done: sentences; review: words of the button."""
    text = f"I have read {elements.escape(file_name, 100)}. {done}"
    button = elements.button(
        review,
        f"import_columns:{import_id}",
        str(import_id),
        style="primary",
        label=f"{review} of {elements.clean(file_name, 40)}",
    )
    return Message(
        text=text,
        blocks=[
            elements.section(text),
            elements.actions(button),
            elements.context("The button works for 24 hours; then the file is thrown away."),
        ],
    )
