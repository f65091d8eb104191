"""Whose request it is: one web application serves all playgrounds of a process."""

from typing import cast

from flask import request

from playground.workspace import Workspace

KEY = "playground.workspace"
"""Where a server puts its workspace among what WSGI says of a request."""


def here() -> Workspace:
    """The workspace that the request came to."""
    return cast(Workspace, request.environ[KEY])
