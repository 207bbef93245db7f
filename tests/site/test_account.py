"""What a member does with the account on the site: particulars, consents, data, devices, service."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from infra.demo.site import PASSWORD, Site
from infra.localcloud.supervisor import Handle


@pytest.fixture
def member(page: Page, visitor: Site) -> Page:
    """A page on which somebody is signed in; `visitor` is the same member."""
    page.goto("/sign-in?next=/account")
    page.get_by_label("E-mail address").fill(visitor.become_account())
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    return page


def part(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Account").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_particulars_and_billing_are_kept(member: Page, visitor: Site) -> None:
    member.get_by_label("Nickname").fill("<i>Ada</i>")
    member.get_by_role("button", name="Save").first.click()
    expect(member.get_by_text("Saved.")).to_be_visible()
    billing = member.locator("section.card").nth(1)
    billing.get_by_label("Name").fill("Ada Lovelace")
    billing.get_by_label("Address").fill("1 Harbour Road\nWan Chai")
    billing.get_by_label("Country or region").select_option("DE")
    billing.get_by_label("Tax number").fill("DE136695976")
    billing.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Saved.")).to_have_count(2)
    assert visitor.get("/v1/account").json()["nickname"] == "<i>Ada</i>"
    assert visitor.get("/v1/account/billing").json()["address"] == ["1 Harbour Road", "Wan Chai"]
    form = {"plan": "premium", "term": "month", "accept": visitor.accept("premium-agreement")}
    quoted = visitor.post("/v1/orders", form).raise_for_status().json()["order_id"]
    member.goto(f"/orders/{quoted}")
    expect(member.get_by_text("no VAT is charged: you account for it (reverse charge)")).to_be_visible()


def test_consents_data_and_timeline_are_the_members_own(member: Page, visitor: Site) -> None:
    part(member, "Consents")
    member.get_by_role("checkbox", name="Search history").check()
    expect(member.get_by_text("Saved.")).to_be_visible()
    assert {"search_history": True}.items() <= {
        each["id"]: each["given"] for each in visitor.get("/v1/account/consents").json()["items"]
    }.items()
    part(member, "Timeline")
    expect(member.get_by_text("Nothing here yet.")).to_be_visible()
    part(member, "Your data")
    member.get_by_role("button", name="Prepare my data").click()
    with member.expect_download() as saved:
        member.get_by_role("link", name="Save the file").click()
    assert saved.value.path().read_bytes().startswith(b"PK")


def test_other_sessions_end_and_a_young_account_is_not_closed(member: Page) -> None:
    part(member, "Security")
    member.get_by_role("button", name="Sign out everywhere else").click()
    expect(member.locator("main .list li")).to_have_count(1)
    part(member, "Close the account")
    member.get_by_role("button", name="Apply to close the account").click()
    expect(member.get_by_text("Please tick this to go on.")).to_be_visible()
    member.get_by_role("checkbox", name="I know that this cannot be undone.").check()
    member.get_by_role("button", name="Apply to close the account").click()
    expect(member.get_by_role("alert")).to_contain_text("An account can be closed from ")


def test_a_device_is_added_and_has_its_trial(member: Page, cloud: Handle) -> None:
    device = {"serial": "SITE-0001", "claim_code": "SITE-CODE-0001", "model": "Recorder"}
    httpx.post(f"{cloud.url}/_local/devices", json=device).raise_for_status()
    part(member, "Cloud storage")
    member.get_by_label("Serial number").fill(device["serial"])
    member.get_by_label("Claim code").fill(device["claim_code"])
    member.get_by_role("button", name="Add a device").click()
    expect(member.get_by_text("No storage")).to_be_visible()
    member.get_by_role("checkbox").check()
    member.get_by_role("button", name="Show the price to confirm").click()
    expect(member.get_by_text("Trial", exact=True)).to_be_visible()


def test_a_ticket_with_a_file_is_sent_and_gone_on_with(member: Page) -> None:
    part(member, "Tickets")
    member.get_by_role("link", name="New ticket").click()
    member.get_by_label("Subject").fill("A question")
    member.get_by_label("Message").fill("Where is <script>?")
    picture = {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a page"}
    member.get_by_label("Files").set_input_files(picture)  # type: ignore[arg-type]  # as documented
    member.get_by_role("button", name="Send").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("A question")
    expect(member.get_by_text("Where is <script>?")).to_be_visible()
    member.get_by_label("Message").fill("And this.")
    member.get_by_role("button", name="Send").click()
    expect(member.get_by_text("And this.")).to_be_visible()
