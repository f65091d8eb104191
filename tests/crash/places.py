"""Where the runs keep what they need."""

import shutil
import tempfile
from pathlib import Path

import yaml

from bot.manifest import manifest_text
from tests.postgres import memory_folder

HISTORY = frozenset({"channels:history", "groups:history", "im:history"})


def manifest_in(folder: Path, *, history: bool) -> Path:
    """The app's manifest with its steps for workflows. history: may it look into channels."""
    written = yaml.safe_load(manifest_text(workflow_steps=True))
    scopes = written["oauth_config"]["scopes"]
    for kind in ("bot", "bot_optional"):
        scopes[kind] = [one for one in scopes[kind] if history or one not in HISTORY]
    path = folder / "manifest.yml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


def fresh_folder() -> Path:
    """A folder for one round, to be removed with `forget` when all was well."""
    return Path(tempfile.mkdtemp(prefix="crash-", dir=memory_folder()))


def forget(folder: Path) -> None:
    """Remove what a round left."""
    shutil.rmtree(folder, ignore_errors=True)
