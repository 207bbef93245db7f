"""Flows of members that begin by mail, by an operator, or at another provider; what they own, and how they leave."""

from __future__ import annotations

import contextlib
import io
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import av
import httpx
from playwright.sync_api import Page, expect

from infra.demo.site import PASSWORD, Site
from infra.localcloud.supervisor import Handle
from infra.ops.client import connect
from tests.e2e.subscribing import claim
from tests.factories.oidc_server import OidcServer
from tests.factories.special_licenses import stated

Faults = Callable[[Page], list[str]]
NEW_PASSWORD = "Other5horse battery"


def open_as(page: Page, email: str, path: str, password: str = PASSWORD) -> None:
    """Signs in and goes on at the path."""
    page.goto(f"/sign-in?next={path}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def code_in(page: Page, visitor: Site, email: str) -> None:
    page.get_by_label("Code from the mail").fill(visitor.code_for(email))


def link_in_mail(visitor: Site, email: str, pattern: str) -> str:
    for mail in visitor.http.get("/_local/mail", params={"to": email}).json()["items"]:
        found = re.search(rf"https?://[^/\s]+({pattern})", mail["text"])
        if found:
            return found[1]
    raise LookupError(f"no mail to this address has a link like {pattern}")


def first_track(visitor: Site) -> str:
    return str(visitor.get("/v1/tracks").json()["items"][0]["track_id"])


def test_a_special_licence_is_read_paid_and_kept(page: Page, visitor: Site, faults: Faults) -> None:
    email = visitor.become_account()
    account_id = visitor.get("/v1/account").json()["account_id"]
    now = datetime.fromisoformat(visitor.get("/_local/clock").json()["now"])
    terms = stated(tracks=[first_track(visitor)], further_users=["Acme Toys"], purpose="Sounds for a_b lamps")
    until = (now + timedelta(days=14)).isoformat()
    wanted = {"terms": terms, "amount": 120000, "currency": "USD", "valid_until": until}
    with contextlib.closing(connect(f"{visitor.url}/ops")) as ops:
        order_id = ops.call("POST", f"/accounts/{account_id}/quotes", json=wanted)["order_id"]
    open_as(page, email, "/orders")
    page.get_by_role("link", name="Special licence").click()
    for said in ("Acme Films Ltd", "Acme Toys", "Sounds for a_b lamps", "No unlawful use"):
        expect(page.locator("main")).to_contain_text(said)
    assert faults(page) == []
    page.get_by_role("button", name=re.compile(r"^Confirm (US)?\$1,200\.00 and pay")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("It is paid and in force")).to_be_visible()
    with page.expect_download() as letter:
        page.get_by_role("button", name="Save the letter (PDF)").click()
    assert letter.value.path().read_bytes().startswith(b"%PDF")
    with page.expect_download() as file:
        page.get_by_role("button", name=re.compile("^Save .* as WAV$")).click()
    assert file.value.path().read_bytes().startswith(b"RIFF")
    number = visitor.get(f"/v1/orders/{order_id}/license").json()["number"]
    with contextlib.closing(connect(f"{visitor.url}/ops")) as ops:
        ops.call("POST", f"/licenses/{number}/revocation", json={"reason": "untrue_data"})
    page.goto(f"/orders/{order_id}")
    expect(page.get_by_text("This licence was revoked.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Save .* as WAV$"))).to_have_count(0)
    visitor.wait_for(lambda: visitor.get(f"/v1/orders/{order_id}/invoice").is_success)
    page.goto("/invoices")
    with page.expect_download() as invoice:
        page.get_by_role("button", name=re.compile("^Save the invoice: ")).click()
    assert invoice.value.path().read_bytes().startswith(b"%PDF")


def test_a_minor_signs_up_and_the_guardian_consents(page: Page, visitor: Site, faults: Faults) -> None:
    email, guardian = "minor@example.org", "guardian@example.org"
    page.goto("/sign-up")
    page.get_by_label("E-mail address", exact=True).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Country or region").select_option("HK")
    page.get_by_label("I am under 18").check()
    page.get_by_label("Your guardian's e-mail address").fill(guardian)
    for box in page.get_by_role("checkbox", name=re.compile("I accept")).all():
        box.check()
    assert faults(page) == []
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Your guardian gets a mail too")).to_be_visible()
    code_in(page, visitor, email)
    page.keyboard.press("Enter")
    title(page, "Sign in")
    page.goto(link_in_mail(visitor, guardian, r"/guardian-consent\?token=\S+"))
    assert faults(page) == []
    page.get_by_role("button", name="I consent", exact=True).click()
    expect(page.get_by_text("Your consent is on record.")).to_be_visible()
    open_as(page, email, "/account")
    expect(page.get_by_text("Active", exact=True)).to_be_visible()


def test_a_forgotten_password_is_set_anew(page: Page, visitor: Site) -> None:
    email = visitor.become_account()
    page.goto("/sign-in")
    # Until the next page is drawn the one that is left takes no input, which would be lost with it.
    leaving = page.get_by_role("main").get_by_role("link", name="Sign up")
    assert leaving.evaluate("link => { link.click(); return link.closest('main').inert; }") is True
    title(page, "Sign up")
    assert page.get_by_role("main").evaluate("main => main.inert") is False
    page.go_back()
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail address").fill(email)
    page.keyboard.press("Enter")
    expect(page.get_by_text("a mail with a code is on its way")).to_be_visible()
    code_in(page, visitor, email)
    page.get_by_label("New password").fill("short")
    page.keyboard.press("Enter")
    expect(page.get_by_label("New password")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    title(page, "Sign in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    # A sign-in after a reset is unusual.
    expect(page.get_by_label("Code from the mail")).to_be_focused()
    code_in(page, visitor, email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_letters_of_a_project_are_one_file(page: Page, visitor: Site) -> None:
    email = visitor.become_account()
    visitor.become_member()
    use: dict[str, Any] = {
        "project": {"name": "A & B", "kind": "personal"},
        "purpose": "social_media",
        "platform": "youtube",
    }
    granted = visitor.download(first_track(visitor), **use).raise_for_status().json()
    form = {"download_id": granted["download_id"], "licensee": {"name": "Ada", "kind": "individual"}, "language": "en"}
    number = visitor.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    other = {**use, "project": {"name": "50% / Newer?", "kind": "personal"}}
    visitor.download(first_track(visitor), **other).raise_for_status()
    open_as(page, email, "/projects?limit=1")
    listed = page.locator("main li")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("1 download · 0 licensed")
    page.get_by_role("link", name="50% / Newer?").click()
    title(page, "50% / Newer?")
    expect(page.get_by_role("link", name=re.compile("^Get a licence: "))).to_be_visible()
    page.goto("/projects?limit=1")
    page.get_by_role("button", name="Show more").click()
    expect(listed).to_have_text([re.compile("Newer"), re.compile("A & B1 download · 1 licensed")])
    page.get_by_role("link", name="A & B").click()
    title(page, "A & B")
    expect(page.get_by_role("link", name=number)).to_be_visible()
    with page.expect_download() as pack:
        page.get_by_role("button", name="All letters in one file: A & B").click()
    assert pack.value.path().read_bytes().startswith(b"PK")
    expect(page.get_by_text("1 letter is in the file.")).to_be_visible()


def test_favourites_are_licensed_for_one_project_in_one_request(page: Page, visitor: Site, faults: Faults) -> None:
    email = visitor.become_account()
    visitor.become_member()
    first, second = (each["track_id"] for each in visitor.get("/v1/tracks").json()["items"][:2])
    for each in (first, second):
        visitor.call("PUT", f"/v1/favourites/{each}").raise_for_status()
    visitor.download(first, project={"name": "A film before", "kind": "personal"}).raise_for_status()
    open_as(page, email, "/projects")
    page.get_by_role("link", name="License several tracks").click()
    title(page, "License several tracks")
    page.get_by_role("button", name="Download and license").click()
    expect(page.get_by_label("Project (optional)")).to_have_attribute("aria-invalid", "true")
    # What is typed is completed by the names of projects that there are.
    expect(page.locator("datalist#projects option")).to_have_attribute("value", "A film before")
    expect(page.get_by_role("combobox", name="Project (optional)")).to_have_attribute("list", "projects")
    page.get_by_label("Project (optional)").fill("Two at once")
    page.get_by_label("Purpose").select_option("audiovisual")
    page.get_by_label("Licensee", exact=True).fill("Ada Lovelace")
    assert faults(page) == []
    page.get_by_role("button", name="Download and license").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("2 licensed, 0 refused")
    expect(page.get_by_role("link", name=re.compile("^AMT-"))).to_have_count(2)
    page.get_by_role("link", name="Two at once").click()
    title(page, "Two at once")
    expect(page.get_by_role("link", name=re.compile("^AMT-"))).to_have_count(2)
    made = visitor.get("/v1/licenses").json()["items"]
    assert {each["project"]["name"] for each in made} == {"Two at once"}


def test_storage_is_bought_a_recording_is_played_and_the_year_cancelled(
    page: Page, visitor: Site, faults: Faults
) -> None:
    email = visitor.become_account()
    device = claim(visitor)
    open_as(page, email, f"/storage/{device}")
    page.get_by_label("Price and term").select_option("month year USD")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Show the price to confirm").click()
    page.get_by_role("button", name=re.compile(r"^Confirm (US)?\$99\.00 and pay")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("It is paid and in force")).to_be_visible()
    expect(page.get_by_text("Cloud storage · 30 days of recordings · year")).to_be_visible()
    record(visitor, device, film())
    page.get_by_role("link", name="To the device").click()
    page.get_by_role("button", name=re.compile("^Play: ")).click()
    page.wait_for_function("() => document.querySelector('.recording video')?.readyState >= 1")
    assert faults(page) == []
    with page.expect_download():
        page.get_by_role("button", name="Save", exact=True).nth(1).click()
    page.goto("/storage")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text(re.compile(r"Cancelling gives back (US)?\$89\.10"))).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Cancel the subscription").click()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()


def film() -> bytes:
    """A picture that a browser can show."""
    written = io.BytesIO()
    with av.open(written, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=10, width=64, height=48, pix_fmt="yuv420p")
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        container.mux(stream.encode())
    return written.getvalue()


def record(visitor: Site, device: str, content: bytes) -> None:
    """The device sends a recording."""
    token = visitor.post(f"/v1/devices/{device}/token").raise_for_status().json()["token"]
    now = datetime.fromisoformat(visitor.get("/_local/clock").json()["now"])
    form = {"started_at": (now - timedelta(minutes=2)).isoformat(), "duration_seconds": 1, "media_type": "video/webm"}
    form |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    of_device = {"Authorization": f"Bearer {token}"}
    made = visitor.http.post("/v1/device-recordings", json=form, headers=of_device).raise_for_status().json()
    httpx.put(made["upload"]["url"], content=content, headers=made["upload"]["headers"]).raise_for_status()
    path = f"/v1/devices/{device}/recordings"
    visitor.wait_for(lambda: [each["status"] for each in visitor.get(path).json()["items"]] == ["kept"])


def test_an_enterprise_declares_its_consent_and_sends_its_letter(page: Page, visitor: Site, faults: Faults) -> None:
    email = visitor.become_account()
    visitor.become_member("business")
    open_as(page, email, "/account/enterprise")
    page.get_by_label("Name").fill("Ada Ltd")
    page.get_by_label("Address").fill("1 Harbour Road")
    page.get_by_label("Country or region").select_option("HK")
    for box in page.get_by_role("checkbox", name=re.compile("It consented")).all():
        box.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert visitor.get("/v1/account/enterprise").json()["declaration"]["status"] == "given"
    letter = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n...\n%%EOF\n"}
    page.get_by_label("File: PDF, PNG, JPEG").set_input_files(letter)  # type: ignore[arg-type]  # as documented
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("will be reviewed")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Under review")).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("It consented")).first).to_be_checked()
    assert faults(page) == []


def test_a_login_at_the_provider_makes_an_account_and_opens_it(page: Page, visitor: Site, faults: Faults) -> None:
    subject = uuid.uuid4().hex
    provider = OidcServer(visitor.get("/v1/third-party-provider").json()["issuer"])
    provider.knows(subject, email=f"{subject}@example.org", email_verified=True)

    def visit(button: str | re.Pattern[str]) -> None:
        with page.expect_popup() as opened:
            page.get_by_role("button", name=button).click()
        opened.value.get_by_placeholder("sub").fill(subject)
        opened.value.get_by_role("button", name="Authorize", exact=True).click()

    page.goto("/sign-in?next=/account/security")
    visit(re.compile("^Sign in with 127"))
    expect(page.get_by_text(f"{subject}@example.org")).to_be_visible()
    page.get_by_label("Country or region").select_option("HK")
    for box in page.get_by_role("checkbox", name=re.compile("I accept")).all():
        box.check()
    assert faults(page) == []
    page.get_by_role("button", name="Sign up").click()
    title(page, "Security")
    page.get_by_role("button", name="Sign out", exact=True).click()
    title(page, "Find the right sound")
    page.goto("/sign-in?next=/account/security")
    visit(re.compile("^Sign in with 127"))
    title(page, "Security")
    page.get_by_role("button", name="Remove the link").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove the link").click()
    visit(re.compile("^Link 127"))
    expect(page.get_by_text(re.compile("^127.*, since "))).to_be_visible()


def test_a_frozen_account_opens_to_nobody(page: Page, visitor: Site) -> None:
    email = visitor.become_account()
    open_as(page, email, "/account/security")
    page.get_by_role("button", name="Freeze the account").click()
    page.get_by_role("dialog").get_by_role("button", name="Freeze the account").click()
    title(page, "Find the right sound")
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This account is frozen; write to the customer service.")


def test_an_account_is_applied_to_be_closed_and_the_application_taken_back(
    page: Page, visitor: Site, cloud: Handle
) -> None:
    email = visitor.become_account()
    httpx.post(f"{cloud.url}/_local/clock", json={"advance_seconds": 8 * 86_400}).raise_for_status()
    open_as(page, email, "/account/closing")
    page.get_by_label("Reason (optional)").fill("I have all that I need.")
    page.get_by_role("checkbox", name="I know that this cannot be undone.").check()
    page.get_by_role("button", name="Apply to close the account").click()
    expect(page.get_by_text("Applied for", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take the application back").click()
    expect(page.get_by_text("Not applied for", exact=True)).to_be_visible()
