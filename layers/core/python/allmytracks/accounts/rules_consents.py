"""Optional consents: each for one published purpose, given and withdrawn one by one (P-15.consent, P-share.purpose)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields, NotFound

MARKETING_MAIL, PROFILING = "marketing_mail", "profiling"
# Asked for where the whole undertaking is transferred, for sensitive data; published only then.
COMPANY_TRANSFER = "company_transfer"
SEARCH_HISTORY, ANALYTICS_COOKIES = "search_history", "analytics_cookies"


class ConsentNotFound(NotFound):
    """No consent with this id is asked for."""

    code = "consent_not_found"


class Purpose(Struct, frozen=True):
    """One version of what a consent is asked for; `translations` are its text in other languages (BCP 47)."""

    id: str
    version: str
    effective_at: datetime
    text: str
    translations: Mapping[str, str] = {}

    def text_in(self, language: str) -> str:
        """Its text in a language; as published where it was not translated."""
        return self.translations.get(language, self.text)


class ConsentDecision(Struct, frozen=True):
    """What an account decided, for the version of the purpose that was in force, from which address."""

    id: str
    given: bool
    version: str
    changed_at: datetime
    source_ip: str


class Consent(Struct, frozen=True):
    """A purpose with what the account decided last; None where it never did."""

    purpose: Purpose
    decision: ConsentDecision | None

    @property
    def given(self) -> bool:
        """Whether data may be used for it: a consent to an earlier version does not cover a new purpose."""
        return self.decision is not None and self.decision.given and self.decision.version == self.purpose.version


class Purposes(Struct, frozen=True):
    """Every version of every purpose that was ever published."""

    versions: tuple[Purpose, ...]

    def in_force(self, now: datetime) -> tuple[Purpose, ...]:
        """The current version of each purpose, by id."""
        current: dict[str, Purpose] = {}
        for each in sorted(self.versions, key=lambda version: version.effective_at):
            if each.effective_at <= now:
                current[each.id] = each
        return tuple(current[purpose_id] for purpose_id in sorted(current))

    def current(self, purpose_id: str, now: datetime) -> Purpose:
        """The version in force. Raises ConsentNotFound."""
        for each in self.in_force(now):
            if each.id == purpose_id:
                return each
        raise ConsentNotFound(f"No consent {purpose_id} is asked for; GET /v1/account/consents lists those that are.")


def consents_of(purposes: Purposes, decisions: Sequence[ConsentDecision], now: datetime) -> tuple[Consent, ...]:
    """Each purpose in force with the decision on it."""
    by_id = {each.id: each for each in decisions}
    return tuple(Consent(each, by_id.get(each.id)) for each in purposes.in_force(now))


def decide(
    consent: Consent, *, given: bool, shown: str | None, now: datetime, source_ip: str
) -> ConsentDecision | None:
    """The decision to record; None where it is on record already.

    `shown` is the version that the member read, if the request tells it. Raises InvalidFields where it is outdated.
    """
    version, last = consent.purpose.version, consent.decision
    if shown is not None and shown != version:
        message = f"The purpose has changed: its current version is {version}, not {shown}. Read it and decide again."
        raise InvalidFields([FieldProblem("version", "consent_outdated", message)])
    if last is not None and (last.given, last.version) == (given, version):
        return None
    # Later than the last one, whatever the clocks of two servers say: the history is in the order of the decisions.
    at = now if last is None else max(now, last.changed_at + timedelta(milliseconds=1))
    return ConsentDecision(consent.purpose.id, given, version, at, source_ip)
