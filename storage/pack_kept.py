"""Arrays that were read, kept in memory as long as there is room: those used last stay."""

from collections import OrderedDict
from threading import Lock

from storage.pack_columns import Array

ROOM = 64 * 2**20
"""Bytes: the columns of a million profiles take 46 MiB, and a niche at most one."""

Key = tuple[int, int, str]
"""(workspace, version of its pack, name)."""


class ArraysKept:
    """Arrays of all workspaces of one database; several threads read at once."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._arrays: OrderedDict[Key, Array] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Array | None:
        """The array, if it is still there."""
        with self._lock:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
            return found

    def put(self, key: Key, array: Array) -> None:
        """Keep an array; those that were not used for longest make room."""
        with self._lock:
            if key not in self._arrays:
                self._used += array.nbytes
            self._arrays[key] = array
            while self._used > self._room and len(self._arrays) > 1:
                _, gone = self._arrays.popitem(last=False)
                self._used -= gone.nbytes

    def forget(self, workspace_id: int, but_version: int) -> None:
        """Let go of arrays of a workspace's older packs."""
        with self._lock:
            for key in [k for k in self._arrays if k[0] == workspace_id and k[1] < but_version]:
                self._used -= self._arrays.pop(key).nbytes


class OfPack:
    """Arrays of one pack among them."""

    def __init__(self, arrays: ArraysKept, workspace_id: int, version: int) -> None:
        self._arrays, self._workspace_id, self._version = arrays, workspace_id, version

    def get(self, name: str) -> Array | None:
        """The array, if it is still there."""
        return self._arrays.get((self._workspace_id, self._version, name))

    def put(self, name: str, array: Array) -> None:
        """Keep an array."""
        self._arrays.put((self._workspace_id, self._version, name), array)
