"""What the process keeps in memory."""

import ctypes
import subprocess
import sys

import pytest

ARENAS_WITH_THREADS = """
import ctypes, sys, threading
from bot.memory import share_heaps

if "shared" in sys.argv:
    share_heaps()
malloc, info, stdout = ctypes.CDLL(None).malloc, ctypes.CDLL(None).malloc_info, None
all_there = threading.Barrier(8)

def take():
    all_there.wait()
    malloc(1_000)
    all_there.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for one in threads:
    one.start()
for one in threads:
    one.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = libc.fdopen(1, b"w")
info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""


def _heaps(*arguments: str) -> int:
    said = subprocess.run(
        [sys.executable, "-c", ARENAS_WITH_THREADS, *arguments],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return said.stdout.count("<heap nr=")


def test_threads_share_two_heaps_instead_of_having_one_each() -> None:
    if not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"):
        pytest.skip("the C library is not glibc, which alone gives each thread a heap")
    assert _heaps("shared") <= 2
    assert _heaps() > 2
