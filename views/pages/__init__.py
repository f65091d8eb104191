"""Pages that people read outside Slack: one file each that prints to paper and needs nothing else.

A page is a template beside this file that extends `page.html`; every value is escaped, and one that
is missing is an error. There are no scripts and nothing is fetched: the page says so itself.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent
_STYLE = _FOLDER / "style.css"


def render(template: str, /, **data: Any) -> str:
    """The page as HTML.

    Args:
        template: its name without ".html".
        data: what the template names; plain text is escaped, whoever wrote it.

    Raises:
        jinja2.UndefinedError: the template names something that is not in the data.
    """
    return _environment().get_template(f"{template}.html").render(**data)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _STYLE.read_text(encoding="utf-8")
    environment.globals |= {"style": style, "style_hash": _hash(style)}
    return environment


def _hash(style: str) -> str:
    """By which a page allows its own style and no other."""
    digest = hashlib.sha256(style.encode()).digest()
    return base64.b64encode(digest).decode()
