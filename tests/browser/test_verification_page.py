"""The verification page as a person uses it, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import Revocation, RevocationReason, Supersession, SupersessionReason
from allmytracks.verification.rules import LARGEST_DOCUMENT
from tests.browser.chromium import context_of
from tests.browser.site import Site
from tests.factories.instants import NOW
from tests.factories.letters import NUMBER, Desk

SUCCESSOR = license_number("2" * 23)
PHONE = ViewportSize(width=360, height=640)
DROPPED = """([text, name]) => {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "application/pdf" }));
  for (const kind of ["dragover", "drop"])
    document.getElementById("drop").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
}"""


def choose(page: Page, content: bytes) -> None:
    chosen = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Choose a PDF").set_input_files(chosen)  # type: ignore[arg-type]  # as documented


def drop(page: Page, content: bytes) -> None:
    page.evaluate(DROPPED, [base64.b64encode(content).decode(), "letter.pdf"])


def type_number(page: Page, number: str) -> None:
    page.get_by_label("Licence number").fill(number)
    page.get_by_role("button", name="Check").click()


def expect_heading(page: Page, text: str) -> None:
    expect(page.locator("#result h2")).to_have_text(text)


def revoke(desk: Desk) -> None:
    desk.world.licenses.revoke(NUMBER, Revocation(NOW, RevocationReason.IMPERSONATION))


def supersede(desk: Desk) -> None:
    desk.supersede(Supersession(NOW, SUCCESSOR, SupersessionReason.MISSPELT_NAME))


def test_a_typed_number_is_found_however_it_is_typed(page: Page) -> None:
    page.goto("/verify")
    type_number(page, f"  {NUMBER.lower().replace('-', ' ')} ")
    expect_heading(page, "This licence is valid")
    expect(page.locator("#result")).to_contain_text("A*** L***")
    assert page.url.endswith(f"/v1/verifications/{NUMBER}?lang=en")
    type_number(page, "AMT-AAAAAA")
    expect_heading(page, "This licence is unknown")


@pytest.mark.parametrize("hand_over", [choose, drop])
def test_a_letter_is_checked_when_it_is_chosen_or_dropped(
    page: Page, site: Site, hand_over: Callable[[Page, bytes], None]
) -> None:
    page.goto("/verify")
    hand_over(page, site.desk.pdf)
    expect_heading(page, "This letter is genuine and valid")
    expect(page.locator("#result")).to_be_focused()
    hand_over(page, site.desk.pdf.replace(b"AMT", b"XMT", 1))
    expect_heading(page, "This is not what we issued")
    expect(page.locator("#result li")).to_have_text("the file (a byte of it at least)")
    hand_over(page, b"%PDF-1.7 a shopping list")
    expect_heading(page, "This could not be checked")
    hand_over(page, site.desk.pdf)
    expect_heading(page, "This letter is genuine and valid")


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page) -> None:
    page.goto("/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    choose(page, b"%PDF-" + b"0" * LARGEST_DOCUMENT)
    expect(page.locator("#result")).to_have_text("This file is larger than any licence letter.")
    assert sent == []


def test_a_check_without_a_response_is_reported(page: Page, site: Site) -> None:
    page.goto("/verify")
    page.route("**/v1/verifications?*", lambda route: route.fulfill(status=429, json={"message": "Too Many Requests"}))
    choose(page, site.desk.pdf)
    expect(page.locator("#result")).to_contain_text("could not be checked just now")


@pytest.mark.clause("M-III.5.revoke")
def test_a_revoked_licence_says_since_when(page: Page, site: Site) -> None:
    revoke(site.desk)
    page.goto(f"/v1/verifications/{NUMBER}")
    expect_heading(page, "This licence is revoked")
    expect(page.locator("#result")).to_contain_text("Revoked since 22 November 2026, 06:00 UTC")
    choose(page, site.desk.pdf)
    expect(page.locator("#result")).to_contain_text("every byte of it is as it was issued")
    expect_heading(page, "This licence is revoked")


def test_a_superseded_letter_leads_to_the_one_in_its_place(page: Page, site: Site) -> None:
    supersede(site.desk)
    page.goto(f"/v1/verifications/{NUMBER}")
    expect_heading(page, "This licence is superseded")
    page.get_by_role("link", name=SUCCESSOR).click()
    expect_heading(page, "This licence is unknown")
    assert f"/v1/verifications/{SUCCESSOR}" in page.url


def test_the_page_can_be_read_in_chinese(page: Page) -> None:
    page.goto(f"/v1/verifications/{NUMBER}")
    page.get_by_role("link", name="繁體中文").click()
    expect_heading(page, "此授權有效")
    page.get_by_role("link", name="简体中文").click()
    expect_heading(page, "此授权有效")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_number_is_checked_without_scripts(browser: Browser, site: Site) -> None:
    with context_of(browser, base_url=site.url, java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto("/verify")
        expect(page.locator("#drop")).to_be_hidden()
        expect(page.locator("noscript")).to_be_visible()
        type_number(page, NUMBER)
        expect_heading(page, "This licence is valid")


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    browser: Browser, site: Site, lang: str, tmp_path: Path
) -> None:
    site.desk.rename_project("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2)
    with context_of(browser, base_url=site.url, viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        for path in (f"/verify?lang={lang}", f"/v1/verifications/{NUMBER}?lang={lang}"):
            page.goto(path)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"]
            for control in page.locator("button, input[type=text]").all():
                box = control.bounding_box()
                assert box is not None
                assert box["height"] >= 40


def test_every_control_and_the_result_have_names_for_those_who_listen(page: Page) -> None:
    page.goto(f"/v1/verifications/{NUMBER}")
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a licence letter")
    expect(page.get_by_role("textbox", name="Licence number")).to_be_visible()
    expect(page.get_by_role("navigation", name="Language")).to_be_visible()
    assert page.locator("#result").get_attribute("aria-live") == "polite"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"
