"""Limits that a process sets itself, where the operating system has them."""

import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

_STATUS = Path("/proc/self/status")


def limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has now; then allocation fails."""
    taken = _taken()
    if taken is not None:
        _lower(resource.RLIMIT_DATA, taken + more)


def limit_time(seconds: int) -> None:
    """Let this process use so many more seconds of the processor; then it is ended."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or soft <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _taken() -> int | None:
    """Bytes of private memory that this process has; None where nobody can say."""
    if not _STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines() if ":" in line)
    return int(lines["VmData"].split()[0]) << 10 if "VmData" in lines else None


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    if hard == resource.RLIM_INFINITY or value <= hard:
        resource.setrlimit(limit, (value, hard))
