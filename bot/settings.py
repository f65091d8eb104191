"""Settings, from the environment or a `.env` file; docs/settings.md lists them all."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


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
    slack_api_base_url: str = Field(
        "https://slack.com/api/", description="Where the Slack Web API is."
    )
    data_dir: Path = Field(
        Path("data"), description="Folder of the SQLite database and of files being imported."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite in the data folder."
    )
    owners: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack user ids of the owners, separated by commas."
    )
    server_threads: int = Field(
        16, ge=1, le=200, description="Threads that answer Slack in HTTP mode."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    playground_clock_file: Path | None = Field(
        None, description="Made by the playground to move its clock; `run` and `serve` refuse it."
    )

    @field_validator("owners", mode="before")
    @classmethod
    def _split_owners(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("slack_api_base_url")
    @classmethod
    def _end_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("it must start with https:// (or http:// for a local test)")
        return value.rstrip("/") + "/"

    @field_validator("database_url")
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
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name} is wrong: {message}.")
        raise WrongSettings("\n".join(lines)) from None
