"""The service ends: announced, no order outlasts it, and one command closes every account."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.orders.rules_end_of_service import ServiceEnds
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT, Backend, Run
from tests.factories.order_world import REQUEST, World

END = NOW + timedelta(days=20)


def announced(version: str, ends_at: datetime) -> Publication:
    return Publication("end-of-service", version, NOW, {"ends_at": rfc3339(ends_at), "text": "The service ends."})


@pytest.mark.clause("U-III.III.1")
def test_no_order_outlasts_the_end_that_was_announced_last() -> None:
    world = World()
    quoted = world.create(REQUEST).order
    world.publications.publish(announced("1", END))
    with pytest.raises(ServiceEnds) as refused:
        world.create(REQUEST)
    assert refused.value.extra == {"ends_at": rfc3339(END)}
    with pytest.raises(ServiceEnds):  # quoted before the announcement
        world.confirm("acc-1", quoted.id, quoted.amount, quoted.currency)
    world.publications.publish(announced("2", END + timedelta(days=20)))
    assert world.create(REQUEST).order.quoted_at == NOW
    assert world.confirm("acc-1", quoted.id, quoted.amount, quoted.currency).checkout is not None


@pytest.mark.clause("U-III.III.1")
def test_one_command_closes_every_account_and_closes_what_is_left_when_run_again(
    backend: Backend, run: Run, tmp_path: Path
) -> None:
    states = (AccountStatus.ACTIVE, AccountStatus.FROZEN, AccountStatus.UNVERIFIED, AccountStatus.CLOSED)
    for number in range(60):
        backend.accounts.add(replace(ACCOUNT, id=f"acc-{number:02}", status=states[number % 4]), [])
    assert "service_not_ended" in run("accounts", "closing", "end-service", "--yes", "--json").output
    end = tmp_path / "end.toml"
    ends_at = rfc3339(backend.clock.now() + timedelta(days=1))
    lines = (
        "[[publications]]",
        'version = "1"',
        f"effective_at = {rfc3339(backend.clock.now())}",
        "[publications.body]",
        f'ends_at = "{ends_at}"',
        'text = "We end."',
    )
    end.write_text("\n".join(lines))
    assert run("publish", "end-of-service", str(end), "--yes").exit_code == 0
    assert run("accounts", "closing", "end-service", "--yes").exit_code != 0
    assert {each.status for each in backend.accounts.stored.values()} == set(states)
    backend.clock.advance(days=1)
    for again in range(2):
        done = run("accounts", "closing", "end-service", "--yes", "--json")
        assert json.loads(done.output) == {"closed": 30}, again
    counted = [each.status for each in backend.accounts.stored.values()]
    assert [counted.count(each) for each in (*states, AccountStatus.CLOSING)] == [0, 0, 15, 15, 30]
    reasons = {each.reason for each in backend.events.published}  # type: ignore[attr-defined]  # all are closings
    assert reasons == {"end_of_service"}
