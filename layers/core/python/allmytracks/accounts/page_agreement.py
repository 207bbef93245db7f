"""An agreement as a page for people: its published text, when it was updated, from when it holds, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from allmytracks.accounts.rules_agreements import Agreement
from allmytracks.documents.rules_dates import day
from allmytracks.documents.rules_languages import ENGLISH, SIMPLIFIED_CHINESE, TRADITIONAL_CHINESE, language_for
from allmytracks.foundation.http.answers import HTML, Answer, page_policy

STYLE = (
    ":root{color-scheme:light dark}"
    'body{font:1.05rem/1.65 system-ui,"Noto Sans","PingFang HK","Noto Sans CJK HK","Microsoft JhengHei",sans-serif;'
    "max-width:44rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    ":lang(zh-Hans) body{font-family:"
    'system-ui,"Noto Sans","PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}'
    "h1{line-height:1.25}.facts{opacity:.75}pre{font:inherit;white-space:pre-wrap}"
    "@media print{body{margin:0;max-width:none}.versions{display:none}}"
)
WORDS = {
    ENGLISH: ("Version {version}, in force from {effective} (UTC)", "Last updated {updated}", "Versions"),
    TRADITIONAL_CHINESE: ("版本 {version}，自{effective}（UTC）起生效", "最後更新：{updated}", "各版本"),
    SIMPLIFIED_CHINESE: ("版本 {version}，自{effective}（UTC）起生效", "最后更新：{updated}", "各版本"),
}
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main><h1>{title}</h1>
<p class="facts">{version}<br>{updated}</p>
{text}</main>
<nav class="versions" aria-label="{versions_label}"><h2>{versions_label}</h2><ul>{versions}</ul></nav>
</body></html>
"""


def agreement_page(
    agreement: Agreement, versions: Sequence[Agreement], here: str, accept_language: str | None
) -> Answer:
    """The page, its frame in the browser's language; the text is as it was published."""
    lang = language_for((accept_language or "").partition(",")[0].partition(";")[0].strip())
    in_force, updated, versions_label = WORDS[lang]
    body = PAGE.format(
        lang=lang,
        title=escape(agreement.title_in(lang)),
        style=STYLE,
        version=escape(in_force.format(version=agreement.version, effective=day(agreement.effective_at, lang))),
        updated=updated.format(updated=day(agreement.last_updated_at, lang)),
        text="".join(f"<pre>{escape(part)}</pre>" for part in agreement.text.split("\n\n") if part.strip()),
        versions_label=versions_label,
        versions="".join(
            f'<li><a href="{escape(here)}?version={escape(each.version)}">{escape(each.version)}</a></li>'
            for each in versions
        ),
    )
    headers = {
        **agreement_headers(agreement),
        "Content-Language": lang,
        "Content-Security-Policy": page_policy(style=STYLE),
    }
    return Answer(200, body, headers, content_type=f"{HTML}; charset=utf-8")


def agreement_headers(agreement: Agreement) -> dict[str, str]:
    """What both forms of an agreement say of it: when its text last changed, and what it varies by."""
    return {
        "Last-Modified": format_datetime(agreement.last_updated_at, usegmt=True),
        "Vary": "Accept, Accept-Language",
    }
