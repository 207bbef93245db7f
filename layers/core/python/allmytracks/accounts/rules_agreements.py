"""Agreements: versioned documents, each in force from an instant on, and their acceptance (U-0.accept)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.rules import Acceptance
from allmytracks.foundation.errors import FieldProblem, InvalidFields, NotFound

SIGN_UP_AGREEMENTS = ("user-agreement", "privacy-policy")


class AgreementNotFound(NotFound):
    """No agreement with this id is in force."""

    code = "agreement_not_found"


class Agreement(Struct, frozen=True):
    """One version of one agreement; `translations` are its title in other languages (BCP 47)."""

    id: str
    version: str
    title: str
    effective_at: datetime
    text: str
    updated_at: datetime | None = None
    translations: Mapping[str, str] = {}

    def title_in(self, language: str) -> str:
        """Its title in a language; as published where it was not translated."""
        return self.translations.get(language, self.title)

    @property
    def last_updated_at(self) -> datetime:
        """When its text was last changed; with its effect, where the publication does not say (P-update)."""
        return self.updated_at or self.effective_at


class Accepted(Struct, frozen=True):
    """An acceptance as a request states it."""

    agreement: str
    version: str


class Agreements(Struct, frozen=True):
    """Every version that was ever published."""

    versions: tuple[Agreement, ...]

    def in_force(self, now: datetime) -> tuple[Agreement, ...]:
        """The current version of each agreement, by id."""
        current: dict[str, Agreement] = {}
        for each in sorted(self.versions, key=lambda version: version.effective_at):
            if each.effective_at <= now:
                current[each.id] = each
        return tuple(current[agreement_id] for agreement_id in sorted(current))

    def begun(self, agreement_id: str, now: datetime) -> tuple[Agreement, ...]:
        """The versions of an agreement that came into force, newest first (P-update). Raises AgreementNotFound."""
        found = [each for each in self.versions if each.id == agreement_id and each.effective_at <= now]
        if not found:
            raise AgreementNotFound(f"No agreement {agreement_id} is in force.")
        return tuple(sorted(found, key=lambda version: version.effective_at, reverse=True))

    def version(self, agreement_id: str, version: str, now: datetime) -> Agreement:
        """A version that is in force or was. Raises AgreementNotFound."""
        for each in self.begun(agreement_id, now):
            if each.version == version:
                return each
        raise AgreementNotFound(f"{agreement_id} has no version {version}.")

    def current(self, agreement_id: str, now: datetime) -> Agreement:
        """The version in force. Raises AgreementNotFound."""
        for each in self.in_force(now):
            if each.id == agreement_id:
                return each
        raise AgreementNotFound(f"No agreement {agreement_id} is in force.")


def require_current(
    accepted: Sequence[Accepted],
    agreements: Agreements,
    needed: Sequence[str],
    now: datetime,
    source_ip: str,
    field: str = "accept",
) -> tuple[Acceptance, ...]:
    """The evidence to record, once every agreement of `needed` is accepted in its version in force.

    Raises InvalidFields naming each agreement that is missing or outdated, with the version that is current
    (U-0.accept, M-0.accept).
    """
    by_id = {each.agreement: each.version for each in accepted}
    problems = []
    for agreement_id in needed:
        current = agreements.current(agreement_id, now)
        if agreement_id not in by_id:
            message = f"Accept {agreement_id} in its current version {current.version}."
            problems.append(FieldProblem(field, "acceptance_missing", message))
        elif by_id[agreement_id] != current.version:
            message = f"The current version of {agreement_id} is {current.version}, not {by_id[agreement_id]}."
            problems.append(FieldProblem(field, "acceptance_outdated", message))
    if problems:
        raise InvalidFields(problems)
    return tuple(Acceptance(agreement_id, by_id[agreement_id], now, source_ip) for agreement_id in needed)


def accepted_by_use(
    known: Sequence[Acceptance], agreements: Agreements, now: datetime, source_ip: str
) -> tuple[Acceptance, ...]:
    """What use accepts: the version in force of each agreement of which only an earlier one is on record (U-I.3)."""
    on_record = {(each.agreement, each.version) for each in known}
    agreed = {each.agreement for each in known}
    return tuple(
        Acceptance(each.id, each.version, now, source_ip, by_use=True)
        for each in agreements.in_force(now)
        if each.id in agreed and (each.id, each.version) not in on_record
    )
