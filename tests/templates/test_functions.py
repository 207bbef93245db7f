"""The template and the folders of functions/ say the same."""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

import pytest

from allmytracks.foundation.http.answers import EVERYWHERE
from allmytracks.foundation.http.requests import Request
from allmytracks.operator_routes.api import AREAS, area_of
from tests.factories.template import PUBLIC, ROOT, Described, described, operator_routes, read

FUNCTIONS = described()
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)

# Where guessing or flooding would pay: fewer requests than elsewhere.
GUARDED = {
    "POST /v1/accounts",
    "POST /v1/accounts/verification",
    "POST /v1/accounts/verification-codes",
    "POST /v1/account/misuse-reports",
    "POST /v1/support-requests",
    "POST /v1/tickets/{number}/proof-codes",
    "PUT /v1/tickets/{number}/proof",
    "GET /v1/third-party-provider",
    "POST /v1/third-party-visits",
    "POST /v1/third-party-sessions",
    "POST /v1/third-party-accounts",
    "POST /v1/password-resets",
    "PUT /v1/password-resets",
    "PUT /v1/account/password",
    "POST /v1/account/freeze",
    "POST /v1/account/freeze-codes",
    "POST /v1/guardian-consents",
    "POST /v1/guardian-consents/links",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "GET /v1/verifications/{number}",
    "POST /v1/verifications",
    "GET /verify",
    "HEAD /v1/verifications/{number}",
    "HEAD /verify",
}


def samples_of(function: Described) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((ROOT / "events" / function.name).glob("*.json"))]


def test_every_folder_is_deployed_and_nothing_else() -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}

    assert set(FUNCTIONS) == folders


@each_function
def test_a_function_is_named_after_its_folder(function: Described) -> None:
    camel = "".join(word.capitalize() for word in function.name.split("_"))

    assert function.logical_id == f"{camel}Function"
    is_waited_for = bool(function.routes()) or function.name in {"ops_api", "on_sign_in_challenge"}
    assert function.properties["CodeUri"] == f"{'' if is_waited_for else '../'}functions/{function.name}/"
    assert function.properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == function.name
    assert "Policies" in function.properties


@each_function
def test_a_function_serves_the_routes_that_it_declares(function: Described) -> None:
    app = getattr(importlib.import_module(f"functions.{function.name}.handler"), "app", None)
    if not function.routes():
        assert not hasattr(app, "routes") or function.name == "ops_api"
        return
    assert app is not None

    assert set(app.routes) == function.routes()


def test_the_operators_api_has_the_routes_of_its_chalice_app() -> None:
    app = importlib.import_module("functions.ops_api.handler").app.whole()
    declared = {f"{method} {path}" for path, methods in app.routes.items() for method in methods}

    assert declared == operator_routes()


def test_each_operators_route_is_found_in_its_area() -> None:
    """Otherwise its first request would not find it."""
    app = importlib.import_module("functions.ops_api.handler").app.whole()
    found = {path: entry.view_function.__module__ for path, of in app.routes.items() for entry in of.values()}

    assert found == {path: f"allmytracks.operator_routes.{area_of(path)}" for path in found}
    assert set(found.values()) == {f"allmytracks.operator_routes.{area}" for area in AREAS}


def test_only_these_routes_are_open(template: dict[str, Any]) -> None:
    auth = template["Resources"]["Api"]["Properties"]["Auth"]
    is_open = {
        f"{event['Method']} {event['Path']}"
        for function in FUNCTIONS.values()
        for event in function.events("HttpApi")
        if event.get("Auth", {}).get("Authorizer") == "NONE"
    }

    assert auth["DefaultAuthorizer"] == "Members"
    assert is_open == PUBLIC


def test_operators_are_known_by_iam(template: dict[str, Any]) -> None:
    assert template["Resources"]["OpsApi"]["Properties"]["Auth"]["DefaultAuthorizer"] == "AWS_IAM"
    paths = template["Resources"]["OpsApi"]["Properties"]["DefinitionBody"]["paths"]
    assert not any("security" in operation for path in paths.values() for operation in path.values())


def test_what_the_operators_gateway_refuses_has_the_headers_of_every_answer(template: dict[str, Any]) -> None:
    told = {name: f"'{value}'" for name, value in EVERYWHERE.items()}
    refusals = template["Resources"]["OpsApi"]["Properties"]["GatewayResponses"]
    assert set(refusals) == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for each in refusals.values():
        assert each == {"ResponseParameters": {"Headers": told}}


def test_throttles_name_routes_that_exist_and_guard_what_is_guessed(template: dict[str, Any]) -> None:
    api = template["Resources"]["Api"]["Properties"]
    routes = set().union(*(function.routes() for function in FUNCTIONS.values()))
    default = api["DefaultRouteSettings"]["ThrottlingRateLimit"]

    assert set(api["RouteSettings"]) <= routes
    assert set(api["RouteSettings"]) >= GUARDED
    assert all(api["RouteSettings"][route]["ThrottlingRateLimit"] <= default / 10 for route in GUARDED)


def test_the_edge_counts_guesses_at_the_guarded_routes_alone() -> None:
    """Not those of tickets, whose numbers follow: there the functions count."""
    wall = read(ROOT / "infra" / "edge.yaml")["Resources"]["Wall"]["Properties"]
    (rule,) = (each["Statement"]["RateBasedStatement"] for each in wall["Rules"] if each["Name"] == "guesses")
    guessed = re.compile(rule["ScopeDownStatement"]["RegexMatchStatement"]["RegexString"])

    missing = {route for route in GUARDED if not guessed.search(route.partition(" ")[2])}

    assert {route for route in missing if not route.endswith("/verify")} == {
        "POST /v1/account/misuse-reports",
        "POST /v1/tickets/{number}/proof-codes",
        "PUT /v1/tickets/{number}/proof",
    }
    every = {route.partition(" ")[2] for each in FUNCTIONS.values() for route in each.routes()}
    assert not [path for path in every if guessed.search(path) and "download" in path]


@pytest.mark.clause("U-II.IV.7")
def test_clients_are_counted_where_they_guess_search_or_make_us_send_mail() -> None:
    counting = {route for each in FUNCTIONS.values() if "THROTTLING" in each.environment for route in each.routes()}

    searching = FUNCTIONS["list_tracks"].routes()
    assert "GET /v1/tracks/suggestions" in searching, "each key typed asks"
    reading = searching | {route for route in PUBLIC if route.startswith("GET /v1/register/")}
    tickets = {route for route in counting - GUARDED if route.startswith(("GET /v1/tickets", "POST /v1/tickets"))}
    assert len(tickets) == 4, "people read what is sent there"
    letters = FUNCTIONS["keep_billing"].routes()
    assert "POST /v1/account/enterprise/letters" in letters, "as above"
    devices = FUNCTIONS["keep_devices"].routes() | FUNCTIONS["keep_recordings"].routes()
    assert "POST /v1/devices" in devices, "the codes on their labels are guessed there"
    assert counting == GUARDED | reading | tickets | letters | devices


def test_access_logs_hold_nothing_of_the_person(template: dict[str, Any]) -> None:
    """Each field is one that is known to hold nothing personal. An access key's id is AWS's name of a session."""
    resources = template["Resources"]
    of_members = resources["Api"]["Properties"]["AccessLogSettings"]["Format"]
    condition, of_operators, otherwise = resources["OpsApi"]["Properties"]["AccessLogSetting"]["Fn::If"]
    assert (condition, otherwise) == ("HasOpsAccessLog", {"Ref": "AWS::NoValue"})
    assert (template["Parameters"]["OpsAccessLog"]["Default"], resources["OpsAccessLogs"]["Condition"]) == (
        "off",
        condition,
    )

    told = {*json.loads(of_members).values(), *json.loads(of_operators["Format"]).values()}
    assert {each.removeprefix("$context.") for each in told} == {
        *("requestId", "requestTime", "routeKey", "httpMethod", "resourcePath", "status", "identity.accessKey"),
        *("responseLength", "responseLatency", "integrationStatus", "integrationLatency"),
        *("error.responseType", "authorizer.error"),
    }


@each_function
def test_sample_bodies_are_what_the_routes_take(function: Described) -> None:
    for sample in samples_of(function):
        if "routeKey" in sample:
            app = importlib.import_module(f"functions.{function.name}.handler").app
            form = app.routes[sample["routeKey"]].body
            assert (form is None) or isinstance(Request(sample).body(form), form)


@each_function
def test_every_function_has_a_sample_event_of_each_kind(function: Described) -> None:
    samples = samples_of(function)

    assert {sample["routeKey"] for sample in samples if "routeKey" in sample} == function.routes()
    rest = {f"{sample['httpMethod']} {sample['resource']}" for sample in samples if "httpMethod" in sample}
    assert rest == (operator_routes() if function.name == "ops_api" else set())
    sources = {record["eventSource"] for sample in samples for record in sample.get("Records", [])}
    assert sources == {
        name for kind, name in (("SQS", "aws:sqs"), ("DynamoDB", "aws:dynamodb")) if function.events(kind)
    }
