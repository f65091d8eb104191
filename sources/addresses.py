"""Which addresses on the network a source may be at: the public internet, and nothing else."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int, float], list[str]]
"""Host, port and seconds to wait → addresses, best first."""

_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_IPV6 = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2002::/16", "3fff::/20")
)
"""Tunnels, which hold an IPv4 address of anybody's choice, and addresses for documents."""
_NOT_IPV4 = (ipaddress.IPv4Network("192.88.99.0/24"),)


class NoAddress(OSError):
    """A host has no address, or took too long to say it."""


def is_public(text: str) -> bool:
    """Whether an address is one host on the public internet.

    Not public: private, loopback, link-local, shared (CGNAT), multicast, reserved and
    documentation ranges, IPv4 addresses mapped into IPv6, tunnels, and all that is no address.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return _is_public_ipv4(address)
    if address in _NAT64:
        return _is_public_ipv4(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return (
        address in _GLOBAL_IPV6
        and address.is_global
        and not any(address in network for network in _NOT_IPV6)
    )


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host.

    Asked in a thread of its own, because the system's resolver knows no time-out.

    Raises:
        NoAddress: it has none, or the system did not say so in time.
    """
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(each[4][0]) for each in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve-{host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise NoAddress(f"{host} was not resolved in time") from None
    if isinstance(answer, list):
        return answer
    raise NoAddress(f"{host} has no address") from answer


def _is_public_ipv4(address: ipaddress.IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _NOT_IPV4)
    )
