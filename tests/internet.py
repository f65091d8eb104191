"""The internet on this machine: named hosts over TLS, at public addresses, behind every guard."""

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import pytest

from sources.network import Network
from sources.pace import Paces
from tests.web import LOOPBACK, Request, Web, web

PUBLIC_ADDRESS = "93.184.216.34"


class _Cables(httpcore.SyncBackend):
    """Whatever address is connected to, it is the server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        assert host == PUBLIC_ADDRESS
        return super().connect_tcp(LOOPBACK, self._port, timeout, local_address, socket_options)


def certificate(folder: Path, *names: str) -> Path:
    """A certificate for these names, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificate, is not here")
    file = folder / "both.pem"
    told = ",".join(f"DNS:{name}" for name in names)
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", "-", "-out", "-", "-days", "2", "-subj", f"/CN={names[0]}",
         "-addext", f"subjectAltName={told}"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(made.stdout)
    return file


@contextmanager
def internet(
    folder: Path, hosts: dict[str, Callable[[Request], Any]]
) -> Iterator[tuple[Network, Web]]:
    """Hosts with what they answer; other hosts have no address that may be connected to."""
    both = certificate(folder, *hosts)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(both)
    with web(lambda asked: hosts[asked.headers["host"]](asked), tls=serving) as here:
        yield (
            Network(
                resolve=lambda host, _port, _seconds: [
                    PUBLIC_ADDRESS if host in hosts else "10.0.0.1"
                ],
                certificates=lambda: ssl.create_default_context(cafile=str(both)),
                paces=Paces(),
                system=_Cables(here.port),
            ),
            here,
        )
