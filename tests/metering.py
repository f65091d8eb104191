"""Reads what the bot tells operators, as Prometheus does."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.slack import LOOPBACK

TOKEN = "0123456789abcdef"


@dataclass(frozen=True)
class Said:
    """An answer to an operator."""

    status: int
    text: str


def ask(port: int, path: str, token: str = "", method: str = "GET") -> Said:
    """Ask a server on this machine."""
    link = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        link.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = link.getresponse()
        return Said(answer.status, answer.read().decode())
    finally:
        link.close()


class Figures:
    """The figures of `/metrics` at one moment."""

    def __init__(self, text: str) -> None:
        self.families = {one.name: one for one in text_string_to_metric_families(text)}
        self._samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        """One figure; 0 where it is not there, as for a counter that counted nothing yet."""
        return self._samples.get((f"influencer_bot_{name}", frozenset(labels.items())), 0.0)

    def since(self, before: "Figures") -> Callable[..., float]:
        """By how much a figure has grown, asked by its name and labels."""

        def grown(name: str, **labels: str) -> float:
            return self.value(name, **labels) - before.value(name, **labels)

        return grown

    def has(self, name: str) -> bool:
        """Whether there is anything of this name."""
        return any(sample == f"influencer_bot_{name}" for sample, _ in self._samples)
