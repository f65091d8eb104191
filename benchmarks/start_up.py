"""Time until the bot is ready, beside importing the parts it is made of."""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

RUNS = 5
PARTS = "import slack_bolt, slack_sdk, sqlmodel, apscheduler.schedulers.background, httpx, waitress"


def run(folder: Path) -> None:
    """Print the medians of several starts, in turn."""
    imports, starts = [], []
    for number in range(RUNS):
        imports.append(_seconds_to_import())
        starts.append(_seconds_to_ready(folder, 18_000 + number))
    bare, ready = statistics.median(imports), statistics.median(starts)
    print(f"\nstart-up, median of {RUNS}")
    print(f"  importing the parts  {1000 * bare:5.0f} ms")
    print(f"  serve until ready    {1000 * ready:5.0f} ms   {ready / bare:.2f} × (aim: at most 2)")


def _seconds_to_import() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PARTS], check=True)
    return time.perf_counter() - began


def environment(folder: Path) -> dict[str, str]:
    """What a server is told that speaks to no Slack."""
    return {
        "DATA_DIR": str(folder / "start"),
        "DATABASE_URL": "",
        "SLACK_BOT_TOKEN": "xoxb-0",
        "SLACK_SIGNING_SECRET": "0",
        "SLACK_API_BASE_URL": "http://127.0.0.1:9/api/",
        "LOG_LEVEL": "ERROR",
    }


def wait_until_ready(port: int) -> None:
    """Until a server says that it is."""
    while not _is_ready(port):
        time.sleep(0.005)


def _seconds_to_ready(folder: Path, port: int) -> float:
    command = [sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=os.environ | environment(folder),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
