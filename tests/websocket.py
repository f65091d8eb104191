"""As much of RFC 6455 as a stand-in for Slack's end of Socket Mode needs."""

import base64
import hashlib
import struct
from typing import Any

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def accept(key: str) -> str:
    """The answer to a client's Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(key.encode() + MAGIC).digest()).decode()  # noqa: S324


def frame(opcode: int, content: bytes) -> bytes:
    """A frame as a server sends it, not masked."""
    length = len(content)
    if length < 126:
        size = bytes([length])
    else:
        size = (
            struct.pack("!BH", 126, length) if length < 1 << 16 else struct.pack("!BQ", 127, length)
        )
    return bytes([0x80 | opcode]) + size + content


def read(stream: Any) -> tuple[int, bytes]:
    """The next frame of a client: opcode and content. Raises struct.error at the end."""
    first, second = struct.unpack("!BB", stream.read(2))
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", stream.read(2))
    elif length == 127:
        (length,) = struct.unpack("!Q", stream.read(8))
    mask = stream.read(4)
    content = stream.read(length)
    return first & 0x0F, bytes(byte ^ mask[n % 4] for n, byte in enumerate(content))
