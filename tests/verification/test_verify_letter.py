"""Verifying a letter: genuine, altered in any part, revoked, unknown, hostile."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from allmytracks.licenses.rules import STATEMENT_TYPE
from allmytracks.licenses.rules_numbers import LicenseNotFound, license_number
from allmytracks.licenses.states.rules import Revocation, RevocationReason
from allmytracks.signing.jws import KeySetSignatures
from allmytracks.signing.rules import SignatureState
from allmytracks.verification.ports import Reading
from allmytracks.verification.rules import (
    LARGEST_DOCUMENT,
    DocumentTooLarge,
    NotALetter,
    UnreadableDocument,
    Verdict,
)
from allmytracks.verification.sandbox import SandboxedLetterReader
from tests.factories.instants import NOW
from tests.factories.letters import AGREEMENT, LICENSE, NUMBER, Desk
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.verification import UnguardedLetterReader

OTHER_NUMBER = license_number("1" * 23)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def part(text: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(text).encode()).decode().rstrip("=")


def test_the_letter_as_it_was_issued_is_valid(desk: Desk) -> None:
    for found in (desk.verify.document(desk.pdf), desk.verify.signed_text(f" {desk.jws}\n")):
        assert (found.verdict, found.signature, found.matches_record) == (Verdict.VALID, SignatureState.VALID, True)
        assert found.record == desk.record
        assert "Lovelace" not in repr(found)


def test_the_records_own_statement_is_valid_and_no_other(desk: Desk) -> None:
    statement = desk.record.statement
    assert statement is not None
    found = desk.verify.signed_text(statement)
    assert (found.verdict, found.signature, found.matches_record) == (Verdict.VALID, SignatureState.VALID, True)

    another = desk.keys.sign({"jti": NUMBER, "license": {"purpose": "offline_venue"}}, STATEMENT_TYPE).jws
    found = desk.verify.signed_text(another)
    assert (found.verdict, found.signature) == (Verdict.ALTERED, SignatureState.INVALID)


def test_a_letter_outlives_the_account_that_it_was_issued_to(desk: Desk) -> None:
    alone = Desk(desk.keys)
    alone.world.accounts.stored.clear()
    alone.world.licenses.letters.clear()
    alone.world.documents.stored.clear()
    assert alone.verify.document(desk.pdf).verdict is Verdict.VALID


@pytest.mark.clause("M-III.5.revoke")
def test_a_genuine_letter_of_a_revoked_licence_is_revoked(desk: Desk) -> None:
    revoked = Desk(desk.keys)
    revoked.world.licenses.revoke(NUMBER, Revocation(NOW, RevocationReason.IMPERSONATION))

    found = revoked.verify.signed_text(revoked.jws)

    assert (found.verdict, found.matches_record, found.record.revoked_at) == (Verdict.REVOKED, True, NOW)


@settings(max_examples=40)
@given(st.data())
def test_any_single_changed_byte_of_the_file_is_seen(desk: Desk, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(desk.pdf) - 1))
    change = data.draw(st.integers(1, 255))
    altered = bytearray(desk.pdf)
    altered[place] ^= change
    try:
        found = desk.verify.document(bytes(altered))
    except (NotALetter, LicenseNotFound):
        return  # its mark or its number is gone: no letter of ours any more
    assert (found.verdict, found.matches_record) == (Verdict.ALTERED, False)


@settings(max_examples=40)
@given(st.data())
def test_any_single_changed_character_of_the_signed_text_is_seen(desk: Desk, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(desk.jws) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda character: character != desk.jws[place]))
    try:
        found = desk.verify.signed_text(desk.jws[:place] + other + desk.jws[place + 1 :])
    except (NotALetter, LicenseNotFound):
        return
    assert (found.verdict, found.matches_record) == (Verdict.ALTERED, False)


def test_what_was_altered_is_named(desk: Desk) -> None:
    claims = LICENSE.claims()
    claims["purpose"] = "ads_promos"
    claims["licensee"] = {"name": "Mallory Lovelace"}
    header, _, signature = desk.jws.split(".")
    forged = f"{header}.{part({'jti': NUMBER, 'license': claims})}.{signature}"

    assert desk.verify.document(desk.pdf + b"\n% more").altered == ("document",)
    found = desk.verify.signed_text(forged)
    assert found.altered == ("signed_text", "signature", "licensee", "purpose")
    assert found.signature is SignatureState.INVALID


def set_at(claims: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The claims with one changed; `path` names it by its parents."""
    first, _, rest = path.partition(".")
    return {**claims, first: set_at(claims[first], rest, value) if rest else value}


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        ("issued_at", "2020-01-01T00:00:00Z", "issued_at"),
        ("licensee.name", "Mallory Lovelace", "licensee"),
        ("licensee.kind", "enterprise", "licensee"),
        ("end_user", "Mallory", "end_user"),
        ("work.title", "Another", "work"),
        ("project.kind", "enterprise", "project"),
        ("purpose", "ads_promos", "purpose"),
        ("platform", "TikTok", "platform"),
        ("plan", "business", "plan"),
        ("plan_name", "Business", "plan"),
        ("supersedes", OTHER_NUMBER, "supersedes"),
    ],
)
def test_a_letters_text_that_we_did_not_sign_is_held_against_all_that_is_on_record(
    desk: Desk, path: str, value: object, part: str
) -> None:
    claims = set_at({"jti": NUMBER, "license": json.loads(json.dumps(LICENSE.claims()))}, f"license.{path}", value)
    found = desk.verify.signed_text(MemoryLicenseKeys().sign(claims).jws)
    assert found.altered == ("signed_text", "signature", part)


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        ("licensee.name", "Mallory Films", "licensee"),
        ("end_user", None, "end_user"),
        ("plan_name", "Premium", "plan"),
        ("period.ends_at", "2099-01-01T00:00:00Z", "period"),
        ("supersedes", OTHER_NUMBER, "supersedes"),
    ],
)
def test_so_is_that_of_a_music_licence_agreement(path: str, value: object, part: str) -> None:
    desk = Desk()
    desk.put_agreement_on_record()
    stated = json.loads(json.dumps(AGREEMENT.claims()))
    claims = set_at({"jti": AGREEMENT.number, "agreement": stated}, f"agreement.{path}", value)
    found = desk.verify.signed_text(MemoryLicenseKeys().sign(claims).jws)
    assert found.altered == ("signed_text", "signature", part)


def authenticated(secret: bytes, payload: str) -> str:
    """A text under HMAC (joserfc itself refuses to take a public key for a secret)."""
    kid = ECKey.import_key(secret).thumbprint()
    message = f"{part({'alg': 'HS256', 'kid': kid, 'typ': 'license+jws'})}.{payload}"
    code = hmac.digest(secret, message.encode(), "sha256")
    return f"{message}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"


def test_no_other_key_or_algorithm_signs_for_us(desk: Desk) -> None:
    ours = desk.keys.keys[0]
    nobody = f"{part({'alg': 'none', 'kid': ours.thumbprint(), 'typ': 'license+jws'})}.{desk.jws.split('.')[1]}."
    stranger = ECKey.generate_key("P-256")
    forgeries = {
        "none": nobody,
        "HS256 with the public key": authenticated(ours.as_pem(private=False), nobody.split(".")[1]),
        "a stranger's key under our name": desk.signed(stranger),
        "a stranger's key in the header": desk.signed(stranger, jwk=stranger.as_dict(private=False)),
        "a stranger's key under its own name": desk.signed(stranger, kid=stranger.thumbprint()),
        "our key, for another kind of text": desk.signed(ours, typ="JWT"),
    }
    for forgery in forgeries.values():
        found = desk.verify.signed_text(forgery)
        assert (found.signature, found.verdict) == (SignatureState.INVALID, Verdict.ALTERED)
    again = desk.verify.signed_text(desk.signed(ours))
    assert (again.signature, again.altered) == (SignatureState.VALID, ("signed_text",))


def test_a_key_set_names_its_keys_by_what_they_are(desk: Desk) -> None:
    stranger = ECKey.generate_key("P-256")
    ours = desk.keys.keys[0]
    under_our_name = {**stranger.as_dict(private=False), "kid": ours.thumbprint()}

    class Foreign(MemoryLicenseKeys):
        def all(self) -> list[dict[str, str]]:
            return [{name: str(value) for name, value in under_our_name.items()}]

    assert KeySetSignatures(Foreign()).check(desk.signed(stranger)).signature is SignatureState.INVALID


def test_a_file_without_its_signed_text_is_recognised_by_the_number_in_it(desk: Desk) -> None:
    found = desk.verify.document(desk.pdf.replace(b"EmbeddedFiles", b"EmbeddedFilez"))
    assert (found.signature, found.verdict) == (SignatureState.INVALID, Verdict.ALTERED)
    assert found.altered == ("document", "signed_text", "signature")
    with pytest.raises(NotALetter):
        desk.verify.document(b"%PDF-1.7\nnothing of ours")
    with pytest.raises(NotALetter):
        desk.verify.document(b"GIF89a")


def test_what_is_on_no_record_is_unknown_and_says_whether_we_signed_it(desk: Desk) -> None:
    unrecorded = desk.keys.sign({"jti": OTHER_NUMBER}).jws
    with pytest.raises(LicenseNotFound) as refused:
        desk.verify.signed_text(unrecorded)
    assert refused.value.extra == {"signature": "valid"}
    with pytest.raises(LicenseNotFound) as refused:
        desk.verify.signed_text(unrecorded[:-4])
    assert refused.value.extra == {"signature": "invalid"}


@settings(max_examples=20)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: f"{part('x')}.{raw.hex()}.{raw.hex()}")))
@example("a.b.c")
@example("." * 40_000)
@example(f"{base64.urlsafe_b64encode(b'[' * 350).decode()}..")
@example(f"{part({'alg': 'ES256'})}.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.")
@example(f"{part({'alg': ['ES256'], 'kid': {}, 'typ': 'license+jws', 'b64': False, 'crit': ['b64']})}.{part({})}.AA")
def test_any_text_is_refused_clearly(desk: Desk, text: str) -> None:
    with pytest.raises((NotALetter, LicenseNotFound)):
        desk.verify.signed_text(text)


def looped(kind: bytes) -> bytes:
    """A tree of attachments that is its own child."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n3 0 obj<</" + kind + b"[3 0 R 3 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R/Size 4/Prev 0>>\nstartxref\n0\n%%EOF"
    )


def bomb(times: int) -> bytes:
    """A letter's attachment that unpacks to 100 MB, after so many times."""
    packed = zlib.compress(b"\0" * 100_000_000)
    for _ in range(times - 1):
        packed = zlib.compress(packed)
    filters = b"/FlateDecode " * times
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles<</Names[(license.jws) 2 0 R]>>>>>>endobj\n"
        b"2 0 obj<</Type/Filespec/F(license.jws)/UF(license.jws)/EF<</F 3 0 R>>>>endobj\n3 0 obj<</Filter["
        + filters
        + b"]/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF"
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "loops": lambda: looped(b"Kids"),
    "names that loop": lambda: looped(b"Names"),
    "a bomb": lambda: bomb(1),
    "a bomb in a bomb": lambda: bomb(2),
    "nested without end": lambda: b"%PDF-1.7\n1 0 obj" + b"[" * 1_000_000,
    "dictionaries without end": lambda: b"%PDF-1.7\n1 0 obj" + b"<</A" * 400_000 + b"\ntrailer<</Root 1 0 R>>",
    "noise": lambda: b"%PDF-1.7\n" + hashlib.shake_128(b"noise").digest(1_500_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_clearly(desk: Desk, name: str) -> None:
    verify = dataclasses.replace(desk.verify, reader=SandboxedLetterReader(seconds=240))
    document = HOSTILE[name]()
    with pytest.raises((NotALetter, UnreadableDocument, DocumentTooLarge)):
        verify.document(document)


LOOPS = "while True: pass"
GROWS = """
import sys
from allmytracks.verification import extraction
extraction.extracted = lambda document: {"jws": str(len(b"0" * 1_000_000_000))}
sys.exit(extraction.main())
"""


@pytest.mark.parametrize("program", [LOOPS, GROWS])
def test_reading_takes_no_more_time_or_memory_than_it_is_given(tmp_path: Path, program: str) -> None:
    (tmp_path / "program.py").write_text(program)
    with pytest.raises(UnreadableDocument):
        SandboxedLetterReader(tmp_path / "program.py", seconds=0.5).read(b"%PDF-1.7")


def test_what_is_too_large_is_not_even_read(desk: Desk) -> None:
    class Unread(UnguardedLetterReader):
        def read(self, document: bytes) -> Reading:
            raise AssertionError(len(document))

    verify = dataclasses.replace(desk.verify, reader=Unread())
    with pytest.raises(DocumentTooLarge) as refused:
        verify.document(b"%PDF-" + b"0" * LARGEST_DOCUMENT)
    assert refused.value.extra == {"limit": LARGEST_DOCUMENT}


def test_the_sandbox_reads_what_this_process_reads(desk: Desk) -> None:
    reading = SandboxedLetterReader(seconds=240).read(desk.pdf)
    assert reading == UnguardedLetterReader().read(desk.pdf)
    assert (reading.jws, NUMBER in reading.description) == (desk.jws, True)
    assert SandboxedLetterReader(seconds=240).read(b"broken") == UnguardedLetterReader().read(b"broken")


@settings(max_examples=60)
@given(st.data())
def test_a_torn_file_is_never_a_defect(desk: Desk, data: st.DataObject) -> None:
    """Pieces of the true letter, cut out, repeated and swapped."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(desk.pdf)), min_size=2, max_size=4)))
    pieces = [desk.pdf[start:end] for start, end in zip([0, *cuts], [*cuts, len(desk.pdf)], strict=True)]
    chosen = data.draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=4))
    torn = b"%PDF-1.7\n" + b"".join(chosen)
    try:
        found = desk.verify.document(torn)
    except (NotALetter, LicenseNotFound, UnreadableDocument):
        return
    assert found.verdict is Verdict.ALTERED
