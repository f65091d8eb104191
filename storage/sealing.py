"""The one place where secrets of workspaces go into the database and come out of it.

With keys (`ENCRYPTION_KEYS`, which are never in the database) a secret is encrypted by AES-GCM,
bound to the workspace and the place it belongs to: copied to another row it can't be opened.
Without keys it is kept as it is, and whoever reads the database reads it.
"""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "sealed:1"
NONCE_BYTES = 12
MARK_LENGTH = 12
MAKER = b"influencer-bot key "


class CannotUnseal(Exception):
    """No key opens a secret, or it belongs elsewhere; the text has nothing of the secret."""


class Keys:
    """What seals and unseals: the first key encrypts, all decrypt."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._keys = {_mark(key): AESGCM(key) for key in keys}
        self._newest = _mark(keys[0]) if keys else None

    def __bool__(self) -> bool:
        """Whether there is a key at all."""
        return self._newest is not None

    def __repr__(self) -> str:
        return f"<{len(self._keys)} keys>"

    def seal(self, secret: str, *bound_to: str | int) -> str:
        """A secret as it is stored. bound_to: the workspace and the place, as for `unseal`."""
        if self._newest is None:
            return secret
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[self._newest].encrypt(nonce, secret.encode(), _binding(bound_to))
        return f"{PREFIX}:{self._newest}:{base64.b64encode(nonce + sealed).decode()}"

    def unseal(self, stored: str, *bound_to: str | int) -> str:
        """The secret that was stored; one from the time before there were keys is in the clear.

        Raises:
            CannotUnseal: it was sealed with another key, for another place, or was changed.
        """
        if not is_sealed(stored):
            return stored
        key = self._keys.get(_mark_of(stored))
        if key is None:
            raise CannotUnseal("ENCRYPTION_KEYS lacks the key that a secret was encrypted with")
        try:
            raw = base64.b64decode(stored.rpartition(":")[2], validate=True)
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _binding(bound_to)).decode()
        except (InvalidTag, ValueError):
            raise CannotUnseal("a secret was changed, or belongs to another workspace") from None

    def knows(self, stored: str) -> bool:
        """Whether the key of a stored secret is there, or it needs none."""
        return not is_sealed(stored) or _mark_of(stored) in self._keys

    def is_current(self, stored: str) -> bool:
        """Whether a stored secret is as `seal` would write it today."""
        return self._newest is None or (is_sealed(stored) and _mark_of(stored) == self._newest)


NO_KEYS = Keys()


def is_sealed(stored: str) -> bool:
    """Whether a stored secret is encrypted."""
    return stored.startswith(f"{PREFIX}:") and stored.count(":") == PREFIX.count(":") + 2


def _mark_of(stored: str) -> str:
    return stored.split(":")[2]


def _mark(key: bytes) -> str:
    """By what a key is told from others; nobody gets from it to the key."""
    return hashlib.sha256(MAKER + key).hexdigest()[:MARK_LENGTH]


def _binding(bound_to: Sequence[str | int]) -> bytes:
    """Unambiguous: ("ab", "c") and ("a", "bc") are bound differently."""
    return b"".join(f"{len(str(part))}:{part};".encode() for part in bound_to)
