"""What files and colleagues wrote about creators stays words: in cards, results, digests, profiles.

Nothing pings, links, turns the line around or grows past Slack's limits, wherever it is shown.
"""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.niche import default_vocabulary
from storage import brands, briefs, creators, index, lists, profile_store, profiles
from storage.models import Note
from tests.digests import Scene, next_monday
from tests.shortlisting import CROSS, fill_in, open_form, posted
from tests.slack import Slack

LIVE = re.compile(r"<!(?!date\^)|<@U0ROBO|<#C0GENERAL|<(?:https?://evil|javascript|mailto)")
TURNS_AROUND = re.compile("[\u202a-\u202e\u2066\u2067\u200e\u200f\x00-\x08]")
PINGS = (
    "<!channel> <!here|x> <@U0ROBO00001> <#C0GENERAL01> <https://evil.example|click> "
    "<javascript:evil> &lt;!channel&gt; *bold* _it_ ~no~ `code` ```block``` &amp;"
)
MARKED = "".join(f"{letter}{chr(0x300 + at % 112) * 9}" for at, letter in enumerate("zalgo" * 40))
BARE = "https://evil.example/a @channel @here #general mailto:a@evil.example evil.example "


def at_random(seed: int) -> str:
    """Ten thousand characters of anything, what Slack reads as more than letters among them."""
    chance = random.Random(seed)
    marks = [
        PINGS,
        "👩‍👩‍👧‍👦é",
        *PINGS.split(),
        *BARE.split(),
        *"<>&*_~`|:\u202e\u2066\u200f\u0000\ufeff\u2028",
    ]
    parts = [
        chance.choice(marks) if chance.random() < 0.4 else chr(chance.randrange(0x20, 0xD800))
        for _ in range(10_000)
    ]
    return "𝕏 " + "".join(parts)[:10_000].replace("\x00", "\x01")


HOSTILE = {
    "turned around": f"\u202e{PINGS}{BARE}\u2066\u200f\u202d {MARKED}\u2069\u2069 ",
    "long, wide and at random": at_random(20_261_123),
}
SHOWN = frozenset({"text", "title", "label", "caption", "alt_text", "placeholder", "hint"})


def set_scene(slack: Slack, words: str) -> None:
    """A creator, a brand, a brief, a list and a partnership of which every word is hostile."""
    snapshot = ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle="mara",
        display_name=words,
        bio=words,
        url="https://evil.example/|click> <!channel>",
        categories=("Skincare", words),
        figures=Figures(
            followers=12_300, engagement_rate=0.04, rate_definition=RateDefinition.FOLLOWERS
        ),
        email=words[:60],
        extra={words[:60]: words, "Notes": words},
        tags=(words[:40],),
        note=words,
        source=f"import:{words}",
    )
    with slack.writing() as tx:
        profile_store.store(tx, [snapshot], default_vocabulary(), index.pools(tx))
        (known,) = profiles.by_handle(tx, "mara")
        creators.add_note(tx, known.creator_id, words, None, None)
        common = {"workspace_id": tx.workspace_id, "created_at": tx.now}
        tx.session.add(Note(creator_id=known.creator_id, text=words, **common))
        lists.add(tx, lists.create(tx, words[:60], None), [known.creator_id])
        brand = brands.create(tx, words[:60], None)
        content = BriefContent(niches=("skincare",), product=words[:200], never=(words[:60],))
        briefs.create(tx, BriefDraft(name=words[:70], content=content), brand.id, None)
        scene = Scene(tx, next_monday(slack))
        brief = scene.brief(words[:60], goal="engagement")
        made = scene.partnership(known, {"approved": 20, "live": 4}, brief, 300)
        scene.result(made, 3, scene.post(made), views=8_000, likes=500)
        scene.feedback(made, 2, 2, words)


def act(slack: Slack, words: str) -> None:
    """Everything that shows what was written."""
    answer = slack.command("ana", "find skincare")
    slack.press("ana", answer, "find_post")
    slack.press("ana", answer, "find_save")
    for text in ("find for", "show mara", "brief", "brands", "list", "partners", "log mara"):
        slack.workspace.command("ana", text)
        slack.settle()
        if slack.workspace.view("ana"):
            slack.workspace.close_view("ana", everything=True)
    for text in (f"find {words[:300]}", f"show {words[:300]}", f"find list:{words[:80]}"):
        slack.command("ana", text)
    open_form(slack, "olivia", ["mara"])
    brief = next(one for one in slack.view("olivia").blocks if one["block_id"] == "brief")
    chosen = brief["element"]["options"][0]["value"]
    assert fill_in(slack, "olivia", brief=chosen) is None
    made = posted(slack, ["mara"])
    slack.press("ana", made.card, "card_why")
    slack.submit("ana", {"category": "other", "reason": words[:150]})
    slack.react("ana", CROSS, made.card)
    slack.command("ana", "find skincare")
    slack.command("ana", "shortlist")
    slack.command("olivia", "digest now")
    slack.open_home("ana")


def everything_drawn(slack: Slack) -> list[Any]:
    """All that the bot gave to Slack, in whichever way."""
    answers = [_json(one.answer) for one in slack.workspace.deliveries]
    called = [call.arguments for call in slack.workspace.api_calls()]
    kept = [
        {"text": one.text, "blocks": one.blocks}
        for messages in slack.workspace.store.messages.values()
        for one in messages
    ]
    return [*answers, *called, *kept]


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return {}


def shown(thing: Any, plain: bool = False) -> Iterator[tuple[str, bool]]:
    """Every text that is drawn, and whether Slack takes it as plain text."""
    if isinstance(thing, str):
        return
    for part in thing if isinstance(thing, list) else ():
        yield from shown(part)
    if isinstance(thing, dict):
        plain = thing.get("type") in ("plain_text", "raw_text", "text")
        for name, value in thing.items():
            if name in SHOWN and isinstance(value, str):
                yield value, plain
            elif name not in ("state", "metadata"):
                yield from shown(_unpacked(value))


def left_to_slack(thing: Any) -> Iterator[str]:
    """Texts of blocks in which Slack may make links and mentions of plain words."""
    if isinstance(thing, dict):
        if thing.get("type") == "mrkdwn" and not thing.get("verbatim"):
            yield str(thing.get("text"))
        for name, value in thing.items():
            if name != "state":
                yield from left_to_slack(_unpacked(value))
    for part in thing if isinstance(thing, list) else ():
        yield from left_to_slack(part)


def _unpacked(value: Any) -> Any:
    """Some arguments of a call are JSON in text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        return _json(value.encode())
    return value


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_was_written_about_creators_stays_words(slack: Slack, kind: str) -> None:
    words = HOSTILE[kind]
    set_scene(slack, words)

    act(slack, words)

    texts = [found for one in everything_drawn(slack) for found in shown(one)]
    assert len(texts) > 100
    assert any("bold" in text or "𝕏" in text for text, _ in texts), "the words are shown"
    assert [] == [text for text, plain in texts if not plain and LIVE.search(text)]
    assert [] == [text for text, _ in texts if TURNS_AROUND.search(text)]
    assert [] == [text for one in everything_drawn(slack) for text in left_to_slack(one)]
    assert slack.problems == []
