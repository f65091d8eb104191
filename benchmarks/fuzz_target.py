"""The server that is fuzzed, in a process of its own: the real bot, many workspaces, real work.

It first lets people do everything once, so that whole requests are known which can be spoilt,
then says what an attacker may know. At its end it says what was logged as a mistake.
"""

import argparse
import json
import logging
import resource
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.fuzz_requests import Sample, Target
from bot.manifest import manifest_text
from playground.manifest import read_manifest
from sources.shops import SERVICES
from storage import partnerships, shops, tracking_links
from tests import installing, selling
from tests.slack import Slack

ROOT = Path(__file__).parent.parent
COMMANDS = (
    "find skincare micro", "show {0}", "like {0}", "log {0}", "partners", "brief", "brands", "list",
    "imports", "import", "export", "digest", "report", "plan", "figures", "sales", "settings",
    "weights", "handover", "same", "texts", "blocklist", "block {0}", "shortlist add {0} {1}",
    "shortlist", "find for", "help", "search", "look {0}", "https://instagram.com/p/Abc123/",
)  # fmt: skip
STEPS = (
    ("find_creators", {"words": "skincare micro", "channel": "C0MARKETING"}, None),
    ("find_creators", {"words": "skincare"}, "olivia"),
    ("suggest_creator", {"creator": "@anna", "brief": "spring", "channel": "C0MARKETING",
                         "approvers": ["U0ANA000001"]}, "olivia"),
)  # fmt: skip
SECRET = selling.SECRET


class Mistakes(logging.Handler):
    """Counts what was logged as an error, by its kind and place in our own code."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        if not record.exc_info or record.exc_info[0] is None:
            return
        kind, _, trace = record.exc_info
        ours = [one for one in traceback.extract_tb(trace) if _is_ours(one.filename)]
        place = f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
        name = f"{kind.__name__} at {place}"
        self.counts[name] += 1
        self.examples.setdefault(
            name, "".join(traceback.format_exception(*record.exc_info))[-4000:]
        )


def _is_ours(file: str) -> bool:
    """Whether it is the project's; an error here would look like one of the server's."""
    return Path(file).is_relative_to(ROOT) and ".venv" not in file


class Work:
    """Around the server's application: how much of the processor single requests take, at most."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.longest = 0.0
        self.over_a_second = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer, and look how much work it was; others' work on this machine does not count."""
        began = time.thread_time()
        try:
            return self._application(environ, start_response)
        finally:
            seconds = time.thread_time() - began
            self.longest = max(self.longest, seconds)
            self.over_a_second += seconds > 1


def prepare(folder: Path) -> tuple[Slack, Target]:
    """Start the bot, let people do everything once; what an attacker may know of it."""
    slack = installing.start(f"sqlite:///{folder / 'bot.db'}", folder)
    written = folder / "manifest.yml"
    written.write_text(manifest_text(workflow_steps=True), encoding="utf-8")
    slack.workspace.store.manifest = read_manifest(written)
    installing.install(slack)
    slack.fill_with_demo_creators()
    _act(slack)
    return slack, _target(slack)


def _act(slack: Slack) -> None:
    """Type every command, press every button that comes, send off every modal."""
    handles = _handles(slack)
    pressed: set[str] = set()
    for text in COMMANDS:
        with suppress(AssertionError, LookupError, ValueError):
            slack.workspace.command("olivia", text.format(*handles))
            slack.settle()
        _try_modal(slack)
        for message in _seen(slack):
            for action_id in slack.actions(message):
                if action_id.partition(":")[0] not in pressed:
                    pressed.add(action_id.partition(":")[0])
                    with suppress(Exception):  # a select wants a value: its turn comes by its name
                        slack.workspace.press("olivia", message, action_id)
                        slack.settle()
                    _try_modal(slack)
    for callback_id, inputs, who in STEPS:
        slack.workspace.run_step(callback_id, inputs, who)
        slack.settle()
    for message in slack.messages()[-3:]:
        slack.react("olivia", "white_check_mark", message)
        slack.unreact("olivia", "white_check_mark", message)
    slack.open_home("olivia")


def _handles(slack: Slack) -> list[str]:
    answer = slack.text_of(slack.command("olivia", "find skincare"))
    found = [word.strip("(),.·*") for word in answer.split() if word.startswith("@")]
    return [*found, "@anna", "@bea"][:2]


def _seen(slack: Slack) -> list[Any]:
    return [
        *slack.messages()[-6:],
        *slack.workspace.ephemerals("olivia")[-3:],
        *slack.workspace.direct_messages("olivia")[-3:],
    ]


def _try_modal(slack: Slack) -> None:
    with suppress(Exception):
        if slack.workspace.view("olivia") is not None:
            slack.workspace.submit("olivia", {})
            slack.settle()
    with suppress(Exception):
        if slack.workspace.view("olivia") is not None:
            slack.workspace.close_view("olivia", everything=True)
            slack.settle()


def _target(slack: Slack) -> Target:
    feature = slack.bot.feature
    number = selling.partnership(slack, "anna", code="ANNA15")
    with slack.writing() as tx:
        made = {kind: shops.create(tx, kind, kind.title(), SECRET, None) for kind in SERVICES}
        webhooks = {f"/webhooks/{kind}/{one.token}": kind for kind, one in made.items()}
        row = partnerships.get(tx, number)
        url = "https://shop.example/serum"
        slug = tracking_links.issue(tx, row, "anna", url, "instagram", "spring", None).slug
    samples: dict[str, list[Sample]] = {}
    for one in slack.workspace.deliveries:
        name = _name(one.payload)
        if len(samples.get(name, ())) < 3:
            is_form = one.content_type != "application/json"
            samples.setdefault(name, []).append(Sample(one.payload, is_form))
    secret = slack.bot.settings.slack_signing_secret
    return Target(
        signing_secret=secret.get_secret_value() if secret else "",
        shop_secret=SECRET,
        samples=[one for several in samples.values() for one in several],
        webhooks=webhooks,
        slugs=[slug],
        names={
            "command": sorted(feature.commands),
            "action": sorted(feature.actions),
            "view": sorted({*feature.submissions, *feature.closings}),
            "event": sorted(feature.events),
            "step": sorted(feature.steps),
        },
        orders=[selling.order(), selling.refund()],
    )


def _name(payload: dict[str, Any]) -> str:
    """By which requests are of the same kind."""
    if "command" in payload:
        return f"command {payload.get('text', '').split(' ')[0]}"
    actions = payload.get("actions") or [{}]
    action = str(actions[0].get("action_id", "")).partition(":")[0]
    callback = (payload.get("view") or {}).get("callback_id", "")
    event = payload.get("event") or {}
    step = (event.get("function") or {}).get("callback_id", "")
    return f"{payload.get('type')} {action} {callback} {event.get('type')} {step}"


def main() -> None:
    """Serve until ended, after saying what is known; then say what was logged."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    slack, target = prepare(given.folder)
    mistakes = Mistakes()
    logging.getLogger().addHandler(mistakes)
    logging.getLogger().setLevel(logging.INFO)
    waitress = slack.server._listener._server  # there is no public way to look at its threads
    waitress.application = work = Work(waitress.application)
    slack.workers.start()
    print(json.dumps({"port": slack.server.port, "target": asdict(target)}), flush=True)
    stopping.wait()
    slack.stop()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    said = {
        "mistakes": dict(mistakes.counts),
        "examples": mistakes.examples,
        "longest_work_seconds": round(work.longest, 3),
        "over_a_second_of_work": work.over_a_second,
        "threads": threading.active_count(),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime),
        "megabytes": usage.ru_maxrss // 1024,
    }
    print(json.dumps(said), flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
