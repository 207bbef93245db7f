"""The site's files: what they say, what they ask for, and that they fit the API's document."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.local.website import SITE, Website, content_policy
from infra.localcloud.events import Request
from infra.openapi.__main__ import CLIENT, DOCUMENT
from infra.openapi.javascript import javascript

SCRIPTS = sorted(path for path in SITE.rglob("*.js") if path.parent.name != "vendor")
CORE = SITE.parents[1] / "layers" / "core" / "python" / "allmytracks"
# What the API says in English by itself has words only in the other languages.
API_ENGLISH = ("refusal.", "problem.")
WORDS = sorted((SITE / "words").glob("*.js"))


def words(path: Path) -> dict[str, str]:
    return dict(re.findall(r'^  "([\w.-]+)": "(.*)",$', path.read_text(), re.MULTILINE))


def test_the_client_is_what_the_document_makes() -> None:
    assert CLIENT.read_text() == javascript(json.loads(DOCUMENT.read_text()))


def test_every_language_has_the_same_words_with_the_same_gaps() -> None:
    spoken, *others = (words(path) for path in WORDS)
    # English alone has words for one of a kind.
    english = {key: text for key, text in spoken.items() if not key.endswith(".one")}
    for key in set(spoken) - set(english):
        assert re.findall(r"{\w+}", spoken[key]) == re.findall(r"{\w+}", english[key.removesuffix(".one")])
    assert len(english) > 50
    for other in others:
        assert {key for key in set(other) ^ set(english) if not key.startswith(API_ENGLISH)} == set()
        assert set(english) <= set(other)
        for key, text in english.items():
            assert set(re.findall(r"{\w+}", other[key])) == set(re.findall(r"{\w+}", text)), key


@pytest.mark.parametrize("path", [path for path in WORDS if path.stem != "en"], ids=lambda path: path.stem)
def test_what_the_api_refuses_in_english_has_words_in_every_other_language(path: Path) -> None:
    said = words(path)
    by_code = {key.split(".")[1] for key in said if key.startswith("refusal.")}
    assert by_code == refusals()
    assert {key.removeprefix("problem.") for key in said if key.startswith("problem.")} == field_problems()


def refusals() -> set[str]:
    """The codes of every route that a page may call."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    described = (
        response["description"].partition(":")[2]
        for path, item in paths.items()
        for operation in item.values()
        for status, response in operation.get("responses", {}).items()
        if status >= "400" and not path.startswith("/v1/webhooks/")
    )
    return {code for text in described for code in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)*\b", text)}


def field_problems() -> set[str]:
    sources = (path.read_text() for path in CORE.rglob("*.py"))
    return {code for text in sources for code in re.findall(r'FieldProblem\(\s*[^,]+,\s*"([a-z_]+)"', text)}


def test_every_word_that_is_used_is_there_and_every_word_is_used() -> None:
    known = {key for key in words(SITE / "words" / "en.js") if not key.endswith(".one")}
    source = "".join(path.read_text() for path in SCRIPTS if path.parent.name != "words")
    used = set(re.findall(r'\bt\("([\w.]+)"', source))
    assert used - known == set()
    families = set(re.findall(r"(?:\bt\(`|has\(`|key = \[?`)([\w.]+)\.\${", source))
    families |= set(re.findall(r'(?:named|states)\("(\w+)"', source))
    loose = {key for key in known - used if not any(key.startswith(f"{each}.") for each in families)}
    assert {key for key in loose if f'"{key}"' not in source} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(SITE)))
def test_no_text_is_read_as_markup_and_no_host_is_named(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", text)
    assert set(re.findall(r"https?://[\w.-]+", text)) <= {"http://www.w3.org"}


def test_every_page_of_a_route_is_there() -> None:
    named = re.findall(r'page\("(\w+)"(?:, "(\w+)")?\)', (SITE / "router.js").read_text())
    assert named
    for module, part in named:
        text = (SITE / "pages" / f"{module}.js").read_text()
        assert f"export async function {part}(" in text if part else "export default async function" in text


def test_a_file_outside_the_folder_is_not_served() -> None:
    site = Website(SITE, content_policy("'self'", "https://files.example"))
    get = Request("GET", "/../local/seed.py", "", (), b"")
    assert site(get) is None
    page = site(Request("GET", "/tracks/trk_1", "", (("accept", "text/html"),), b""))
    assert page is not None
    policy = dict(page.headers)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    trusted = "require-trusted-types-for 'script'; trusted-types default"
    assert policy.endswith(trusted)
    assert trusted in page.body.decode()
    assert site(Request("GET", "/v1/nothing", "", (("accept", "text/html"),), b"")) is None
    assert site(Request("POST", "/style.css", "", (), b"")) is None
