"""OpenSearch's query DSL as far as it is used here, over documents in memory; what it does not know is refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any

from jellyfish import damerau_levenshtein_distance

K1, B = 1.2, 0.75
LONG = range(-(1 << 63), 1 << 63)
INTEGER = range(-(1 << 31), 1 << 31)
NUMBERS = {"long": LONG, "integer": INTEGER}


class RefusedRequestError(Exception):
    """The status, type and reason of an error."""

    def __init__(self, status: int, kind: str, reason: str = "") -> None:
        super().__init__(status, kind, reason)
        self.status, self.kind, self.reason = status, kind, reason


def require(condition: object, kind: str, reason: str) -> None:
    if not condition:
        raise RefusedRequestError(400, kind, reason)


def only(given: Mapping[str, Any], *known: str) -> None:
    require(set(given) <= set(known), "parsing_exception", f"unknown key in {sorted(given)}")


@dataclass
class Searched:
    """Documents as they were at the last refresh."""

    properties: Mapping[str, Any]
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def postings(self) -> dict[str, dict[str, dict[str, int]]]:
        """How often each document has a term, by field and term."""
        made: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for document_id, source in self.documents.items():
            for name in source:
                for term, count in Counter(self.terms(name, source)).items():
                    made[name][term][document_id] = count
        return made

    @cached_property
    def lengths(self) -> dict[str, dict[str, int]]:
        return {
            name: {each: len(self.terms(name, source)) for each, source in self.documents.items()}
            for name, declared in self.properties.items()
            if declared["type"] == "text"
        }

    def terms(self, name: str, source: Mapping[str, Any]) -> list[str]:
        """What a field is found by."""
        kind, value = self.properties[name]["type"], source.get(name)
        if kind == "text":
            return str(value).split()
        if kind == "keyword" and value is not None:
            return list(dict.fromkeys(value if isinstance(value, (list, tuple)) else [value]))
        return []

    def matches(self, query: Mapping[str, Any]) -> dict[str, float]:
        """The documents that a query finds, each with its score."""
        require(len(query) == 1, "parsing_exception", "a query has one type")
        ((kind, asked),) = query.items()
        require(kind in KINDS, "parsing_exception", f"unknown query [{kind}]")
        found: dict[str, float] = getattr(self, f"_{kind}")(asked)
        return found

    def _match_all(self, asked: Mapping[str, Any]) -> dict[str, float]:
        only(asked)
        return dict.fromkeys(self.documents, 1.0)

    def _ids(self, asked: Mapping[str, Any]) -> dict[str, float]:
        only(asked, "values")
        return {each: 1.0 for each in asked["values"] if each in self.documents}

    def _term(self, asked: Mapping[str, Any]) -> dict[str, float]:
        ((name, given),) = asked.items()
        only(given, "value", "boost")
        return {each: given.get("boost", 1.0) * score for each, score in self._scored(name, given["value"]).items()}

    def _terms(self, asked: Mapping[str, Any]) -> dict[str, float]:
        ((name, values),) = asked.items()
        require(isinstance(values, list), "parsing_exception", "[terms] query does not support a single value")
        return {each: 1.0 for value in values for each in self.postings[name][value]}

    def _range(self, asked: Mapping[str, Any]) -> dict[str, float]:
        ((name, bounds),) = asked.items()
        only(bounds, "gte", "lte")
        allowed = NUMBERS[self.properties[name]["type"]]
        for bound in bounds.values():
            require(bound in allowed, "query_shard_exception", f"value [{bound}] is out of range")
        low, high = bounds.get("gte", allowed[0]), bounds.get("lte", allowed[-1])
        return {each: 1.0 for each, source in self.documents.items() if name in source and low <= source[name] <= high}

    def _fuzzy(self, asked: Mapping[str, Any]) -> dict[str, float]:
        ((name, given),) = asked.items()
        only(given, "value", "fuzziness", "transpositions")
        require(given["fuzziness"] in {0, 1, 2}, "illegal_argument_exception", "fuzziness")
        near = [
            each
            for each in self.postings[name]
            if damerau_levenshtein_distance(each, given["value"]) <= given["fuzziness"]
        ]
        return {document: score for each in near for document, score in self._scored(name, each).items()}

    def _bool(self, asked: Mapping[str, Any]) -> dict[str, float]:
        only(asked, "must", "should", "filter", "minimum_should_match", "boost")
        must, conditions = asked.get("must", []), asked.get("filter", [])
        should = [self.matches(each) for each in asked.get("should", [])]
        least = asked.get("minimum_should_match", 0 if must or conditions else 1)
        found = dict.fromkeys(self.documents, 0.0)
        for each in conditions:
            matched = self.matches(each)
            found = {document: score for document, score in found.items() if document in matched}
        for each in must:
            matched = self.matches(each)
            found = {document: score + matched[document] for document, score in found.items() if document in matched}
        if should and least:
            found = {each: score for each, score in found.items() if sum(each in other for other in should) >= least}
        boost = asked.get("boost", 1.0)
        return {each: boost * (score + sum(other.get(each, 0.0) for other in should)) for each, score in found.items()}

    def _scored(self, name: str, term: str) -> dict[str, float]:
        """BM25; a keyword has no lengths, and without frequencies each term counts once."""
        declared = self.properties.get(name, {})
        require(declared.get("type") in {"text", "keyword"}, "query_shard_exception", f"no terms in [{name}]")
        found = self.postings[name].get(term, {})
        all_of_them = len(self.documents)
        rarity = log(1 + (all_of_them - len(found) + 0.5) / (len(found) + 0.5))
        scores = {}
        for document, counted in found.items():
            count, long = counted if declared.get("index_options") == "freqs" else 1, 1.0
            if declared["type"] == "text":
                lengths = self.lengths[name]
                long = 1 - B + B * lengths[document] / self.averages[name]
            scores[document] = rarity * count * (K1 + 1) / (count + K1 * long)
        return scores

    @cached_property
    def averages(self) -> dict[str, float]:
        return {name: sum(each.values()) / max(len(each), 1) for name, each in self.lengths.items()}


KINDS = {"match_all", "ids", "term", "terms", "range", "fuzzy", "bool"}
