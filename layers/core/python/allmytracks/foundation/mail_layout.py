"""The one layout of all mails, as text and as HTML: whose they are, a greeting, what they say, why they came."""

from __future__ import annotations

import re
from html import escape

from allmytracks.foundation.mail_words import FRAMES
from allmytracks.foundation.messages import Mail

HEAD = "AllMyTracks"
RULE = "-- "  # as mail programs know the beginning of a signature
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_CODE = re.compile(r"(?<![\w-])[0-9]{6}(?![\w-])")  # and no part of a licence's number
# Mail programs drop style sheets or parts of them: what a mail needs is inline, and only the dark colours are here.
_DARK = (
    "@media (prefers-color-scheme:dark){.page{background:#14181d!important}"
    ".card{background:#1d232b!important;color:#e8ebef!important}.foot,.head{color:#a8b0ba!important}"
    "a{color:#9cc2f2!important}}"
)


def laid_out(mail: Mail, company: str = "") -> str:
    """The whole text of a mail; `company` is whose it is, with the postal address, lines separated by semicolons."""
    words = FRAMES[mail.language]
    stop = f"\n{words.stop_at}{mail.unsubscribing_link}" if mail.unsubscribing_link else ""
    foot = "".join(f"\n{line}" for line in _lines(company))
    return (
        f"{HEAD}\n\n{words.greeting}\n\n{mail.text.strip()}\n\n{RULE}\n{words.why[mail.why]}{stop}\n"
        f"{words.caution}{foot}\n"
    )


def laid_out_in_html(mail: Mail, company: str = "") -> str:
    """The same mail as HTML: one column that fits a telephone, light and dark; it loads nothing."""
    words = FRAMES[mail.language]
    paragraphs = "".join(_paragraph(each) for each in [words.greeting, *re.split(r"\n\s*\n", mail.text.strip())])
    stop = ""
    if mail.unsubscribing_link:
        stop = f'<br><a href="{escape(mail.unsubscribing_link)}" style="color:#1f3a5f">{words.stop}</a>'
    foot = "".join(f"<br>{escape(line)}" for line in _lines(company))
    return (
        f'<!doctype html><html lang="{mail.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(mail.subject)}</title><style>{_DARK}</style></head>"
        '<body class="page" style="margin:0;padding:0;background:#eef1f4">'
        '<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" '
        'style="background:#eef1f4">'
        '<tr><td align="center" style="padding:24px 12px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;'
        "overflow-wrap:anywhere;"
        f"font-family:system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,{_chinese(mail.language)},sans-serif;"
        'font-size:16px;line-height:1.5">'
        '<tr><td class="head" style="padding:0 4px 12px;font-weight:bold;color:#1f3a5f">'
        f"{HEAD}</td></tr>"
        '<tr><td class="card" style="padding:20px 24px;background:#fff;color:#1a1f26;border-radius:8px">'
        f"{paragraphs}</td></tr>"
        '<tr><td class="foot" style="padding:16px 4px;color:#5b6470;font-size:13px">'
        f"{escape(words.why[mail.why])}{stop}<br>{escape(words.caution)}{foot}</td></tr>"
        "</table></td></tr></table></body></html>\n"
    )


def _chinese(language: str) -> str:
    """The faces whose characters have the shapes of the language."""
    return "PingFang SC,Microsoft YaHei" if language == "zh-Hans" else "PingFang HK,Microsoft JhengHei"


def _lines(company: str) -> list[str]:
    return [line.strip() for line in company.split(";") if line.strip()]


def _paragraph(text: str) -> str:
    lines = "<br>".join(_linked(line) for line in text.splitlines())
    return f'<p style="margin:0 0 14px">{lines}</p>'


def _linked(line: str) -> str:
    """A line with its addresses as links, and its codes large enough to be read at a glance."""
    parts, end = [], 0
    for link in _LINK.finditer(line):
        address = escape(link[0])
        parts += [
            _with_codes(line[end : link.start()]),
            f'<a href="{address}" style="color:#1f3a5f;overflow-wrap:anywhere">{address}</a>',
        ]
        end = link.end()
    return "".join([*parts, _with_codes(line[end:])])


def _with_codes(text: str) -> str:
    large = r'<strong style="font-size:22px;letter-spacing:2px">\g<0></strong>'
    return _CODE.sub(large, escape(text))
