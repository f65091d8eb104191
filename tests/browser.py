"""A person at a real browser: Chromium on the playground's page, and the pictures it leaves."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / "tests/screenshots"
KEEP = "KEEP_PICTURES"
"""Set this variable to renew those pictures in docs/pictures that the README shows."""
PEOPLE = {
    "olivia": "U0OLIVIA001",
    "ana": "U0ANA000001",
    "ben": "U0BEN000001",
    "carla": "U0CARLA0001",
}
MARKETING = "C0MARKETING"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 15_000
"""Milliseconds until a thing that should show counts as missing; it usually takes a few."""

NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea")]
  .filter((one) => one.getClientRects().length && !one.closest("[hidden]"))
  .filter((one) => {
    const labels = (one.getAttribute("aria-labelledby") ?? "").split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const own = [one.getAttribute("aria-label"), labels, one.title, one.textContent,
      ...[...(one.labels ?? [])].map((label) => label.textContent), one.placeholder];
    return !own.some((text) => text?.trim());
  })
  .map((one) => one.outerHTML.slice(0, 200))"""


def chromium() -> str:
    """Path of the browser; skips the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium here: install Debian's package chromium")
    return found


@contextmanager
def opened() -> Iterator[Browser]:
    """The browser, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield browser
        browser.close()


@contextmanager
def playground(folder: Path, port: int) -> Iterator[str]:
    """`influencer-bot playground` as people start it; gives its address.

    Raises:
        AssertionError: it did not come up.
    """
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "DATA_DIR": str(folder / "data"), "LOG_LEVEL": "WARNING"}
    with (folder / "log").open("w") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "bot", "playground", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert started.stdout is not None
        said = ""
        while f"Open {address}" not in said:
            line = started.stdout.readline()
            assert line, f"the playground ended: {said}{(folder / 'log').read_text()}"
            said += line
        rest = threading.Thread(target=started.stdout.read, daemon=True)
        rest.start()  # so that the pipe never fills up
        try:
            yield address
        finally:
            started.terminate()
            started.wait(15)
            rest.join(5)


class Person:
    """Somebody at the keyboard, in a browser tab of their own."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        """Open the playground as this person, in #marketing."""
        self.name, self.id, self.address = name, PEOPLE[name], address
        self.page: Page = browser.new_page(viewport=DESKTOP, locale="en-GB")
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.failures: list[str] = []
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        self.page.goto(f"{address}/?user={self.id}#/{MARKETING}")
        self.page.wait_for_selector("body[data-ready=true]")

    # What the person does

    def type(self, text: str) -> Locator:
        """Type a message or command and send it; gives the newest private message after it."""
        before = {one.get_attribute("data-ts") for one in self.private.all()}
        self.page.get_by_test_id("composer").fill(text)
        self.page.get_by_test_id("send").click()
        fresh = self.page.locator(
            "#messages [data-testid=message][data-ephemeral=true]"
            + "".join(f':not([data-ts="{ts}"])' for ts in before)
        )
        expect(fresh.last).to_be_visible()
        return self.at(fresh.last.get_attribute("data-ts") or "")

    def at(self, ts: str) -> Locator:
        """The message of the channel with this timestamp."""
        return self.page.locator(f'#messages [data-testid=message][data-ts="{ts}"]')

    def command(self, text: str) -> None:
        """Type a command that opens a modal."""
        self.page.get_by_test_id("composer").fill(text)
        self.page.get_by_test_id("send").click()
        expect(self.modal).to_be_visible()

    def press(self, name: str | re.Pattern[str], inside: Locator | None = None) -> None:
        """Press the button of this name."""
        (inside or self.page).get_by_role("button", name=name).last.click()

    def field(self, label: str) -> Locator:
        """A field of the open modal, by its label."""
        return self.modal.locator(".input").filter(has_text=label).first

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.field(label).locator("input, textarea").first.fill(text)

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        """Choose one of a menu."""
        menu = self.field(label).locator("select")
        found = menu.locator("option").filter(has_text=option).first
        menu.select_option(found.get_attribute("value"))

    def pick(self, label: str, *names: str) -> None:
        """Tick several of a menu."""
        self.field(label).locator(".chips-open").click()
        panel = self.page.get_by_test_id("options")
        for name in names:
            panel.locator("label.option").filter(has_text=name).locator("input").check()
        self.page.keyboard.press("Escape")
        expect(panel).to_have_count(0)

    def submit(self) -> None:
        """Send the modal off."""
        self.modal.get_by_test_id("submit").click()

    def close_modal(self) -> None:
        """Close whatever modals are open."""
        self.modal.get_by_test_id("close-all").click()
        expect(self.modal).to_have_count(0)

    def react(self, message: Locator, emoji: str) -> None:
        """Add one's reaction: press the one that is there, or choose it in the picker."""
        message.hover()
        chip = message.locator(f'[data-reaction="{emoji}"]')
        if chip.count():
            chip.click()
        else:
            message.locator("[data-control=react]").click()
            self.page.get_by_test_id("picker").locator(f'[data-emoji="{emoji}"]').first.click()
        expect(message.locator(f'[data-reaction="{emoji}"].mine')).to_be_visible()

    def go(self, hash_: str) -> None:
        """Open a channel, a thread or App Home by its address in the page."""
        self.page.evaluate("(hash) => { location.hash = hash }", hash_)

    # What the person sees

    @property
    def modal(self) -> Locator:
        """The open modal."""
        return self.page.get_by_test_id("modal")

    @property
    def messages(self) -> Locator:
        """The messages of the channel."""
        return self.page.locator("#messages [data-testid=message]")

    @property
    def private(self) -> Locator:
        """The messages of the channel that only this person sees."""
        return self.page.locator("#messages [data-testid=message][data-ephemeral=true]")

    @property
    def replies(self) -> Locator:
        """The messages of the open thread."""
        return self.page.locator("#thread-messages [data-testid=message]")

    def says(self, text: str) -> Locator:
        """The newest message of the channel with these words."""
        found = self.messages.filter(has_text=text).last
        expect(found).to_be_visible()
        return found

    def state(self) -> dict[str, Any]:
        """All that the page knows."""
        answer = httpx.get(f"{self.address}/_/state", params={"user": self.id}, timeout=30)
        found: dict[str, Any] = answer.json()
        return found

    def picture(self, name: str, *, phone: bool = True, top: Locator | None = None) -> None:
        """Leave a picture of what is on the screen, on a desktop and on a phone.

        top: what to scroll to the top first.
        """
        self.check_names(name)
        for kind, size in (("desktop", DESKTOP), ("phone", PHONE)):
            if kind == "phone" and not phone:
                continue
            self.page.set_viewport_size(size)
            if top is not None:
                top.evaluate("(node) => node.scrollIntoView({block: 'start'})")
            self._pointer_away()
            path = SCREENSHOTS / f"{name}-{kind}.png"
            self.page.screenshot(path=path, animations="disabled", caret="hide")
            if os.environ.get(KEEP) and path.name in (ROOT / "README.md").read_text():
                shutil.copy(path, ROOT / "docs/pictures")
        self.page.set_viewport_size(DESKTOP)

    def check_names(self, where: str) -> None:
        """Every button, link and field on the screen has a name that can be read out."""
        assert self.page.evaluate(NAMELESS) == [], f"nameless in {where}"

    def _pointer_away(self) -> None:
        self.page.mouse.move(0, 0)
