"""What operators demand of members by a day: true data, and texts that keep the rules (U-II.truth, U-II.IV.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_particulars import TEXTS
from allmytracks.foundation.errors import Conflict, FieldProblem, InvalidFields

# Particulars that a member states of themselves, and can be untrue.
STATED = frozenset({*TEXTS, "country", "birthday"}) - {"signature", "profile"}
# The account stays restricted until the job of the deadline has suspended it.
MARGIN = timedelta(days=2)


class NothingDemanded(Conflict):
    """No correction is demanded of this account."""

    code = "nothing_demanded"


class NoSuchText(Conflict):
    """The account has no such text (any more)."""

    code = "no_such_text"


def checked_fields(fields: Sequence[str]) -> list[str]:
    """The particulars to be corrected, each once. Raises InvalidFields."""
    if not fields or set(fields) - STATED:
        message = f"Name some of: {', '.join(sorted(STATED))}."
        raise InvalidFields([FieldProblem("fields", "invalid", message)])
    return sorted(set(fields))


def checked_day(until: datetime, now: datetime) -> datetime:
    """The instant of a deadline. Raises InvalidFields where it is not to come."""
    if until.tzinfo is None or until <= now:
        raise InvalidFields([FieldProblem("until", "invalid", "This must be an instant to come, with its zone (…Z).")])
    return until


def text_of(account: Account, field: str) -> str:
    """A text that a member shows. Raises InvalidFields for another field, NoSuchText where there is none."""
    if field not in TEXTS:
        raise InvalidFields([FieldProblem("field", "invalid", f"Name one of: {', '.join(TEXTS)}.")])
    text: str | None = getattr(account, field)
    if text is None:
        raise NoSuchText(f"This account has no {field}.")
    return text


def digest_of(text: str) -> str:
    """What tells a text from another; the text itself is not stored a second time."""
    return hashlib.sha256(text.encode()).hexdigest()
