"""Every file with every signed text: only the bytes that we issued are a letter, by HTTP, as a page and offline."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from typer.testing import CliRunner

from allmytracks.bootstrap import Services, install
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.signing.rules import LETTER_TYPE
from functions.verify_license.handler import handle
from infra.ops.main import app
from tests.fakes.foundation import MemoryClientCounters
from tests.fakes.signing import MemoryLicenseKeys
from tests.letter_samples import LICENSE, NUMBER, Desk
from tests.license_samples import license_of

OTHER = license_of(license_number("1" * 23), "dl-2")
FILES = ("none", "blank", "another's letter", "own letter altered", "own letter")
TEXTS = ("none", "letter's", "statement", "another's", "forged")


class Holder:
    """Somebody who can have every file and every text that there is, but no key of ours."""

    def __init__(self) -> None:
        self.desk = Desk()
        other_jws, other_pdf = self.desk.put_on_record(OTHER)
        forged = MemoryLicenseKeys().sign({"jti": NUMBER, "license": LICENSE.claims()}, LETTER_TYPE).jws
        statement = self.desk.record.statement
        assert statement is not None
        self.texts = {"letter's": self.desk.jws, "statement": statement, "another's": other_jws, "forged": forged}
        self.files = {
            "blank": blank(),
            "another's letter": other_pdf,
            "own letter altered": self.desk.pdf + b"\n%%EOF\n",
            "own letter": self.desk.pdf,
        }

    def content(self, file: str, text: str) -> bytes:
        """The file with the text attached, or either alone."""
        if file == "none":
            return self.texts[text].encode()
        return self.files[file] if text == "none" else attached(self.files[file], self.texts[text])


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


@pytest.fixture(scope="module")
def holder() -> Holder:
    return Holder()


@pytest.fixture(autouse=True)
def answered(holder: Holder) -> Iterator[None]:
    services = Services(Settings({}))
    services.verify_letter = holder.desk.verify
    services.throttle = Throttle(MemoryClientCounters, holder.desk.world.clock)
    install(services)
    yield
    install(None)


def post(content: bytes, *, is_file: bool, accept: str = "application/json") -> tuple[int, str]:
    kind = "application/pdf" if is_file else "application/json"
    body = content if is_file else json.dumps({"jws": content.decode()}).encode()
    answer: dict[str, Any] = handle(
        {
            "routeKey": "POST /v1/verifications",
            "rawPath": "/v1/verifications",
            "headers": {"content-type": kind, "accept": accept},
            "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.7"}, "requestId": "req-1"},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        },
        None,
    )
    return answer["statusCode"], answer["body"]


def expected(file: str, text: str) -> tuple[str, str]:
    """What each cell is: what was held, and whether it is as it was issued ("" where nothing can be recognised)."""
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
    content = holder.content(file, text)
    status, body = post(content, is_file=file != "none")
    if not verdict:
        assert (status, json.loads(body)["code"]) == (422, "not_a_letter")
        return
    found = json.loads(body)
    assert (status, found["held"], found["verdict"]) == (200, held, verdict)
    assert found["matches_record"] == (verdict == "valid")
    assert ("document" in found["altered"]) == (held == "letter" and verdict == "altered")

    if (held, text) == ("letter", "statement"):
        assert found["altered"] == ["document", "signed_text"]  # the signature is ours, of another text

    _, page = post(content, is_file=file != "none", accept="text/html")
    heading = re.search(r'id="result".*?<h2>(.*?)</h2>\s*<p>(.*?)</p>', page, re.DOTALL)
    assert heading
    said = " ".join(heading.groups())
    assert ("every byte" in said) == (held == "letter" and verdict == "valid")
    assert ("This letter is genuine" in said) == (held == "letter" and verdict == "valid")
    assert ("altered" in said) == (verdict == "altered")


@pytest.mark.parametrize(("file", "text"), CELLS)
def test_only_a_sealed_file_is_a_letter_offline(holder: Holder, tmp_path: Path, file: str, text: str) -> None:
    held, verdict = expected(file, text)
    (tmp_path / "held").write_bytes(holder.content(file, text))
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": holder.desk.keys.all()}))
    words = ["verify", str(tmp_path / "held"), "--keys", str(tmp_path / "jwks.json"), "--json"]
    found = json.loads(CliRunner().invoke(app, words).output)["finding"]
    if held == "statement":
        assert found == "statement"
    else:
        assert found == (verdict or "not_a_letter")


def test_a_statement_that_a_list_revokes_is_still_no_letter(holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "held").write_bytes(holder.content("none", "statement"))
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": holder.desk.keys.all()}))
    ended = CliRunner().invoke(app, ["verify", str(tmp_path / "held"), "--keys", str(tmp_path / "jwks.json")])
    assert ended.exit_code == 15
    assert "No letter" in ended.output
    assert "Genuine:" not in ended.output
