"""Pages for people below /_local: an index, the sent mails, and all mails that there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

from infra.local.frame import framed
from infra.local.mail_preview import index, preview

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Pages to open, and what programs call: JSON.
_PLACES = (
    ("/", "the website, as members see it"),
    ("/verify", "checking a licence letter"),
    ("/docs", "the API, browsable"),
    ("/_local/mailbox", "mails that were sent, codes among them"),
    ("/_local/mails", "every mail in every language, as HTML and as text"),
)
_ANSWERS = (
    ("/v1/openapi.json", "the API's description (OpenAPI 3.1)"),
    ("/_local/calls", "AWS calls, by function"),
    ("/_local/mail", "the mails; of one address with ?to="),
    ("/_local/clock", "the local time"),
    ("/_local/webhook-secret", "the secret that webhooks are signed with"),
    ("/_local/ready", "what is running"),
)
_CALLS = (
    ("POST /_local/clock", "{now} or {advance_seconds} moves the clock"),
    ("POST /_local/limits", "{throttling, anti_fraud, two_person_rule}: switches"),
    ("POST /_local/devices", "{serial, claim_code, model} registers a device"),
    ("POST /_local/recordings/{recording_id}/age", "{days} makes a recording so old"),
)

_NAMES = {
    "aws": "AWS",
    "dynamodb": "DynamoDB",
    "functions": "Functions",
    "kept": "Data kept from the run before",
    "region": "Region",
    "routes": "Routes",
    "seconds": "Seconds to start",
    "third_party": "Sign-in by another provider",
    "tracks": "Tracks",
    "url": "API",
}


class LocalPages:
    """A WSGI application: these pages; all other paths go to the payment provider.

    `mails` gives the items sent to an address, or all; `ready` is None until everything is up.
    """

    def __init__(
        self,
        mails: Callable[[str | None], list[dict[str, Any]]],
        ready: Callable[[], Mapping[str, Any] | None],
        payments: WSGIApplication,
    ) -> None:
        self._mails, self._ready, self._payments = mails, ready, payments

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        request = Request(environ)
        pages = {"/_local": self._index, "/_local/mailbox": self._mailbox, "/_local/mails": mails_page}
        page = pages.get(request.path.rstrip("/"))
        if page is None or request.method not in {"GET", "HEAD"}:
            return self._payments(environ, start_response)
        return Response(page(request), mimetype="text/html")(environ, start_response)

    def _index(self, _request: Request) -> str:
        return index_page(self._ready() or {})

    def _mailbox(self, request: Request) -> str:
        to = request.args.get("to") or None
        return mailbox_page(self._mails(to), to)


def mails_page(request: Request) -> str:
    """One mail as it is sent, or the list of all mails."""
    return preview(request) or framed("All mails", index())


def index_page(ready: Mapping[str, Any]) -> str:
    """The index of everything, with links."""
    place = Markup('<dt><a href="{0}">{0}</a><dd>{1}')
    answer = Markup('<dt><code>GET <a href="{0}">{0}</a></code><dd>{1}')
    call = Markup("<dt><code>{}</code><dd>{}")
    pages = Markup("").join(place.format(*each) for each in _PLACES)
    programs = Markup("").join(answer.format(*each) for each in _ANSWERS)
    programs += Markup("").join(call.format(*each) for each in _CALLS)
    facts = Markup("").join(Markup("<dt>{}<dd>{}").format(_NAMES.get(name, name), _fact(ready[name])) for name in ready)
    body = Markup("<dl>{}</dl><h2>For programs</h2><dl>{}</dl><h2>What is running</h2><dl>{}</dl>")
    return framed("AllMyTracks, local cloud", body.format(pages, programs, facts))


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _linked(str(value))


def mailbox_page(mails: Iterable[Mapping[str, Any]], to: str | None) -> str:
    """The mails, newest first; those to one address if it is given."""
    form = Markup('<form><label>To <input name="to" type="email" value="{}"></label> <button>Show</button></form>')
    shown = Markup("").join(_mail(mail) for mail in mails) or Markup("<p>None yet.</p>")
    return framed("Mailbox", form.format(to or "") + shown)


def _mail(mail: Mapping[str, Any]) -> Markup:
    # The frame runs no script and loads nothing: mails are untrusted text.
    html = Markup('<iframe sandbox="allow-popups" srcdoc="{}"></iframe>').format(mail["html"]) if mail["html"] else ""
    return Markup("<article><h2>{}</h2><small>to {}, {}</small><pre>{}</pre>{}</article>").format(
        mail["subject"], mail["to"], mail["sent_at"], _linked(str(mail["text"])), html
    )


def _linked(text: str) -> Markup:
    pieces = re.split(r"(https?://[^\s<>\"]+)", text)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )
