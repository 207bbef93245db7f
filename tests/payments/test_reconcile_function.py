"""The scheduled function, its metrics, and the alarms that watch them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.payments.reconciliation.ports import FactsPage, Position, Span
from functions.every_hour_reconcile_payments.handler import handle
from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.reconciliation_world import DECLINED, PAID, STRANGE, World
from tests.fakes.payment_provider import MemoryHistory
from tests.fakes.wiring import put

ROOT = Path(__file__).parents[2]
EVENT = json.loads((ROOT / "events" / "every_hour_reconcile_payments" / "hourly.json").read_text())
ALARMS: dict[str, Any] = parse_template((ROOT / "infra" / "observability.yaml").read_text())["Resources"]


@pytest.fixture
def world() -> Iterator[World]:
    made = World(PAID, DECLINED, STRANGE, page_size=2)
    made.receive(DECLINED)
    services = wiring.Services(Settings({}))
    put(services, {"payments.reconciliation.run": made.reconcile})
    wiring.install(services)
    yield made
    wiring.install(None)


def metrics(output: str) -> dict[str, float]:
    """The sums of the metrics in CloudWatch's embedded format."""
    sums: dict[str, float] = {}
    for line in output.splitlines():
        told = json.loads(line)
        if "_aws" in told:
            [described] = told["_aws"]["CloudWatchMetrics"]
            assert described["Dimensions"] == [["service"]]
            for name in (each["Name"] for each in described["Metrics"]):
                sums[name] = sums.get(name, 0) + sum(told[name])
    return sums


def test_drift_is_reported_in_the_metric_of_the_alarm(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    handle(EVENT, None)

    told = metrics(capsys.readouterr().out)
    assert told == {"PaymentsReconciled": 3, "PaymentsDrift": 2}
    drift, silence = (ALARMS[name]["Properties"] for name in ("PaymentsDrifted", "PaymentsNotReconciled"))
    assert {drift["MetricName"], silence["MetricName"]} == set(told)
    for alarm in (drift, silence):
        dimensions = [{"Name": "service", "Value": "every_hour_reconcile_payments"}]
        assert alarm["Dimensions"] == dimensions


def test_findings_before_an_error_are_reported_and_the_error_is_raised(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(MemoryHistory):
        def page(self, span: Span, position: Position) -> FactsPage:
            if position.after is not None:
                raise Unavailable
            return super().page(span, position)

    history = Interrupted("stripe", world.history.listed, page_size=2)
    compare = replace(world.reconcile.compare, history=history)
    put(wiring.services(), {"payments.reconciliation.run": replace(world.reconcile, compare=compare)})

    with pytest.raises(Unavailable):
        handle(EVENT, None)

    assert metrics(capsys.readouterr().out) == {"PaymentsReconciled": 2, "PaymentsDrift": 2}
    run = world.checkpoints.get("stripe").run
    assert run is not None
    assert run.position.after == "evt_1"
