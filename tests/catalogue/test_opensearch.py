"""The search over OpenSearch beside the port's contract: writers at once, new indexes, refusals, the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import pytest
from msgspec.structs import replace

from allmytracks.catalogue.opensearch_calls import Call, OpenSearchCalls, OpenSearchError
from allmytracks.catalogue.opensearch_documents import ALIAS
from allmytracks.catalogue.opensearch_index import OpenSearchIndex
from allmytracks.catalogue.opensearch_search import OpenSearchTrackSearch
from allmytracks.catalogue.rules import Track
from allmytracks.catalogue.rules_search import COUNTED, DEEPEST, FORM, Position, Sort, TrackQuery
from allmytracks.foundation.aws.environment import aws_environment
from allmytracks.foundation.aws.time_left import ending_in
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.paging import Page
from tests.factories.catalogue import NOW, later, track
from tests.factories.template import ROOT, read, read_template
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.opensearch import Index, OpenSearchDomain, calls_to

LIBRARY = [track(f"Piece {number}", added_at=later(number)) for number in range(5)]


Seen = TypeVar("Seen")


class Catalogue(MemoryTracks):
    """Read by two tracks at a time; `meanwhile` happens once, after the next reading of tracks."""

    meanwhile: Callable[[], object] | None = None

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        return self._and_meanwhile(super().page(limit=min(limit, 2), cursor=cursor))

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        return self._and_meanwhile(super().several(track_ids))

    def _and_meanwhile(self, seen: Seen) -> Seen:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return seen

    def name(self, changed: Track, title: str) -> str:
        """Changes the title; the track's id."""
        self.stored[changed.id] = replace(changed, title=title)
        return changed.id


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue({each.id: each for each in LIBRARY})


@pytest.fixture
def domain(catalogue: Catalogue) -> OpenSearchDomain:
    made = OpenSearchDomain()
    OpenSearchIndex(calls_to(made)).rebuild(catalogue)
    return made


def titles(domain: OpenSearchDomain) -> list[str]:
    return [each.title for each in OpenSearchTrackSearch(calls_to(domain)).find(TrackQuery(sort=Sort.NEWEST)).items]


def of_tracks(domain: OpenSearchDomain) -> list[str]:
    return [name for name in domain.indexes if name.startswith("tracks-")]


def test_a_writer_that_read_earlier_and_writes_later_changes_nothing(
    domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    one, two = LIBRARY[:2]

    def another() -> None:
        catalogue.name(one, "Newer")
        catalogue.withdraw(two.id, NOW)
        OpenSearchIndex(calls_to(domain)).update(catalogue, [one.id, two.id])

    catalogue.meanwhile = another
    assert OpenSearchIndex(calls_to(domain)).update(catalogue, [one.id, two.id]) == 4
    assert titles(domain) == ["Piece 4", "Piece 3", "Piece 2", "Newer"]


def test_a_new_index_is_built_in_steps_beside_the_one_in_force(domain: OpenSearchDomain, catalogue: Catalogue) -> None:
    before = of_tracks(domain)
    ordered = sorted(LIBRARY, key=lambda each: each.id)
    first = OpenSearchIndex(calls_to(domain)).reindex(catalogue)
    assert (first.read, first.finished) == (2, False)
    # Of a track that the new index has already, of one that it has not, and of one that is read just now.
    writer = OpenSearchIndex(calls_to(domain))
    writer.update(catalogue, [catalogue.name(ordered[0], "Read already"), catalogue.name(ordered[4], "Not yet read")])
    catalogue.meanwhile = lambda: writer.update(catalogue, [catalogue.name(ordered[2], "Read just now")])
    expected = {"Read already", "Not yet read", ordered[1].title, "Read just now", ordered[3].title}
    # Another caller goes on where the first ended.
    assert OpenSearchIndex(calls_to(domain)).reindex(catalogue).read == 4
    assert set(titles(domain)) == expected
    assert set(before) < set(of_tracks(domain))
    last = OpenSearchIndex(calls_to(domain)).reindex(catalogue)
    assert (last.read, last.finished) == (5, True)
    assert set(titles(domain)) == expected
    assert set(of_tracks(domain)).isdisjoint(before)
    assert OpenSearchIndex(calls_to(domain)).reindex(catalogue).read == 2  # the next one begins again


def test_a_late_writer_does_not_bring_a_removed_index_back(domain: OpenSearchDomain, catalogue: Catalogue) -> None:
    changed = catalogue.name(LIBRARY[0], "Changed")
    catalogue.meanwhile = lambda: OpenSearchIndex(calls_to(domain)).rebuild(catalogue)
    assert OpenSearchIndex(calls_to(domain)).update(catalogue, [changed]) == 5
    assert len(of_tracks(domain)) == 1
    assert "Changed" in titles(domain)


def test_a_step_whose_index_was_removed_is_tried_again_with_a_new_one(
    domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    index = OpenSearchIndex(calls_to(domain))
    index.reindex(catalogue)
    building = of_tracks(domain)[-1]
    catalogue.meanwhile = lambda: domain.indexes.pop(building)
    with pytest.raises(Unavailable):
        index.reindex(catalogue)
    assert index.rebuild(catalogue) == 5
    assert building not in of_tracks(domain)


def test_the_index_of_the_form_before_is_kept_and_older_ones_are_removed(
    domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    domain.indexes |= {f"tracks-{FORM - back}-7": Index() for back in (1, 2)}
    OpenSearchIndex(calls_to(domain)).rebuild(catalogue)
    forms = sorted(name.rpartition("-")[0] for name in of_tracks(domain))
    assert forms == [f"tracks-{FORM - 1}", f"tracks-{FORM}"]


def test_an_index_that_an_earlier_try_made_is_taken(catalogue: Catalogue) -> None:
    domain = OpenSearchDomain()
    answer = domain._answer

    def lost_once(call: Call) -> tuple[int, dict[str, Any]]:
        told = answer(call)
        if call.method == "PUT" and call.url.count("/") == 3 and not lost:
            lost.append(call)
            return 503, {}
        return told

    lost: list[Call] = []
    domain._answer = lost_once  # type: ignore[method-assign]  # the answer is lost, not the call
    assert OpenSearchIndex(calls_to(domain)).rebuild(catalogue) == 5
    assert lost


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


def allowed(policies: Sequence[Mapping[str, Any]], arn: str) -> list[tuple[str, str]]:
    """The actions and paths of a domain that a function's policies allow."""
    statements = [part for policy in policies for part in policy["Statement"]]
    chosen = [each["Fn::If"][1] if "Fn::If" in each else each for each in statements]
    found = []
    for statement in chosen:
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
