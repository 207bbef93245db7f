"""The main flow through the generated client: sign up, buy, search, download, license, verify.

Run by tests/e2e/test_generated_clients.py with the address of the local cloud and a new e-mail address.
"""

from __future__ import annotations

import re
import sys
import time
from typing import TypeVar, cast

import httpx
from all_my_tracks_client import AuthenticatedClient, Client
from all_my_tracks_client import models as m
from all_my_tracks_client.api.agreements_and_data import list_agreements
from all_my_tracks_client.api.catalogue import list_tracks
from all_my_tracks_client.api.downloads import grant_download
from all_my_tracks_client.api.licences import issue_license
from all_my_tracks_client.api.plans_and_orders import confirm_order, create_order, get_membership
from all_my_tracks_client.api.sign_up_and_sign_in import sign_in, sign_up, verify_account
from all_my_tracks_client.api.verification import verify_license

API, EMAIL = sys.argv[1:]
PASSWORD = "Correct4horse battery"
T = TypeVar("T")


def sure(answer: object, kind: type[T]) -> T:
    """The answer, which is no refusal."""
    if not isinstance(answer, kind):
        raise SystemExit(str(answer))
    return answer


def accepted(client: Client, *agreements: str) -> list[m.AcceptForm]:
    """Acceptances of the versions in force."""
    listed = sure(list_agreements.sync(client=client), m.AgreementsAnswer)
    return [m.AcceptForm(agreement=each.id, version=each.version) for each in listed.items if each.id in agreements]


def sign_up_and_in(client: Client) -> AuthenticatedClient:
    """A new account's session."""
    accept = accepted(client, "user-agreement", "privacy-policy")
    form = m.SignUpForm(email=EMAIL, password=PASSWORD, country="HK", minor=False, accept=accept)
    sure(sign_up.sync(client=client, body=form), m.SignedUpAnswer)
    mails = httpx.get(f"{API}/_local/mail", params={"to": EMAIL}).json()["items"]
    code = next(found.group() for mail in mails if (found := re.search(r"\b\d{6}\b", mail["text"])))
    verify_account.sync(client=client, body=m.VerificationForm(email=EMAIL, code=code))
    session = sure(sign_in.sync(client=client, body=m.SignInForm(email=EMAIL, password=PASSWORD)), m.SessionAnswer)
    return AuthenticatedClient(API, token=session.access_token, timeout=httpx.Timeout(240))


def buy(member: AuthenticatedClient, visitor: Client) -> None:
    """A membership of a month."""
    form = m.OrderForm(plan="premium", term="month", accept=accepted(visitor, "premium-agreement"))
    order = sure(create_order.sync(client=member, body=form), m.OrderAnswer)
    confirmation = m.ConfirmationForm(amount=order.amount, currency=order.currency)
    confirmed = sure(confirm_order.sync(order.order_id, client=member, body=confirmation), m.OrderAnswer)
    httpx.post(cast("str", confirmed.checkout_url), json={"outcome": "paid"}, timeout=240).raise_for_status()
    for _ in range(1200):
        if sure(get_membership.sync(client=member), m.MembershipAnswer).status == "active":
            return
        time.sleep(0.2)
    raise SystemExit("the membership did not begin")


def main() -> None:
    """Prints the state of the licence."""
    with Client(API, timeout=httpx.Timeout(240)) as visitor, sign_up_and_in(visitor) as member:
        buy(member, visitor)
        print(license_one(member, visitor))


def license_one(member: AuthenticatedClient, visitor: Client) -> str:
    """Downloads and licenses the first track; the state of its licence."""
    tracks = sure(list_tracks.sync(client=visitor, kind=m.TrackKind.MUSIC), m.TracksAnswer)
    wanted = m.DownloadForm(track_id=tracks.items[0].track_id, rendition="wav")
    download = sure(grant_download.sync(client=member, body=wanted, idempotency_key="first"), m.GrantedAnswer)
    letter = m.LicenseForm(
        download_id=download.download_id,
        licensee=m.LicenseeForm(name="Ada Lovelace", kind=m.LicenseeKind.INDIVIDUAL),
        project=m.ProjectForm(name="My holiday", kind=m.ProjectKind.PERSONAL),
        purpose="social_media",
        platform="YouTube",
    )
    issued = sure(issue_license.sync(client=member, body=letter, idempotency_key="letter"), m.LicenseAnswer)
    return sure(verify_license.sync(issued.number, client=visitor), m.VerificationAnswer).status


main()
