"""Ports for servers of tests that are processes of their own."""

from __future__ import annotations

import os
import socket

_BLOCK = 10
# Below the ports that the kernel gives to connections and to servers that ask for any; above those that browsers refuse
# (6000, 5060, 10080 and others, "bad ports" of the Fetch standard).
_FIRST, _END = 11_000, 31_000
_drawn: list[socket.socket] = []


def free_ports(how_many: int = 5) -> int:
    """The first of some neighbouring ports that are free, and that no other test draws while this process lives.

    Who draws a block holds its last port: otherwise another process could draw it before the server has bound it.
    """
    assert how_many < _BLOCK
    blocks = list(range(_FIRST, _END, _BLOCK))
    start = os.getpid() * 7 % len(blocks)
    for first in blocks[start:] + blocks[:start]:
        held = socket.socket()
        try:
            held.bind(("127.0.0.1", first + _BLOCK - 1))
            for port in range(first, first + how_many):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        _drawn.append(held)
        return first
    raise LookupError("no free ports")
