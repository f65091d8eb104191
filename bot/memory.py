"""Memory that the process keeps for itself."""

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


def share_heaps() -> None:
    """Let all threads share two heaps, where the C library is glibc.

    It gives each thread one of its own, up to eight a processor, and each keeps what was freed in
    it: the bot's threads would hold several times what any of them needs. To be called before
    they start.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or none to be asked
        return
    set_option(_ARENA_MAX, _ARENAS)
