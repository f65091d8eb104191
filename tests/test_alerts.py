"""What docs/operate.md and the alerts name is there, and all that is there is named."""

import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import CollectorRegistry

from bot import metrics
from bot.shared_metrics import SharedMetrics
from domain.look_up import GapKind
from storage import quotas
from tests.slack import Slack

DOCS = Path(__file__).parents[1] / "docs"
GROUPS = yaml.safe_load((DOCS / "prometheus-rules.yml").read_text())["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
OPERATE = (DOCS / "operate.md").read_text()
METRIC = re.compile(r"\b((?:influencer_bot|process)_\w+)(?:\{([^}]*)\})?")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def all_metrics(slack: Slack) -> dict[str, tuple[str, set[str]]]:
    """Every series there may be by its name: its kind, and its labels."""
    slack.bot.health.connected = True  # as in Socket Mode
    quotas.record_success(slack.bot.services.database, "Bluesky", slack.bot.services.clock.now())
    shared = CollectorRegistry()
    shared.register(SharedMetrics(slack.bot))
    known = {one._name: set(one._labelnames) for one in vars(metrics).values()
             if hasattr(one, "_labelnames")}  # fmt: skip
    found = {}
    for family in (*metrics.PROCESS.collect(), *shared.collect()):
        labels = known.get(family.name, set()).union(*(one.labels for one in family.samples))
        for ending in ENDINGS[family.type]:
            found[family.name + ending] = (family.type, labels | {"job"})
    return found


def test_alerts_ask_for_metrics_and_labels_that_are_there(slack: Slack) -> None:
    there = all_metrics(slack)

    for rule in RULES:
        expression = rule["expr"]
        for name, conditions in METRIC.findall(expression):
            assert name in there, rule["alert"]
            asked = set(re.findall(r"(\w+)\s*=~?", conditions))
            assert asked <= there[name][1], rule["alert"]
        for labels in re.findall(r"\bby \((\w+)\)", expression):
            assert any(labels in own or labels == "le" for _, own in there.values())
        assert METRIC.search(expression) or "up{" in expression
        for opening, closing in ("()", "[]", "{}"):
            assert expression.count(opening) == expression.count(closing), rule["alert"]


def test_counters_are_asked_for_their_growth_and_nothing_else_is(slack: Slack) -> None:
    kinds = {name: kind for name, (kind, _) in all_metrics(slack).items()}

    for rule in RULES:
        for before, name in re.findall(r"(\w*)\(?((?:influencer_bot|process)_\w+)", rule["expr"]):
            grows = kinds[name] != "gauge"
            assert (before in ("rate", "increase")) == grows, f"{rule['alert']}: {name}"


def test_outcomes_that_alerts_look_for_are_those_that_are_counted() -> None:
    source = next(rule["expr"] for rule in RULES if rule["alert"] == "SourceFails")
    [kinds] = re.findall(r'outcome=~"([^"]+)"', source)
    assert set(kinds.split("|")) <= {kind.value for kind in GapKind}
    failing = next(rule["expr"] for rule in RULES if rule["alert"] == "DeliveriesFail")
    [outcomes] = re.findall(r'outcome=~"([^"]+)"', failing)
    code = "".join(
        (DOCS.parent / "bot" / name).read_text() for name in ("delivery.py", "measured.py")
    )
    assert [one for one in outcomes.split("|") if f'"{one}"' not in code] == []


def test_each_alert_says_whether_it_wakes_and_what_to_do() -> None:
    explained = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \| .{40,} \|$", OPERATE, re.M))

    assert explained == {
        rule["alert"]: "yes" if rule["labels"]["severity"] == "page" else "no" for rule in RULES
    }
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in RULES)


def test_every_metric_is_explained_and_no_other(slack: Slack) -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ", OPERATE.partition("## Metrics")[2], re.M)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    explained -= {rule["alert"] for rule in RULES}
    there = {re.sub(r"_(bucket|sum|count)$", "", name) for name in all_metrics(slack)
             if name.startswith(metrics.PREFIX)}  # fmt: skip

    assert {f"{metrics.PREFIX}{name}" for name in explained} == there
