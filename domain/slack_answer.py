"""What an answer of Slack's that is no success means: a refusal, or trouble that passes."""

import re
from http import HTTPStatus

_CODE = re.compile(r"[a-z0-9_]+(:[\w.-]+)?")
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


def is_refusal(status: int, code: str) -> bool:
    """Whether Slack did nothing and says why; False for its own faults and what is not from it.

    status: of HTTP. code: the `error` of the answer, or whatever a client made of one.
    """
    faulty = status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _PASSING
    return not faulty and _CODE.fullmatch(code) is not None
