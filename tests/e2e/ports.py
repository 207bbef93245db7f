"""Ports for a local cloud."""

from __future__ import annotations

import os
import socket


def free_ports(how_many: int = 5) -> int:
    """The first of some neighbouring ports that are free, from a place of this process's own on."""
    for first in range(4000 + os.getpid() % 400 * 10, 9000, 10):
        try:
            for port in range(first, first + how_many):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise LookupError("no free ports")
