"""What the operator decided about live sources, and the sources that come of it."""

from pydantic import BaseModel, ConfigDict, SecretStr

from sources import bluesky, instagram, mastodon, youtube
from sources.source import Quota, SearchCache, Source


class LiveSettings(BaseModel):
    """What the operator decided; docs/settings.md explains each."""

    model_config = ConfigDict(frozen=True)

    live_sources: bool = True
    comments: bool = True
    bluesky_base_url: str = bluesky.BASE_URL
    mastodon_servers: tuple[str, ...] = mastodon.SERVERS
    youtube_base_url: str = youtube.BASE_URL
    youtube_api_key: SecretStr | None = None
    youtube_derived_figures: bool = False
    instagram_base_url: str = instagram.BASE_URL
    instagram_token: SecretStr | None = None
    instagram_user_id: str = ""


def built_in(settings: LiveSettings, quota: Quota, cache: SearchCache) -> tuple[Source, ...]:
    """The sources that come with the bot, ready or not."""
    return (
        bluesky.Bluesky(settings.bluesky_base_url),
        *(
            mastodon.Mastodon(server, asks_home=place == 0)
            for place, server in enumerate(settings.mastodon_servers)
        ),
        youtube.YouTube(
            settings.youtube_api_key,
            quota,
            cache,
            derived=settings.youtube_derived_figures,
            base_url=settings.youtube_base_url,
        ),
        instagram.Instagram(
            settings.instagram_token,
            settings.instagram_user_id,
            base_url=settings.instagram_base_url,
        ),
    )
