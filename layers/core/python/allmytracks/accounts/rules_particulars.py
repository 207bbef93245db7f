"""Optional particulars, which members give, change and remove at any time (P-3.profile, U-II.III.2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from allmytracks.accounts.rules_names import LONGEST_NAME, NameRules
from allmytracks.foundation.countries import country_of
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields

# The longest text of each, in characters.
TEXTS: Mapping[str, int] = {
    "display_name": LONGEST_NAME,
    "nickname": LONGEST_NAME,
    "occupation": 64,
    "gender": 32,
    "region": 64,
    "education": 64,
    "signature": 160,
    "profile": 1000,
}
FIRST_YEAR = 1900
LONGEST_TAG = 35
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# Identifiers, and fields that only the account's lifecycle changes.
FIXED = frozenset({"account_id", "email", "status", "kind", "minor", "created_at", "end_user", "further_users"})


def checked(changes: Mapping[str, str | None], names: NameRules, today: date) -> dict[str, str | None]:
    """The changes in their stored form; None removes. Raises InvalidFields naming every invalid field."""
    problems, kept = FieldProblems(), dict(changes)
    for field, value in changes.items():
        with problems.gathered():
            if field in FIXED:
                raise InvalidFields([FieldProblem(field, "not_changeable", f"{field} cannot be changed.")])
            if value is not None:
                kept[field] = _checked(field, value, names, today)
    problems.raise_found()
    return kept


def check_alone(field: str, value: Any) -> None:
    """What can be said of one field without what is published: a word that is prohibited is not found here."""
    checked({field: value}, NameRules(()), date.max)


def _checked(field: str, value: str, names: NameRules, today: date) -> str:
    if field in TEXTS:
        return names.checked(field, value, TEXTS[field])
    if field == "country":
        return country_of(field, value)
    if field == "language":
        return _language(field, value)
    return _past_day(field, value, today)


def _language(field: str, value: str) -> str:
    if len(value) > LONGEST_TAG or not _TAG.fullmatch(value):
        message = "Send a language tag (BCP 47), as in en or zh-HK."
        raise InvalidFields([FieldProblem(field, "invalid_language", message)])
    return value


def _past_day(field: str, value: str, today: date) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = date.min
    if value != day.isoformat() or day.year < FIRST_YEAR or day > today:
        message = "Send a day that is past, as in 1990-12-31."
        raise InvalidFields([FieldProblem(field, "invalid_date", message)])
    return value
