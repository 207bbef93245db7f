"""Special licences: what the rights matrix does not give, by an agreement of its own (M-III.6.special, M-II.11)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct, to_builtins

from allmytracks.accounts.rules_end_users import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_TAX_ID,
    DesignatedUser,
    Licensee,
)
from allmytracks.documents.rules_text import line, required_line
from allmytracks.foundation.errors import Conflict, FieldProblem, FieldProblems, Forbidden, NotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import Language, Licensor
from allmytracks.licenses.rules_terms import PROHIBITIONS, LicensedTrack

LONGEST_TERM = 400
MOST_TRACKS, MOST_PROJECTS, MOST_USERS, MOST_CONDITIONS = 50, 20, 20, 20


class SpecialTermsNotFound(NotFound):
    """The caller has no quote of a special licence by this id, or its terms were erased with the account."""

    code = "quote_not_found"


class SpecialLicenseNotFound(NotFound):
    """The order is none of the caller's for a special licence, or its letter is not made yet."""

    code = "special_license_not_found"


class SpecialLicenseRevoked(Forbidden):
    """The licence was revoked: it gives no files any more."""

    code = "special_license_revoked"


class TrackNotLicensed(Forbidden):
    """The special licence does not name this track."""

    code = "track_not_licensed"


class QuoteEnded(Conflict):
    """This quote was withdrawn, declined or has expired: make another one."""

    code = "quote_ended"


class Grant(Struct, frozen=True):
    """What is licensed, in the words that operator and member agreed on.

    `projects` are one or a bundle; `further_users` may use the works beside the licensee (or the designated user).
    `prohibitions` are codes (licenses/rules_terms.py).
    """

    purpose: str
    tracks: tuple[LicensedTrack, ...]
    projects: tuple[str, ...]
    territory: str
    period: str
    scope: str
    further_users: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    prohibitions: tuple[str, ...] = PROHIBITIONS


class SpecialTerms(Struct, frozen=True):
    """All terms of a quote: whom it is for, what it grants, and the language of its letter."""

    licensee: Licensee
    grant: Grant
    designated_user: DesignatedUser | None = None
    language: Language = Language.ENGLISH
    needs_membership: bool = False

    @property
    def sha256(self) -> str:
        """The hash by which the member accepts exactly these terms."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class SpecialLicense(Struct, frozen=True):
    """The letter of a special licence, of one paid order; immutable. `amount` in the currency's minor unit.

    `supersedes` is the number of the letter that it replaces, for a clerical mistake in a name (M-III.8.apply).
    """

    number: str
    issued_at: datetime
    account_id: str
    licensor: Licensor
    licensee: Licensee
    grant: Grant
    order_id: str
    amount: int
    currency: str
    terms_sha256: str
    designated_user: DesignatedUser | None = None
    language: Language = Language.ENGLISH
    governing_law: str = "hong_kong"
    prevailing_language: str = "en"
    supersedes: str | None = None
    document: Literal["special_license"] = "special_license"

    @property
    def end_user(self) -> None:
        """None: it names its own end users, and does not bind the account to one."""
        return

    @property
    def user(self) -> str:
        """Who may use the works, beside the further users."""
        return self.designated_user.name if self.designated_user else self.licensee.name

    def claims(self) -> dict[str, object]:
        """Everything that the letter states, as it is signed."""
        stated: dict[str, object] = to_builtins(self)
        stated["issued_at"] = rfc3339(self.issued_at)
        stated["end_user"] = self.user
        del stated["account_id"]
        return stated


def checked(terms: SpecialTerms) -> SpecialTerms:
    """The terms in their stored form. Raises InvalidFields naming every field that no letter can state."""
    field, user, of = _Fields(), terms.designated_user, terms.licensee
    licensee = Licensee(
        field.need("licensee.name", of.name, LONGEST_NAME),
        of.kind,
        field.may("licensee.address", of.address, LONGEST_ADDRESS),
        field.may("licensee.tax_id", of.tax_id, LONGEST_TAX_ID),
    )
    named = None
    if user is not None:
        named = DesignatedUser(
            field.need("designated_user.name", user.name, LONGEST_NAME),
            field.may("designated_user.address", user.address, LONGEST_ADDRESS),
        )
    kept = SpecialTerms(licensee, _checked_grant(terms.grant, field), named, terms.language, terms.needs_membership)
    field.problems.raise_found()
    return kept


def _checked_grant(grant: Grant, field: _Fields) -> Grant:
    unknown = sorted(set(grant.prohibitions) - set(PROHIBITIONS))
    if unknown:
        told = f"{unknown[0]} is none of: {', '.join(PROHIBITIONS)}."
        field.problems.add(FieldProblem("prohibited", "unknown", told))
    if not 1 <= len(grant.tracks) <= MOST_TRACKS:
        field.problems.add(FieldProblem("tracks", "wrong_number", f"Give 1 to {MOST_TRACKS} tracks."))
    return Grant(
        field.need("purpose", grant.purpose),
        grant.tracks,
        field.each("projects", grant.projects, MOST_PROJECTS, least=1),
        field.need("territory", grant.territory),
        field.need("period", grant.period),
        field.need("scope", grant.scope),
        field.each("further_users", grant.further_users, MOST_USERS, longest=LONGEST_NAME),
        field.each("conditions", grant.conditions, MOST_CONDITIONS),
        tuple(code for code in PROHIBITIONS if code in grant.prohibitions),
    )


class _Fields:
    """Reads one field after the other, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems = FieldProblems()

    def need(self, field: str, text: str, longest: int = LONGEST_TERM) -> str:
        with self.problems.gathered():
            return required_line(field, text, longest)
        return ""

    def may(self, field: str, text: str | None, longest: int) -> str | None:
        with self.problems.gathered():
            return line(field, text, longest)
        return None

    def each(
        self, field: str, texts: Sequence[str], most: int, *, least: int = 0, longest: int = LONGEST_TERM
    ) -> tuple[str, ...]:
        if not least <= len(texts) <= most:
            self.problems.add(FieldProblem(field, "wrong_number", f"Give {least} to {most} of {field}."))
        return tuple(self.need(f"{field}.{place}", text, longest) for place, text in enumerate(texts[:most]))
