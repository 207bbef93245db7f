"""The doctor finds each thing that a deployment can lack, says how to mend it, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console

from infra.ops.doctor.checks import sign_in_mail, tls_certificate
from infra.ops.doctor.examining import EVERYWHERE, ON_AWS, Checked, examine
from infra.ops.doctor.findings import State
from infra.ops.main import app
from infra.ops.telling import Session
from tests.factories.command_line import run_command
from tests.factories.doctor import NOW, World, answering, certificate

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "infra" / "ops" / "doctor" / "checks"
# What IAM calls the actions of services whose name it writes otherwise.
ACTIONS = {"sesv2": "ses", "apigatewayv2": "apigateway"}


def found(world: World, *, on_aws: bool = True) -> dict[str, Checked]:
    return {each.check: each for each in examine(world.deployment(on_aws=on_aws))}


def lacking(world: World) -> set[str]:
    return {name for name, each in found(world).items() if each.state is not State.OK}


def aws(service: str, operation: str, answer: dict[str, Any]) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.aws.answers[service, operation] = answer

    return change


def given(**parameters: str) -> Callable[[World], None]:
    return lambda world: world.parameters.update(parameters)


def published(kind: str, *items: dict[str, Any]) -> Callable[[World], None]:
    return lambda world: world.published.update({kind: list(items)})


def route(path: str, body: object, **headers: str) -> Callable[[World], None]:
    return lambda world: world.routes.update({path: answering(body, **headers)})


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("name or service not known", request=request)


def sent(**changed: object) -> Callable[[World], None]:
    quota = {"Max24HourSend": changed.pop("a_day", 50000.0)}
    right = {"ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}
    return aws("sesv2", "GetAccount", {**right, "SendQuota": quota, **changed})


def secret(text: str) -> Callable[[World], None]:
    return aws("secretsmanager", "GetSecretValue", {"SecretString": text})


STRANGER = certificate(ec.generate_private_key(ec.SECP256R1()))
FUTURE = {"version": "2", "effective_at": "2027-01-01T00:00:00.000Z", "body": {}}
FAULTS = [
    ("stack", lambda world: setattr(world, "status", "UPDATE_ROLLBACK_COMPLETE")),
    ("mail_sandbox", sent(ProductionAccessEnabled=False)),
    ("mail_sandbox", sent(EnforcementStatus="SHUTDOWN")),
    ("mail_sandbox", sent(SendingEnabled=False)),
    ("mail_sandbox", sent(a_day=200.0)),
    ("mail_identity", aws("sesv2", "GetEmailIdentity", {"VerifiedForSendingStatus": False})),
    (
        "mail_identity",
        aws(
            "sesv2",
            "GetEmailIdentity",
            {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "PENDING"}},
        ),
    ),
    ("sign_in_mail", aws("cognito-idp", "DescribeUserPool", World.pool("COGNITO_DEFAULT"))),
    ("alarm_reader", aws("sns", "ListSubscriptionsByTopic", {"Subscriptions": []})),
    (
        "alarm_reader",
        aws("sns", "ListSubscriptionsByTopic", {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}),
    ),
    ("tls_certificate", aws("acm", "DescribeCertificate", World.tls("PENDING_VALIDATION", 300))),
    ("tls_certificate", aws("acm", "DescribeCertificate", World.tls("ISSUED", 29))),
    ("domain", aws("apigatewayv2", "GetDomainName", World.domain("UPDATING"))),
    ("quotas", aws("lambda", "GetAccountSettings", World.limit(10))),
    ("payment_secret", secret('{"api_key": "", "webhook_secrets": []}')),
    ("payment_secret", secret('{"api_key": "sk_live_1", "webhook_secrets": [""]}')),
    ("payment_secret", secret('{"api_key": "sk_test_1", "webhook_secrets": ["w"]}')),
    ("payment_secret", secret("not JSON")),
    ("sign_in_provider_secret", secret('{"client_id": "", "client_secret": ""}')),
    ("backups", aws("dynamodb", "DescribeContinuousBackups", World.backups("DISABLED"))),
    ("versions", aws("lambda", "GetFunctionConfiguration", World.version("Inactive", "On"))),
    ("versions", aws("lambda", "GetFunctionConfiguration", World.version("Active", "Off"))),
    ("alarms", aws("cloudwatch", "DescribeAlarms", World.alarm("ALARM", rings=True))),
    ("alarms", aws("cloudwatch", "DescribeAlarms", World.alarm("OK", rings=False))),
    ("answers", route("/v1/status", {"status": "maintenance"}, Date="Sat, 28 Nov 2026 12:00:05 GMT")),
    ("clock", route("/v1/status", {"status": "ok"}, Date="Sat, 28 Nov 2026 12:03:00 GMT")),
    ("publications", published("plans")),
    ("publications", published("taxes", FUTURE)),
    ("publications", published("agreements", {**FUTURE, "effective_at": "2026-11-01T00:00:00.000Z"})),
    ("letters_certificate", published("certificates")),
    ("catalogue", route("/v1/tracks", {"items": []})),
    ("register", route("/v1/register/head", {"number": 1, "timestamp": (NOW - timedelta(hours=3)).isoformat()})),
]


@pytest.mark.parametrize(("check", "fault"), FAULTS)
def test_what_is_missing_is_found_with_what_mends_it(check: str, fault: Callable[[World], None]) -> None:
    world = World()
    fault(world)

    each = found(world)[check]

    assert each.state is State.MISSING
    assert each.found
    assert each.mend


def test_nothing_is_missing_of_a_deployment_that_is_whole_and_only_what_the_policy_allows_is_read() -> None:
    world = World()

    assert lacking(world) == set()
    policy = json.loads((ROOT / "infra" / "policies" / "doctor.json").read_text(encoding="utf-8"))
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    called = {f"{ACTIONS.get(service, service)}:{operation}" for service, operation in world.aws.called}
    assert {("apigateway:GET" if each.startswith("apigateway:") else each) for each in called} == allowed


def test_each_module_is_a_check_that_runs() -> None:
    modules = {path.stem for path in CHECKS.glob("*.py")} - {"__init__", "stacks"}

    assert {*ON_AWS, *EVERYWHERE} == modules
    assert {check for check, _ in FAULTS} >= modules - {"search"}, "a fault of each"


@pytest.mark.parametrize(("chain", "mends"), [(certificate(days=29), "ends at"), (STRANGER, "no key that signs")])
def test_a_certificate_that_ends_or_is_of_another_key_is_found(chain: str, mends: str) -> None:
    world = World()
    world.published["certificates"][0] = {**world.published["certificates"][0], "body": {"chain": chain}}

    assert mends in found(world)["letters_certificate"].found


def test_a_track_that_search_does_not_find_is_found() -> None:
    world = World()
    track = {"items": [{"track_id": "trk_1", "title": "Rain"}]}
    world.routes["/v1/tracks"] = lambda request: httpx.Response(
        200, json={"items": []} if "q" in request.url.params else track
    )

    assert lacking(world) == {"search"}


def test_a_search_without_an_index_of_its_form_is_found() -> None:
    world = World()
    world.routes["/v1/tracks"] = lambda _: httpx.Response(200, json={"items": []})
    world.published["tracks"] = [{"track_id": "trk_1", "withdrawn_at": None}]
    assert "no index of this form" in found(world)["search"].found

    world.published["tracks"] = [{"track_id": "trk_1", "withdrawn_at": "2026-11-28T12:00:00Z"}]
    assert found(world)["search"].found == "there are no tracks to find"


def test_a_domain_without_its_record_is_found() -> None:
    world = World()
    world.routes["/v1/status"] = unreachable

    each = found(world)["domain"]

    assert each.state is State.MISSING
    assert "d-1.example.com" in each.mend


def test_a_right_that_is_missing_stops_no_other_check() -> None:
    world = World()
    world.aws.refused = {"GetAccountSettings"}

    each = found(world)

    assert each["quotas"].state is State.UNKNOWN
    assert "GetAccountSettings" in each["quotas"].found
    assert lacking(world) == {"quotas"}


def test_a_development_stage_needs_no_domain_and_no_sender_of_its_own() -> None:
    world = World()
    given(Stage="dev", CertificateArn="", OidcIssuer="")(world)
    world.aws.answers["cognito-idp", "DescribeUserPool"] = World.pool("COGNITO_DEFAULT")
    secret('{"api_key": "sk_test_1", "webhook_secrets": ["w"]}')(world)

    each = found(world)

    assert sign_in_mail.check(world.deployment()).state is State.OK
    assert tls_certificate.check(world.deployment()).state is State.DOES_NOT_APPLY
    assert {name for name in each if each[name].state is State.MISSING} == set()


def test_no_part_of_a_secret_is_shown() -> None:
    world = World()
    secret('{"api_key": "sk_test_hidden", "webhook_secrets": ["whsec_hidden"]}')(world)

    assert "hidden" not in json.dumps([[each.found, each.mend] for each in found(world).values()])


def test_without_a_stack_only_the_apis_are_asked() -> None:
    world = World()

    each = found(world, on_aws=False)

    assert world.aws.called == set()
    assert {name for name in each if each[name].state is State.DOES_NOT_APPLY} == set(ON_AWS)
    assert {name for name in each if each[name].state is State.OK} == set(EVERYWHERE)


@pytest.mark.parametrize(("lacks", "words", "code"), [(False, [], 0), (True, [], 4), (False, ["--smoke"], 1)])
def test_the_command_ends_with_whether_something_is_missing(*, lacks: bool, words: list[str], code: int) -> None:
    world = World()
    if lacks:
        world.published["plans"] = []
    route("/_local/clock", {"epoch": NOW.timestamp()})(world)
    deployment = world.deployment(on_aws=False)
    screen = Console(width=80)
    session = Session(lambda: deployment.ops, screen, screen, public=lambda _: deployment.site)

    without_password = {"ALLMYTRACKS_SMOKE_EMAIL": "mia@example.org", "ALLMYTRACKS_SMOKE_PASSWORD": ""}
    result = run_command(app, ["doctor", "--json", *words], obj=session, env=without_password)

    assert result.exit_code == code
    told = {each["check"]: each["state"] for each in json.loads(result.output)}
    assert told["publications"] == ("missing" if lacks else "ok")
    assert told.get("smoke") == ("unknown" if words else None)
