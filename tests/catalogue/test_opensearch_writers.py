"""Writers of an OpenSearch index at once, and new indexes that are built beside the one in force."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any

import pytest

from allmytracks.catalogue.opensearch_calls import Call, OpenSearchCalls
from allmytracks.catalogue.opensearch_documents import ALIAS
from allmytracks.catalogue.opensearch_index import OpenSearchIndex
from allmytracks.catalogue.rules_search import FORM
from allmytracks.foundation.aws.environment import aws_environment
from allmytracks.foundation.errors import Unavailable
from tests.factories.catalogue import NOW
from tests.factories.opensearch import LIBRARY, Catalogue, of_tracks, titles
from tests.fakes.opensearch import Index, OpenSearchDomain, calls_to


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


def interrupted(domain: OpenSearchDomain, calls: int, act: Callable[[], object]) -> tuple[OpenSearchIndex, list[int]]:
    """An index that makes so many calls before `act` happens; and how many of them are left."""
    left = [calls]

    def transport(call: Call, connecting: float, seconds: float) -> tuple[int, bytes]:
        left[0] -= 1
        if left[0] == -1:
            act()
        return domain(call, connecting, seconds)

    return OpenSearchIndex(OpenSearchCalls("https://domain.invalid", aws_environment(), transport)), left


@pytest.mark.parametrize("act", ["step", "rebuild", "writer"])
@pytest.mark.parametrize("in_force", [True, False])
def test_callers_at_once_leave_one_index_and_it_is_in_force(act: str, *, in_force: bool) -> None:
    """Another caller comes before each call of the first in turn."""
    for before in count():
        catalogue = Catalogue({each.id: each for each in LIBRARY})
        domain = OpenSearchDomain()
        other = OpenSearchIndex(calls_to(domain))
        if in_force:
            other.rebuild(catalogue)
        acts: dict[str, Callable[[], object]] = {
            "step": partial(other.reindex, catalogue),
            "rebuild": partial(other.rebuild, catalogue),
            "writer": lambda: other.update(catalogue, [catalogue.name(LIBRARY[3], "Renamed")]),  # noqa: B023
        }
        first, left = interrupted(domain, before, acts[act])
        finished = False
        while not finished:
            with suppress(Unavailable):  # as the command's client tries it again
                finished = first.reindex(catalogue).finished
        (index,) = of_tracks(domain)
        assert ALIAS in domain.indexes[index].aliases, before
        assert titles(domain) == [catalogue.stored[each.id].title for each in reversed(LIBRARY)], before
        if left[0] >= 0:
            break


def test_a_step_during_which_another_caller_finished_is_the_last(
    domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    catalogue.meanwhile = lambda: OpenSearchIndex(calls_to(domain)).rebuild(catalogue)
    told = OpenSearchIndex(calls_to(domain)).reindex(catalogue)
    assert (told.read, told.finished) == (5, True)


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
