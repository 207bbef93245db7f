"""What an order for a special licence buys: exactly the terms that an operator quoted (M-III.6.special)."""

from __future__ import annotations

from msgspec import Struct

from allmytracks.foundation.errors import Conflict, FieldProblem, Forbidden, InvalidFields

# The plan and term of such orders, in the place of a price list's.
SPECIAL_LICENSE, ONCE = "special_license", "once"
NAME = "Special licence"


class TermsMismatch(Conflict):
    """The buyer accepts other terms than the quoted ones."""

    code = "terms_mismatch"


class QuoteNeedsMembership(Forbidden):
    """The quoted terms ask for a running membership, and there is none."""

    code = "quote_needs_membership"


class SpecialOrder(Struct, frozen=True):
    """A quote of a special licence.

    `terms_sha256` is the hash of its terms, which are an item of their own (they name persons, and an order outlives
    its account). `needs_membership`: the buyer needs a running membership to confirm it.
    """

    terms_sha256: str
    needs_membership: bool = False


def require_terms(special: SpecialOrder, accepted: str | None, *, is_member: bool) -> None:
    """Checks that the buyer accepts exactly the quoted terms, and meets them.

    Raises InvalidFields, TermsMismatch, QuoteNeedsMembership.
    """
    if accepted is None:
        message = "Read the terms of this quote, and send their terms_sha256 to accept exactly these."
        raise InvalidFields([FieldProblem("terms_sha256", "required", message)])
    if accepted != special.terms_sha256:
        message = "These are not the terms of this quote; read them again."
        raise TermsMismatch(message, terms_sha256=special.terms_sha256)
    if special.needs_membership and not is_member:
        raise QuoteNeedsMembership("This special licence is for members: it needs a running membership.")
