"""A file full of hostile words is imported; nothing of it acts, wherever it is shown or sent."""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.exporting import SIGNS
from storage import briefs, profiles
from storage.models import Brief
from tests.digests import Scene
from tests.forgetting import ON_SQLITE
from tests.shortlisting import CROSS, fill_in, open_form, posted
from tests.slack import Slack
from tests.test_export_slack import export
from tests.test_hostile_words import (
    BARE,
    LIVE,
    MARKED,
    PINGS,
    TURNS_AROUND,
    everything_drawn,
    left_to_slack,
    shown,
)
from tests.test_import_slack import CONFIRMED, confirm, hand_over
from tests.test_reports import file_of

ROWS = 9
CARDS = 2
CELLS = 4
PAGES = Path(__file__).parents[1] / "views" / "pages"
TAG = re.compile(r"<([a-z][a-z0-9]*)")
ATOMS = (
    '=HYPERLINK("https://evil.example","x")', "+1;=cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1",
    "\r\n=1", "＝1", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}",
    "</style>", "&lt;b&gt;", "'; DROP TABLE creators; --", "\u202e\u2066", "\x07\x1b[31m", "%s%n",
    PINGS, BARE, MARKED, "w" * 4_000, "\ufeff", "مرحبا", "\u200b",
)  # fmt: skip


def hostile_cells(chance: Random) -> Iterator[str]:
    """Cells without end: each begins with the next atom and goes on at random."""
    while True:
        for atom in ATOMS:
            letters = "".join(chr(chance.randrange(1, 0xD800)) for _ in range(chance.randrange(9)))
            yield " ".join([atom, *chance.sample(ATOMS, chance.randrange(3)), letters])


class Tags(HTMLParser):
    """Which tags and attributes a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def as_csv(cells: Iterator[str]) -> bytes:
    """Accounts whose every cell but handle and figures is hostile, and one whose handle is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Handle", "Name", "Followers", "Category", "Bio", "Notes", next(cells)])
    for number in range(ROWS):
        name, bio, note, more = (next(cells) for _ in range(CELLS))
        writer.writerow([f"m{number}", name, "12,300", "Skincare", bio, note, more])
    writer.writerow([next(cells), next(cells), "1", "Skincare", "", "", ""])
    return out.getvalue().encode()


def work_with(slack: Slack, handles: list[str], words: str) -> None:
    """Found, shown, put on a shortlist and rejected there; and partnerships with results."""
    answer = slack.command("ana", "find skincare")
    slack.press("ana", answer, "find_post")
    slack.command("ana", f"show {handles[0]}")
    with slack.writing() as tx:
        content = BriefContent(niches=("skincare",), product=words[:200], never=(words[:60],))
        draft = BriefDraft(name=f"{handles[0]} {words[:60]}", content=content)
        brief_id = briefs.create(tx, draft, None, None).id
    open_form(slack, "olivia", handles[:CARDS])
    assert fill_in(slack, "olivia", brief=str(brief_id)) is None
    made = posted(slack, handles[:CARDS])
    slack.press("ana", made.card, "card_why")
    slack.submit("ana", {"category": "other", "reason": words[:150]})
    slack.react("ana", CROSS, made.card)
    with slack.writing() as tx:
        scene = Scene(tx, tx.now.date())
        brief = tx.session.get(Brief, brief_id)
        for handle in handles[CARDS:]:
            (known,) = profiles.by_handle(tx, handle)
            live = scene.partnership(known, {"approved": 20, "live": 4}, brief, 300)
            scene.result(live, 3, scene.post(live), views=8_000, likes=500)
            scene.feedback(live, 2, 2, words[:500])


def runs_nothing(content: bytes, kind: str) -> None:
    """No cell of a file is a formula or a link."""
    if kind == "csv":
        text = content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert [] == [one for one in cells if one.startswith(tuple(SIGNS)) and not number(one)]
        elsewhere = re.split("[;\t\r\n]", text)
        assert [] == [one for one in elsewhere if one.lstrip('"').startswith(tuple(SIGNS))]
        return
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None, cell.value
                assert not str(cell.value or "").startswith(tuple(SIGNS)) or cell.data_type == "n"


def number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


@ON_SQLITE
def test_whatever_a_file_says_stays_words_in_slack_and_in_files(slack: Slack) -> None:
    cells = hostile_cells(Random(23))
    hand_over(slack, as_csv(cells))
    assert confirm(slack, CONFIRMED) == {}
    slack.workspace.close_view("olivia", everything=True)

    work_with(slack, [f"m{number}" for number in range(ROWS)], next(cells))
    answer = slack.command("ana", f"report {slack.bot.services.clock.now():%Y}")
    slack.press("ana", answer, "report_post")
    for kind in ("csv", "xlsx"):
        runs_nothing(file_of(slack, "ana", kind, answer), kind)
        runs_nothing(exported := export(slack, "olivia", "creators", kind), kind)
        assert kind == "xlsx" or exported.count(b"SUM(1)") > 1, "it is all there"
    page = file_of(slack, "ana", "html", answer).decode()

    seen = Tags(page)
    templates = "".join((PAGES / f"{name}.html").read_text() for name in ("page", "report"))
    assert seen.names <= set(TAG.findall(templates))
    assert not {one for one in seen.attributes if one.startswith("on") or one in ("href", "src")}
    drawn = everything_drawn(slack)
    texts = [found for one in drawn for found in shown(one)]
    assert [] == [text for text, plain in texts if not plain and LIVE.search(text)]
    assert len(texts) > 100
    everywhere = [page, *(text for text, _ in texts)]
    assert [] == [text for text in everywhere if TURNS_AROUND.search(text)]
    assert [] == [text for one in drawn for text in left_to_slack(one)]
    answers = {one.status for one in slack.workspace.deliveries}
    assert answers == {200}
    assert slack.problems == []
