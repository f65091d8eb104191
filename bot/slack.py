"""Slack clients: which token, where the API is, and what is never retried."""

import threading
from collections.abc import Callable

from slack_sdk import WebClient

from storage.models import Workspace

PATIENCE_SECONDS = 20
MODAL_SECONDS = 2


class SlackClients:
    """Clients for the workspaces of this process.

    No client repeats a call by itself: slack_sdk's own repeat after a dropped connection was seen
    to post a message twice. The outbox decides what may be sent again.
    """

    def __init__(self, base_url: str, token_of: Callable[[Workspace], str]) -> None:
        """Use the Web API at `base_url`; `token_of` gives a workspace's bot token."""
        self._base_url = base_url
        self._token_of = token_of
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, int], WebClient] = {}

    def client(self, workspace: Workspace) -> WebClient:
        """For workers: patient, and never retrying by itself."""
        return self._client(self._token_of(workspace), PATIENCE_SECONDS)

    def quick(self, workspace: Workspace) -> WebClient:
        """For a handler that opens a modal: gives up after 2 s and never retries."""
        return self._client(self._token_of(workspace), MODAL_SECONDS)

    def with_token(self, token: str) -> WebClient:
        """For finding out which workspace a token belongs to."""
        return self._client(token, PATIENCE_SECONDS)

    def _client(self, token: str, timeout: int) -> WebClient:
        with self._lock:
            if (token, timeout) not in self._clients:
                self._clients[token, timeout] = WebClient(
                    token=token, base_url=self._base_url, timeout=timeout, retry_handlers=[]
                )
            return self._clients[token, timeout]
