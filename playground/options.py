"""How a playground is set up."""

from dataclasses import dataclass
from pathlib import Path

DEFAULT_BOT_TOKEN = "xoxb-playground"  # noqa: S105 - opens nothing but a playground on this machine


@dataclass(frozen=True)
class Options:
    """What `playground.server.start` needs to know.

    bot_url: where the bot listens, without `/slack/events`.
    signing_secret: deliveries to the bot are signed with it.
    bot_token: the only token that the Web API accepts, besides those given by OAuth.
    client: id and secret of the app, for OAuth; None = it can't be installed so.
    port: 0 takes a free one. manifest: the app's `manifest.yml`; without it one command,
    `/influencer`, every event but chat messages, and every scope. clock_file: holds the
    clock's offset in seconds as text; without it the clock moves inside the playground only.
    timeout, trigger_seconds: seconds for an answer, and a trigger's life (Slack: 3 and 3).
    retry_delays: seconds before the first, second and third repeat of a failed event.
    """

    bot_url: str
    signing_secret: str
    bot_token: str = DEFAULT_BOT_TOKEN
    client: tuple[str, str] | None = None
    host: str = "127.0.0.1"
    port: int = 3333
    manifest: Path | None = None
    clock_file: Path | None = None
    timeout: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 2.0, 10.0)
