"""Every mail in every language, as it is sent: `/_local/mails`, with sample values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from markupsafe import Markup
from werkzeug.wrappers import Request

from allmytracks.documents.rules_dates import day, day_and_time
from allmytracks.foundation.mail_layout import laid_out, laid_out_in_html
from allmytracks.foundation.messages import Mail, Why
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import CATALOGUES, words_for

SOON = datetime(2026, 12, 5, 16, tzinfo=UTC)
COMPANY = "AllMyTracks (local); 1 Harbour Road; Wan Chai; Hong Kong"
NAMES = {
    "usual": "Studio Nord",
    "long": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "rtl": "استوديو الموسيقى العربية",
}
SAMPLES: Mapping[str, str] = {
    "about": "{name}",
    "agreement": "user-agreement",
    "amount": "USD 19.90",
    "asked_by": "ada@example.org",
    "before": "30",
    "code": "184467",
    "days": "7",
    "device": "{name}",
    "fields": "nickname",
    "hours": "24",
    "message": "Thank you for writing to us.\n\n{name} is now the name on your documents.",
    "minutes": "15",
    "network": "192.0.2.7",
    "number": "AMT-26-7K2M-9QXD",
    "order": "ord_01jdqw3v7m",
    "plan": "Premium",
    "receipt": "ers_01jdqw3v7m",
    "returned": "USD 19.90",
    "superseded_by": "AMT-26-8M3N-2RYE",
    "text": "{name}",
    "title": "{name}",
    "token": "sample-of-a-token",
    "version": "2026-12-05",
    "words": "{name} is changed.",
}
"""What is filled into letters; `{name}` is one of NAMES."""
PHRASES = {
    "goes_on": "goes_on",
    "month": "month",
    "over": "over",
    "refund": "refund",
    "renews": "renews",
    "settled": "to_settle",
    "span": "span",
    "why": "why",
    "work": "work",
}
"""Parts of letters that are phrases themselves."""
WAYS = (("HTML", ""), ("text", "&as=text"), ("a long name", "&names=long"), ("right to left", "&names=rtl"))


def preview(request: Request) -> str | None:
    """One mail: `letter`, `language`, `names`, `as=text`; None for an unknown letter, or for none."""
    language, name = request.args.get("language", "en"), request.args.get("letter", "")
    names = request.args.get("names", "usual")
    words = words_for(language)
    if name not in words.letters:
        return None
    mail = _mail(words, name, NAMES.get(names, NAMES["usual"]))
    if request.args.get("as") == "text":
        return str(
            Markup("<!doctype html><meta charset=utf-8><pre>Subject: {}\n\n{}</pre>").format(
                mail.subject, laid_out(mail, COMPANY)
            )
        )
    return laid_out_in_html(mail, COMPANY)


def index() -> Markup:
    """All letters with links to each language, as HTML and as text, with usual, long and right-to-left names."""
    rows = Markup("").join(_row(name) for name in CATALOGUES["en"].letters)
    return Markup(
        "<p>Values are samples. HTML, text, with a long name, with one from right to left.</p><dl>{}</dl>"
    ).format(rows)


def letter_of(words: Catalogue, name: str, person: str) -> Letter:
    """A letter with sample values. Raises KeyError where a part has no sample."""
    values = {part: text.replace("{name}", person) for part, text in SAMPLES.items()}
    values |= dict.fromkeys(("at", "since", "until"), day_and_time(SOON, words.language))
    values |= dict.fromkeys(("day", "ends", "starts", "valid_until"), day(SOON, words.language))
    values |= {"site": "http://127.0.0.1:3000", "reason": words.reason("fraud"), "failure": words.phrase("failure")}
    phrases = {part: words.phrase(phrase, **values) for part, phrase in PHRASES.items()}
    return words.letter(name, **{**values, **phrases})


def _mail(words: Catalogue, name: str, person: str) -> Mail:
    letter = letter_of(words, name, person)
    return Mail("ada@example.org", letter.subject, letter.text, Why.ACCOUNT, language=letter.language)


def _row(name: str) -> Markup:
    links = Markup("").join(
        Markup("<div>{}: {}</div>").format(language, Markup(", ").join(_link(name, language, *way) for way in WAYS))
        for language in CATALOGUES
    )
    subject = letter_of(CATALOGUES["en"], name, NAMES["usual"]).subject
    return Markup("<dt>{}<br><small>{}</small><dd>{}").format(subject, name, links)


def _link(name: str, language: str, text: str, more: str) -> Markup:
    return Markup('<a href="?letter={}&language={}{}">{}</a>').format(name, language, more, text)
