"""A workspace's preferences as they are now, whatever an older copy of the workspace says."""

from typing import Any

from domain.preferences import Preferences, preferences
from storage import audit, workspaces
from storage.transaction import Transaction


def current(tx: Transaction) -> Preferences:
    """What the workspace decided for itself."""
    return preferences(workspaces.settings(tx))


def change(tx: Transaction, **changes: Any) -> None:
    """Set some of the preferences, as JSON; None takes one away. Who did it is recorded."""
    before = dict(workspaces.lock(tx).settings)
    workspaces.change_settings(tx, **changes)
    after = dict(workspaces.get(tx).settings)
    different = {name for name in changes if before.get(name) != after.get(name)}
    if different:
        audit.record(
            tx,
            "change",
            "settings",
            tx.workspace_id,
            before={name: before.get(name) for name in sorted(different)},
            after={name: after.get(name) for name in sorted(different)},
        )
