"""Settings, from the environment or a `.env` file; docs/settings.md lists them all."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from domain.encryption_key import parse_keys
from domain.source_terms import NEED_LEAVE

SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,}")
PUBLIC = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[\w.~-]+)*")
SERVER = re.compile(r"none|(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")
SHORTEST_TOKEN = 16


class WrongSettings(Exception):
    """A setting is missing or wrong; each line of the text is one sentence."""


class Settings(BaseSettings):
    """Every setting of the bot. Secrets never show in a log or a traceback."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(
        None, description="Bot token (xoxb-…) of the Slack app."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token (xapp-…) with connections:write, for `run`."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signing secret of the Slack app, for `serve`."
    )
    slack_client_id: str = Field(
        "", description="Client ID of the Slack app, for `serve` with many workspaces."
    )
    slack_client_secret: SecretStr | None = Field(
        None, description="Client secret of the Slack app, for `serve` with many workspaces."
    )
    encryption_keys: SecretStr | None = Field(
        None, description="Keys that encrypt secrets in the database, separated by commas."
    )
    purge_after_days: int = Field(
        30, ge=1, le=3650, description="Days after which a removed workspace's data is deleted."
    )
    slack_api_base_url: str = Field(
        "https://slack.com/api/", description="Where the Slack Web API is."
    )
    data_dir: Path = Field(
        Path("data"), description="Folder of the SQLite database and of files being imported."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite in the data folder."
    )
    database_owner_url: str = Field(
        "", description="The same database as the role that owns its tables; for migrations."
    )
    owners: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack user ids of the owners, separated by commas."
    )
    server_threads: int = Field(
        16, ge=1, le=200, description="Threads that answer Slack in HTTP mode."
    )
    server_processes: int = Field(
        2, ge=1, le=32, description="Processes that answer Slack in HTTP mode."
    )
    public_url: str = Field(
        "", description="Where `serve` is reached from outside, for shops and tracking links."
    )
    live_sources: bool = Field(
        True, description="Whether creators may be looked up on platforms; off, none is contacted."
    )
    comments: bool = Field(
        True, description="Whether comments under tracked posts are read; off, none is kept."
    )
    bluesky_base_url: str = Field(
        "https://public.api.bsky.app/", description="Where Bluesky's public AppView is."
    )
    mastodon_servers: Annotated[tuple[str, ...], NoDecode] = Field(
        ("mastodon.social",), description="Mastodon servers to search, separated by commas."
    )
    youtube_api_key: SecretStr | None = Field(
        None, description="Key of your Google project for the YouTube Data API."
    )
    youtube_base_url: str = Field(
        "https://youtube.googleapis.com/", description="Where the YouTube Data API is."
    )
    youtube_derived_figures: bool = Field(
        False, description="Whether Google lets you show figures worked out from YouTube's."
    )
    instagram_token: SecretStr | None = Field(
        None, description="Token of your Meta app for Instagram's business_discovery."
    )
    instagram_user_id: str = Field("", description="Id of your own professional Instagram account.")
    instagram_base_url: str = Field(
        "https://graph.facebook.com/v24.0/", description="Where Meta's Graph API is."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("text", description="`text`, or `json`: one object a line.")
    metrics_port: int | None = Field(
        None, ge=1, le=65_535, description="Port of /metrics, /healthz and /readyz for operators."
    )
    metrics_host: str = Field("127.0.0.1", description="Address on which that port is open.")
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics; with it `serve` has them on its own port too."
    )
    playground_clock_file: Path | None = Field(
        None, description="Made by the playground to move its clock; `run` and `serve` refuse it."
    )

    @property
    def underived(self) -> frozenset[str]:
        """Sources from whose figures nothing may be worked out and shown."""
        return frozenset() if self.youtube_derived_figures else NEED_LEAVE

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app by themselves; else one token serves one."""
        return bool(self.slack_client_id and self.slack_bot_token is None)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that encrypt secrets; the first one is the newest."""
        return parse_keys(self.encryption_keys.get_secret_value()) if self.encryption_keys else ()

    @field_validator("encryption_keys")
    @classmethod
    def _random_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_keys(value.get_secret_value())
        return value

    @field_validator("owners", mode="before")
    @classmethod
    def _split_owners(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("owners")
    @classmethod
    def _slack_users(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not SLACK_USER.fullmatch(one):
                raise ValueError(
                    f"“{one}” is no Slack user id, such as U0123ABCD; a person's profile in Slack "
                    "has it under ⋮, Copy member ID"
                )
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and "xoxb-" not in value.get_secret_value():
            raise ValueError(
                "a bot token begins with xoxb-; OAuth & Permissions of your Slack app has it"
            )
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("xapp-"):
            raise ValueError(
                "an app-level token begins with xapp-; Basic Information of your Slack app has it"
            )
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _no_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and value.get_secret_value().startswith(("xox", "xapp-")):
            raise ValueError(
                "that is a token; Basic Information of your Slack app has the signing secret"
            )
        return value

    @field_validator("mastodon_servers", mode="before")
    @classmethod
    def _split_servers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        servers = [part.strip().lower().rstrip("/") for part in value.split(",")]
        for server in servers:
            if not SERVER.fullmatch(server):
                raise ValueError(f"“{server}” is no server, such as mastodon.social")
        return () if servers == ["none"] else tuple(dict.fromkeys(servers))

    @field_validator("instagram_user_id")
    @classmethod
    def _number(cls, value: str) -> str:
        if value and not (value.isascii() and value.isdigit()):
            raise ValueError("it is the account's id, which has digits only")
        return value

    @field_validator(
        "slack_api_base_url", "bluesky_base_url", "youtube_base_url", "instagram_base_url"
    )
    @classmethod
    def _end_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("it must start with https:// (or http:// for a local test)")
        return value.rstrip("/") + "/"

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not PUBLIC.fullmatch(value.rstrip("/")):
            raise ValueError("it is no address such as https://influencer.example.com")
        return value.rstrip("/")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _readable_url(cls, value: str) -> str:
        try:
            url = make_url(value) if value else None
        except ArgumentError:
            raise ValueError("it is not a database URL, such as postgresql://host/name") from None
        if url is not None and url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("only sqlite and postgresql are supported")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("it must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in ("text", "json"):
            raise ValueError("it must be text or json")
        return value.lower()

    @field_validator("metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"it must have at least {SHORTEST_TOKEN} characters, best random ones")
        return value

    @property
    def resolved_database_url(self) -> str:
        """The database URL, with SQLite in the data folder when none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'influencer-bot.db'}"


def load(**overrides: object) -> Settings:
    """Read the settings.

    Raises:
        WrongSettings: one sentence a setting that is wrong.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            lines.append(f"{name} is wrong: {_in_words(problem)}.")
        raise WrongSettings("\n".join(lines)) from None


def _in_words(problem: ErrorDetails) -> str:
    """What is wrong with a value, for whoever set it."""
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "int_parsing" | "int_from_float":
            return "it must be a whole number"
        case "greater_than_equal":
            return f"it must be at least {limits['ge']}"
        case "less_than_equal":
            return f"it must be at most {limits['le']}"
        case "bool_parsing" | "bool_type":
            return "it must be on or off"
    return problem["msg"].removeprefix("Value error, ")
