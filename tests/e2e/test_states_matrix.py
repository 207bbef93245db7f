"""Every route in every state of the owner's account and for every other caller, over HTTP, as docs/states.md says."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx
import pytest

from allmytracks.accounts.rules_states import Act
from infra.demo.site import PASSWORD, Site
from infra.localcloud.credentials import MACHINERY, REGION, SECRET
from infra.localcloud.supervisor import Handle
from infra.states import RESTRICTED, ROUTES, STATES, refusal
from tests.e2e.subscribing import claim
from tests.factories.oidc_server import OidcServer
from tests.factories.route_answers import ANSWERED, STATE_CODES
from tests.factories.storage import CODE, RECORDING
from tests.factories.template import PUBLIC, described, operator_routes
from tests.factories.tickets import a_file

USE = {"project": {"name": "Holiday", "kind": "personal"}, "purpose": "social_media", "platform": "YouTube"}
# Last, as they end what others need: sessions, the membership, what is stored.
LAST = (
    "DELETE /v1/account/billing",
    "POST /v1/membership/cancellation",
    "DELETE /v1/account/sessions",
    "PUT /v1/account/password",
    "POST /v1/account/freeze",
    "DELETE /v1/sessions",
)
# Beside what tests/factories/route_answers.py says, where this owner has more, or loses it on the way.
ALSO: Mapping[Act, set[int]] = {
    Act.READ: {302, 202, 204, 406},
    Act.QUIT: {200},
    Act.DOWNLOAD: {200},
    Act.CLOSE: {202},
    Act.PACK: {200},
    Act.TICKET: {409},
    Act.ORDER: {409},
    Act.EXPORT: {429},  # three a day
    Act.LINK: {404},  # there is no special licence
    Act.DEVICE: {404, 409},  # a trial covers its device; there is no such recording
}
ALL_ROUTES = sorted({route for function in described().values() for route in function.routes()})
OTHERS = ("anonymous", "foreign", "expired")


def project_of(name: str) -> dict[str, Any]:
    """A personal project of this name."""
    return {"project": {"name": name, "kind": "personal"}}


@dataclass
class Owner:
    """A member with one of everything; the state of the account is written directly into the tables."""

    cloud: Handle
    site: Site
    email: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dynamodb = boto3.client(
            "dynamodb",
            endpoint_url=self.cloud.ready["aws"],
            region_name=REGION,
            aws_access_key_id=MACHINERY,
            aws_secret_access_key=SECRET,
        )
        names = self.dynamodb.list_tables()["TableNames"]
        self.accounts, self.counters = (next(name for name in names if part in name) for part in ("Account", "Counter"))
        site = self.site
        self.email = site.become_account()
        self.account_id = site.get("/v1/account").json()["account_id"]
        site.call("PUT", "/v1/account/billing", {"name": "Ada", "address": ["1 Road"], "country": "HK"})
        order = site.become_member()
        track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
        licensed, other = (site.download(track_id, **{**USE, **project_of(each)}).json() for each in ("One", "Two"))
        number = site.post("/v1/licenses", self.license_of(licensed["download_id"], "One"), key=uuid.uuid4().hex)
        form = {"plan": "premium", "term": "month", "accept": site.accept("premium-agreement")}
        quote = site.post("/v1/orders", form, key=uuid.uuid4().hex).json()
        ticket = site.post("/v1/tickets", self.ticket(), key=uuid.uuid4().hex).json()
        site.wait_for(lambda: site.get("/v1/notices").json()["items"] != [])
        notice = site.get("/v1/notices").json()["items"][0]
        device_id = claim(site)
        trial = {"device_id": device_id, "accept": site.accept("cloud-agreement")}
        site.post("/v1/storage/trials", trial).raise_for_status()
        self.trial = trial
        self.quote, self.track_id = quote, track_id
        self.ids = {
            "downloads": other["download_id"],
            "licenses": number.json()["number"],
            "orders": order["order_id"],
            "tickets": ticket["number"],
            "notices": notice["notice_id"],
            "consents": "marketing_mail",
            "invoices": "unknown",
            "devices": device_id,
            "favourites": track_id,
            "license-batches": "unknown",
            "project-packs": "unknown",
        }
        self.profile = self._item(self.accounts, {"pk": {"S": f"ACCOUNT#{self.account_id}"}, "sk": {"S": "PROFILE"}})
        self.billing = self._item(self.accounts, {"pk": {"S": f"ACCOUNT#{self.account_id}"}, "sk": {"S": "BILLING"}})
        self.allowance = self._item(self.counters, {"pk": {"S": f"ALLOWANCE#{self.account_id}"}})

    def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any]:
        return dict(self.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"])

    def becomes(self, state: str) -> None:
        """As it was when all was made, but for the state."""
        self.state = state
        status = "active" if state == RESTRICTED else state
        standing = status if status not in {"unverified", "active"} else "active"
        minor: dict[str, Any] = {"minor": {"BOOL": True}, "guardian_email": {"S": "guardian@example.org"}}
        waits: Mapping[str, Any] = minor if state == "awaiting_guardian" else {}
        until: dict[str, Any] = {"restricted_until": {"N": "9999999999"}, "restriction": {"S": "fraud"}}
        profile: dict[str, Any] = {**self.profile, **waits, "status": {"S": status}}
        for item in (profile, self.billing):
            self.dynamodb.put_item(TableName=self.accounts, Item=item)
        allowance = {**self.allowance, "standing": {"S": standing}, **(until if state == RESTRICTED else {})}
        if state == "unverified":  # it has bought nothing
            allowance.pop("periods", None)
        self.dynamodb.put_item(TableName=self.counters, Item=allowance)

    def license_of(self, download_id: str, project: str) -> dict[str, Any]:
        licensee = {"name": "Ada Lovelace", "kind": "individual"}
        return {**USE, **project_of(project), "download_id": download_id, "licensee": licensee}

    @staticmethod
    def ticket() -> dict[str, str]:
        return {"kind": "question", "subject": "An invoice", "text": "Where do I find it?"}

    def path(self, route: str) -> str:
        path = route.split()[1]
        for part in ("{id}", "{number}", "{provider}", "{token}"):
            if part in path:
                kind = path.partition(f"/{part}")[0].rpartition("/")[2]
                path = path.replace(part, self.ids.get(kind, "unknown"))
        if route == "POST /v1/orders/{id}/confirmation":
            path = f"/v1/orders/{self.quote['order_id']}/confirmation"
        return path

    def _return(self, begun: httpx.Response) -> dict[str, str]:
        """What the browser comes back with from the provider; nothing valid where no visit could begin."""
        if begun.is_error:
            return {"sign_in_id": "none", "state": "none", "code": "none"}
        visit = begun.json()
        state, code = OidcServer(self.cloud.ready["third_party"]).visit(visit["authorization_url"], self.account_id)
        return {"sign_in_id": visit["sign_in_id"], "state": state, "code": code}

    def _visit_to_link(self) -> dict[str, str]:
        """One that was begun before the account came into its state."""
        state = self.state
        self.becomes("active")
        back = self._return(self.site.post("/v1/account/third-party-logins"))
        self.becomes(state)
        return back

    def _visit_of_linked_login(self) -> dict[str, str]:
        state, back = self.state, self._visit_to_link()
        self.becomes("active")
        self.site.call("PUT", "/v1/account/third-party-logins", back).raise_for_status()
        self.becomes(state)
        return self._return(self.site.http.post("/v1/third-party-visits"))

    def body(self, route: str) -> Any:
        if route == "POST /v1/third-party-sessions":
            return self._visit_of_linked_login()
        if route == "PUT /v1/account/third-party-logins":
            return self._visit_to_link()
        if route == "POST /v1/devices/{id}/recordings":
            return self._recording()
        accept = self._accept
        return {
            "POST /v1/sessions": {"email": self.email, "password": PASSWORD},
            "POST /v1/sessions/refresh": {"refresh_token": self.site.refresh_token},
            "POST /v1/account/freeze": {"reason": "lost"},
            "PATCH /v1/account": {"nickname": "Ada"},
            "PUT /v1/account/password": {"current_password": PASSWORD, "new_password": PASSWORD},
            "PUT /v1/account/consents/{id}": {"given": False},
            "POST /v1/account/acceptances": accept[0],
            "PUT /v1/account/enterprise": {"name": "Bob Ltd", "address": ["Road 2"], "country": "HK"},
            "POST /v1/account/enterprise/letters": a_file(),
            "PUT /v1/account/billing": {"name": "Bob", "address": ["Road 2"], "country": "HK"},
            "POST /v1/orders": {"plan": "premium", "term": "month", "accept": accept},
            "POST /v1/orders/{id}/agreement": {"language": "en"},
            "POST /v1/orders/{id}/confirmation": {"amount": self.quote["amount"], "currency": self.quote["currency"]},
            "POST /v1/orders/{id}/links": {"track_id": self.track_id, "rendition": "wav"},
            "POST /v1/membership/cancellation": {"without_refund": "yes"},
            "POST /v1/downloads": {"track_id": self.track_id, "rendition": "wav", **USE},
            "POST /v1/licenses": self.license_of(self.ids["downloads"], "Two"),
            "POST /v1/account/closing": {"forfeit": True},
            "POST /v1/devices": {"serial": "UNKNOWN", "claim_code": CODE},
            "PATCH /v1/devices/{id}": {"name": "Front door"},
            "POST /v1/storage/trials": self.trial,
            "POST /v1/storage/orders": {**self.trial, "package": "month", "mode": "year"},
            "POST /v1/storage/subscriptions/{id}/cancellation": {"preview": True},
            "POST /v1/license-batches": {
                "tracks": [self.track_id],
                "rendition": "wav",
                "licensee": {"name": "Ada Lovelace", "kind": "individual"},
                **USE,
                **project_of("Three"),
            },
            "POST /v1/project-packs": {"project": "One"},
            "POST /v1/tickets": self.ticket(),
            "POST /v1/tickets/{number}/messages": {"text": "Hello?"},
        }.get(route)

    def _recording(self) -> dict[str, Any]:
        """One that ended just now, by the clock of the local cloud."""
        now = self.site.http.get("/_local/clock").json()["now"]
        return {**RECORDING, "started_at": now}

    @property
    def _accept(self) -> list[dict[str, str]]:
        if not hasattr(self, "_accepted"):
            self._accepted = self.site.accept("premium-agreement")
        return self._accepted

    def ask(self, route: str, token: str | None) -> httpx.Response:
        headers = {"If-Match": "*", "Idempotency-Key": uuid.uuid4().hex}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.site.http.request(
            route.split(maxsplit=1)[0], self.path(route), json=self.body(route), headers=headers, follow_redirects=False
        )


@pytest.fixture(scope="module")
def owner(cloud: Handle) -> Iterator[Owner]:
    httpx.post(f"{cloud.url}/_local/limits", json={"throttling": False}).raise_for_status()
    with Site(cloud.url) as site:
        yield Owner(cloud, site)


def verdict(answer: httpx.Response) -> tuple[int, str | None]:
    assert "set-cookie" not in answer.headers, "no route sets a cookie (U-V.I.6)"
    try:
        code = answer.json().get("code") if answer.status_code >= 400 else None
    except ValueError:
        code = None
    return answer.status_code, code


def of_another_issuer(token: str) -> str:
    """The same claims, signed by nobody that the API trusts."""
    head, claims, signature = token.split(".")
    data = json.loads(base64.urlsafe_b64decode(claims + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**data, "iss": "https://elsewhere.example"}).encode()).decode()
    return f"{head}.{other.rstrip('=')}.{signature}"


@pytest.mark.clause("M-V.2", "U-II.I", "U-II.II.2", "M-III.5.fraud", "S-6.1")
@pytest.mark.parametrize("state", STATES)
def test_the_owner_in_every_state(owner: Owner, state: str) -> None:
    owner.becomes("active")
    owner.site.sign_in(owner.email).raise_for_status()
    unexpected = {}
    for route in [*(each for each in ROUTES if each not in LAST), *LAST]:
        owner.becomes(state)
        got = verdict(owner.ask(route, owner.site.token))
        act = ROUTES[route]
        expected = refusal(state, act)
        permitted = got[0] in ANSWERED[act] | ALSO.get(act, set()) and got[1] not in STATE_CODES
        if (got != (403, expected)) if expected else not permitted:
            unexpected[route] = (got, expected or "permitted")
    assert unexpected == {}


def test_every_route_of_a_member_is_in_the_matrix() -> None:
    assert set(ALL_ROUTES) - PUBLIC == set(ROUTES) - PUBLIC


@pytest.mark.clause("U-II.II.1")
def test_another_member_gets_nothing_of_the_owners(owner: Owner, visitor: Callable[[], Site]) -> None:
    """Neither to read nor to change: what is named by an id is not found."""
    owner.becomes("active")
    other = visitor()
    other.become_account()
    named = [route for route in ROUTES if "{" in route and ROUTES[route] is not Act.CONSENT]
    assert len(named) > 10
    got = {route: verdict(owner.ask(route, other.token))[0] for route in named}
    assert {route: status for route, status in got.items() if status != 404} == {}


@pytest.mark.clause("U-II.II.1")
def test_no_other_caller_gets_anything(owner: Owner) -> None:
    owner.becomes("active")
    owner.site.sign_in(owner.email).raise_for_status()
    token = owner.site.token or ""
    members = sorted(set(ALL_ROUTES) - PUBLIC)
    tokens = {"anonymous": None, "foreign": of_another_issuer(token)}
    signed = "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/execute-api/aws4_request"
    for route in members:
        for caller, sent in tokens.items():
            assert (route, caller, owner.ask(route, sent).status_code) == (route, caller, 401)
        answer = owner.site.http.request(route.split()[0], owner.path(route), headers={"Authorization": signed})
        assert (route, "operator", answer.status_code) == (route, "operator", 401)
    for route in sorted(operator_routes()):
        method, path = route.split()
        headers = {"Authorization": f"Bearer {token}"}
        answer = owner.site.http.request(method, f"/ops{path}", headers=headers)
        assert (route, "member", answer.status_code) == (route, "member", 403)
    httpx.post(f"{owner.cloud.url}/_local/clock", json={"advance_seconds": 7200}).raise_for_status()
    for route in members:
        assert (route, "expired", owner.ask(route, token).status_code) == (route, "expired", 401)
