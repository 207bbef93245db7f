"""Licence numbers: `AMT-` and four groups of six of Crockford's base 32; the last character checks the others.

115 random bits: a number can neither be guessed nor enumerated. The check character (ISO 7064, hybrid system over 32
characters) finds every single wrong character and nearly every swap of neighbours before anything is looked up.
"""

from __future__ import annotations

from allmytracks.foundation.errors import NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "AMT"
RANDOM_CHARACTERS = 23
_GROUP = 6
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class LicenseNotFound(NotFound):
    """There is no such licence, or it is not the caller's."""

    code = "license_not_found"


def license_number(random_text: str) -> str:
    """The number made of the last 23 characters of a random text in Crockford's base 32."""
    body = random_text.upper()[-RANDOM_CHARACTERS:]
    if len(body) != RANDOM_CHARACTERS or set(body) - set(ALPHABET):
        raise ValueError(f"needs {RANDOM_CHARACTERS} characters of Crockford's base 32")
    return _written(body + _check_character(body))


def normal_number(text: str) -> str:
    """The stored form of a number that a person typed. Raises LicenseNotFound where it cannot be one."""
    letters = "".join(text.upper().replace("-", " ").split())
    body = letters.removeprefix(PREFIX).translate(_READ_AS)
    if len(body) != RANDOM_CHARACTERS + 1 or set(body) - set(ALPHABET) or _check_character(body[:-1]) != body[-1]:
        raise LicenseNotFound("There is no licence with this number. Check it for misread characters.")
    return _written(body)


def _written(body: str) -> str:
    groups = [body[start : start + _GROUP] for start in range(0, len(body), _GROUP)]
    return "-".join([PREFIX, *groups])


def _check_character(body: str) -> str:
    size = len(ALPHABET)
    remainder = size
    for character in body:
        remainder = (remainder + ALPHABET.index(character)) % size or size
        remainder = remainder * 2 % (size + 1)
    return ALPHABET[(1 - remainder) % size]
