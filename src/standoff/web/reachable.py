"""The addresses under which other machines reach this one."""

from __future__ import annotations

import ipaddress
import socket
from functools import cache

__all__ = ["addresses"]

ANY = ("0.0.0.0", "::", "")


@cache  # a name may take seconds to be looked up
def addresses(host: str, port: int) -> tuple[str, ...]:
    """`http://ADDRESS:PORT` of what `--host` lets in, the likeliest first; empty on loopback."""
    if host not in ANY:
        return () if _loopback(host) else (_base(host, port),)
    found = [name for name in (_outward(), *_own()) if name and not _loopback(name)]
    return tuple(_base(name, port) for name in dict.fromkeys(found))


def _outward() -> str:
    """The address that this machine would send from. Nothing is sent: a UDP socket that is told
    where to only looks up its route.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # an address set aside for examples
            return str(asked.getsockname()[0])
        except OSError:
            return ""


def _own() -> list[str]:
    """What this machine's own name stands for, as far as it is known here."""
    try:
        _, _, found = socket.gethostbyname_ex(socket.gethostname())
    except OSError:
        return []
    return found


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _base(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
