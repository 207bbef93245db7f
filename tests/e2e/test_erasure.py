"""A member leaves one of everything, through the routes; erased, nothing of it is in any store but what law keeps."""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from allmytracks.accounts.dynamodb_addresses import address_hash
from allmytracks.foundation.records import Store
from allmytracks.privacy.records import covering
from infra.demo.site import Site
from infra.localcloud.credentials import MACHINERY, REGION, SECRET
from infra.localcloud.supervisor import Handle
from infra.ops.client import OpsClient, connect
from tests.factories.oidc_server import OidcServer
from tests.factories.stored import STORES

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.clause("P-manage.access"),
    pytest.mark.clause("P-storage"),
]

SOURCE = "127.77.66.55"  # of loopback, as every address of 127.0.0.0/8
SECRET_WORD = "Quetzalcoatl7 mumblecore"
# What the member leaves, by what it is; each string is nowhere else in the product.
LEFT = {
    "email": "ottoline.quist@example.org",
    "guardian": "guardian.quist@example.org",
    "address": SOURCE,
    "device": "QuistPhone/9",
    "display name": "Ottoline Quist",
    "nickname": "Quistling",
    "signature": "Verily Quist",
    "education": "Quistonian College",
    "occupation": "Quist-maker",
    "company": "Quistorium Limited",
    "street": "7 Quistgate Road",
    "licensee": "Quisty Pictures",
    "corrected licensee": "Quisty Picture",
    "project": "Quistly holidays",
    "ticket": "Quistion of an invoice",
    "message": "Quistful thanks",
    "file": "Quistified evidence",
    "misuse": "Quistless intruders",
    "support": "Quistable ownership",
    "search": "quistodrome",
    "reason": "Quistened enough",
    "disclosed": "Quistland Revenue",
    "device name": "Quistoscope",
}


@pytest.fixture
def member(cloud: Handle) -> Iterator[Site]:
    with Site(cloud.url) as site:
        site.http.close()
        site.http = httpx.Client(
            base_url=cloud.url,
            timeout=60,
            transport=httpx.HTTPTransport(local_address=SOURCE),
            headers={"User-Agent": LEFT["device"]},
        )
        yield site


def sign_up(site: Site) -> str:
    """A minor whose guardian consents; returns the account's id."""
    form = {
        "email": LEFT["email"],
        "password": SECRET_WORD,
        "display_name": LEFT["display name"],
        "country": "HK",
        "minor": True,
        "guardian_email": LEFT["guardian"],
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    account_id = str(site.post("/v1/accounts", form).raise_for_status().json()["account_id"])
    code = site.code_for(LEFT["email"])
    site.post("/v1/accounts/verification", {"email": LEFT["email"], "code": code}).raise_for_status()
    text = site.http.get("/_local/mail", params={"to": LEFT["guardian"]}).json()["items"][0]["text"]
    answer = {"token": text.split("token=")[1].split()[0], "consent": True}
    site.post("/v1/guardian-consents", answer).raise_for_status()
    sign_in(site)
    return account_id


def sign_in(site: Site) -> None:
    form = {"email": LEFT["email"], "password": SECRET_WORD}
    opened = site.post("/v1/sessions", form).raise_for_status().json()
    site.token, site.refresh_token = opened["access_token"], opened["refresh_token"]


def describe_oneself(site: Site) -> None:
    particulars = {each: LEFT[each] for each in ("nickname", "signature", "education", "occupation")}
    tag = site.get("/v1/account").headers["ETag"]
    changed = site.call("PATCH", "/v1/account", {**particulars, "birthday": "2011-02-03"}, headers={"If-Match": tag})
    changed.raise_for_status()
    billing = {"name": LEFT["company"], "address": [LEFT["street"]], "country": "HK"}
    site.call("PUT", "/v1/account/billing", billing).raise_for_status()
    for consent in ("marketing_mail", "search_history"):
        site.call("PUT", f"/v1/account/consents/{consent}", {"given": True}).raise_for_status()
    site.get(f"/v1/tracks?q={LEFT['search']}").raise_for_status()
    site.wait_for(lambda: site.get("/v1/account/searches").json()["items"] != [])
    provider = OidcServer(site.get("/v1/third-party-provider").raise_for_status().json()["issuer"])
    path = "/v1/account/third-party-logins"
    visit = site.post(path).raise_for_status().json()
    state, code = provider.visit(visit["authorization_url"], uuid.uuid4().hex)
    back = {"sign_in_id": visit["sign_in_id"], "state": state, "code": code}
    site.call("PUT", path, back).raise_for_status()


def buy_and_license(site: Site) -> str:
    """A membership with its invoice, a download with links, a letter and a pack; returns the letter's number."""
    order_id = site.become_member()["order_id"]
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/invoice").is_success)
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    project = {"name": LEFT["project"], "kind": "personal"}
    granted = site.download(track_id, project=project, purpose="social_media", platform="youtube")
    download_id = granted.raise_for_status().json()["download_id"]
    site.post(f"/v1/downloads/{download_id}/links").raise_for_status()
    form = {"download_id": download_id, "licensee": {"name": LEFT["licensee"], "kind": "individual"}}
    number = site.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    site.get(f"/v1/licenses/{number}/document", follow_redirects=True).raise_for_status()
    asked = site.post("/v1/project-packs", {"project": LEFT["project"]}, key=uuid.uuid4().hex)
    path = f"/v1/project-packs/{asked.raise_for_status().json()['pack_id']}"
    site.wait_for(lambda: site.get(path).json()["status"] == "ready")
    return str(number)


def have_a_device(site: Site) -> None:
    serial = uuid.uuid4().hex
    site.post("/_local/devices", {"serial": serial, "claim_code": "AB12-CD34", "model": "Doorbell"}).raise_for_status()
    claim = {"serial": serial, "claim_code": "AB12-CD34", "name": LEFT["device name"]}
    device_id = site.post("/v1/devices", claim).raise_for_status().json()["device_id"]
    trial = {"device_id": device_id, "accept": site.accept("cloud-agreement")}
    site.post("/v1/storage/trials", trial).raise_for_status()


def write_to_customer_service(site: Site, ops: OpsClient) -> list[str]:
    """A ticket with a file, a report of misuse, a request without sign-in; returns their numbers."""
    content = LEFT["file"].encode()
    file = {
        "name": "evidence.txt",
        "media_type": "text/plain",
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    form = {"kind": "question", "subject": LEFT["ticket"], "text": "Where is it?", "attachments": [file]}
    ticket = site.post("/v1/tickets", form, key=uuid.uuid4().hex).raise_for_status().json()
    upload = ticket["uploads"][0]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    number = str(ticket["number"])
    site.post(f"/v1/tickets/{number}/messages", {"text": LEFT["message"]}).raise_for_status()
    ops.call("POST", f"/tickets/{number}/answers", json={"text": "It is on its way."})
    report = {"email": LEFT["email"], "text": LEFT["misuse"]}
    misuse = site.post("/v1/account/misuse-reports", report).raise_for_status().json()["ticket_number"]
    asked = {"kind": "ownership", "email": LEFT["email"], "subject": "My account", "text": LEFT["support"]}
    support = site.http.post("/v1/support-requests", json=asked).raise_for_status().json()["ticket_number"]
    return [number, misuse, support]


def leave_everything(site: Site, ops: OpsClient) -> str:
    """One of everything; returns the account's id."""
    account_id = sign_up(site)
    describe_oneself(site)
    have_a_device(site)
    number = buy_and_license(site)
    tickets = write_to_customer_service(site, ops)
    correction = {"reason": "misspelt_name", "name": LEFT["corrected licensee"]}
    ops.call("POST", f"/licenses/{number}/supersession", json=correction)
    told = {"at": "2026-11-20T00:00:00Z", "to": LEFT["disclosed"], "what": "invoices", "why": "audit", "basis": "law"}
    ops.call("POST", f"/accounts/{account_id}/disclosures", json=told)
    taken_off = {"field": "signature", "reason": "breach_of_rules"}
    ops.call("POST", f"/accounts/{account_id}/texts", json=taken_off)
    site.wait_for(lambda: LEFT["signature"] in str(site.get("/v1/notices").json()))
    export = site.post("/v1/account/data-exports").raise_for_status().json()["export_id"]
    site.wait_for(lambda: site.get(f"/v1/account/data-exports/{export}").json()["status"] == "ready")
    for each in tickets:
        ops.call("POST", f"/tickets/{each}/closing", json={"reason": "settled"})
    return account_id


class Stores:
    """Every store of the local cloud, raw."""

    def __init__(self, cloud: Handle) -> None:
        self._folder: Path = cloud.folder
        session: Any = boto3.Session(MACHINERY, SECRET, region_name=REGION)
        self._client: Callable[[str], Any] = lambda name: session.client(name, endpoint_url=cloud.ready["aws"])

    def places(self) -> Iterator[tuple[str, str]]:
        """Each place, and all that it holds as text."""
        yield from self._tables()
        yield from self._objects()
        yield from self._users()
        yield from self._messages()
        for path in sorted((self._folder / "logs").glob("*")):
            yield f"log {path.name}", path.read_text(errors="replace")

    def user_name_of(self, email: str) -> str:
        """The random name of the user that an address belongs to."""
        hashed = address_hash(email)
        owners = (text for place, text in self._tables() if place == "owner of an address" and hashed in text)
        return str(json.loads(next(owners))["user_name"]["S"])

    def object_keys(self) -> list[str]:
        """The keys of all objects."""
        s3 = self._client("s3")
        pages = [
            page
            for bucket in s3.list_buckets()["Buckets"]
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"])
        ]
        return [each["Key"] for page in pages for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]

    def _tables(self) -> Iterator[tuple[str, str]]:
        dynamodb = self._client("dynamodb")
        for table in dynamodb.list_tables()["TableNames"]:
            described = dynamodb.describe_table(TableName=table)["Table"]
            indexes = [each["IndexName"] for each in described.get("GlobalSecondaryIndexes", [])]
            for index in [None, *indexes]:
                named = {"IndexName": index} if index else {}
                for page in dynamodb.get_paginator("scan").paginate(TableName=table, **named):
                    for item in page["Items"]:
                        yield self._name(table, index, item), json.dumps(item, ensure_ascii=False, default=str)

    @staticmethod
    def _name(table: str, index: str | None, item: dict[str, Any]) -> str:
        key, sort = item["pk"]["S"], item.get("sk", {}).get("S")
        kinds = [each.name for each in covering(_store(table), key, sort)]
        return f"{kinds[0] if kinds else f'{key} {sort}'}{f' in {index}' if index else ''}"

    def _objects(self) -> Iterator[tuple[str, str]]:
        s3 = self._client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
                for each in page.get("Versions", []):
                    if not each["Key"].endswith((".wav", ".mp3")):
                        found = s3.get_object(Bucket=bucket["Name"], Key=each["Key"], VersionId=each["VersionId"])
                        text = found["Body"].read().decode("latin-1")
                        yield f"object {each['Key'].partition('/')[0]}/", f"{each['Key']} {text}"

    def _users(self) -> Iterator[tuple[str, str]]:
        cognito = self._client("cognito-idp")
        for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]:
            for page in cognito.get_paginator("list_users").paginate(UserPoolId=pool["Id"]):
                for user in page["Users"]:
                    yield "user", json.dumps(user, default=str)

    def _messages(self) -> Iterator[tuple[str, str]]:
        sqs = self._client("sqs")
        for url in sqs.list_queues().get("QueueUrls", []):
            for _ in range(3):
                found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
                for message in found.get("Messages", []):
                    yield f"queue {url.rpartition('/')[2]}", message["Body"]


def _store(table: str) -> Store:
    """Which one it is, by its name, which begins with the stack's."""
    return next(store for name, store in STORES.items() if name.lower() in table.lower().replace("-", ""))


def found_in(stores: Stores, strings: dict[str, str]) -> dict[str, set[str]]:
    """In which places each string is."""
    found: dict[str, set[str]] = {name: set() for name in strings}
    for place, text in stores.places():
        for name, string in strings.items():
            if string in text:
                found[name].add(place)
    return found


def close(site: Site, ops: OpsClient, account_id: str) -> str:
    """Eight days later the member goes, and is erased; returns the receipt's id."""
    site.http.post("/_local/clock", json={"advance_seconds": 8 * 86_400}).raise_for_status()
    sign_in(site)
    site.post("/v1/account/closing", {"forfeit": True, "reason": LEFT["reason"]}).raise_for_status()
    ops.call("POST", f"/accounts/{account_id}/closing/decision", json={"outcome": "approve"})
    site.wait_for(lambda: ops.call("GET", f"/accounts/{account_id}")["status"] == "closed")
    items = site.http.get("/_local/mail", params={"to": LEFT["email"]}).json()["items"]
    (receipt,) = re.findall(r"era_\w+", next(each["text"] for each in items if "era_" in each["text"]))
    site.wait_for(lambda: site.http.get(f"/v1/erasure-receipts/{receipt}").json().get("status") == "done")
    return str(receipt)


# What law keeps, and for how long the receipt says (docs/decisions/2026-11-27-what-survives-an-erasure.md).
KEPT = {
    "company": {"invoice"},
    "street": {"invoice"},
    "project": {"public record of a licence"},
    "disclosed": {"disclosure"},
}
NEVER_STORED = {"password"}
WITH_THE_CLOSING = {"reason"}


def test_nothing_of_a_member_survives_but_what_law_keeps(cloud: Handle, member: Site) -> None:
    stores = Stores(cloud)
    with contextlib.closing(connect(f"{cloud.url}/ops")) as ops:
        account_id = leave_everything(member, ops)
        strings = {
            **LEFT,
            "password": SECRET_WORD,
            "hash of the address": address_hash(LEFT["email"]),
            "name at the identity service": stores.user_name_of(LEFT["email"]),
        }
        before = found_in(stores, strings)
        close(member, ops, account_id)
    after = found_in(stores, strings)
    # Each string was in some store before, so that its absence afterwards shows something.
    assert {name for name, places in before.items() if not places} == NEVER_STORED | WITH_THE_CLOSING
    assert {"user"} <= before["name at the identity service"]
    assert {"download", "link"} <= before["address"] & before["device"]
    assert {name: places for name, places in after.items() if places} == KEPT
    left = {key.partition("/")[0] for key in stores.object_keys() if account_id in key}
    assert left == set()
