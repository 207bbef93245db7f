"""A member's way through the site: sign up, buy, download, license; by keyboard where it says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.demo.site import PASSWORD, Site
from tests.e2e.subscribing import claim


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find the right sound")


def drawn(page: Page) -> None:
    """Waits for the page of the address: the one that is left is inert until then."""
    expect(page.locator("main[inert]")).to_have_count(0)


def enter(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    """Presses a control by keyboard."""
    exact = isinstance(name, str)
    control = page.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]  # a role's name
    control.wait_for()
    drawn(page)
    control.focus()
    page.keyboard.press("Enter")


def test_from_the_form_to_the_letter_by_keyboard(
    page: Page, visitor: Site, faults: Callable[[Page], list[str]]
) -> None:
    email = "keyboard@example.org"
    page.goto("/sign-up")
    page.get_by_label("E-mail address", exact=True).fill(email)
    enter(page, "Sign up")
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Country or region").select_option("HK")
    for box in page.get_by_role("checkbox", name=re.compile("I accept")).all():
        box.press("Space")
    assert faults(page) == []
    enter(page, "Sign up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    page.get_by_label("Code from the mail").fill(visitor.code_for(email))
    page.keyboard.press("Enter")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find the right sound")
    # The plan: the price shown is the one confirmed; the provider sends back to the order.
    enter(page, "Plans", "link")
    enter(page, re.compile("^Choose: .*Premium"))
    page.get_by_role("checkbox", name=re.compile("I accept")).press("Space")
    assert faults(page) == []
    enter(page, "Show the price to confirm")
    enter(page, re.compile(r"^Confirm (US)?\$19\.90 and pay"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Local payment page")
    enter(page, "Pay")
    expect(page.get_by_text("It is paid and in force")).to_be_visible()
    assert faults(page) == []
    # What is left of the day and the rights, before the click; the count afterwards.
    enter(page, "Browse", "link")
    page.locator(".track .title").first.focus()
    page.keyboard.press("Enter")
    enter(page, "Download", "link")
    expect(page.get_by_text("30 of 30 downloads left today")).to_be_visible()
    expect(page.get_by_role("cell", name="Own work only").first).to_be_visible()
    page.get_by_label("Project (optional)").fill("Holiday <b>film</b>")
    page.get_by_label("Purpose").select_option("social_media")
    assert faults(page) == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download", exact=True).press("Enter")
    assert saved.value.suggested_filename.endswith(".wav")
    expect(page.get_by_text("29 of 30 downloads left today")).to_be_visible()
    enter(page, "Get a licence", "link")
    page.get_by_label("Licensee", exact=True).fill("Ada Lovelace")
    enter(page, "Issue the licence")
    expect(page.get_by_text("Holiday <b>film</b>")).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as letter:
        enter(page, "Save the letter (PDF)")
    assert letter.value.path().read_bytes().startswith(b"%PDF-")
    enter(page, "Make the text")
    expect(page.locator("pre")).to_contain_text("AMT-")


@pytest.fixture
def member(page: Page, visitor: Site) -> Page:
    """A page on which somebody without a membership is signed in."""
    page.goto("/sign-in")
    sign_in(page, visitor.become_account())
    return page


def test_a_reload_keeps_the_session_and_no_script_of_the_page_sees_a_token(member: Page) -> None:
    member.get_by_role("link", name="Plans").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("Plans")
    member.reload()
    expect(member.get_by_role("button", name="Sign out")).to_be_visible()
    assert member.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    seen = member.evaluate("async () => (await fetch('/v1/sessions/refresh', {method: 'POST', body: '{}'})).text()")
    assert "eyJ" not in seen
    member.get_by_role("button", name="Sign out").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("Find the right sound")
    member.goto("/downloads")
    expect(member.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_favourite_is_kept_and_dropped(member: Page) -> None:
    # Who goes on at once finds it there as well.
    member.get_by_role("button", name=re.compile("^Keep Steam Whistle")).click()
    member.get_by_role("link", name="Favourites").click()
    expect(member.locator(".track .title")).to_have_text(["Steam Whistle"])
    member.get_by_role("button", name=re.compile("^Keep Steam Whistle"), pressed=True).click()
    dropped = member.get_by_role("button", name=re.compile("^Keep Steam Whistle"), pressed=False)
    expect(dropped).not_to_have_attribute("aria-busy", "true")
    member.reload()
    expect(member.get_by_text("No favourites yet.")).to_be_visible()


def test_who_is_no_member_is_told_before_the_download(member: Page) -> None:
    member.locator(".track .title").first.click()
    member.get_by_role("link", name="Download", exact=True).click()
    expect(member.get_by_text("Downloads need a membership.")).to_be_visible()


REFUSED = (
    "refused => import('/forms.js').then((forms) => forms.refusalBox({ name: 'Refusal', ...refused }).textContent)"
)


def test_a_refusal_and_a_mail_are_in_the_language_of_the_page(page: Page, visitor: Site) -> None:
    email = visitor.become_account()
    page.goto("/sign-in?lang=zh-Hant")
    page.get_by_label("電子郵件地址").fill(email)
    page.get_by_label("密碼", exact=True).fill("Wrong4horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("電子郵件地址或密碼不正確。")
    refused = {"code": "invalid_fields", "errors": [{"field": "until", "code": "in_the_past", "message": "Too late."}]}
    assert page.evaluate(REFUSED, refused) == "有些內容無法接受：until: 此時間已過。"
    assert (
        page.evaluate(REFUSED, {"code": "account_frozen", "account_status": "banned"}) == "帳戶已被封禁，請聯絡客服。"
    )
    assert page.evaluate("import('/pages/plans.js').then((plans) => plans.term('3_months'))") == "3 個月"
    page.get_by_role("link", name="忘記密碼？").click()
    page.get_by_label("電子郵件地址").fill(email)
    page.get_by_role("button", name="寄送驗證碼").click()
    expect(page.get_by_label("郵件中的驗證碼")).to_be_visible()
    newest = visitor.http.get("/_local/mail", params={"to": email}).json()["items"][0]
    assert newest["subject"] == "設定新 AllMyTracks 密碼的驗證碼"


GO = "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
# Sentences in English on a page in Chinese, but for what is marked as being in English.
UNTRANSLATED = """() => {
  const said = document.querySelector("main").cloneNode(true);
  for (const each of said.querySelectorAll("[lang]")) each.remove();
  return said.innerText.match(/[A-Za-z]{2,}(?: [a-z]{2,}){2,}/g) ?? [];
}"""
PAGES = [
    "/sign-in",
    "/sign-up",
    "/forgotten",
    "/plans",
    "/agreements",
    "/agreements/user-agreement",
    "/processors",
    "/support",
]
OWN = [
    *(
        "/favourites",
        "/orders",
        "/invoices",
        "/downloads",
        "/licenses",
        "/projects",
        "/projects/batch",
        "/notices",
        "/storage",
        "/tickets",
    ),
    *("/account", "/account/security", "/account/consents", "/account/timeline", "/account/data", "/account/closing"),
    "/account/enterprise",
]


def look_at(page: Page, faults: Callable[[Page], list[str]], paths: list[str]) -> dict[str, list[str]]:
    """What is wrong with pages on a phone."""
    page.set_viewport_size({"width": 360, "height": 700})
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page.evaluate(GO, path)
        drawn(page)
        found = faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            found.append("wider than a phone")
        if page.evaluate("document.documentElement.lang") != "en":
            found += page.evaluate(UNTRANSLATED)
        if page.get_by_role("alert").count():
            found.append(page.get_by_role("alert").first.inner_text())
        if found:
            wrong[path] = found
    return wrong


def test_public_pages_on_a_phone(page: Page, faults: Callable[[Page], list[str]]) -> None:
    page.goto("/?lang=zh-Hans")
    assert look_at(page, faults, [f"{path}?lang=zh-Hans" for path in PAGES]) == {}


def test_members_pages_on_a_phone(member: Page, faults: Callable[[Page], list[str]]) -> None:
    member.goto("/?lang=zh-Hant")
    expect(member.get_by_role("button", name="登出")).to_be_visible()
    assert look_at(member, faults, [f"{path}?lang=zh-Hant" for path in OWN]) == {}


def test_pages_of_one_thing_on_a_phone(page: Page, visitor: Site, faults: Callable[[Page], list[str]]) -> None:
    email = visitor.become_account()
    tag = visitor.get("/v1/account").headers["ETag"]
    visitor.call("PATCH", "/v1/account", {"language": "zh-Hant"}, headers={"If-Match": tag}).raise_for_status()
    order_id = visitor.become_member()["order_id"]
    other = visitor.order()
    visitor.pay(other, "declined").raise_for_status()
    visitor.wait_for(lambda: visitor.get(f"/v1/orders/{other['order_id']}").json()["status"] == "declined")
    form = {"plan": "premium", "term": "month", "accept": visitor.accept("premium-agreement")}
    quoted = visitor.post("/v1/orders", form).raise_for_status().json()["order_id"]
    track_id = visitor.get("/v1/tracks").json()["items"][0]["track_id"]
    granted = visitor.download(track_id, project={"name": "A film", "kind": "personal"}).raise_for_status().json()
    visitor.download(track_id, project={"name": "فيلم", "kind": "personal"}).raise_for_status()
    device_id = claim(visitor)
    page.goto("/sign-in?lang=zh-Hant")
    page.get_by_label("電子郵件地址").fill(email)
    page.get_by_label("密碼", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="登出")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("找到合適的聲音")
    paths = [f"/tracks/{track_id}", f"/download/{track_id}", f"/downloads/{granted['download_id']}/license"]
    paths += [
        *(f"/orders/{each}" for each in (order_id, other["order_id"], quoted)),
        f"/storage/{device_id}",
        "/projects",
        "/projects/project?name=A%20film",
        "/downloads",
        "/notices",
        "/?q=zzzqqq",
        "/?usable_for=ads_promos",
        "/plans?plan=premium",
    ]
    assert look_at(page, faults, [f"{path}{'&' if '?' in path else '?'}lang=zh-Hant" for path in paths]) == {}
    # A name from right to left, and the date beside it, in the order in which they are said.
    page.evaluate(GO, "/downloads?lang=zh-Hant")
    expect(page.get_by_text(re.compile("日.* · \u2068فيلم\u2069$"))).to_be_visible()
