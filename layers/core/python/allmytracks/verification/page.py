"""The verification page: HTML for people where programs get JSON.

The page is self-contained; its Content-Security-Policy allows no other origin and only its own script.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from allmytracks.documents.logos import logo
from allmytracks.documents.rules_dates import day, day_and_time
from allmytracks.documents.rules_directions import isolated
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.http.answers import HTML, Answer, page_policy, prefers
from allmytracks.foundation.http.functions import Handler
from allmytracks.foundation.http.problems import problem
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.schemas_verification import SpecialUseAnswer, VerificationAnswer
from allmytracks.memberships.rules_purpose_words import id_in_words
from allmytracks.verification.pages import words
from allmytracks.verification.rules import LARGEST_DOCUMENT, Held, Verdict
from allmytracks.verification.schemas import LetterVerificationAnswer, VerificationQuery

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent / "pages"
Row = tuple[str, str]
_TYPED = re.compile(r"[A-Za-z0-9 -]{0,80}", re.ASCII)


def page_for_browsers(handler: Handler) -> Handler:
    """Responses and errors as a page where the request prefers one; placed directly below `app.route`."""

    @functools.wraps(handler)
    def answer(request: Request) -> Answer:
        if prefers(request.header("accept"), HTML):
            return _as_page(request, handler)
        given = handler(request)
        return replace(given, headers={**given.headers, "Vary": "Accept"})

    return answer


def page_for_all(handler: Handler) -> Handler:
    """Responses and errors as a page, whatever the Accept header."""

    @functools.wraps(handler)
    def answer(request: Request) -> Answer:
        return _as_page(request, handler)

    return answer


def _as_page(request: Request, handler: Handler) -> Answer:
    asked = None
    try:
        asked = request.query(VerificationQuery).lang
        given = handler(request)
    except DomainError as error:
        refusal = problem(error, request.path, datetime.now(UTC))
        return page(request, asked, refusal.status, refused(error), refusal.headers)
    if given.status != 200:
        return given
    return page(request, asked, given.status, shown(given.body), given.headers)


# The wording for genuine and valid: a text is never called a letter.
_GENUINE: dict[str, str] = {
    Held.LETTER: "unaltered",
    Held.SIGNED_TEXT: "genuine_text",
    Held.STATEMENT: "genuine_statement",
}


@dataclass(frozen=True)
class View:
    """The content of the page: `kind` selects its wording and colour, `found` is the record."""

    kind: str = ""
    found: VerificationAnswer | None = None
    altered: tuple[str, ...] = ()
    detail: str = ""


def shown(answer: object) -> View:
    """The view of a response."""
    if isinstance(answer, LetterVerificationAnswer):
        kind = _GENUINE[answer.held] if answer.verdict == Verdict.VALID else answer.verdict
        return View(kind, answer, tuple(answer.altered))
    if isinstance(answer, VerificationAnswer):
        return View(answer.status, answer)
    return View()


def refused(error: DomainError) -> View:
    """The view of a refusal; an unknown number has a sentence of the page instead of the error's own."""
    return View("unknown") if isinstance(error, LicenseNotFound) else View("refused", detail=error.detail)


def page(request: Request, asked: str | None, status: int, view: View, headers: Mapping[str, str]) -> Answer:
    """The page in the language that is `asked` for, or else in the browser's."""
    lang = words.language_of(asked, request.header("accept-language"))
    text, found = words.WORDS[lang], view.found
    body = _template().render(
        lang=lang,
        languages=words.LANGUAGES,
        words=text,
        here=request.path if request.event["requestContext"]["http"].get("method") == "GET" else "/verify",
        kind=view.kind,
        detail=view.detail,
        since=found.revoked_at if found else None,
        successor=found.superseded_by if found else None,
        altered=view.altered,
        number=found.number if found else None,
        typed=found.number if found else _typed(request),
        logo=logo(),
        licensor=found.licensor if found else None,
        hashes=_hashes(found, text) if found else [],
        statement=found.statement if found else None,
        rows=_rows(found, text, lang) if found else [],
        held=found.held if isinstance(found, LetterVerificationAnswer) else None,
        limit=LARGEST_DOCUMENT,
        style=_asset("verification.css"),
        script=_asset("verification.js"),
    )
    told = {
        **headers,
        "Vary": "Accept, Accept-Language",
        "Content-Language": lang,
        "Content-Security-Policy": _policy(),
    }
    return Answer(status, body, told, content_type=f"{HTML}; charset=utf-8")


def _typed(request: Request) -> str:
    """The number that was asked for, so that its field keeps it."""
    parameters = request.event.get("pathParameters") or request.event.get("queryStringParameters") or {}
    number = str(parameters.get("number") or "")
    return number if _TYPED.fullmatch(number) else ""


def _rows(found: VerificationAnswer, text: Mapping[str, str], lang: str) -> list[Row]:
    rows: list[Row] = [
        (text["number"], found.number),
        (text["issued"], _instant(found.issued_at, lang)),
        *([(text["licensor"], found.licensor)] if found.licensor else []),
        (text["licensee"], isolated(found.licensee.name) + text["aside"].format(text[found.licensee.kind])),
    ]
    if found.end_user is not None:
        same = found.end_user == found.licensee.name
        rows.append((text["end_user"], text["the_licensee"] if same else found.end_user))
    if found.track is not None:
        rows.append((text["track"], " · ".join(map(isolated, filter(None, (found.track.title, found.track.artist))))))
    if found.project is not None:
        rows.append(
            (
                text["project"],
                isolated(found.project.name) + text["aside"].format(text[f"{found.project.kind}_project"]),
            )
        )
    if found.purpose is not None:
        rows.append((text["purpose"], text.get(found.purpose) or id_in_words(found.purpose)))
    if found.platform:
        rows.append((text["platform"], found.platform))
    if found.special is not None:
        rows += _special(found.special, text)
    else:
        rows += _of_plan(found, text, lang)
    if found.supersedes:
        rows.append((text["supersedes"], found.supersedes))
    return rows


def _special(of: SpecialUseAnswer, text: Mapping[str, str]) -> list[Row]:
    """What a special licence grants, in the words that it was quoted in."""
    return [
        *((text["track"], " · ".join(map(isolated, filter(None, (each.title, each.artist))))) for each in of.tracks),
        (text["purpose"], of.purpose),
        (text["scope"], of.scope),
        (text["use_period"], of.period),
        (text["territory"], of.territory),
    ]


def _of_plan(found: VerificationAnswer, text: Mapping[str, str], lang: str) -> list[Row]:
    """What follows from the plan of a licence or an agreement."""
    rows: list[Row] = []
    rows.append((text["plan"], found.plan_name))
    if found.period is not None:
        rows.append((text["period"], f"{_day(found.period.starts_at, lang)} / {_day(found.period.ends_at, lang)}"))
    if found.terms is not None:
        row = text.get(f"right_{found.terms.right}", found.terms.right)
        listed = f"{text['price_list']} {found.terms.price_list}"
        version = text["aside"].format(listed) if found.terms.price_list else ""
        rows += [
            (text["rights"], f"{row}{version}"),
            (text["use_period"], text.get(found.terms.period, found.terms.period)),
            (text["territory"], text.get(found.terms.territory, found.terms.territory)),
            (text["audience"], text.get(found.terms.audience, found.terms.audience)),
        ]
    return rows


def _hashes(found: VerificationAnswer, text: Mapping[str, str]) -> list[Row]:
    """What only programs compare; the page folds it away."""
    of_track = [(text["file"], found.track.sha256)] if found.track else []
    return [*of_track, (text["document"], found.document_sha256)]


def _instant(rfc3339: str, lang: str = "en") -> str:
    return day_and_time(parse_rfc3339(rfc3339), lang)


def _day(rfc3339: str, lang: str) -> str:
    return day(parse_rfc3339(rfc3339), lang)


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415 - not loaded for JSON

    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    environment.filters["instant"] = _instant
    return environment.get_template("verification.html")


@functools.cache
def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@functools.cache
def _policy() -> str:
    style, script = (_asset(f"verification.{kind}") for kind in ("css", "js"))
    return page_policy(style=style, script=script, connect=True, form=True)
