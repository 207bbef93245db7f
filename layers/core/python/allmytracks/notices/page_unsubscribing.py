"""The pages behind the link that stops offers: a button (programs follow links too), and that they stop."""

from __future__ import annotations

from allmytracks.foundation.http.answers import HTML, Answer, page_policy

STYLE = "body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}"
ASKING = """<h1>Stop our offers by mail?</h1>
<form method="post"><button>Stop them</button></form>
<p>Notices about your account still come.</p>"""
DONE = """<h1>Our offers stop</h1>
<p>We send you no more offers by mail. You can allow them again in your settings.</p>"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>AllMyTracks</title><style>{style}</style></head>
<body>{body}</body></html>
"""


def asking() -> Answer:
    """The page with the button."""
    return _page(ASKING)


def done() -> Answer:
    """The page after it."""
    return _page(DONE)


def _page(body: str) -> Answer:
    headers = {"Content-Security-Policy": page_policy(style=STYLE, form=True)}
    return Answer(200, PAGE.format(style=STYLE, body=body), headers, content_type=f"{HTML}; charset=utf-8")
