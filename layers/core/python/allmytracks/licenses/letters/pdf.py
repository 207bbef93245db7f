"""The letter as a PDF of one A4 page."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import asdict

from allmytracks.documents.fonts import written, written_in_part
from allmytracks.documents.logos import logo
from allmytracks.documents.typesetting import Typesetter, qr_code
from allmytracks.licenses.agreements import words as agreement_words
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.letters import words
from allmytracks.licenses.letters.languages import WORDINGS
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.letters.words import ATTACHMENT
from allmytracks.licenses.letters.words_agreements import AGREEMENT_WORDINGS
from allmytracks.licenses.ports import LetterLinks
from allmytracks.licenses.rules import License
from allmytracks.signing.ports import Signature


class PdfLetterPrinter:
    """Makes PDFs of letters, in the language of each licence."""

    def __init__(self) -> None:
        self._typesetter = Typesetter(Path(__file__).with_name("letter.typ"))

    def print(self, license_: License, signature: Signature, links: LetterLinks) -> bytes:
        return self._typesetter.typeset(content_of(license_, signature, links), license_.issued_at)

    def print_agreement(self, agreement: MusicAgreement, signature: Signature, links: LetterLinks) -> bytes:
        return self._typesetter.typeset(agreement_content_of(agreement, signature, links), agreement.issued_at)

    def print_special(self, special: SpecialLicense, signature: Signature, links: LetterLinks) -> bytes:
        return self._typesetter.typeset(special_content_of(special, signature, links), special.issued_at)


def content_of(of: License, signature: Signature, links: LetterLinks) -> dict[str, object]:
    """What the template prints of a licence. Raises UnprintableText."""
    wording = WORDINGS[of.language]
    rows = words.rows(of, wording, links.verification)
    signed = words.signed(of, signature.key_id, links.keys, wording)
    return _content(of, wording.title, rows, signed, wording, signature, links)


def agreement_content_of(of: MusicAgreement, signature: Signature, links: LetterLinks) -> dict[str, object]:
    """What the template prints of a music licence agreement. Never refuses a name: the order is paid."""
    wording, own = WORDINGS[of.language], AGREEMENT_WORDINGS[of.language]
    rows = agreement_words.rows(of, wording, own)
    signed = words.signed(of, signature.key_id, links.keys, wording)
    return _content(of, own.agreement, rows, signed, wording, signature, links)


def special_content_of(of: SpecialLicense, signature: Signature, links: LetterLinks) -> dict[str, object]:
    """What the template prints of a special licence. Never refuses a text: the order is paid."""
    wording, own = WORDINGS[of.language], AGREEMENT_WORDINGS[of.language]
    rows = agreement_words.special_rows(of, wording, own)
    signed = words.signed(of, signature.key_id, links.keys, wording)
    return _content(of, own.special, rows, signed, wording, signature, links)


def _content(
    of: License | MusicAgreement | SpecialLicense,
    title: str,
    rows: list[list[words.Row]],
    signed: list[str],
    wording: Wording,
    signature: Signature,
    links: LetterLinks,
) -> dict[str, object]:
    setting = written if isinstance(of, License) else written_in_part

    def lines(texts: list[str]) -> list[dict[str, object]]:
        return [asdict(setting(text, wording.page)) for text in texts]

    return {
        "lang": wording.lang,
        "region": wording.region,
        "font": written("", wording.page).font,
        "title": f"{title} {of.number}",
        "author": of.licensor.name,
        "description": links.verification,
        "licensor": asdict(setting(of.licensor.name, wording.page)),
        "logo": logo(),
        "issued": words.issued(of, wording),
        "groups": [[{"label": label, "lines": lines(texts)} for label, texts in group] for group in rows],
        "code": qr_code(links.verification),
        "code_alt": wording.code.format(of.number),
        "checking": lines([wording.check, links.verification]),
        "signature_label": wording.labels["signature"],
        "signed": lines(signed),
        "attachment": ATTACHMENT,
        "attachment_description": f"{wording.signed_terms.format(attachment=ATTACHMENT)} {signature.key_id}",
        "jws": signature.jws,
    }
