"""Keys that secrets are encrypted with, as somebody writes them into a setting."""

import base64
import binascii

KEY_BYTES = 32
FEWEST_DIFFERENT = 16
"""Of 32 random bytes about 30 differ; fewer than 16 were typed, not drawn."""
EXAMPLE = bytes(range(KEY_BYTES))
"""The key of the documentation and of many a tutorial: everybody knows it."""
HOW_TO_MAKE = "make one with `openssl rand -base64 32`"


def parse_keys(written: str) -> tuple[bytes, ...]:
    """The keys of a setting: base64, separated by commas; the first one encrypts.

    Raises:
        ValueError: one is short, an example or no random key; the text is for whoever set it and
            never has the key in it.
    """
    parts = [part.strip() for part in written.split(",") if part.strip()]
    keys = tuple(_key(part, f"key {number}") for number, part in enumerate(parts, start=1))
    if len(set(keys)) < len(keys):
        raise ValueError("the same key stands in it twice")
    return keys


def _key(written: str, name: str) -> bytes:
    try:
        standard = written.replace("-", "+").replace("_", "/")
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{name} is no base64; {HOW_TO_MAKE}") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name} has {len(key)} bytes and needs {KEY_BYTES}; {HOW_TO_MAKE}")
    if key == EXAMPLE or len(set(key)) < FEWEST_DIFFERENT or _is_text(key):
        raise ValueError(f"{name} is an example or a phrase, not a random key; {HOW_TO_MAKE}")
    return key


def _is_text(key: bytes) -> bool:
    return key.isascii() and key.decode("ascii").isprintable()
