"""Every file with every signed text: only the bytes that we issued are a letter, by HTTP, as a page and offline."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pypdf import PdfReader, PdfWriter

from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import (
    LicenseState,
    Revocation,
    RevocationReason,
    Supersession,
    SupersessionReason,
)
from allmytracks.signing.rules import LETTER_TYPE
from allmytracks.verification.pages.words import WORDS
from allmytracks.verification.ports import Reading
from allmytracks.wiring import Services, install
from functions.verify_license.handler import handle
from infra.ops.main import app
from infra.ops.verifying import EXITS, Finding
from tests.factories.command_line import run_command
from tests.factories.instants import NOW
from tests.factories.letters import AGREEMENT, LICENSE, NUMBER, Desk
from tests.factories.licenses import license_of
from tests.fakes.foundation import MemoryClientCounters
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.verification import UnguardedLetterReader

OTHER = license_of(license_number("1" * 23), "dl-2")
KINDS = ("licence", "agreement")
FILES = ("none", "blank", "another's letter", "own letter altered", "own letter")
TEXTS = ("none", "letter's", "statement", "another's", "forged")
STATES = {
    "valid": LicenseState(),
    "revoked": LicenseState(revocation=Revocation(NOW, RevocationReason.IMPERSONATION)),
    "superseded": LicenseState(supersession=Supersession(NOW, OTHER.number, SupersessionReason.MISSPELT_NAME)),
}


@dataclass
class RememberingReader:
    """Reads each file once."""

    read_before: dict[bytes, Reading] = field(default_factory=dict)

    def read(self, document: bytes) -> Reading:
        if document not in self.read_before:
            self.read_before[document] = UnguardedLetterReader().read(document)
        return self.read_before[document]


class Holder:
    """Someone who has every file and every text, but no key of ours."""

    def __init__(self, kind: str) -> None:
        self.desk = Desk()
        self.desk.verify = replace(self.desk.verify, reader=RememberingReader())
        statement = self.desk.record.statement
        assert statement is not None
        if kind == "licence":
            (own_jws, own), claims = (self.desk.jws, self.desk.pdf), {"jti": NUMBER, "license": LICENSE.claims()}
        else:
            own_jws, own = self.desk.put_agreement_on_record()
            claims = {"jti": AGREEMENT.number, "agreement": AGREEMENT.claims()}
        other_jws, other = self.desk.put_on_record(OTHER)
        forged = MemoryLicenseKeys().sign(claims, LETTER_TYPE).jws
        self.texts = {"letter's": own_jws, "statement": statement, "another's": other_jws, "forged": forged}
        self.files = {
            "blank": blank(),
            "another's letter": other,
            "own letter altered": own + b"\n%%EOF\n",
            "own letter": own,
        }
        self.contents: dict[tuple[str, str], bytes] = {}

    def content(self, file: str, text: str) -> bytes:
        """The file with the text attached, or either alone."""
        if (file, text) not in self.contents:
            self.contents[file, text] = self._made(file, text)
        return self.contents[file, text]

    def _made(self, file: str, text: str) -> bytes:
        if file == "none":
            return self.texts[text].encode()
        return self.files[file] if text == "none" else attached(self.files[file], self.texts[text])

    def everything_is(self, state: str) -> None:
        """All that was issued is so now."""
        licenses = self.desk.world.licenses
        licenses.states.clear()
        licenses.states.update(dict.fromkeys(licenses.records, STATES[state]))


def blank() -> bytes:
    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": "Licensed to Mallory"})
    writer.write(made)
    return made.getvalue()


def attached(pdf: bytes, text: str) -> bytes:
    """The pages of a PDF with a text attached as letters have it."""
    writer, made = PdfWriter(), io.BytesIO()
    writer.append(PdfReader(io.BytesIO(pdf)), import_outline=False)
    writer.add_attachment("license.jws", text.encode())
    writer.write(made)
    return made.getvalue()


@pytest.fixture(scope="module", params=KINDS)
def holder(request: pytest.FixtureRequest) -> Holder:
    return Holder(request.param)


@pytest.fixture(autouse=True)
def answered(holder: Holder) -> Iterator[None]:
    services = Services(Settings({}))
    services.verification.verify_letter = holder.desk.verify
    services.foundation.throttle = Throttle(MemoryClientCounters, holder.desk.world.clock)
    install(services)
    yield
    install(None)
    holder.everything_is("valid")


def post(content: bytes, *, is_file: bool, lang: str | None = None) -> tuple[int, str]:
    """The response in JSON, or as a page in a language."""
    kind = "application/pdf" if is_file else "application/json"
    body = content if is_file else json.dumps({"jws": content.decode()}).encode()
    answer: dict[str, Any] = handle(
        {
            "routeKey": "POST /v1/verifications",
            "rawPath": "/v1/verifications",
            "headers": {"content-type": kind, "accept": "text/html" if lang else "application/json"},
            "queryStringParameters": {"lang": lang} if lang else {},
            "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.7"}, "requestId": "req-1"},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        },
        None,
    )
    return answer["statusCode"], answer["body"]


def expected(file: str, text: str) -> tuple[str, str]:
    """The expected cell: what was held, and whether it is as issued ("" where nothing can be recognised)."""
    if file == "none":
        return {
            "letter's": ("signed_text", "valid"),
            "another's": ("signed_text", "valid"),
            "statement": ("statement", "valid"),
            "forged": ("signed_text", "altered"),
        }[text]
    if text == "none" and file in {"own letter", "another's letter"}:
        return "letter", "valid"
    if text == "none" and file == "blank":
        return "letter", ""
    return "letter", "altered"


CELLS = [(file, text) for file in FILES for text in TEXTS if (file, text) != ("none", "none")]


@pytest.mark.parametrize(("file", "text"), CELLS)
def test_only_the_issued_bytes_are_a_letter_online(holder: Holder, file: str, text: str) -> None:
    held, verdict = expected(file, text)
    status, body = post(holder.content(file, text), is_file=file != "none")
    if not verdict:
        assert (status, json.loads(body)["code"]) == (422, "not_a_letter")
        return
    found = json.loads(body)
    assert (status, found["held"], found["verdict"]) == (200, held, verdict)
    assert found["matches_record"] == (verdict == "valid")
    assert ("document" in found["altered"]) == (held == "letter" and verdict == "altered")
    if (held, text) == ("letter", "statement"):
        assert found["altered"] == ["document", "signed_text"]  # the signature is ours, of another text

    for state in ("revoked", "superseded"):
        holder.everything_is(state)
        found = json.loads(post(holder.content(file, text), is_file=file != "none")[1])
        assert (found["held"], found["status"]) == (held, state)
        assert found["verdict"] == ("altered" if verdict == "altered" else state)


class Sayings(NamedTuple):
    """What the page says in one language."""

    of_bytes: str
    genuine: tuple[str, str]
    not_issued: str
    no_letter: tuple[str, str]
    status: dict[str, str]


SAYINGS = {
    "en": Sayings(
        "every byte",
        ("This letter is genuine", "The letter itself is genuine"),
        "This is not what we issued",
        ("It is not the letter", "proves no letter"),
        {"revoked": "This licence is revoked", "superseded": "This licence is superseded"},
    ),
    "zh-Hant": Sayings(
        "每個位元組",
        ("此授權書真實", "授權書本身真實"),
        "這並非本公司所簽發",
        ("它並非授權書本身", "不能證明任何授權書"),
        {"revoked": "此授權已被撤銷", "superseded": "此授權已被取代"},
    ),
    "zh-Hans": Sayings(
        "每个字节",
        ("此授权书真实", "授权书本身真实"),
        "这并非本公司所签发",
        ("它并非授权书本身", "不能证明任何授权书"),
        {"revoked": "此授权已被撤销", "superseded": "此授权已被取代"},
    ),
}


def test_every_language_of_the_page_is_held() -> None:
    assert set(SAYINGS) == set(WORDS)


@pytest.mark.parametrize("lang", SAYINGS)
@pytest.mark.parametrize(("file", "text"), CELLS)
def test_the_page_calls_nothing_else_a_letter(holder: Holder, lang: str, file: str, text: str) -> None:
    held, verdict = expected(file, text)
    is_letter = (held, verdict) == ("letter", "valid")
    sayings = SAYINGS[lang]
    for state in STATES:
        holder.everything_is(state)
        _, page = post(holder.content(file, text), is_file=file != "none", lang=lang)
        told = re.search(r'id="result"(.*?)(?:<dl>|</section>)', page, re.DOTALL)
        assert told
        said = told[1]
        assert (sayings.of_bytes in said) == is_letter
        assert any(each in said for each in sayings.genuine) == is_letter
        assert (sayings.not_issued in said) == (verdict == "altered")
        assert (sayings.no_letter[0] in said) == (verdict == "valid" and held == "signed_text")
        assert (sayings.no_letter[1] in said) == (verdict == "valid" and held == "statement")
        assert any(each in said for each in sayings.status.values()) == (verdict == "valid" and state != "valid")
        assert "part_" not in said
        for part in re.findall("<li>(.*?)</li>", said):
            assert part in WORDS[lang].values()


def offline(holder: Holder, folder: Path, file: str, text: str, *more: str) -> tuple[int, str]:
    """What `allmytracks verify` ends with and says."""
    (folder / "held").write_bytes(holder.content(file, text))
    (folder / "jwks.json").write_text(json.dumps({"keys": holder.desk.keys.all()}))
    ended = run_command(app, ["verify", str(folder / "held"), "--keys", str(folder / "jwks.json"), *more])
    return ended.exit_code, " ".join(ended.output.split())


@pytest.mark.parametrize(("file", "text"), CELLS)
def test_only_a_sealed_file_is_a_letter_offline(holder: Holder, tmp_path: Path, file: str, text: str) -> None:
    held, verdict = expected(file, text)
    finding = "statement" if held == "statement" else verdict or "not_a_letter"
    status, said = offline(holder, tmp_path, file, text)
    assert status == EXITS[Finding(finding)]
    assert ("Genuine: signed with a key of the key set" in said) == (finding == "valid")
    assert ("signed text alone and no letter" in said) == ((held, verdict) == ("signed_text", "valid"))
    assert ("No letter: a genuine statement" in said) == (finding == "statement")
    assert ("Altered or forged" in said) == (finding == "altered")
    if verdict:
        assert json.loads(offline(holder, tmp_path, file, text, "--json")[1])["held"] == held
