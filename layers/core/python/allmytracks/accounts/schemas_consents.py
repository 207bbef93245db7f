"""Requests and answers of consents, acceptances and the list of processors."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules import Acceptance
from allmytracks.accounts.rules_consents import Consent
from allmytracks.accounts.rules_processors import Processor, ProcessorList, ProcessorWords
from allmytracks.foundation.instants import rfc3339


class ConsentForm(msgspec.Struct):
    """Whether it is given; `version` is that of the purpose as it was shown, which must be the current one."""

    given: bool
    version: str | None = None


class ConsentAnswer(msgspec.Struct):
    """One optional consent; `version` and `purpose` are those in force, `changed_at` is null where nothing was decided.

    A consent to an earlier version is not `given`: a new purpose needs a new consent. `translations` has the purpose
    by language, as far as it is translated.
    """

    id: str
    given: bool
    version: str
    changed_at: str | None
    purpose: str
    translations: dict[str, str]


class ConsentsAnswer(msgspec.Struct):
    """Every optional consent that is asked for."""

    items: list[ConsentAnswer]


class AcceptanceAnswer(msgspec.Struct):
    """An acceptance on record."""

    agreement: str
    version: str
    accepted_at: str


class ProcessorsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which version of the list; the one in force where none is named."""

    version: str | None = None


class ProcessorAnswer(msgspec.Struct):
    """Who processes which data, why, where, and since which day.

    `translations` has these words by language, as far as they are translated.
    """

    name: str
    purpose: str
    data: str
    place: str
    since: str
    translations: dict[str, ProcessorWords]


class ProcessorsAnswer(msgspec.Struct):
    """All third parties and SDKs that process personal data, in one version of the list."""

    version: str
    effective_at: str
    items: list[ProcessorAnswer]


def consent_answer(consent: Consent) -> ConsentAnswer:
    """The answer's form of a consent."""
    purpose, decision = consent.purpose, consent.decision
    changed_at = rfc3339(decision.changed_at) if decision else None
    return ConsentAnswer(
        purpose.id, consent.given, purpose.version, changed_at, purpose.text, dict(purpose.translations)
    )


def acceptance_answer(acceptance: Acceptance) -> AcceptanceAnswer:
    """The answer's form of an acceptance."""
    return AcceptanceAnswer(acceptance.agreement, acceptance.version, rfc3339(acceptance.accepted_at))


def processors_answer(listed: ProcessorList) -> ProcessorsAnswer:
    """The answer's form of a list of processors."""
    items = [_processor_answer(each) for each in listed.processors]
    return ProcessorsAnswer(listed.version, rfc3339(listed.effective_at), items)


def _processor_answer(each: Processor) -> ProcessorAnswer:
    translations = {str(language): words for language, words in each.translations.items()}
    return ProcessorAnswer(each.name, each.purpose, each.data, each.place, each.since, translations)
