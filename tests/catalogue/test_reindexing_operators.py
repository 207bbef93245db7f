"""`allmytracks search reindex`: a new index in steps, also where somebody else began it."""

from __future__ import annotations

import json

import pytest

from allmytracks import wiring
from infra.ops.errors import Exit
from tests.factories.opensearch import Catalogue, of_tracks, titles
from tests.factories.operators import Api, Backend, Run
from tests.fakes.opensearch import OpenSearchDomain, calls_to
from tests.fakes.wiring import put


@pytest.fixture
def with_domain(backend: Backend, domain: OpenSearchDomain, catalogue: Catalogue) -> None:
    put(wiring.services(), {"catalogue._domain": calls_to(domain), "catalogue.tracks": catalogue})


@pytest.mark.usefixtures("with_domain")
def test_the_command_takes_steps_until_the_new_index_is_in_force(
    backend: Backend, run: Run, domain: OpenSearchDomain, catalogue: Catalogue
) -> None:
    before = of_tracks(domain)
    catalogue.name(next(iter(catalogue.stored.values())), "Renamed")
    done = run("search", "reindex")
    assert (done.exit_code, done.stderr) == (0, "2 tracks read\n4 tracks read\n")
    assert "The new index is in force; 5 tracks were read." in done.stdout
    assert "Renamed" in titles(domain)
    assert len(of_tracks(domain)) == 1
    assert of_tracks(domain) != before
    assert backend.acts == [("search_reindexed", "catalogue")] * 3


@pytest.mark.usefixtures("with_domain")
def test_the_command_goes_on_where_somebody_ended(run: Run, api: Api) -> None:
    assert api("POST", "/search-reindexing") == (200, {"read": 2, "finished": False})
    done = run("search", "reindex", "--json")
    assert (json.loads(done.stdout), done.stderr) == ({"read": 5, "finished": True}, "4 tracks read\n")


@pytest.mark.usefixtures("backend")
def test_the_embedded_engine_has_none(run: Run) -> None:
    put(wiring.services(), {"catalogue._domain": None})
    refused = run("search", "reindex", "--json")
    assert (refused.exit_code, json.loads(refused.stderr)["code"]) == (Exit.REFUSED, "search_is_embedded")
