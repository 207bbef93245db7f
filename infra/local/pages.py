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

_STYLE = Markup("""
:root{color-scheme:light dark;--ink:#1a1f26;--quiet:#5b6470;--edge:#cdd4dc;--paper:#fff;--key:#1f3a5f}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--quiet:#a8b0ba;--edge:#3a4452;--paper:#14181d;--key:#9cc2f2}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1rem;color:var(--ink);
background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:1rem 0}h2{font-size:1.15rem;margin:.6rem 0}
a{color:var(--key)}nav a{display:inline-block;padding:.5rem 1rem .5rem 0}
article{border:1px solid var(--edge);border-radius:.5rem;padding:0 1rem 1rem;margin:1rem 0}
pre{white-space:pre-wrap;font:inherit}iframe{width:100%;min-height:18rem;border:1px solid var(--edge);background:#fff}
dt{font-weight:600;margin-top:.6rem}dd{margin:0}small{color:var(--quiet)}code{font-size:.9em}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}label{flex:1 1 14rem}
input{font:inherit;width:100%;padding:.6rem;border:1px solid var(--quiet);border-radius:.35rem}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;color:var(--paper);background:var(--key);border:0;
border-radius:.35rem}
""")
_PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
    "<style>{style}</style>"
    '<nav><a href="/_local">Local cloud</a><a href="/_local/mailbox">Mailbox</a><a href="/docs">API</a>'
    '<a href="/">Website</a></nav><h1>{title}</h1>{body}</html>'
)

# Pages to open, and what programs call.
_PLACES = (
    ("/", "the website, as members see it"),
    ("/verify", "checking a licence letter"),
    ("/docs", "the API, browsable"),
    ("/v1/openapi.json", "its description (OpenAPI 3.1)"),
    ("/_local/mailbox", "mails that were sent, codes among them"),
    ("/_local/mails", "every mail in every language, as HTML and as text"),
    ("/_local/calls", "AWS calls, by function"),
    ("/_local/webhook-secret", "the secret that webhooks are signed with"),
    ("/_local/ready", "what is running"),
)
_CALLS = (
    ("POST /_local/clock", "{now} or {advance_seconds} moves the clock"),
    ("POST /_local/limits", "{throttling, anti_fraud, two_person_rule}: switches"),
    ("POST /_local/devices", "{serial, claim_code, model} registers a device"),
    ("POST /_local/recordings/{recording_id}/age", "{days} makes a recording so old"),
)


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=title, body=body, style=_STYLE)


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
    return preview(request) or _page("All mails", index())


def index_page(ready: Mapping[str, Any]) -> str:
    """The index of everything, with links."""
    places = Markup("").join(Markup('<dt><a href="{0}">{0}</a><dd>{1}').format(*place) for place in _PLACES)
    calls = Markup("").join(Markup("<dt><code>{}</code><dd>{}").format(*call) for call in _CALLS)
    facts = Markup("").join(Markup("<dt>{}<dd>{}").format(name, value) for name, value in ready.items())
    body = Markup("<dl>{}</dl><h2>For programs</h2><dl>{}</dl><h2>What is running</h2><dl>{}</dl>")
    return _page("AllMyTracks, local cloud", body.format(places, calls, facts))


def mailbox_page(mails: Iterable[Mapping[str, Any]], to: str | None) -> str:
    """The mails, newest first; those to one address if it is given."""
    form = Markup('<form><label>To <input name="to" type="email" value="{}"></label> <button>Show</button></form>')
    shown = Markup("").join(_mail(mail) for mail in mails) or Markup("<p>None yet.</p>")
    return _page("Mailbox", form.format(to or "") + shown)


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
