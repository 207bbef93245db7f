"""Published rules for names (U-II.username)."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules_names import NameRules
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

NAME_RULES = "name-rules"


class _NameRulesBody(msgspec.Struct):
    prohibited: list[str]
    allowed: list[str] = []


def check_name_rules(publication: Publication) -> None:
    """Checks that rules can be read back. Raises InvalidFields."""
    body_of(publication, _NameRulesBody)


def published_name_rules(publications: Publications) -> NameRules:
    """The newest rules for names (U-II.username)."""
    published = publications.all(NAME_RULES)
    if not published:
        return NameRules(())
    rules = read_body(published[-1], _NameRulesBody)
    return NameRules(tuple(rules.prohibited), tuple(rules.allowed))
