"""The playground's clock, and what it makes of typed text."""

import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.clock import Clock
from playground.escaping import as_shown, escape, from_typed, unescape
from playground.manifest import read_manifest

PEOPLE = {"ana": "U1", "ben": "U2"}
CHANNELS = {"general": "C1"}


def test_the_offset_is_kept_in_the_file_and_taken_over_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    Clock(path).advance(86_400)

    assert float(path.read_text()) == 86_400
    assert Clock(path).now() == pytest.approx(time.time() + 86_400, abs=1)


def test_a_reset_clock_tells_real_time(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.advance(-500)
    clock.reset()

    assert clock.offset == 0
    assert float((tmp_path / "clock").read_text()) == 0


@given(
    st.integers(0, 6),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
    st.integers(-(10**8), 10**8),
)
def test_moving_leads_to_the_next_such_local_time_within_a_week(
    weekday: int, hour: int, minute: int, zone: str, start: int
) -> None:
    clock = Clock()
    clock.advance(start)
    before = clock.now()
    clock.move_to(weekday, hour, minute, zone)

    moved = dt.datetime.fromtimestamp(clock.now(), ZoneInfo(zone))
    assert moved.weekday() == weekday
    assert -1 <= clock.now() - before <= 7 * 86_400 + 3700
    if dt.datetime.fromtimestamp(before, ZoneInfo(zone)).utcoffset() == moved.utcoffset():
        assert (moved.hour, moved.minute) == (hour, minute)


def test_a_ts_rises_even_when_the_clock_goes_back() -> None:
    clock = Clock()
    seen = [clock.next_ts() for _ in range(1000)]
    clock.advance(-86_400)
    seen += [clock.next_ts() for _ in range(1000)]

    assert seen == sorted(set(seen))
    assert all(len(ts.partition(".")[2]) == 6 for ts in seen)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("show @ana", "show <@U1|ana>"),
        ("show @Ana.", "show <@U1|ana>."),
        ("show @nobody", "show @nobody"),
        ("in #general!", "in <#C1|general>!"),
        ("#skincare", "#skincare"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("see https://a.org/x?y=1&z=2, ok", "see <https://a.org/x?y=1&amp;z=2>, ok"),
        ("instagram.com/anna", "<http://instagram.com/anna|instagram.com/anna>"),
        ("me@ana.com", "<mailto:me@ana.com|me@ana.com>"),
        ("<@U1>", "&lt;@U1&gt;"),
        ("@here", "<!here>"),
        ("er>3%", "er&gt;3%"),
    ],
)
def test_typed_text_is_escaped_as_slack_does(typed: str, sent: str) -> None:
    assert from_typed(typed, PEOPLE, CHANNELS) == sent


def test_names_can_be_left_out_of_references() -> None:
    assert from_typed("@ana in #general", PEOPLE, CHANNELS, with_names=False) == "<@U1> in <#C1>"


@given(st.text(max_size=60))
def test_no_typed_text_can_smuggle_in_markup(typed: str) -> None:
    """Apart from what Slack itself puts in, no bare < or > is left."""
    sent = from_typed(typed, {}, {})
    for part in sent.split("<")[1:]:
        assert part.startswith(("http", "mailto:", "!here>", "!channel>", "!everyone>"))


@given(st.text())
def test_unescape_undoes_escape(text: str) -> None:
    assert unescape(escape(text)) == text


def test_mrkdwn_is_shown_as_a_person_reads_it() -> None:
    names = {"U1": "Ana", "C1": "general"}
    text = "*Approved* by <@U1> in <#C1>: <https://a.org|link> _now_ &amp; `here`, a_b_c 2*3*4"

    shown = as_shown(text, names)

    assert shown == "Approved by @Ana in #general: link now & here, a_b_c 2*3*4"
    assert as_shown("<!date^1^{date}|5 May> <!here>", {}) == "5 May @here"


def test_the_manifest_says_what_slack_does_for_the_app(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(
        """
display_information: {name: Finder}
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: false}
  slash_commands:
    - {command: /find, description: Find, usage_hint: skincare, should_escape: true}
  shortcuts:
    - {name: Log, type: message, callback_id: log, description: Log it}
oauth_config: {scopes: {bot: [commands, 'chat:write']}}
settings: {event_subscriptions: {bot_events: [reaction_added]}}
"""
    )
    manifest = read_manifest(path)

    assert manifest.name == "Finder"
    assert manifest.command("/find") == manifest.commands[0]
    assert manifest.commands[0].should_escape
    assert manifest.shortcuts[0].callback_id == "log"
    assert manifest.home_tab and not manifest.messages_tab
    assert manifest.listens_to("reaction_added") and not manifest.listens_to("user_change")
    assert manifest.may("chat:write") and not manifest.may("files:write")
