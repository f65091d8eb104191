"""Importing a file in Slack: from the modal to the report, and back again."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

from sqlmodel import select

from domain.creator import RateDefinition
from handlers import import_review
from handlers.payloads import Submission
from playground.records import Message, View
from storage import imports, jobs, profiles
from storage.models import Job
from tests.importing import TODAY
from tests.slack import Slack

FILE = """Handle,Name,Followers,ER,Category,Tags,Notes,Manager
@anna_glow,Anna Glow,"48,200",3.1%,Skincare,"vip, spring",Answers fast,Mia
@bela_bakes,Bela Bakes,12K,4.5%,Baking,,,
carl,Carl Codes,1.2M,0.8%,Technology,,,
,Nobody,100,1%,Music,,,
@bela_bakes,Bela Bakes,12K,4.5%,Baking,,,
"""


def hand_over(slack: Slack, content: str | bytes = FILE, name: str = "creators.csv",
              who: str = "olivia") -> View:  # fmt: skip
    """Type the command and send a file; gives the modal as it stands then."""
    if isinstance(content, str):
        content = content.encode()
    slack.workspace.command(who, "import", "marketing")
    file = slack.workspace.upload(who, name, content)
    errors = slack.submit(who, {"file": {"file": [file]}})
    assert not errors, errors
    return slack.view(who)


def confirm(slack: Slack, values: dict[str, str] | None = None, who: str = "olivia") -> dict:
    """Send the review with these fields changed; gives the errors by field."""
    given = {block: {block: value} for block, value in (values or {}).items()}
    return slack.submit(who, given) or {}


CONFIRMED = {"platform": "instagram", "as_of": "2026-10-01"}


def brought(slack: Slack, who: str = "olivia") -> Message:
    """The message with the report."""
    return slack.workspace.direct_messages(who)[-1]


def found(slack: Slack, words: str) -> str:
    """What a search shows."""
    return slack.text_of(slack.command("olivia", f"find {words}"))


def test_a_file_is_read_reviewed_stored_reported_and_found(slack: Slack) -> None:
    modal = hand_over(slack)
    text = slack.text_of(modal)
    assert "5 rows" in text
    assert "48,200 → 48,200" in text
    assert "3.1% → 3.1 %" in text

    assert confirm(slack, CONFIRMED) == {}
    assert "being stored" in slack.text_of(slack.view("olivia"))

    report = slack.text_of(brought(slack))
    assert "3 new, 0 updated, 0 already known, 1 skipped" in report
    assert "Row 5 has no handle" in report
    assert "Figures of 1 October 2026" in report
    assert "anna_glow" in found(slack, "skincare")
    assert "anna_glow" in found(slack, 'list:"creators"')
    assert "anna_glow" in found(slack, "tag:vip")
    assert "bela" not in found(slack, "tag:vip")
    shown = slack.text_of(slack.press("olivia", brought(slack), "import_find"))
    assert shown is not None


def test_what_has_to_be_said_is_asked_under_its_field(slack: Slack) -> None:
    hand_over(slack)
    assert "platform" in confirm(slack), "a required field"
    errors = confirm(slack, {"platform": "instagram"})
    assert "Date unknown" in errors["as_of"]

    tomorrow = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5)).isoformat()
    errors = confirm(slack, {**CONFIRMED, "as_of": tomorrow})
    assert "future" in errors["as_of"]

    errors = confirm(slack, {**CONFIRMED, "column:0": "keep"})
    assert "Handle" in next(iter(errors.values()))

    unknown = {"platform": "instagram", "as_of": "", "date_unknown": ["unknown"]}
    assert confirm(slack, {**unknown, "column:0": "handle"}) == {}
    assert "without a date" in slack.text_of(brought(slack))


def test_a_corrected_column_is_stored_as_corrected(slack: Slack) -> None:
    hand_over(slack)
    assert confirm(slack, {**CONFIRMED, "column:7": "note", "column:6": "keep"}) == {}

    shown = slack.text_of(slack.command("olivia", "show anna_glow"))
    assert "Mia" in shown


def test_a_rate_is_read_and_divided_as_the_review_says(slack: Slack) -> None:
    modal = hand_over(slack, "handle,followers,er\n@anna,1200,0.5\n@ben,800,4%\n")
    assert "% sign" in slack.text_of(modal)
    said = {"column:2": "engagement_rate*fraction", "rates_by": "reach"}
    assert confirm(slack, {**CONFIRMED, **said}) == {}

    with slack.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        known = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot.figures
    assert (known.engagement_rate, known.rate_definition) == (0.5, RateDefinition.REACH)


def test_dates_that_can_be_read_both_ways_are_asked_in_the_review(slack: Slack) -> None:
    modal = hand_over(slack, "handle,followers,date\n@anna,5,03/04/2026\n@ben,7,01/02/2026\n")
    assert "“03/04/2026” may be 3 April 2026 or 4 March 2026" in slack.text_of(modal)
    assert "dates" in confirm(slack, CONFIRMED), "a required field"
    assert confirm(slack, {"dates": "month"}) == {}

    with slack.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        known = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot
    assert known.as_of == dt.date(2026, 3, 4)


def test_a_second_file_is_added_to_a_list_that_is_there_when_that_is_ticked(slack: Slack) -> None:
    hand_over(slack, "handle,followers\n@anna,5\n")
    assert confirm(slack, {**CONFIRMED, "list": "Spring"}) == {}
    hand_over(slack, "handle,followers\n@ben,7\n", "more.csv")
    errors = confirm(slack, {**CONFIRMED, "list": "spring"})
    assert "tick" in errors["list"]
    assert confirm(slack, {"add": ["add"]}) == {}

    assert "anna" in found(slack, "list:spring")
    assert "ben" in found(slack, "list:spring")


def test_fees_that_name_no_currency_get_the_one_typed_in_the_review(slack: Slack) -> None:
    modal = hand_over(slack, "handle,fee\n@anna,40\n@ben,300 USD\n@carl,€ 5\n")
    assert "Some fees name no currency" in slack.text_of(modal)
    assert "no currency" in confirm(slack, {**CONFIRMED, "currency": "banana"})["currency"]
    assert confirm(slack, {"currency": "chf"}) == {}

    with slack.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        fee = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot.figures.fee
    assert fee is not None and (fee.amount, fee.currency) == (40, "CHF")


def test_a_closed_modal_leads_to_a_message_that_opens_the_columns_again(slack: Slack) -> None:
    hand_over(slack)
    slack.workspace.close_view("olivia")
    slack.settle()

    message = brought(slack)
    assert "Nothing is stored before" in slack.text_of(message)
    view = slack.press("olivia", message, "import_columns")
    assert view is not None and "5 rows" in slack.text_of(view)
    assert confirm(slack, CONFIRMED) == {}
    assert "3 new" in slack.text_of(brought(slack))


def test_a_modal_closed_while_reading_leads_to_a_message(slack: Slack) -> None:
    slack.workspace.command("olivia", "import", "marketing")
    file = slack.workspace.upload("olivia", "creators.csv", FILE.encode())
    slack.workspace.submit("olivia", {"file": {"file": [file]}})
    assert "Reading your file" in slack.text_of(slack.workspace.view("olivia"))
    slack.workspace.close_view("olivia")
    slack.settle()

    assert "I have read creators.csv" in slack.text_of(brought(slack))


def test_only_owners_and_managers_may_import(slack: Slack) -> None:
    answer = slack.command("ana", "import")
    assert "owners and managers" in slack.text_of(answer)


def test_a_file_that_nobody_can_read_is_refused_with_a_sentence(slack: Slack) -> None:
    modal = hand_over(slack, b"\xd0\xcf\x11\xe0 old", "old.zip")
    assert "Save it as XLSX" in slack.text_of(modal)
    assert "Nothing was stored" in slack.text_of(modal)
    assert "old.zip" in slack.text_of(slack.command("olivia", "imports"))


def test_a_file_that_slack_never_gives_is_refused_after_the_last_try(slack: Slack) -> None:
    slack.workspace.command("olivia", "import", "marketing")
    file = slack.workspace.upload("olivia", "creators.csv", FILE.encode())
    slack.workspace.submit("olivia", {"file": {"file": [file]}})
    for _ in range(2):
        slack.workspace.faults.add("files.info", "error", error="internal_error")

    slack.settle()
    assert "Reading your file" in slack.text_of(slack.view("olivia")), "it is tried again"
    with slack.writing() as tx:
        job = tx.session.exec(select(Job).where(Job.kind == "imports.read")).one()
        assert job.state == "waiting"
        job.attempts, job.due_at = jobs.ATTEMPTS - 1, dt.datetime.now(dt.UTC)
    slack.settle()

    text = slack.text_of(slack.view("olivia"))
    assert "asked several times" in text and "on the command line" in text
    with slack.reading() as tx:
        assert [run.state for run, _, _ in imports.recent(tx)] == ["failed"]


def test_a_real_file_comes_in_with_the_date_in_its_name(slack: Slack, shared_data: Path) -> None:
    name = "ig_ramjas_dec2022.csv"
    modal = hand_over(slack, (shared_data / "creators" / name).read_bytes(), name)
    assert "December 2022. Is that right?" in slack.text_of(modal)

    assert confirm(slack) == {}

    report = slack.text_of(brought(slack))
    assert "991 new, 0 updated, 0 already known, 0 skipped" in report
    assert "9 rows went into other rows' creators. Figures of 1 December 2022" in report
    assert "Average engagements (a count): kept 45,200" in report


def test_impossible_values_are_errors_under_their_fields(slack: Slack) -> None:
    hand_over(slack)
    crafted: dict[str, dict[str, Any]] = {
        "column:0": {"column:0": {"selected_option": {"value": "nonsense*7"}}},
        "column:99": {"column:99": {"selected_option": {"value": "handle"}}},
        "platform": {"platform": {"selected_option": {"value": "myspace"}}},
        "rates_by": {"rates_by": {"selected_option": {"value": "luck"}}},
        "as_of": {"as_of": {"selected_date": "soon"}},
    }
    with slack.reading() as tx:
        run = imports.recent(tx)[0][0]
        said = import_review.errors(tx, run, Submission({}, "", "", crafted), TODAY)
        assert set(said) == {"column:0", "platform", "rates_by"}
        del crafted["column:0"], crafted["platform"], crafted["rates_by"]
        said = import_review.errors(tx, run, Submission({}, "", "", crafted), TODAY)
        assert set(said) == {"as_of", "list"}, "a column that is not there is nothing"


def test_a_zip_with_one_file_comes_in(slack: Slack) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("creators.csv", FILE)
    hand_over(slack, packed.getvalue(), "creators.zip")
    assert confirm(slack, CONFIRMED) == {}
    assert "3 new" in slack.text_of(brought(slack))


def test_wide_files_have_pages_of_columns_and_lose_no_choice(slack: Slack) -> None:
    headers = ["handle", *(f"column {number}" for number in range(70))]
    rows = [f"@person{row}," + ",".join(f"cell {n} {row}" for n in range(70)) for row in range(3)]
    modal = hand_over(slack, "\n".join([",".join(headers), *rows]))
    pages = [one for one in slack.actions(modal) if one.startswith("import_page")]
    assert len(pages) == 3

    view = slack.press("olivia", modal, "import_page:2")
    assert view is not None
    last = next(block["block_id"] for block in view.blocks if block["type"] == "input")
    view.values[last] = {last: "bio"}
    view = slack.press("olivia", view, "import_page:0")
    assert confirm(slack, CONFIRMED) == {}
    place = int(last.partition(":")[2])
    with slack.reading() as tx:
        run = imports.recent(tx)[0][0]
        assert run.mapping["columns"][place]["field"] == "bio"


def test_undo_is_offered_in_the_list_of_imports_and_reports(slack: Slack) -> None:
    hand_over(slack)
    confirm(slack, CONFIRMED)
    with slack.reading() as tx:
        assert len(profiles.by_handle(tx, "anna_glow")) == 1

    listed = slack.command("olivia", "imports")
    assert "creators.csv" in slack.text_of(listed)
    assert "Olivia" in slack.text_of(listed)
    slack.press("olivia", listed, "import_undo")

    assert "3 creators removed" in slack.text_of(brought(slack))
    assert "undone" in slack.text_of(slack.command("olivia", "imports"))
    with slack.reading() as tx:
        assert profiles.by_handle(tx, "anna_glow") == []
    assert "anna_glow" not in found(slack, "skincare")


def test_a_repeated_submission_stores_the_file_once(slack: Slack) -> None:
    hand_over(slack)
    confirm(slack, CONFIRMED)
    slack.redeliver_last("submission")

    with slack.reading() as tx:
        assert [run.state for run, _, _ in imports.recent(tx)] == ["published"]
    assert len(slack.workspace.direct_messages("olivia")) == 1 + _welcomes(slack)


def _welcomes(slack: Slack) -> int:
    texts = [slack.text_of(one) for one in slack.workspace.direct_messages("olivia")]
    return sum("Three steps" in text for text in texts)


def test_columns_that_nobody_confirms_are_thrown_away_after_a_day(slack: Slack) -> None:
    hand_over(slack)
    slack.workspace.close_view("olivia")
    slack.settle()
    message = brought(slack)
    folder = slack.data_dir / "data" / "imports"
    assert len(list(folder.iterdir())) == 1

    slack.workspace.clock.advance(dt.timedelta(hours=25).total_seconds())
    slack.tick()

    assert list(folder.iterdir()) == []
    slack.press("olivia", message, "import_columns")
    assert any("no longer here" in text for text in slack.private("olivia"))


def test_names_that_look_like_mentions_ping_nobody(slack: Slack) -> None:
    hostile = "handle,name,<!channel>\n<!channel>@evil_one,<@U1> *bold*,<https://x.co|y>\n"
    modal = hand_over(slack, hostile, "<!here>.csv")
    assert modal is not None
    confirm(slack, CONFIRMED)
    for message in slack.workspace.direct_messages("olivia"):
        for text in [message.text, *_mrkdwn(message.blocks)]:
            assert "<!here>" not in text
            assert "&lt;!here&gt;" in text or "here" not in text


def _mrkdwn(thing: Any) -> list[str]:
    """All texts in which a mention would ping."""
    if isinstance(thing, list):
        return [found for one in thing for found in _mrkdwn(one)]
    if not isinstance(thing, dict):
        return []
    own = [thing["text"]] if thing.get("type") == "mrkdwn" else []
    return own + [found for one in thing.values() for found in _mrkdwn(one)]


def test_the_whole_import_leaves_no_file_behind(slack: Slack, tmp_path: Path) -> None:
    hand_over(slack)
    confirm(slack, CONFIRMED)
    assert list((tmp_path / "data" / "imports").iterdir()) == []


def test_platforms_and_numbers_are_written_as_people_write_them(slack: Slack) -> None:
    modal = hand_over(slack, "handle,followers\n@anna,12500000\n@anna,19400000\n")
    text = slack.text_of(modal)
    assert "TikTok" in text
    assert "YouTube" in text

    assert confirm(slack, CONFIRMED) == {}
    assert "kept 19,400,000, not 12,500,000" in slack.text_of(brought(slack))


def test_a_file_of_one_creator_comes_in_whatever_the_handle_reads_like(slack: Slack) -> None:
    modal = hand_over(slack, "handle,name,bio,followers\n@x_x,Anna,Likes bread,100\n")
    assert "1 row, 4 columns" in slack.text_of(modal)

    assert confirm(slack, CONFIRMED) == {}
    assert "1 new" in slack.text_of(brought(slack))
