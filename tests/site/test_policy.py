"""The Content-Security-Policy of the site's pages, as the browser keeps it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

REFUSED = {
    "markup by a script": ("document.body.innerHTML = '<b>x</b>'", "require-trusted-types-for"),
    "another policy": ("trustedTypes.createPolicy('mine', { createHTML: (text) => text })", "trusted-types"),
    "a worker of another file": ("new Worker('/api.js')", "require-trusted-types-for"),
    "text as code": ("setTimeout('0')", "require-trusted-types-for"),
    "a style in the page": ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
    "a picture of another host": (
        "document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/x.png' }))",
        "img-src",
    ),
    "a request to another host": ("fetch('https://elsewhere.example/').catch(() => 0)", "connect-src"),
    "a frame": (
        "document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))",
        "frame-src",
    ),
}
LISTEN = (
    "globalThis.refused = [];"
    "document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));"
)
TRY = "(text) => { try { return (0, globalThis.attempts[text])(), null } catch { return null } }"


@pytest.fixture(scope="module")
def attempts() -> str:
    """The attempts as a script: functions, as the page's own policy lets no text become code."""
    made = ", ".join(f"{name!r}: () => {{ {script}; }}" for name, (script, _) in REFUSED.items())
    return f"globalThis.attempts = {{ {made} }};"


def test_what_the_policy_refuses_is_refused(context: BrowserContext, attempts: str) -> None:
    page = context.new_page()
    page.add_init_script(LISTEN + attempts)
    page.goto("/")
    expect(page.locator(".track").first).to_be_visible()
    assert page.evaluate("refused") == []
    for name, (_, directive) in REFUSED.items():
        page.evaluate("refused.length = 0")
        page.evaluate(TRY, name)
        page.wait_for_function("() => refused.length > 0")
        assert page.evaluate("refused[0]") == directive, name
