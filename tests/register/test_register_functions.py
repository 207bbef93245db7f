"""The functions of the register, from their events to their responses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.register.rules import Leaf, number_sha256
from allmytracks.wiring import Services, install, services
from functions.every_hour_sign_tree_head.handler import handle as sign_tree_head
from functions.get_register.handler import handle as get_register
from functions.on_license_recorded.handler import handle as on_license_recorded
from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.licenses import NUMBER
from tests.factories.register import Register, a_leaf, a_revocation, number
from tests.fakes.register import MemoryRegisterEntries
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def register() -> Iterator[Register]:
    made = Register()
    installed = Services(Settings({}))
    put(
        installed,
        {
            "register.sign_tree_head": made.sign,
            "register.entries": made.entries,
            "register.read": made.read,
            "register.prove": made.prove,
            "foundation.search_throttle": Throttle(UncountedClients, made.clock),
        },
    )
    install(installed)
    yield made
    install(None)


def batch() -> dict[str, Any]:
    event: dict[str, Any] = json.loads(
        (EVENTS / "on_license_recorded" / "licence-revoked-and-superseded.json").read_text()
    )
    return event


def waiting(register: Register) -> list[dict[str, str]]:
    return [json.loads(leaf.data) for leaf in sorted(register.entries.pending(100), key=lambda leaf: leaf.at)]


def get(path: str, query: dict[str, str] | None = None, of: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    event = {
        "routeKey": f"GET /v1/register/{path}",
        "rawPath": f"/v1/register/{path}",
        "queryStringParameters": query or {},
        "pathParameters": {"number": of},
        "headers": {},
        "requestContext": {"http": {"sourceIp": "192.0.2.7", "userAgent": "test"}, "requestId": "r"},
    }
    answer: dict[str, Any] = get_register(event, None)
    return answer, json.loads(answer["body"])


@pytest.mark.clause("M-III.5.revoke")
def test_what_is_done_with_a_licence_waits_to_enter(register: Register) -> None:
    assert on_license_recorded(batch(), None) == {"batchItemFailures": []}
    assert on_license_recorded(batch(), None) == {"batchItemFailures": []}
    name = number_sha256(NUMBER)
    assert waiting(register) == [
        {
            "at": "2026-11-22T08:00:00.000Z",
            "document_sha256": "cd" * 32,
            "jws_sha256": "ef" * 32,
            "kind": "license",
            "number_sha256": name,
        },
        {
            "at": "2026-11-22T09:00:00.000Z",
            "kind": "supersession",
            "number_sha256": name,
            "reason": "misspelt_name",
            "superseded_by_sha256": number_sha256("AMT-111111-111111-111111-111111"),
        },
        {
            "at": "2026-11-22T10:00:00.000Z",
            "kind": "revocation",
            "number_sha256": name,
        },
    ]


@pytest.mark.parametrize("damage", ["public", "sk", "gone"])
def test_an_unreadable_record_is_retried_without_blocking_others(register: Register, damage: str) -> None:
    event = batch()
    change = event["Records"][0]["dynamodb"]
    if damage == "public":
        change["NewImage"]["public"] = {"S": "{}"}
    elif damage == "sk":
        change["Keys"]["sk"] = {"S": "OTHER"}
    else:
        del change["NewImage"]["public"]
    assert on_license_recorded(event, None) == {"batchItemFailures": [{"itemIdentifier": "111"}]}
    assert [each["kind"] for each in waiting(register)] == ["supersession", "revocation"]


@pytest.mark.usefixtures("register")
def test_the_whole_batch_is_retried_when_leaves_cannot_be_stored() -> None:
    class Failing(MemoryRegisterEntries):
        def put_pending(self, leaves: Sequence[Leaf]) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    services().register.entries = Failing()
    assert on_license_recorded(batch(), None) == {"batchItemFailures": [{"itemIdentifier": "111"}]}


def test_the_hour_signs_a_head_and_counts_it(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    register.entries.put_pending([a_leaf(1)])
    sign_tree_head(json.loads((EVENTS / "every_hour_sign_tree_head" / "hour.json").read_text()), None)
    assert register.read.head().head.size == 1
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "TreeHeadsSigned" in line]
    assert [each["TreeHeadsSigned"] for each in counted] == [[1.0]]
    assert counted[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]


def test_the_alarm_watches_what_the_hour_counts() -> None:
    stack = EVENTS.parent / "infra" / "observability.yaml"
    alarm = parse_template(stack.read_text())["Resources"]["TreeHeadOverdue"]["Properties"]
    assert alarm["MetricName"] == "TreeHeadsSigned"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "every_hour_sign_tree_head"}]
    assert alarm["TreatMissingData"] == "breaching"


def test_the_head_and_heads_are_public(register: Register) -> None:
    answer, problem = get("head")
    assert (answer["statusCode"], problem["code"]) == (404, "tree_head_not_found")
    for _ in range(3):
        register.an_hour_later()
        register.sign()
    answer, head = get("head")
    assert (answer["statusCode"], head["number"], head["size"]) == (200, 3, 0)
    assert answer["headers"]["Cache-Control"] == "public, max-age=60"
    assert head["jws"] == register.read.head().jws
    answer, page = get("heads", {"limit": "2"})
    assert ([each["number"] for each in page["items"]], page["next_cursor"]) == ([1, 2], "2")
    assert answer["headers"]["Cache-Control"] == IMMUTABLE
    answer, page = get("heads", {"limit": "2", "cursor": "2"})
    assert ([each["number"] for each in page["items"]], page["next_cursor"]) == ([3], None)
    assert answer["headers"]["Cache-Control"] == "public, max-age=60"


@pytest.mark.clause("M-III.5.revoke")
def test_a_proof_covers_all_facts_of_a_licence(register: Register) -> None:
    register.entries.put_pending([a_leaf(place) for place in range(5)] + [a_revocation(3)])
    answer, problem = get("inclusion/{number}", of=number(3))
    assert (answer["statusCode"], problem["code"]) == (409, "register_entry_pending")
    assert problem["next_head_at"].endswith(":00:00.000Z")
    register.sign()
    answer, proof = get("inclusion/{number}", of=number(3))
    assert answer["statusCode"] == 200
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert [(each["kind"], each["index"]) for each in proof["entries"]] == [("license", 3), ("revocation", 5)]
    assert (proof["number"], proof["pending"]) == (number(3), [])
    for of, status, code in ((number(77), 404, "license_not_found"), ("nothing", 404, "license_not_found")):
        answer, problem = get("inclusion/{number}", of=of)
        assert (answer["statusCode"], problem["code"]) == (status, code)


def test_consistency_and_entries_are_public_and_kept_in_caches_where_they_cannot_change(register: Register) -> None:
    register.entries.put_pending([a_leaf(place) for place in range(5)])
    register.sign()
    answer, proof = get("consistency", {"first": "2", "second": "5"})
    assert (answer["statusCode"], len(proof["path"])) == (200, 2)
    assert answer["headers"]["Cache-Control"] == IMMUTABLE
    assert get("consistency", {"first": "2"})[0]["headers"]["Cache-Control"] == "public, max-age=60"
    answer, entries = get("entries", {"start": "1", "end": "3"})
    assert entries == {"start": 1, "size": 5, "leaves": [a_leaf(place).data for place in (1, 2, 3)]}
    assert answer["headers"]["Cache-Control"] == IMMUTABLE
    answer, entries = get("entries")
    assert (len(entries["leaves"]), answer["headers"]["Cache-Control"]) == (5, "public, max-age=60")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("consistency", {}, "first"),
        ("consistency", {"first": "x"}, "first"),
        ("consistency", {"first": "-1"}, "first"),
        ("consistency", {"first": "1", "second": "99"}, "second"),
        ("entries", {"start": "99"}, "start"),
        ("entries", {"start": "2", "end": "1"}, "end"),
        ("heads", {"cursor": "x"}, "cursor"),
        ("heads", {"limit": "1000"}, "limit"),
    ],
)
def test_invalid_parameters_are_named(register: Register, path: str, query: dict[str, str], field: str) -> None:
    register.entries.put_pending([a_leaf(1), a_leaf(2), a_leaf(3)])
    register.sign()
    answer, problem = get(path, query)
    assert (answer["statusCode"], [each["field"] for each in problem["errors"]]) == (422, [field])
