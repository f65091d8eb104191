"""The clock is real time unless the playground's file moves it."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import FARTHEST, Clock

SOON = dt.timedelta(seconds=5)


def reality() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_without_a_file_it_is_real_time_in_utc():
    assert abs(Clock().now() - reality()) < SOON
    assert Clock().now().utcoffset() == dt.timedelta(0)


def test_a_missing_file_moves_nothing(tmp_path):
    assert abs(Clock(tmp_path / "clock").now() - reality()) < SOON
    assert abs(Clock(tmp_path).now() - reality()) < SOON


def test_every_change_of_the_file_is_seen_at_once_even_one_of_the_same_length(tmp_path):
    file = tmp_path / "clock"
    clock = Clock(file)
    for hours in (24, 48, 72, 24):
        file.write_text(f"{hours * 3600:07d}\n")
        assert abs(clock.now() - reality() - dt.timedelta(hours=hours)) < SOON
    file.unlink()
    assert abs(clock.now() - reality()) < SOON


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=20) | st.sampled_from([b"nan", b"inf", b"-1e400", b"1e15"]))
def test_garbage_in_the_file_moves_nothing_and_never_breaks(tmp_path, content):
    file = tmp_path / "clock"
    file.write_bytes(content)
    moved = Clock(file).now() - reality()
    assert abs(moved) <= FARTHEST + SOON
    try:
        float(content)
    except ValueError:
        assert abs(moved) < SOON


def test_the_date_is_that_of_the_timezone(tmp_path):
    file = tmp_path / "clock"
    now = reality()
    noon = now.replace(hour=12, minute=0) + dt.timedelta(days=1)
    file.write_text(str((noon - now).total_seconds()))
    clock = Clock(file)

    assert clock.today(ZoneInfo("Europe/London")) == noon.date()
    assert clock.today(dt.timezone(dt.timedelta(hours=14))) == noon.date() + dt.timedelta(days=1)
    assert clock.today(dt.timezone(dt.timedelta(hours=-14))) == noon.date() - dt.timedelta(days=1)
