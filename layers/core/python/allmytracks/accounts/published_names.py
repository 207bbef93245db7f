"""Rules for names as they are published (U-II.username)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

if TYPE_CHECKING:
    from allmytracks.accounts.rules_names import NameRules

NAME_RULES = "name-rules"


class _NameRulesBody(msgspec.Struct):
    prohibited: list[str]
    allowed: list[str] = []


def check_name_rules(publication: Publication) -> None:
    """Refuses rules that could not be read again. Raises InvalidFields."""
    body_of(publication, _NameRulesBody)


def published_name_rules(publications: Publications) -> NameRules:
    """The newest rules for names (U-II.username)."""
    # Its table of look-alikes is large, and most functions that read publications never need it.
    from allmytracks.accounts.rules_names import NameRules  # noqa: PLC0415

    published = publications.all(NAME_RULES)
    if not published:
        return NameRules(())
    rules = read_body(published[-1], _NameRulesBody)
    return NameRules(tuple(rules.prohibited), tuple(rules.allowed))
