"""Random things that people do in five workspaces, numbers of other workspaces tried included."""

import datetime as dt
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from playground.delivery import Delivery
from playground.people import BOT_USER_ID
from playground.records import Message, View
from playground.store import Refusal
from playground.values import walk
from tests.shortlisting import store_brief
from tests.tenants import CREATORS, Tenant, World, in_words_of

PEOPLE = ("olivia", "ana", "ben", "carla")
EMOJI = ("white_check_mark", "x", "thinking_face", "eyes")
CHANNELS = ("marketing", "general")
COMMANDS = (
    ("find skincare", 10),
    ("find {word}", 8),
    ("find beauty followers:1k-900k", 6),
    ("find {word} under $900 for {word} Spring", 3),
    ("show @{handle}", 10),
    ("show @{word}_nobody", 2),
    ("similar @{handle}", 3),
    ("brief", 4),
    ("brief {word} Spring", 2),
    ("shortlist", 4),
    ("shortlist add @{handle}", 4),
    ("shortlist add @{handle} @{handle}", 2),
    ("log @{handle}", 4),
    ("partners", 4),
    ("handover", 1),
    ("texts", 2),
    ("digest", 2),
    ("digest now", 2),
    ("digest preview", 1),
    ("report {word} Spring", 2),
    ("report month", 1),
    ("plan {word} Spring", 1),
    ("same", 2),
    ("same @{handle} @{handle}", 1),
    ("block @{handle} {word} reason", 1),
    ("block", 1),
    ("list", 3),
    ("list add @{handle} to {word} favourites", 3),
    ("list {word} favourites", 2),
    ("import", 1),
    ("imports", 2),
    ("export", 2),
    ("brands", 2),
    ("weights", 1),
    ("sales", 1),
    ("forget @{handle}", 0.3),
    ("settings", 2),
    ("help", 1),
    ("help {word}", 1),
    ("{word}", 1),
    ("find {word} er>x% under EUR{word}", 2),
)
ACTS = (("command", 44), ("modal", 22), ("press", 22), ("react", 6), ("foreign", 4), ("home", 1),
        ("repeat", 1), ("workflow", 1), ("upload", 0.5), ("tick", 0.3), ("clock", 0.3))  # fmt: skip
SETTLED_EVERY = 8
FIGURE = re.compile(
    "cost|budget|amount|fee|quorum|view|reach|like|click|percent|days|price|follower|order|comment"
    "|share|save|impression|conversion|revenue|spend|number|rate",
    re.IGNORECASE,
)
LINK = re.compile("link|url|post", re.IGNORECASE)


class Driver:
    """Does one thing after another; the seed decides what. counts: how often each kind was done."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._chance = world, random.Random(seed)
        self.counts: Counter[str] = Counter()
        self._seen: list[tuple[Tenant, Delivery]] = []
        self._done = 0

    def act(self) -> None:
        """Do one thing in one workspace."""
        names, weights = zip(*ACTS, strict=True)
        tenant = self._chance.choice(self._world.tenants)
        (name,) = self._chance.choices(names, weights)
        try:
            getattr(self, f"_{name}")(tenant)
        except (Refusal, LookupError, ValueError):  # Slack itself does not let people do that
            self.counts["not possible"] += 1
        self.counts[name] += 1
        self._done += 1
        if self._done % SETTLED_EVERY == 0:
            self._world.settle()
            self._remember()

    def begin(self, tenants: Sequence[Tenant]) -> None:
        """These have a brief, a posted shortlist and a weekly digest to begin with."""
        for tenant in tenants:
            slack, word = tenant.slack, tenant.word
            with self._world.bot.services.database.writing(tenant.workspace_id) as tx:
                store_brief(tx, f"{word} Spring")
            slack.command("olivia", f"shortlist add @{word}_0 @{word}_1 @{word}_2")
            form = slack.view("olivia")
            assert form is not None, "the form of a shortlist was not opened"
            (approvers,) = (one["block_id"] for one in form.blocks
                            if one["block_id"].startswith("approvers"))  # fmt: skip
            named = [slack.user("ana").id, slack.user("ben").id]
            assert slack.submit("olivia", {approvers: named, "quorum": "1"}) is None
            slack.command("olivia", "digest new")
            assert slack.submit("olivia", {}) is None
            self._world.settle()
            shown = slack.ephemerals("olivia")[-1]
            (start,) = (one["action_id"] for _, one in walk(shown.blocks)
                        if one["action_id"].startswith("digest_start"))  # fmt: skip
            slack.press("olivia", shown, start)
            self._world.settle()
            assert len(slack.messages("marketing")) >= 1, "the shortlist is posted"
        self._remember()

    # What people do

    def _command(self, tenant: Tenant) -> None:
        texts, weights = zip(*COMMANDS, strict=True)
        (text,) = self._chance.choices(texts, weights)
        text = text.replace("@{handle}", "@{word}_{number}")
        while "{number}" in text:
            text = text.replace("{number}", str(self._chance.randrange(CREATORS)), 1)
        who, where = self._chance.choice(PEOPLE), self._chance.choice(CHANNELS)
        answer = tenant.slack.command(who, text.replace("{word}", tenant.word), where)
        if answer is not None and self._chance.random() < 0.4:
            self._press_something(tenant, who, answer)
            if tenant.slack.view(who) is not None:
                self._modal(tenant, who)

    def _press(self, tenant: Tenant) -> None:
        who = self._chance.choice(PEOPLE)
        store = tenant.slack.store
        with store.reading():
            there = [one for messages in store.messages.values() for one in messages[-30:]
                     if one.user == BOT_USER_ID and not one.deleted and one.blocks
                     and one.ephemeral_to in ("", None, tenant.slack.user(who).id)]  # fmt: skip
        if there:
            self._press_something(tenant, who, self._chance.choice(there))

    def _modal(self, tenant: Tenant, whose: str = "") -> None:
        """Fill a modal in, press something in it, or close it; without one, App Home's buttons."""
        opened = [one for one in PEOPLE if tenant.slack.view(one) is not None]
        opened = [whose] if whose else opened
        if not opened:
            who = self._chance.choice(PEOPLE)
            home = tenant.slack.home(who)
            if home is not None:
                self._press_something(tenant, who, home)
            else:
                self._command(tenant)
            return
        who = self._chance.choice(opened)
        view = tenant.slack.view(who)
        assert view is not None
        way = self._chance.random()
        if way < 0.1:
            tenant.slack.close_view(who, everything=True)
        elif way < 0.25:
            self._press_something(tenant, who, view)
        elif tenant.slack.submit(who, self._filled_in(tenant, view)) and way < 0.6:
            tenant.slack.close_view(who, everything=True)

    def _press_something(self, tenant: Tenant, who: str, place: Message | View) -> None:
        there = [one for one in walk(place.blocks) if one[1]["type"] in PRESSED]
        if not there:
            return
        block, element = self._chance.choice(there)
        value = self._value(tenant, element)
        tenant.slack.press(who, place, element["action_id"], block["block_id"], value)

    def _react(self, tenant: Tenant) -> None:
        channel = self._chance.choice(CHANNELS)
        posted = tenant.slack.messages(channel)[-20:]
        if posted:
            act = tenant.slack.react if self._chance.random() < 0.8 else tenant.slack.unreact
            emoji = self._chance.choice(EMOJI)
            act(self._chance.choice(PEOPLE), emoji, self._chance.choice(posted))

    def _home(self, tenant: Tenant) -> None:
        tenant.slack.open_home(self._chance.choice(PEOPLE))

    def _workflow(self, tenant: Tenant) -> None:
        """A step of a workflow, started by somebody or by a clock."""
        who, handle = (
            self._chance.choice(PEOPLE),
            f"{tenant.word}_{self._chance.randrange(CREATORS)}",
        )
        channel = tenant.slack.channel(self._chance.choice(CHANNELS)).id
        if self._chance.random() < 0.5:
            words = self._chance.choice(("skincare", handle, f"beauty for {tenant.word}"))
            starter = self._chance.choice((who, None))
            tenant.slack.run_step("find_creators", {"words": words, "channel": channel}, starter)
            return
        approvers = [tenant.slack.user("ana").id]
        given = {"creator": handle, "brief": tenant.word, "channel": channel}
        tenant.slack.run_step("suggest_creator", {**given, "approvers": approvers}, who)

    def _repeat(self, tenant: Tenant) -> None:
        tenant.slack.redeliver_last()

    def _upload(self, tenant: Tenant) -> None:
        """A list of creators, or nonsense, as a file in a message to the bot."""
        rows = [f"{tenant.word}_new{self._chance.randrange(99)},instagram,{tenant.word} bio,"
                f"{self._chance.randrange(900, 90_000)}" for _ in range(5)]  # fmt: skip
        content = "\n".join(["handle,platform,bio,followers", *rows]).encode()
        if self._chance.random() < 0.2:
            content = content[:60] + b"\xff\xfe" + tenant.word.encode()
        file = tenant.slack.upload("olivia", f"{tenant.word}.csv", content)
        tenant.slack.say("olivia", f"{tenant.word} list", "@olivia", files=[file])

    def _tick(self, _tenant: Tenant) -> None:
        self._world.workers.tick_minute()
        self._world.workers.tick_hour()

    def _clock(self, _tenant: Tenant) -> None:
        """Time passes for all of them: they share the clock, so digests fall due together."""
        self._world.tenants[0].slack.advance_clock(self._chance.choice((3600, 86_400, 3 * 86_400)))

    def _foreign(self, tenant: Tenant) -> None:
        """Numbers that another workspace's Slack sent are sent from here."""
        others = [one for one in self._seen if one[0] is not tenant]
        if not others:
            return
        other, delivery = self._chance.choice(others)
        payload = in_words_of(delivery.payload, other, tenant)
        payload["trigger_id"] = f"{self._chance.randrange(10**12)}.{self._chance.randrange(10**9)}"
        if "view" in payload:
            payload["view"]["id"] = f"V0FOREIGN{self._chance.randrange(10**6)}"
        tenant.slack.courier.send_interaction(delivery.kind, payload)

    def _remember(self) -> None:
        """What Slacks sent lately, to be tried from elsewhere."""
        for tenant in self._world.tenants:
            sent = [one for one in tenant.slack.deliveries[-3:]
                    if one.kind in ("action", "submission")]  # fmt: skip
            self._seen += [(tenant, one) for one in sent]
        del self._seen[:-60]

    # What they put in

    def _filled_in(self, tenant: Tenant, view: View) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for block, element in walk(view.blocks):
            if block["type"] != "input" or self._chance.random() < 0.1:
                continue
            asked = json.dumps([block.get("label", ""), block["block_id"], element["action_id"]])
            value = self._value(tenant, element, asked)
            if value is not None:
                values[f"{block['block_id']}/{element['action_id']}"] = value
        return values

    def _value(self, tenant: Tenant, element: dict[str, Any], asked: str = "") -> Any:
        """asked: what stands beside a field."""
        kind = element["type"]
        if "options" in element or "option_groups" in element:
            return self._chosen(element)
        if kind == "plain_text_input":
            return self._typed(tenant, asked)
        people = [tenant.slack.user(one).id for one in self._chance.sample(PEOPLE, 2)]
        there = tenant.slack.channel(self._chance.choice(CHANNELS)).id
        day = dt.date(2026, 11, 1) + dt.timedelta(days=self._chance.randrange(60))
        return {
            "number_input": str(self._chance.randrange(1, 40)),
            "datepicker": str(day),
            "users_select": people[0],
            "multi_users_select": people,
            "conversations_select": there,
            "channels_select": there,
            "url_text_input": f"https://example.com/{tenant.word}",
            "button": element.get("value"),
        }.get(kind)

    def _chosen(self, element: dict[str, Any]) -> Any:
        groups = element.get("option_groups") or [element]
        options = [one["value"] for group in groups for one in group["options"]]
        if element["type"] in ("multi_static_select", "checkboxes"):
            return self._chance.sample(options, min(len(options), self._chance.choice((0, 1, 2))))
        return self._chance.choice(options) if options else None

    def _typed(self, tenant: Tenant, asked: str) -> str:
        number = self._chance.randrange(1, 900)
        if "quorum" in asked:
            return self._chance.choice(("1", "2"))
        if FIGURE.search(asked):
            return str(number)
        if LINK.search(asked):
            return f"https://www.instagram.com/p/{tenant.word}{number}/"
        return self._chance.choice((f"{tenant.word} Spring", f"{tenant.word} {number}"))


PRESSED = frozenset(
    {"button", "overflow", "static_select", "multi_static_select", "checkboxes", "radio_buttons",
     "users_select", "conversations_select", "datepicker"}
)  # fmt: skip
