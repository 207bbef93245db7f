"""Password policy: the user pool's, repeated here so that one response names all problems of a form."""

from __future__ import annotations

import re
import unicodedata

from allmytracks.foundation.errors import FieldProblem, InvalidFields

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
KINDS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))


def require_strong(field: str, password: str) -> None:
    """Checks a password by the identity service's policy. Raises InvalidFields (`weak_password`)."""
    strong = (
        SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
        and all(kind.search(password) for kind in KINDS)
        and password == password.strip()
        and not any(unicodedata.category(each) in {"Cc", "Cs"} for each in password)
    )
    if not strong:
        raise InvalidFields([weak_password(field)])


def weak_password(field: str = "password") -> FieldProblem:
    """The problem of a password that is not accepted."""
    message = (
        f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, with small letters (a-z), capital ones "
        "(A-Z) and a digit, no space at either end and no control character."
    )
    return FieldProblem(field, "weak_password", message)
