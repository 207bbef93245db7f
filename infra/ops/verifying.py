"""`allmytracks verify`: checks a letter on this machine alone, with the published keys and status list.

Nothing is sent anywhere and no AWS identity is needed. Without a status list the answer is about the day of issue.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from joserfc.jwk import ECKey

from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.licenses.rules import STATEMENT_TYPE
from allmytracks.licenses.states.rules import LicenseStatus
from allmytracks.licenses.states.rules_status_lists import EVERY, BrokenStatusList, StatusList, read_status_list
from allmytracks.signing.jws import STATUS_LIST_TYPE, check, keys_by_id
from allmytracks.signing.rules import LETTER_TYPE, SignatureState, SignedText
from allmytracks.verification.ports import LetterReader
from allmytracks.verification.rules import Held, UnreadableDocument, number_in, numbers_in
from allmytracks.verification.sandbox import SandboxedLetterReader
from allmytracks.verification.use_cases.verify_letter import MARK_WITHIN, PDF_MARK
from infra.ops.errors import Exit
from infra.ops.seals import Seal, seal_of
from infra.ops.writing import Fields, Part, told

SANDBOX = SandboxedLetterReader()
SHOWN = (
    "issued_at",
    "licensor",
    "licensee",
    "end_user",
    "work",
    "project",
    "purpose",
    "platform",
    "plan_name",
    "period",
)
LONGEST_LIST = 64_000_000


class Finding(StrEnum):
    """What a letter is, as far as it can be known offline."""

    VALID = "valid"
    ALTERED = "altered"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    NOT_A_LETTER = "not_a_letter"
    LIST_UNUSABLE = "list_unusable"
    STATEMENT = "statement"


EXITS = {
    Finding.VALID: Exit.DONE,
    Finding.ALTERED: Exit.DOES_NOT_HOLD,
    Finding.REVOKED: Exit.DOES_NOT_HOLD,
    Finding.SUPERSEDED: Exit.DOES_NOT_HOLD,
    Finding.NOT_A_LETTER: Exit.DOES_NOT_HOLD,
    Finding.STATEMENT: Exit.DOES_NOT_HOLD,
    # Whether it holds is unknown.
    Finding.LIST_UNUSABLE: Exit.FAILED,
}
SAID = {
    Finding.VALID: "Genuine: signed with a key of the key set, and not changed since.",
    Finding.ALTERED: "Altered or forged: do not rely on it.",
    Finding.REVOKED: "Genuine, but the licence is revoked: it permits no use any more.",
    Finding.SUPERSEDED: "Genuine, but superseded: another letter replaces it; check online which.",
    Finding.NOT_A_LETTER: "No licence letter can be recognised in this file.",
    Finding.STATEMENT: "No letter: a genuine statement of what is on record, which anybody can have.",
    Finding.LIST_UNUSABLE: "Genuine as issued, but the status list does not tell whether it still holds.",
}
UNKNOWN_SINCE = "Whether it was revoked since it was issued is not known: give --status-list."
TEXT_ALONE = "This is the signed text alone and no letter: a PDF that comes with it may say otherwise. Check that PDF."


@dataclass
class Report:
    """The finding, and what it rests on. `held` is what the file holds; None where nothing can be recognised."""

    finding: Finding
    held: Held | None = None
    number: str | None = None
    since: str | None = None
    list_issued_at: str | None = None
    notes: list[str] = field(default_factory=list)
    seal: Seal | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


def read_keys(file: Path) -> dict[str, ECKey]:
    """The keys of a saved key set. Raises typer.BadParameter."""
    try:
        return keys_by_id(json.loads(file.read_bytes())["keys"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise typer.BadParameter(f"{file} is no key set: save /.well-known/jwks.json again") from None


def checked(
    content: bytes,
    keys: Mapping[str, ECKey],
    status_list: Path | None,
    now: datetime,
    reader: LetterReader = SANDBOX,
) -> Report:
    """What can be known of a letter at `now`."""
    try:
        text, described = _signed_text(content, keys, reader)
    except UnreadableDocument as refused:
        return Report(Finding.NOT_A_LETTER, notes=[refused.detail])
    if text is None and described:
        return Report(Finding.ALTERED, Held.LETTER, described[0], notes=["Its signed text is missing."])
    if text is None:
        return Report(Finding.NOT_A_LETTER)
    # A licence, or the music licence agreement of a membership.
    stated = text.claims.get("license") or text.claims.get("agreement")
    held = Held.LETTER if _is_pdf(content) else Held.SIGNED_TEXT
    report = Report(Finding.VALID, held, number_in(text), terms=stated if isinstance(stated, dict) else {})
    if held is Held.LETTER:
        report.seal = seal_of(content, keys)
    if check(text.jws, keys, STATEMENT_TYPE).signature is SignatureState.VALID:
        _judge_statement(report, status_list, keys, now)
    elif text.signature is SignatureState.INVALID:
        report.finding = Finding.ALTERED
        report.notes.append("Its text is not signed with a key of this key set, or was changed after that.")
    elif any(number != number_in(text) for number in described):
        report.finding = Finding.ALTERED
        report.notes.append("The file names another licence than its signed text.")
    elif report.seal in {Seal.BROKEN, Seal.MISSING}:
        report.finding = Finding.ALTERED
        report.notes.append("The PDF's own signature is missing, broken or not ours: its pages may say anything.")
    elif status_list is None:
        report.notes.append(UNKNOWN_SINCE)
    else:
        _look_up(report, status_list, keys, now)
    return report


def _judge_statement(report: Report, status_list: Path | None, keys: Mapping[str, ECKey], now: datetime) -> None:
    """A statement is public: alone it is no letter, and a file that carries it was made by somebody else."""
    if report.held is Held.LETTER:
        report.finding = Finding.ALTERED
        report.notes.append(
            "It carries the public statement of a licence instead of a letter's signed text: we issued no such file."
        )
        return
    report.held = Held.STATEMENT
    if status_list is None:
        report.notes.append(UNKNOWN_SINCE)
    else:
        _look_up(report, status_list, keys, now)
    if report.finding in {Finding.REVOKED, Finding.SUPERSEDED}:
        report.notes.append(f"Its licence is {report.finding.value}.")
    report.finding = Finding.STATEMENT


def _signed_text(
    content: bytes, keys: Mapping[str, ECKey], reader: LetterReader
) -> tuple[SignedText | None, list[str]]:
    """The signed text, and the numbers that the file itself names. Raises UnreadableDocument."""
    if not _is_pdf(content):
        text = check(content.decode("latin-1").strip(), keys, LETTER_TYPE)
        return (text if text.claims else None), []
    reading = reader.read(content)
    return (check(reading.jws, keys, LETTER_TYPE) if reading.jws else None), list(numbers_in(reading.description))


def _is_pdf(content: bytes) -> bool:
    return PDF_MARK in content[:MARK_WITHIN]


def _look_up(report: Report, file: Path, keys: Mapping[str, ECKey], now: datetime) -> None:
    """Adds what a status list says of the letter."""
    try:
        found = read_list(file, keys)
    except BrokenStatusList as error:
        report.finding = Finding.LIST_UNUSABLE
        report.notes.append(f"The status list cannot be used: {error}.")
        return
    report.list_issued_at = rfc3339(found.issued_at)
    listed = found.of(report.number or "")
    if listed.status is not LicenseStatus.VALID:
        report.finding = Finding(listed.status.value)
        report.since = rfc3339(listed.since) if listed.since else None
    elif found.issued_at < _issued_at(report):
        report.finding = Finding.LIST_UNUSABLE
        report.notes.append("The status list is older than this letter: fetch one that was issued after it.")
    elif now >= found.expires_at:
        report.finding = Finding.LIST_UNUSABLE
        report.notes.append("The status list is out of date: fetch a newer one.")
    elif now >= found.next_at + EVERY:
        report.notes.append("There should be a newer status list by now.")


def _issued_at(report: Report) -> datetime:
    """When the letter says it was issued; no list is new enough for one that does not say."""
    stated = report.terms.get("issued_at")
    return parse_rfc3339(stated) if isinstance(stated, str) else datetime.max.replace(tzinfo=UTC)


def read_list(file: Path, keys: Mapping[str, ECKey]) -> StatusList:
    """A saved status list. Raises BrokenStatusList."""
    text = check(file.read_bytes().decode("latin-1").strip(), keys, STATUS_LIST_TYPE, LONGEST_LIST)
    if text.signature is SignatureState.INVALID:
        raise BrokenStatusList("it is not signed with a key of this key set")
    return read_status_list(text.claims)


def parts_of(report: Report) -> list[Part]:
    """The report for people."""
    parts: list[Part] = [f"{report.finding.value.replace('_', ' ')}: {SAID[report.finding]}"]
    if report.since:
        parts.append(f"Since {report.since}")
    parts += report.notes
    if report.finding in {Finding.ALTERED, Finding.NOT_A_LETTER}:
        return parts
    if report.held is Held.SIGNED_TEXT:
        parts.append(TEXT_ALONE)
    return [*parts, Fields("As it was signed", dict(_lines(report)))]


def _known(value: object) -> object:
    """What there is to say of a part: credits that the catalogue does not have are left out."""
    return {name: each for name, each in value.items() if each} if isinstance(value, dict) else value


def _lines(report: Report) -> Iterator[tuple[str, object]]:
    of = report.terms
    yield "number", report.number
    for name in SHOWN:
        value = of.get(name)
        if isinstance(value, dict):
            value = ", ".join(told(_known(each)) for each in value.values() if each)
        if value:
            yield name, value
    if report.list_issued_at:
        yield "status_list_of", report.list_issued_at
