"""Ticket numbers: `T-` and three groups of four of Crockford's base 32, for people to read out and type."""

from __future__ import annotations

import hashlib

from allmytracks.tickets.rules import TicketNotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "T"
CHARACTERS, _GROUP = 12, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def ticket_number(*named: str) -> str:
    """The number of these names: the same ones always have the same."""
    digest = int.from_bytes(hashlib.sha256("\0".join(named).encode()).digest())
    letters = []
    for _ in range(CHARACTERS):
        digest, place = divmod(digest, len(ALPHABET))
        letters.append(ALPHABET[place])
    return _written("".join(letters))


def normal_number(text: str) -> str:
    """A number as it is stored, from however a person typed it. Raises TicketNotFound where it can be none."""
    letters = "".join(text.upper().replace("-", " ").split())
    # T is one of the alphabet, so that its place decides and not its look.
    body = letters[len(PREFIX) :].translate(_READ_AS)
    if not letters.startswith(PREFIX) or len(body) != CHARACTERS or set(body) - set(ALPHABET):
        raise TicketNotFound("There is no ticket with this number. Check it for misread characters.")
    return _written(body)


def _written(body: str) -> str:
    return "-".join([PREFIX, *(body[start : start + _GROUP] for start in range(0, CHARACTERS, _GROUP))])
