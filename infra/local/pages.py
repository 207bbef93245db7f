"""Pages for people below /_local: an index, the sent mails, and all mails that there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

from infra.local.mail_preview import index, preview

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}}"
    "article{{border:1px solid #ccc;border-radius:6px;padding:0 1rem;margin:1rem 0}}"
    "pre{{white-space:pre-wrap;font:inherit}}iframe{{width:100%;min-height:18rem;border:1px solid #ccc}}"
    "dt{{font-weight:600}}small{{color:#555}}</style><h1>{title}</h1>{body}</html>"
)

_PLACES = (
    ("/docs", "the API, browsable"),
    ("/v1/openapi.json", "its description (OpenAPI 3.1)"),
    ("/_local/mailbox", "mails that were sent, codes among them"),
    ("/_local/mails", "every mail in every language, as HTML and as text"),
    ("/_local/clock", "the clock: POST {now} or {advance_seconds} moves it"),
    ("/_local/limits", "switches: POST {throttling, anti_fraud, two_person_rule}"),
    ("/_local/devices", "registers a device: POST {serial, claim_code, model}"),
    ("/_local/recordings/{recording_id}/age", "makes a recording so old: POST {days}"),
    ("/_local/calls", "AWS calls, by function"),
    ("/_local/webhook-secret", "the secret that webhooks are signed with"),
    ("/_local/ready", "what is running"),
)


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
    return preview(request) or _PAGE.format(title="All mails", body=index())


def index_page(ready: Mapping[str, Any]) -> str:
    """The index of everything, with links."""
    places = Markup("").join(Markup('<dt><a href="{0}">{0}</a><dd>{1}').format(*place) for place in _PLACES)
    facts = Markup("").join(Markup("<dt>{}<dd>{}").format(name, value) for name, value in ready.items())
    return _PAGE.format(
        title="AllMyTracks, local cloud", body=Markup("<dl>{}</dl><hr><dl>{}</dl>").format(places, facts)
    )


def mailbox_page(mails: Iterable[Mapping[str, Any]], to: str | None) -> str:
    """The mails, newest first; those to one address if it is given."""
    form = Markup('<form><label>To <input name="to" type="email" value="{}"></label> <button>Show</button></form>')
    shown = Markup("").join(_mail(mail) for mail in mails) or Markup("<p>None yet.</p>")
    return _PAGE.format(title="Mailbox", body=form.format(to or "") + shown)


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
