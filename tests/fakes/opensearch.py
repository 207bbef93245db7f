"""An OpenSearch domain in memory, at its HTTP API: what is used of it, as its reference describes it.

Documents are found after a refresh only. Unknown paths, parameters, types of fields and queries are refused, as are
fields that a strict mapping does not name, and pages beyond the window.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from allmytracks.catalogue.opensearch_calls import Call, NoAnswerError, OpenSearchCalls
from allmytracks.foundation.aws.environment import aws_environment
from tests.fakes.opensearch_queries import NUMBERS, RefusedRequestError, Searched, only, require

SETTINGS = {
    "index.number_of_shards",
    "index.auto_expand_replicas",
    "index.max_result_window",
    "index.gc_deletes",
}
TYPES = {"text", "keyword", "long", "integer", "object"}
OPTIONS = {"type", "analyzer", "index_options", "enabled"}
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass
class Index:
    """One index; a version without a source is of a deleted document."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    written: dict[str, tuple[int, Mapping[str, Any] | None]] = field(default_factory=dict)
    searched: Searched = field(default_factory=lambda: Searched({}))

    def refresh(self) -> None:
        live = {name: source for name, (_, source) in self.written.items() if source is not None}
        self.searched = Searched(self.mappings.get("properties", {}), live)

    def check(self, source: Mapping[str, Any]) -> None:
        """Refuses a document that the mapping does not take."""
        if self.mappings.get("dynamic") != "strict":
            return
        for name, value in source.items():
            declared = self.mappings["properties"].get(name)
            require(declared, "strict_dynamic_mapping_exception", f"introduction of [{name}] is not allowed")
            if declared["type"] in NUMBERS:
                require(value in NUMBERS[declared["type"]], "mapper_parsing_exception", f"[{name}] out of range")


@dataclass
class OpenSearchDomain:
    """The transport to a domain. `answers` are given first, one a call; None is no answer."""

    indexes: dict[str, Index] = field(default_factory=dict)
    answers: list[tuple[int, bytes] | None] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call, _connecting: float, _seconds: float) -> tuple[int, bytes]:
        self.calls.append(call)
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                raise NoAnswerError
            return answer
        try:
            assert re.match(
                r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/[\w-]+/es/aws4_request", call.headers["Authorization"]
            )
            status, told = self._answer(call)
        except RefusedRequestError as error:
            status, told = error.status, {"error": {"type": error.kind, "reason": error.reason}, "status": error.status}
        return status, msgspec.json.encode(told)

    def _answer(self, call: Call) -> tuple[int, dict[str, Any]]:  # noqa: C901, PLR0911 - one table of paths
        where = urlsplit(call.url)
        parameters = {name: values[-1] for name, values in parse_qs(where.query).items()}
        parts = [unquote(each) for each in where.path.strip("/").split("/")]
        if parts[-1] == "_bulk":
            return self._bulk(parts[0], parameters, call.body)
        body = msgspec.json.decode(call.body) if call.body else {}
        match [call.method, *parts]:
            case ["PUT", name]:
                return self._create(name, body)
            case ["GET", pattern, "_alias"]:
                found = {name: each for name, each in self.indexes.items() if fnmatch.fnmatchcase(name, pattern)}
                return 200, {name: {"aliases": {alias: {} for alias in each.aliases}} for name, each in found.items()}
            case ["POST", "_aliases"]:
                return self._aliases(body["actions"])
            case ["PUT", name, "_doc", document]:
                return self._put(self.indexes.setdefault(name, Index()), document, body, parameters)
            case ["GET", name, "_doc", document]:
                version, source = self._index(name).written.get(document, (0, None))
                told = {"found": True, "_source": source, "_seq_no": version, "_primary_term": 1}
                return (200, told) if source is not None else (404, {"found": False})
            case ["POST", name, "_refresh"]:
                self._index(name).refresh()
                return 200, {}
            case ["POST", name, "_count"]:
                return 200, {"count": len(self._index(name).searched.matches(body["query"]))}
            case ["POST", name, "_search"]:
                only(parameters, "allow_partial_search_results", "preference")
                return 200, searched(self._index(name), body)
            case ["POST", name, "_explain", document]:
                return self._explain(self._index(name), document, body)
        raise RefusedRequestError(400, "illegal_argument_exception", f"no handler for {call.method} {where.path}")

    def _put(
        self, index: Index, document: str, body: Mapping[str, Any], parameters: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """Writes a document under a condition; its version is its sequence number, too."""
        only(parameters, "op_type", "if_seq_no", "if_primary_term")
        version, _ = index.written.get(document, (0, None))
        wanted = "0" if parameters.get("op_type") == "create" else parameters.get("if_seq_no", str(version))
        if wanted != str(version) or parameters.get("if_primary_term", "1") != "1":
            raise RefusedRequestError(409, "version_conflict_engine_exception")
        index.written[document] = (version + 1, body)
        return 200, {"_id": document, "_version": version + 1}

    def _index(self, name: str) -> Index:
        for each, index in self.indexes.items():
            if name == each or name in index.aliases:
                return index
        raise RefusedRequestError(404, "index_not_found_exception", f"no such index [{name}]")

    def _create(self, name: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        require(NAME.fullmatch(name), "invalid_index_name_exception", name)
        require(name not in self.indexes, "resource_already_exists_exception", name)
        only(body, "settings", "mappings", "aliases")
        require(set(body["settings"]) <= SETTINGS, "illegal_argument_exception", "unknown setting")
        for each in body["mappings"]["properties"].values():
            require(each["type"] in TYPES, "mapper_parsing_exception", f"No handler for type [{each['type']}]")
            require(set(each) <= OPTIONS, "mapper_parsing_exception", "unsupported parameters")
        index = Index(body["settings"], body["mappings"], set(body.get("aliases", ())))
        index.refresh()
        self.indexes[name] = index
        return 200, {"acknowledged": True, "index": name}

    def _aliases(self, actions: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        for action in actions:
            ((_, given),) = action.items()
            self._index(given["index"])
        for action in actions:
            match action:
                case {"add": {"index": name, "alias": alias}}:
                    self.indexes[name].aliases.add(alias)
                case {"remove_index": {"index": name}}:
                    del self.indexes[name]
                case _:
                    raise RefusedRequestError(400, "x_content_parse_exception", str(action))
        return 200, {"acknowledged": True}

    def _bulk(self, name: str, parameters: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        only(parameters, "require_alias", "refresh")
        require(body.endswith(b"\n"), "illegal_argument_exception", "must be terminated by a newline")
        require(parameters.get("refresh", "false") in {"true", "false", "wait_for"}, "illegal_argument_exception", "")
        if parameters.get("require_alias") != "true" and not any(
            name in each.aliases for each in self.indexes.values()
        ):
            self.indexes[name] = Index(aliases={name})  # as OpenSearch creates an index that is written to
        lines = iter(map(msgspec.json.decode, body.splitlines()))
        items = [{kind: result} for kind, result in self._written(name, lines)]
        if parameters.get("refresh") != "false" and any(name in each.aliases for each in self.indexes.values()):
            self._index(name).refresh()
        return 200, {"errors": any("error" in each for item in items for each in item.values()), "items": items}

    def _written(self, name: str, lines: Iterator[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        index = next((each for each in self.indexes.values() if name in each.aliases), None)
        for line in lines:
            ((kind, named),) = line.items()
            require(kind in {"index", "delete"}, "illegal_argument_exception", f"unknown action [{kind}]")
            only(named, "_id", "version", "version_type")
            source = next(lines) if kind == "index" else None
            if index is None:
                yield kind, _refused(404, "index_not_found_exception")
                continue
            version, before = index.written.get(named["_id"], (0, None))
            if named["version"] <= version:
                yield kind, _refused(409, "version_conflict_engine_exception")
                continue
            try:
                index.check(source or {})
            except RefusedRequestError as error:
                yield kind, _refused(error.status, error.kind)
                continue
            index.written[named["_id"]] = (named["version"], source)
            yield kind, {"status": 404 if source is None and before is None else 200}

    def _explain(self, index: Index, document: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        only(body, "query")
        if document not in index.searched.documents:
            return 404, {"_id": document, "matched": False}
        scores = index.searched.matches(body["query"])
        told = {"value": scores.get(document, 0.0), "description": "sum of:", "details": []}
        return 200, {"_id": document, "matched": document in scores, "explanation": told}


def calls_to(domain: OpenSearchDomain) -> OpenSearchCalls:
    """The product's calls to it, with this process's credentials."""
    return OpenSearchCalls("https://domain.invalid", aws_environment(), domain)


def searched(index: Index, body: Mapping[str, Any]) -> dict[str, Any]:
    """The response of a search."""
    only(body, "query", "size", "from", "sort", "search_after", "track_total_hits", "_source", "post_filter", "aggs")
    window = index.settings["index.max_result_window"]
    require(body.get("from", 0) + body["size"] <= window, "illegal_argument_exception", "Result window is too large")
    scores = index.searched.matches(body.get("query", {"match_all": {}}))
    told = {name: _aggregated(index, each, set(scores)) for name, each in body.get("aggs", {}).items()}
    if "post_filter" in body:
        kept = index.searched.matches(body["post_filter"])
        scores = {each: score for each, score in scores.items() if each in kept}
    total = len(scores)
    ranked = _sorted(index, scores, body.get("sort", [{"_score": "desc"}]), body.get("search_after"))
    hits = [
        {"_id": each, "sort": keys, "_source": {name: index.searched.documents[each][name] for name in body["_source"]}}
        for each, keys in ranked[body.get("from", 0) :][: body["size"]]
    ]
    counted = body.get("track_total_hits", 10_000)
    if counted is False:
        return {"hits": {"hits": hits}, "aggregations": told}
    total_told = {"value": min(total, counted), "relation": "eq" if total <= counted else "gte"}
    return {"hits": {"total": total_told, "hits": hits}, "aggregations": told}


def _sorted(
    index: Index, scores: Mapping[str, float], sort: list[dict[str, str]], after: list[int] | None
) -> list[tuple[str, list[float]]]:
    ways = []
    for each in sort:
        ((name, way),) = each.items()
        kind = index.searched.properties.get(name, {}).get("type")
        require(
            name == "_score" or kind in {*NUMBERS, "keyword"}, "illegal_argument_exception", f"no order by [{name}]"
        )
        ways.append((name, -1 if way == "desc" else 1))

    def key(document: str) -> list[float]:
        source = index.searched.documents[document]
        return [scores[document] if name == "_score" else source[name] for name, _ in ways]

    def placed(keys: list[float]) -> list[float]:
        return [way * value for value, (_, way) in zip(keys, ways, strict=True)]

    keyed = sorted(((each, key(each)) for each in scores), key=lambda pair: placed(pair[1]))
    if after is None:
        return keyed
    require(all(each in NUMBERS["long"] for each in after), "illegal_argument_exception", "search_after")
    return [pair for pair in keyed if placed(pair[1]) > placed([*after])]


def _aggregated(index: Index, asked: Mapping[str, Any], found: set[str]) -> dict[str, Any]:
    only(asked, "filter", "terms", "aggs")
    if "filter" in asked:
        kept = found & set(index.searched.matches(asked["filter"]))
        inner = {name: _aggregated(index, each, kept) for name, each in asked.get("aggs", {}).items()}
        return {"doc_count": len(kept), **inner}
    name, size = asked["terms"]["field"], asked["terms"]["size"]
    require(index.searched.properties[name]["type"] == "keyword", "illegal_argument_exception", "no fielddata")
    counted = {term: len(found & set(documents)) for term, documents in index.searched.postings[name].items()}
    ordered = sorted(((term, count) for term, count in counted.items() if count), key=lambda pair: (-pair[1], pair[0]))
    return {"buckets": [{"key": term, "doc_count": count} for term, count in ordered[:size]]}


def _refused(status: int, kind: str) -> dict[str, Any]:
    return {"status": status, "error": {"type": kind, "reason": ""}}
