"""Browsing, searching and listening, in a real browser."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, ViewportSize, expect

FIRST_PAGE_BYTES = 150_000
PHONE = ViewportSize(width=360, height=700)


def test_a_search_narrows_the_list_and_stays_in_the_address(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".track").first).to_be_visible()
    page.get_by_role("combobox", name="Search").or_(page.get_by_role("searchbox", name="Search")).fill("steam whistle")
    page.keyboard.press("Enter")
    expect(page.locator(".track .title").first).to_have_text("Steam Whistle")
    assert "q=steam+whistle" in page.url
    page.reload()
    expect(page.locator(".track .title").first).to_have_text("Steam Whistle")


def test_a_suggestion_is_taken_by_keyboard(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("steam")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Steam Whistle"])
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Steam Whistle")
    expect(page.locator(".track .title").first).to_have_text("Steam Whistle")


def test_the_filters_and_the_next_page_are_used_by_keyboard_alone(page: Page) -> None:
    page.goto("/?limit=5")
    expect(page.locator(".track").first).to_be_visible()
    before = page.locator(".track").count()
    page.get_by_role("button", name="Show more").press("Enter")
    expect(page.locator(".track").nth(before)).to_be_visible()
    chip = page.get_by_role("button", name=re.compile("^Sound effect"))
    chip.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Sound effect"), pressed=True)).to_be_focused()
    assert set(page.locator(".track .tags li:first-child").all_text_contents()) == {"Sound effect"}


def test_a_track_is_heard_with_its_waveform(page: Page) -> None:
    page.goto("/")
    page.locator(".track .title").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".waveform")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Play ")).first.click()
    expect(page.get_by_role("complementary", name="Player")).to_be_visible()
    # The preview arrived and its length is known.
    position = page.get_by_role("slider", name="Position")
    expect(position).to_have_attribute("aria-valuetext", re.compile(r"^0:\d\d / 0:(0[1-9]|[1-9]\d)$"))


def test_similar_tracks_are_shown_and_lead_on(page: Page) -> None:
    page.goto("/")
    page.locator(".track .title").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    similar = page.get_by_role("region", name="Similar")
    expect(similar.locator(".track").first).to_be_visible()
    chosen = similar.locator(".track .title").first
    title = chosen.inner_text()
    assert title not in page.get_by_role("heading", level=1).all_inner_texts()
    chosen.click()
    expect(heading).to_have_text(title)
    expect(similar.locator(".track").first).to_be_visible()


def test_a_purpose_that_no_plan_permits_finds_nothing_and_says_why(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Usable for").select_option("Offline venues")
    expect(page.get_by_text("Not permitted for this purpose")).to_be_visible()
    expect(page.locator(".track")).to_have_count(0)
    assert "usable_for=offline_venue" in page.url
    page.get_by_label("Usable for").select_option("Any purpose")
    expect(page.locator(".track").first).to_be_visible()


def test_several_values_of_a_filter_widen_it_and_counts_are_shown(page: Page) -> None:
    page.goto("/")
    for name in ("Folk", "Jazz"):
        page.get_by_role("button", name=re.compile(f"^{name}\\s*1", re.IGNORECASE)).click()
        expect(page.get_by_role("button", name=re.compile(f"^{name}", re.IGNORECASE), pressed=True)).to_be_visible()
    expect(page.locator(".track")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 tracks")).to_be_visible()
    assert "genre=Folk%2CJazz" in page.url
    page.get_by_role("button", name=re.compile("^Folk", re.IGNORECASE)).click()
    expect(page.locator(".track")).to_have_count(1)


def test_a_misspelt_search_says_what_was_searched_and_a_vain_one_can_be_cleared(page: Page) -> None:
    page.goto("/?q=steem+whistel")
    expect(page.get_by_text("Showing results for “steam whistle” · 1 tracks")).to_be_visible()
    page.get_by_role("combobox", name="Search").fill("zzzqqq")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No track matches.")).to_be_visible()
    page.get_by_role("button", name="Clear words and filters").click()
    expect(page.locator(".track").nth(2)).to_be_visible()


@pytest.mark.parametrize(("language", "heading"), [("zh-Hant", "找到合適的聲音"), ("zh-Hans", "找到合适的声音")])
def test_the_language_is_chosen_and_kept_in_the_address_alone(page: Page, language: str, heading: str) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(language)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.locator(".track .title").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert f"lang={language}" in page.url
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_first_page_is_light_and_foreign_to_nobody(page: Page) -> None:
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - marked by Playwright
    page.goto("/", wait_until="networkidle")
    expect(page.locator(".track").first).to_be_visible()
    sent = {each.url: len(gzip.compress(each.body())) for each in responses}
    assert sum(sent.values()) < FIRST_PAGE_BYTES


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/", "/no-such-page"])
def test_public_pages_are_for_everybody(
    page: Page, faults: Callable[[Page], list[str]], path: str, *, dark: bool
) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto(path)
    page.locator("main h1").wait_for()
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
