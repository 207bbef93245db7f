"""Checking a submitted letter against the record (M-III.8.apply, M-III.5.revoke).

A letter is a PDF with the signed text (JWS) attached, or that text alone. The result never depends on the account that
it was issued to: the public record outlives it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import asdict

from allmytracks.accounts.rules_end_users import masked
from allmytracks.foundation.errors import Invalid, TooLarge
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number
from allmytracks.signing.rules import SignatureState, SignedText

# A letter has about 100 kB; API Gateway and Lambda would accept 4 MB.
LARGEST_DOCUMENT = 2_000_000
_NUMBER = re.compile(r"AMT(?:-[0-9A-HJKMNP-TV-Z]{6}){4}", re.ASCII)


class Verdict(StrEnum):
    """The result of checking a letter."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"


class Held(StrEnum):
    """The kind of a submission: only a file can be a letter."""

    LETTER = "letter"
    SIGNED_TEXT = "signed_text"
    STATEMENT = "statement"


class NotALetter(Invalid):
    """The submission is not a licence letter of ours, or too damaged to identify."""

    code = "not_a_letter"


class UnreadableDocument(Invalid):
    """Reading the file would take more time or memory than any letter needs."""

    code = "unreadable_document"


class DocumentTooLarge(TooLarge):
    """The file is larger than any letter."""

    code = "document_too_large"


class HeldLetter(Struct, frozen=True):
    """A submitted letter: the signed text, if any, and the file that it came in, if any."""

    text: SignedText | None
    document_sha256: str | None = None


class Verification(Struct, frozen=True):
    """A submitted letter compared with the record.

    `altered` names the parts that differ from the issued ones: `document` (the file's bytes), `signed_text` (the
    attached JWS is another or missing), `signature` (not by one of our keys), and of a text that we did not sign the
    statements that contradict the record (`licensee`, `purpose`, ...). `held` is what was submitted: a letter's file,
    its signed text alone, or the record's own signed statement, which is public and proves no letter.
    """

    record: PublicLicense
    signature: SignatureState
    held: Held
    altered: tuple[str, ...] = field(default=())

    @property
    def matches_record(self) -> bool:
        """Whether the whole submission is byte for byte as issued."""
        return not self.altered

    @property
    def verdict(self) -> Verdict:
        """`altered` outweighs the licence's status."""
        return Verdict.ALTERED if self.altered else Verdict(self.record.status.value)


def compared(record: PublicLicense, held: HeldLetter) -> Verification:
    """Compares a submission with the record. A file is genuine only if its bytes are those on record."""
    text = held.text
    is_statement = text is not None and text.jws == record.statement
    if is_statement and held.document_sha256 is None:
        return Verification(record, SignatureState.VALID, Held.STATEMENT)
    kind = Held.SIGNED_TEXT if held.document_sha256 is None else Held.LETTER
    signature = text.signature if text else SignatureState.INVALID
    if is_statement:
        signature = SignatureState.VALID  # ours, but public: anyone can attach it to a file
    altered = []
    if held.document_sha256 is not None and held.document_sha256 != record.document_sha256:
        altered.append("document")
    if text is None or hashlib.sha256(text.jws.encode()).hexdigest() != record.jws_sha256:
        altered.append("signed_text")
    if signature is SignatureState.INVALID:
        altered.append("signature")
        altered += _contradictions(record, text.claims if text else {})
    return Verification(record, signature, kind, tuple(altered))


def number_in(signed: SignedText) -> str | None:
    """The licence number in a signed text, in its stored form; None where it has none."""
    stated = signed.claims.get("jti")
    return next(numbers_in(stated), None) if isinstance(stated, str) else None


def numbers_in(text: str) -> Iterator[str]:
    """The licence numbers in a text, without those with a wrong check character."""
    for found in _NUMBER.findall(text):
        try:
            yield normal_number(found)
        except LicenseNotFound:
            continue


def _contradictions(record: PublicLicense, claims: Mapping[str, object]) -> list[str]:
    """Names are on record masked, so that only their visible part is compared."""
    stated = claims.get(record.kind.value)
    if not isinstance(stated, Mapping):
        return []
    licensee = stated.get("licensee")
    licensee = licensee if isinstance(licensee, Mapping) else {}
    period = record.period
    pairs: list[tuple[str, object, object]] = [
        ("issued_at", stated.get("issued_at"), rfc3339(record.issued_at)),
        (
            "licensee",
            (_masked(licensee.get("name")), licensee.get("kind")),
            (record.licensee, record.licensee_kind),
        ),
        ("end_user", _masked(stated.get("end_user")), record.end_user),
        ("work", stated.get("work"), asdict(record.work) if record.work else None),
        ("project", stated.get("project"), asdict(record.project) if record.project else None),
        ("purpose", stated.get("purpose"), record.purpose),
        ("platform", stated.get("platform"), record.platform),
        ("plan", (stated.get("plan"), stated.get("plan_name")), (record.plan, record.plan_name)),
        (
            "period",
            stated.get("period") if period else None,
            {"starts_at": rfc3339(period.starts_at), "ends_at": rfc3339(period.ends_at)} if period else None,
        ),
        ("supersedes", stated.get("supersedes"), record.supersedes),
    ]
    if record.special is not None:
        grant = stated.get("grant")
        said = grant.get("purpose") if isinstance(grant, Mapping) else None
        pairs = [each for each in pairs if each[0] not in {"plan", "purpose"}]
        pairs.append(("purpose", said, record.special.purpose))
    return [part for part, said, recorded in pairs if said != recorded]


def _masked(name: object) -> str | None:
    return masked(name) if isinstance(name, str) else None
