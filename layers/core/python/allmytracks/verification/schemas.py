"""Request and response bodies of the verification routes (api.md)."""

from __future__ import annotations

import msgspec

from allmytracks.licenses.schemas_verification import VerificationAnswer, verification_answer
from allmytracks.verification.rules import Verification


class LetterVerificationAnswer(VerificationAnswer):
    """The record of the licence that a letter names, and whether the letter is as it was issued.

    `verdict` is `altered`, or else the `status`. `signature` (`valid`, `invalid`) says whether one of our keys signed
    the letter's text; `matches_record` whether everything sent is byte for byte as issued. `altered` names what is not:
    `document` (the file), `signed_text` (another or none is attached), `signature`, and of a text that we did not sign
    the statements that contradict the record (`licensee`, `purpose`, ...). `held` says what was sent: a `letter` (a
    PDF), a letter's `signed_text`, or the public `statement` of the record, which proves no letter.
    """

    held: str
    verdict: str
    signature: str
    matches_record: bool
    altered: list[str]


class VerificationQuery(msgspec.Struct):
    """`lang` is the language of the page: `en`, `zh-Hant` or `zh-Hans`; the browser's by default."""

    lang: str | None = None


class VerificationPageQuery(VerificationQuery):
    """`number` leads to the page of that licence."""

    number: str | None = None


def letter_verification_answer(found: Verification) -> LetterVerificationAnswer:
    """A checked letter in a response."""
    return LetterVerificationAnswer(
        **msgspec.structs.asdict(verification_answer(found.record)),
        held=found.held,
        verdict=found.verdict,
        signature=found.signature,
        matches_record=found.matches_record,
        altered=list(found.altered),
    )
