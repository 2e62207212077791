"""Where the page is found: on this computer, and where that is wanted in its networks."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Final

__all__ = ["addresses_of", "own_addresses"]

# One in each range of private addresses, and one of those kept for documents (RFC 5737), which is the way out.
# Nothing is sent to them: the system only says from which address it would.
_PROBES: Final = ("192.168.0.1", "10.0.0.1", "172.16.0.1", "192.0.2.1")
_DISCARD: Final = 9


def own_addresses() -> list[str]:
    """IPv4 addresses that others in the same network may reach this computer by, the likeliest first."""
    found: dict[str, None] = {}
    for probe in _PROBES:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect((probe, _DISCARD))
            found[str(asking.getsockname()[0])] = None
    return [one for one in found if not one.startswith("127.")]


def addresses_of(port: int, token: str | None) -> list[str]:
    """What to open, the likeliest first. A token stands behind ``#``: browsers keep that part to themselves."""
    if token is None:
        return [f"http://127.0.0.1:{port}/"]
    return [f"http://{host}:{port}/#{token}" for host in own_addresses() or ["127.0.0.1"]]
