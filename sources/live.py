"""All live sources together: asked at once, within one deadline."""

import datetime as dt
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict, SecretStr

from domain.creator import Platform
from domain.look_up import Account, Answers, LookUpQuery
from sources.source import Quota, SearchCache


class LiveSettings(BaseModel):
    """What the operator decided; docs/settings.md explains each."""

    model_config = ConfigDict(frozen=True)

    live_sources: bool = True
    bluesky_base_url: str = "https://public.api.bsky.app/"
    mastodon_servers: tuple[str, ...] = ("mastodon.social",)
    youtube_base_url: str = "https://youtube.googleapis.com/"
    youtube_api_key: SecretStr | None = None
    youtube_derived_figures: bool = False
    instagram_base_url: str = "https://graph.facebook.com/"
    instagram_token: SecretStr | None = None
    instagram_user_id: str = ""


class SourceState(BaseModel):
    """One source as `doctor` and the settings show it.

    ready: it can be asked. finds: it can search by words. why_not: one sentence where it
    can't be asked.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    platform: Platform
    hosts: tuple[str, ...]
    finds: bool
    ready: bool
    why_not: str = ""


class LiveSources:
    """The sources that are switched on. One object a process; safe to use from all threads.

    Args:
        settings: what the operator decided.
        now: the product's clock, with its zone.
        quota: the ledger of what paid or rationed calls were made.
        cache: keeps the answers of rationed searches; without it they last as long as this
            object does.
    """

    def __init__(
        self,
        settings: LiveSettings,
        now: Callable[[], dt.datetime],
        quota: Quota,
        cache: SearchCache | None = None,
    ) -> None:
        raise NotImplementedError

    def states(self) -> tuple[SourceState, ...]:
        """Every source there is, also those that are not ready. Asks nobody."""
        raise NotImplementedError

    def platforms(self) -> tuple[Platform, ...]:
        """Platforms that can be searched by words now."""
        raise NotImplementedError

    def fan_out(
        self,
        query: LookUpQuery,
        platforms: Sequence[Platform] | None = None,
        deadline_seconds: float = 20.0,
    ) -> Answers:
        """Ask all sources of these platforms (None: all that are ready) at the same time.

        Never fails and never takes longer than the deadline: what a source had brought by then
        is kept, and the source gets a gap. A platform that was named, but has no source that is
        ready, gets a gap as well.
        """
        raise NotImplementedError

    def with_posts(self, accounts: Sequence[Account], deadline_seconds: float = 20.0) -> Answers:
        """The same accounts with their recent posts, for those that are about to be shown.

        Costs units where the platform rations them. An account whose posts could not be had
        comes back as it was, in the order given.
        """
        raise NotImplementedError

    def fetch_one(self, platform: Platform, handle: str, deadline_seconds: float = 15.0) -> Account:
        """One account now, with its recent posts.

        Raises:
            SourceGap: why not; `NOT_THERE` when there is no such account, `OPTED_OUT` when it
                asks not to be shown, `SWITCHED_OFF` when no source of this platform is ready.
        """
        raise NotImplementedError
