"""The search over OpenSearch beside the port's contract: refusals, the network, pages, permissions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from allmytracks.catalogue.opensearch_calls import Call, OpenSearchCalls, OpenSearchError
from allmytracks.catalogue.opensearch_documents import ALIAS
from allmytracks.catalogue.opensearch_index import OpenSearchIndex
from allmytracks.catalogue.opensearch_search import OpenSearchTrackSearch
from allmytracks.catalogue.rules_search import COUNTED, DEEPEST, Position, Sort, TrackQuery
from allmytracks.foundation.aws.environment import aws_environment
from allmytracks.foundation.aws.time_left import ending_in
from allmytracks.foundation.errors import Unavailable
from tests.factories.opensearch import LIBRARY, Catalogue, titles
from tests.factories.template import ROOT, read, read_template
from tests.fakes.opensearch import OpenSearchDomain, calls_to

BUSY = (429, b'{"error": {"type": "rejected_execution_exception", "reason": "busy"}, "status": 429}')


@pytest.mark.parametrize("passing", [BUSY, (503, b"<html>"), (504, b""), None])
def test_what_may_pass_is_tried_again_and_then_unavailable(
    domain: OpenSearchDomain, passing: tuple[int, bytes] | None
) -> None:
    domain.answers = [passing, passing]
    assert len(titles(domain)) == 5
    domain.answers = [passing] * 3
    with pytest.raises(Unavailable):
        titles(domain)
    assert not domain.answers


def test_what_does_not_pass_is_a_fault_at_once(domain: OpenSearchDomain) -> None:
    domain.answers = [(403, b'{"Message": "not authorized"}')] * 3
    with pytest.raises(OpenSearchError):
        titles(domain)
    assert len(domain.answers) == 2


def test_no_call_begins_after_the_functions_deadline(domain: OpenSearchDomain) -> None:
    domain.calls.clear()
    with ending_in(0), pytest.raises(Unavailable):
        titles(domain)
    assert not domain.calls


@pytest.mark.parametrize(("status", "raised"), [(429, Unavailable), (400, OpenSearchError)])
def test_a_refused_line_of_a_bulk_request_fails_the_whole(
    domain: OpenSearchDomain, catalogue: Catalogue, status: int, raised: type[Exception]
) -> None:
    refused = {"status": status, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}
    told = msgspec.json.encode({"errors": True, "items": [{"index": {"status": 200}}, {"index": refused}]})

    def refuse() -> None:
        domain.answers = [(200, told)]

    catalogue.meanwhile = refuse
    with pytest.raises(raised):
        OpenSearchIndex(calls_to(domain)).update(catalogue, [each.id for each in LIBRARY[:2]])


def test_a_field_or_query_that_the_domain_does_not_know_is_refused(domain: OpenSearchDomain) -> None:
    calls = calls_to(domain)
    beyond = {"range": {"length": {"gte": 1 << 63}}}
    queries: list[dict[str, Any]] = [{"matching": {}}, {"term": {"nothing": {"value": "x"}}}, beyond]
    for query in queries:
        with pytest.raises(OpenSearchError):
            calls("POST", f"/{ALIAS}/_count", {"query": query})
    ((name, index),) = [pair for pair in domain.indexes.items() if pair[0].startswith("tracks-")]
    named = {"_id": "trk_x", "version": 9, "version_type": "external"}
    told = calls.lines(f"/{name}-writing/_bulk?require_alias=true", [{"index": named}, {"unknown": 1}])
    assert told["items"][0]["index"]["error"]["type"] == "strict_dynamic_mapping_exception"
    assert "trk_x" not in index.written


def test_totals_are_exact_up_to_a_limit_and_pages_end_there(domain: OpenSearchDomain) -> None:
    search = OpenSearchTrackSearch(calls_to(domain))
    for value, relation, exact in ((COUNTED, "eq", True), (COUNTED + 1, "gte", False)):
        told = {"hits": {"total": {"value": value, "relation": relation}, "hits": []}}
        domain.answers = [(200, msgspec.json.encode(told))]
        found = search.find(TrackQuery(text="piece"))
        assert (found.total, found.exact) == (COUNTED, exact)
    assert msgspec.json.decode(domain.calls[-1].body)["track_total_hits"] == COUNTED + 1
    deepest = Position(Sort.RELEVANCE, DEEPEST).cursor()
    assert search.find(TrackQuery(text="piece", limit=100, cursor=deepest)).items == []


@pytest.mark.parametrize(("order", "found"), [(Sort.NEWEST, 5), (Sort.SHORTEST, 0)])
def test_a_cursor_beyond_every_key_is_taken(domain: OpenSearchDomain, order: Sort, found: int) -> None:
    query = TrackQuery(sort=order, cursor=Position(order, (1 << 64) - 1).cursor())
    assert len(OpenSearchTrackSearch(calls_to(domain)).find(query).items) == found


def test_one_query_is_answered_by_one_copy_and_never_in_part(domain: OpenSearchDomain) -> None:
    search = OpenSearchTrackSearch(calls_to(domain))
    first = search.find(TrackQuery(text="piece", limit=2))
    search.find(TrackQuery(text="piece", limit=2, cursor=first.next_cursor))
    search.find(TrackQuery(text="other"))
    one, two, other, *_ = [urlsplit(each.url).query for each in domain.calls if "_search" in each.url]
    assert one == two != other
    assert "allow_partial_search_results=false" in one


@contextmanager
def served(domain: OpenSearchDomain) -> Iterator[str]:
    """A domain behind HTTP; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            call = Call(self.command, f"http://{self.headers['Host']}{self.path}", body, dict(self.headers))
            status, told = domain(call, 0, 0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_PUT = do_POST  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Writes nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_over_the_network_it_is_the_same(catalogue: Catalogue) -> None:
    domain = OpenSearchDomain()
    with served(domain) as address:
        calls = OpenSearchCalls(address, aws_environment())
        assert OpenSearchIndex(calls).rebuild(catalogue) == 5
        assert OpenSearchTrackSearch(calls).find(TrackQuery(text="piece", limit=2)).total == 5
        assert OpenSearchTrackSearch(calls).explain(TrackQuery(text="piece"), LIBRARY[0].id) is not None
    nobody = OpenSearchCalls("http://127.0.0.1:9", aws_environment())
    with pytest.raises(Unavailable):
        OpenSearchTrackSearch(nobody).find(TrackQuery(text="piece"))


def statements(policies: Sequence[Mapping[str, Any]], *, domain: bool) -> list[Mapping[str, Any]]:
    """What a function's policies allow with a search domain, or without."""
    every = [part for policy in policies for part in policy["Statement"]]
    chosen = [each["Fn::If"][1 if domain else 2] if "Fn::If" in each else each for each in every]
    return [each for each in chosen if "Action" in each]


def allowed(policies: Sequence[Mapping[str, Any]], arn: str) -> list[tuple[str, str]]:
    """The actions and paths of a domain that a function's policies allow."""
    found = []
    for statement in statements(policies, domain=True):
        if any(each.startswith("es:") for each in statement["Action"]):
            given = statement["Resource"]
            for resource in given if isinstance(given, list) else [given]:
                found += [(action, resource["Fn::Sub"].removeprefix(arn)) for action in statement["Action"]]
    return found


def used(domain: OpenSearchDomain) -> set[tuple[str, str]]:
    return {(f"es:ESHttp{each.method.title()}", urlsplit(each.url).path) for each in domain.calls}


def test_the_functions_may_call_what_they_call_and_no_other_domain(
    domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    root, workers = read_template()["Resources"], read(ROOT / "infra" / "workers.yaml")["Resources"]
    writing = used(domain)
    domain.calls.clear()
    search = OpenSearchTrackSearch(calls_to(domain))
    search.find(TrackQuery(text="peice"))
    search.similar(LIBRARY[0].id, 3)
    search.listings([LIBRARY[0].id])
    reading = used(domain)
    search.explain(TrackQuery(text="piece"), LIBRARY[0].id)
    for function, arn, calls in (
        (root["ListTracksFunction"], "${Search.Outputs.Arn}", reading),
        (root["OpsApiFunction"], "${Search.Outputs.Arn}", writing | used(domain)),
        (workers["OnCatalogChangedFunction"], "${SearchDomainArn}", writing),
    ):
        policy = allowed(function["Properties"]["Policies"], arn)
        assert policy
        assert [call for call in calls if not any(call[0] == a and fnmatchcase(call[1], p) for a, p in policy)] == []
        assert {action for action, _ in policy} == {action for action, _ in calls}
        assert {path for _, path in policy if any(fnmatchcase(p, path) for _, p in calls)} == {p for _, p in policy}
        # The index in S3 belongs to deployments without a domain alone.
        for chosen in (True, False):
            told = str(statements(function["Properties"]["Policies"], domain=chosen))
            assert ("es:ESHttp" in told, "search/*" in told) == (chosen, not chosen)
