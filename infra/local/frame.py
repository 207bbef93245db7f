"""The frame of all local pages."""

from __future__ import annotations

from markupsafe import Markup

_STYLE = Markup("""
:root{color-scheme:light dark;--ink:#1a1f26;--quiet:#5b6470;--edge:#cdd4dc;--paper:#fff;--key:#1f3a5f}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--quiet:#a8b0ba;--edge:#3a4452;--paper:#14181d;--key:#9cc2f2}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1rem;color:var(--ink);
background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:1rem 0}
h2{font-size:1.15rem;margin:1.6rem 0 .6rem}article h2{margin-top:.6rem}
a{color:var(--key)}nav a{display:inline-block;padding:.5rem 1rem .5rem 0}
article{border:1px solid var(--edge);border-radius:.5rem;padding:0 1rem 1rem;margin:1rem 0}
pre{white-space:pre-wrap;font:inherit}iframe{width:100%;min-height:18rem;border:1px solid var(--edge);background:#fff}
dl{margin:0}dt{font-weight:600;margin-top:.6rem}dd{margin:0}
@media(min-width:40rem){dl{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:.6rem 1.5rem}
dt{margin:0;grid-column:1}dd{grid-column:2}}
small{color:var(--quiet)}code{font-size:.9em}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}label{flex:1 1 14rem}
input{font:inherit;width:100%;padding:.6rem;border:1px solid var(--quiet);border-radius:.35rem}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;color:var(--paper);background:var(--key);
border:1px solid var(--key);border-radius:.35rem}button.other{color:var(--key);background:none}
.sum{font-size:2rem;font-weight:600;margin:.5rem 0}
""")
_FRAME = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
    "<style>{style}</style>"
    '<nav><a href="/_local">Local cloud</a><a href="/_local/mailbox">Mailbox</a><a href="/docs">API</a>'
    '<a href="/">Website</a></nav><h1>{title}</h1>{body}</html>'
)


def framed(title: str, body: str) -> str:
    """A whole page. `body` is escaped where it is not Markup."""
    return _FRAME.format(title=title, body=body, style=_STYLE)
