"""What a platform lets its users spend a day, and when the day ends."""

import datetime as dt
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict


class DailyBudget(BaseModel):
    """Units a day in one bucket; the day begins at midnight in `timezone` (IANA name)."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    units: int
    timezone: str

    def day(self, now: dt.datetime) -> dt.date:
        """The day of the budget that `now` (with its zone) falls into."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def renewed_at(self, now: dt.datetime) -> dt.datetime:
        """When the next day begins, in UTC."""
        tomorrow = self.day(now) + dt.timedelta(days=1)
        midnight = dt.datetime.combine(tomorrow, dt.time(), ZoneInfo(self.timezone))
        return midnight.astimezone(dt.UTC)


YOUTUBE_SEARCHES = DailyBudget(bucket="youtube.searches", units=100, timezone="America/Los_Angeles")
YOUTUBE_UNITS = DailyBudget(bucket="youtube.units", units=10_000, timezone="America/Los_Angeles")

BUDGETS = {budget.bucket: budget for budget in (YOUTUBE_SEARCHES, YOUTUBE_UNITS)}
"""By bucket: what Google gives a project since 2026-06-01."""
