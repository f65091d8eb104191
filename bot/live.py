"""The live sources, as the operator set them up."""

from bot import metrics
from bot.clock import Clock
from bot.settings import Settings
from domain.look_up import GapKind
from sources.live import LiveSettings, LiveSources
from storage.database import Database
from storage.quotas import AnswerCache, QuotaLedger


def live_sources(settings: Settings, database: Database, clock: Clock) -> LiveSources | None:
    """What can be asked for creators; None where `LIVE_SOURCES` is off. Contacts nobody."""
    if not settings.live_sources:
        return None
    chosen = settings.model_dump(include=set(LiveSettings.model_fields))
    live = LiveSources(
        LiveSettings(**chosen),
        clock.now,
        QuotaLedger(database, clock.now),
        AnswerCache(database, clock.now),
    )
    live.noticed = _count
    return live


def _count(source: str, missing: GapKind | None) -> None:
    metrics.SOURCES.labels(source, missing.value if missing else "answered").inc()
