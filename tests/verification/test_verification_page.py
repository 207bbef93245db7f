"""Verification over HTTP: JSON for programs, a page for people."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.rules import LETTER_VERIFICATION
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.letters.languages import WORDINGS
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import Revocation, RevocationReason, Supersession, SupersessionReason
from allmytracks.verification.pages.words import LANGUAGES, WORDS, language_of
from allmytracks.verification.rules import LARGEST_DOCUMENT
from allmytracks.wiring import Services, install
from functions.verify_license.handler import handle
from tests.factories.instants import NOW
from tests.factories.letters import NUMBER, Desk
from tests.fakes.foundation import MemoryClientCounters

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BY_NUMBER, BY_LETTER, PAGE = "GET /v1/verifications/{number}", "POST /v1/verifications", "GET /verify"
SUCCESSOR = license_number("2" * 23)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    services = Services(Settings({}))
    services.licenses.repository = made.world.licenses
    services.verification.verify_letter = made.verify
    services.foundation.throttle = Throttle(MemoryClientCounters, made.world.clock)
    install(services)
    yield made
    install(None)


def call(route: str, body: bytes | None = None, **changes: Any) -> dict[str, Any]:
    method, path = route.split()
    headers = {"content-type": "application/pdf", **changes.pop("headers", {})}
    event = {
        "routeKey": route,
        "rawPath": path,
        "headers": headers,
        "requestContext": {"http": {"method": method, "sourceIp": "192.0.2.7"}, "requestId": "req-1"},
        **changes,
    }
    if body is not None:
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    answer: dict[str, Any] = handle(event, None)
    return answer


def page(route: str, body: bytes | None = None, accept: str = BROWSER, **changes: Any) -> tuple[int, str]:
    answer = call(route, body, headers={"accept": accept}, **changes)
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    return answer["statusCode"], answer["body"]


def by_number(number: str = NUMBER, **changes: Any) -> tuple[int, str]:
    return page(BY_NUMBER, pathParameters={"number": number}, **changes)


def heading(text: str) -> str:
    found = re.search(r'id="result" class="(\w*)".*?<h2>(.*?)</h2>', text, re.DOTALL)
    assert found
    return found[1]


def test_a_letter_is_checked_as_pdf_and_as_signed_text(desk: Desk) -> None:
    answer = call(BY_LETTER, desk.pdf)
    found = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert found["number"] == NUMBER
    told = {name: found[name] for name in ("verdict", "status", "signature", "matches_record", "altered")}
    assert told == {
        "verdict": "valid",
        "status": "valid",
        "signature": "valid",
        "matches_record": True,
        "altered": [],
    }
    assert found["licensee"]["name"] == "A*** L***"
    json_headers = {"content-type": "application/json; charset=utf-8"}
    as_text = call(BY_LETTER, body=json.dumps({"jws": desk.jws}).encode(), headers=json_headers)
    assert json.loads(as_text["body"]) == {**found, "held": "signed_text"}
    altered = json.loads(call(BY_LETTER, desk.pdf + b"x")["body"])
    assert (altered["verdict"], altered["status"], altered["matches_record"]) == ("altered", "valid", False)
    assert altered["altered"] == ["document"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"%PDF-" + b"0" * LARGEST_DOCUMENT, "application/pdf", 413, "document_too_large"),
        (b"%PDF-1.7 nothing", "application/pdf", 422, "not_a_letter"),
        (b"", "application/pdf", 422, "not_a_letter"),
        (b"%PDF-1.7", "text/plain", 415, "unsupported_media_type"),
        (b"%PDF-1.7", "", 415, "unsupported_media_type"),
        (b"[]", "application/json", 400, "malformed_request"),
        (b"{", "application/json", 400, "malformed_request"),
        (b"{}", "application/json", 422, "invalid_fields"),
        (b'{"jws": "a.b.c"}', "application/json", 422, "not_a_letter"),
    ],
)
def test_what_is_no_letter_is_refused_with_a_code(desk: Desk, body: bytes, kind: str, status: int, code: str) -> None:
    answer = call(BY_LETTER, body, headers={"content-type": kind})
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (status, code)


@pytest.mark.clause("U-II.IV.7")
def test_letters_are_counted_by_client(desk: Desk) -> None:
    statuses = [call(BY_LETTER, desk.pdf)["statusCode"] for _ in range(LETTER_VERIFICATION.requests + 1)]
    refused = call(BY_LETTER, desk.pdf)
    assert statuses == [200] * LETTER_VERIFICATION.requests + [429]
    assert int(refused["headers"]["Retry-After"]) > 0
    status, text = page(BY_LETTER, desk.pdf)
    assert (status, heading(text)) == (429, "refused")


@pytest.mark.clause("M-III.5.revoke")
def test_people_see_what_became_of_a_licence(desk: Desk) -> None:
    text = by_number()[1]
    assert heading(text) == "valid"
    assert f"<code>{desk.record.statement}</code>" in text
    assert f'href="/v1/register/inclusion/{NUMBER}"' in text
    assert heading(page(BY_LETTER, desk.pdf)[1]) == "unaltered"
    assert heading(page(BY_LETTER, desk.pdf + b"x")[1]) == "altered"
    fact = Supersession(NOW, SUCCESSOR, SupersessionReason.MISSPELT_NAME)
    desk.supersede(fact)
    text = by_number()[1]
    assert heading(text) == "superseded"
    assert f'href="/v1/verifications/{SUCCESSOR}?lang=en"' in text
    desk.world.licenses.revoke(NUMBER, Revocation(NOW, RevocationReason.IMPERSONATION))
    text = by_number()[1]
    assert heading(text) == "revoked"
    assert f'<time datetime="{rfc3339(NOW)}">22 November 2026, 06:00 UTC</time>' in text
    told = json.loads(call(BY_NUMBER, pathParameters={"number": NUMBER})["body"])
    assert told["revoked_at"] == rfc3339(NOW)


def test_mistyped_and_unissued_numbers_get_the_same_response(desk: Desk) -> None:
    for number in ("AMT-nothing", SUCCESSOR, "<script>alert(1)</script>"):
        status, text = by_number(number)
        assert (status, heading(text)) == (404, "unknown")
        assert "alert(1)" not in text


def test_the_page_leads_to_the_number_that_was_typed(desk: Desk) -> None:
    status, text = page(PAGE)
    assert (status, 'name="number"' in text, "<h2>" in text) == (200, True, False)
    typed = {"number": f" {NUMBER.lower()} ", "lang": "zh-Hant"}
    answer = call(PAGE, queryStringParameters=typed)
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"/v1/verifications/{NUMBER}?lang=zh-Hant"
    status, text = page(PAGE, accept="*/*", queryStringParameters={"number": "AMT-1"})
    assert (status, heading(text)) == (404, "unknown")
    assert 'value="AMT-1"' in text, "the field keeps what was typed"


def test_the_record_names_the_licensor_and_the_terms_and_folds_the_checksums_away(desk: Desk) -> None:
    _, text = by_number(NUMBER)
    shown, folded = text.split("<details", 1)
    for stated in (
        "Licensor",
        "AllMyTracks Technology Limited",
        "the licensee",
        "worldwide",
        "perpetual",
    ):
        assert stated in shown
    assert "ab" * 32 not in shown
    assert "ab" * 32 in folded
    assert "<svg" in shown
    assert f'value="{NUMBER}"' in text


def test_nothing_but_the_pages_own_style_and_script_runs(desk: Desk) -> None:
    answer = call(PAGE)
    policy = answer["headers"]["Content-Security-Policy"]
    for element in ("style", "script"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", answer["body"], re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer["body"])


def test_what_a_member_wrote_is_shown_as_text(desk: Desk) -> None:
    desk.rename_project("<img src=x onerror=alert(1)>")
    text = by_number()[1]
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img" not in text


def test_the_page_speaks_the_readers_language(desk: Desk) -> None:
    for lang in LANGUAGES:
        text = by_number(queryStringParameters={"lang": lang})[1]
        assert f'<html lang="{lang}">' in text
        assert WORDS[lang]["valid"] in text
    asked = call(PAGE, headers={"accept-language": "zh-TW,zh;q=0.9,en;q=0.5"})
    assert (asked["headers"]["Content-Language"], asked["headers"]["Vary"]) == ("zh-Hant", "Accept, Accept-Language")
    accepted = {"zh-CN,zh": "zh-Hans", "zh-HK": "zh-Hant", "fr,de": "en", "en-GB,zh": "en", "": "en", "*": "en"}
    assert {text: language_of(None, text) for text in accepted} == accepted
    assert language_of("zh-Hans", "zh-HK") == "zh-Hans"


def test_every_language_says_everything() -> None:
    assert all(set(words) == set(WORDS["en"]) for words in WORDS.values())


def test_the_page_calls_a_purpose_what_the_letter_calls_it() -> None:
    for language, wording in WORDINGS.items():
        words = WORDS[language.value]
        assert words["licensee"] == wording.labels["licensee"]
        assert {purpose: words[purpose] for purpose in wording.purposes} == {
            purpose: called for purpose, (called, _, _) in wording.purposes.items()
        }


def test_programs_get_json(desk: Desk) -> None:
    for accept in ("application/json", "*/*", None, "application/json, text/html"):
        headers = {"accept": accept} if accept else {}
        answer = call(BY_NUMBER, pathParameters={"number": NUMBER}, headers=headers)
        assert answer["headers"]["Content-Type"] == "application/json"
        assert answer["headers"]["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("route", "changes"),
    [
        (PAGE, {"queryStringParameters": {"lang": "x" * 1000}}),
        (PAGE, {"queryStringParameters": {"number": "1" * 1000}}),
        (BY_NUMBER, {"queryStringParameters": {"lang": "x" * 1000}, "pathParameters": {"number": NUMBER}}),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_on_the_page(desk: Desk, route: str, changes: dict[str, Any]) -> None:
    status, text = page(route, **changes)
    assert (status, heading(text)) == (422, "refused")
