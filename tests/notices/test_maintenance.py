"""Maintenance: announced before, closed while it runs, nothing spent, open again after (M-VI.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.problems import problem
from allmytracks.foundation.http.requests import Request
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.published import window_publication
from allmytracks.notices.rules_maintenance import (
    LONGEST,
    ServiceState,
    UnderMaintenance,
    Window,
    current_window,
    require_sensible,
)
from allmytracks.notices.use_cases.show_service import ShowService
from allmytracks.publishing.dynamodb import CachedPublications, DynamoPublications
from tests.factories.instants import NOW
from tests.factories.template import ROOT
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications
from tests.faults.injector import FaultInjector, no_faults

pytestmark = pytest.mark.clause("M-VI.6")
HOUR = timedelta(hours=1)
WINDOW = Window(NOW + HOUR, NOW + 2 * HOUR, "A new database.")


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (timedelta(0), ServiceState.PLANNED),
        (HOUR, ServiceState.MAINTENANCE),
        (2 * HOUR - timedelta(milliseconds=1), ServiceState.MAINTENANCE),
        (2 * HOUR, ServiceState.OK),
    ],
)
def test_the_state_follows_the_clock(after: timedelta, state: ServiceState) -> None:
    window = current_window([WINDOW], NOW + after)
    assert (window.state_at(NOW + after) if window else ServiceState.OK) is state


def test_the_window_that_was_published_last_counts() -> None:
    called_off = Window(NOW, NOW, "Called off.")
    assert current_window([WINDOW, called_off], NOW + HOUR) is None
    assert current_window([called_off, WINDOW], NOW + HOUR) is WINDOW


@pytest.mark.parametrize(
    "window",
    [
        Window(NOW + HOUR, NOW + HOUR, "Empty."),
        Window(NOW - 2 * HOUR, NOW - HOUR, "Past."),
        Window(NOW, NOW + LONGEST + timedelta(seconds=1), "Long."),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(window: Window) -> None:
    with pytest.raises(InvalidFields):
        require_sensible(window, NOW)


def test_a_paid_route_answers_503_with_the_time_to_wait_and_is_not_asked() -> None:
    publications, clock, asked = MemoryPublications(), FixedClock(NOW), []
    publications.publish(window_publication(WINDOW, "1", NOW))

    @closed_during_maintenance(lambda: ShowService(publications, clock))
    def route(request: Request) -> Answer:
        asked.append(request)
        return Answer(201)

    request = Request({"version": "2.0"})
    assert route(request).status == 201
    clock.advance(hours=1)
    with pytest.raises(UnderMaintenance) as refused:
        route(request)
    answer = problem(refused.value, "/v1/downloads", NOW + HOUR)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "3600")
    assert asked == [request]
    clock.advance(hours=1)
    assert route(request).status == 201


PAID = {
    "create_order",
    "confirm_order",
    "grant_download",
    "issue_link",
    "issue_license",
    "keep_subscriptions",
    "request_project_pack",
}


def test_the_paid_routes_are_closed_during_maintenance() -> None:
    closed = {
        path.parent.name
        for path in (ROOT / "functions").glob("*/handler.py")
        if "@closed_during_maintenance(" in path.read_text(encoding="utf-8")
    }
    assert closed == PAID


@pytest.mark.dynamodb
def test_the_check_sends_one_request_in_half_a_minute(catalog_table: Table) -> None:
    clock, injector = FixedClock(NOW), FaultInjector(catalog_table.client)
    service = ShowService(CachedPublications(DynamoPublications(catalog_table), clock), clock)
    injector.expect(no_faults)
    for _ in range(50):
        service.require_open()
    assert injector.sent == ["Query"]
    clock.advance(seconds=30)
    DynamoPublications(catalog_table).publish(window_publication(Window(NOW, NOW + HOUR, "Now."), "1", NOW))
    with pytest.raises(UnderMaintenance):
        service.require_open()
