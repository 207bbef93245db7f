"""Every alarm has its fault here: what is emitted then raises it by its own definition, and a normal day does not.

Metrics of ours come from the handlers' own output, those of AWS are series as AWS publishes them, a minute each.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.accounts.observability import report_unknown_refusal
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.states.rules_status_lists import StatusList
from allmytracks.payments.ledger.use_cases.sweep_inbox import Swept as Inbox
from allmytracks.payments.observability import report_failed_cancellation
from allmytracks.payments.reconciliation.rules import Finding, Tally, Verdict
from allmytracks.privacy.rules_retention import Outcome, Pass
from allmytracks.register.rules import SignedHead, TreeHead
from allmytracks.storage.use_cases.sweep_recordings import Swept as Recordings
from tests.factories.alarms import alarms, is_raised_by, metrics_of, raised_minutes
from tests.factories.instants import NOW
from tests.factories.reconciliation_world import PAID
from tests.factories.template import ROOT
from tests.fakes.wiring import put

ALARMS = alarms()
A_DAY, NOON = 24 * 60, 12 * 60
Run = Callable[[], object]


@pytest.fixture(autouse=True)
def services() -> Iterator[None]:
    wiring.install(wiring.Services(Settings({})))
    yield
    wiring.install(None)


def run(function: str, event: Mapping[str, Any] | None = None, /, **parts: object) -> Run:
    """One invocation, with these parts in the place of what the wiring makes; a dot in a name is `__`."""

    def invoke() -> None:
        put(wiring.services(), {name.replace("__", "."): part for name, part in parts.items()})
        importlib.import_module(f"functions.{function}.handler").handle(event or {}, None)

    return invoke


def gives(value: object) -> Callable[..., object]:
    return lambda *_given: value


def fails(*_given: object) -> None:
    raise Unavailable


def failing(function: str, **parts: object) -> Run:
    """A run that ends with an error of a service."""

    def invoke() -> None:
        with pytest.raises(Unavailable):
            run(function, **parts)()

    return invoke


def message(function: str, name: str, **changes: object) -> dict[str, Any]:
    """The sample event of a queue's function, with another event of the bus in it."""
    event: dict[str, Any] = json.loads((ROOT / "events" / function / f"{name}.json").read_text(encoding="utf-8"))
    (record,) = event["Records"]
    return {"Records": [{**record, "body": json.dumps({**json.loads(record["body"]), **changes})}]}


def several(times: int, act: Run) -> Run:
    def acts() -> None:
        for _ in range(times):
            act()

    return acts


class Books:
    """So many plans that are past due, and tickets that are overdue."""

    def __init__(self, number: int) -> None:
        self.number = number

    def past_due(self, _now: object) -> range:
        return range(self.number)

    def overdue(self, _now: object) -> int:
        return self.number


def swept(**counts: int) -> Run:
    return run("every_hour_sweep_recordings", storage__sweep_recordings=gives(Recordings(**counts)))


def inbox(**counts: int) -> Run:
    made = Inbox(**{"queued": 0, "late": 0, "unattached": 0, **counts})
    return run("every_ten_minutes_sweep_inbox", payments__ledger__sweep_inbox=gives(made))


def reminded(past_due: int) -> Run:
    work = ("notices__remind_members", "storage__end_with_service", "storage__remind_of_ends")
    parts = {part: gives(0) for part in work}
    return run("every_hour_remind_members", **parts, payments__ledger__subscriptions=Books(past_due))


def reconciled(tally: Tally) -> Run:
    return run("every_hour_reconcile_payments", payments__reconciliation__run=lambda tell: tell(tally))


def retained(made: Pass, *outcomes: tuple[Outcome, str]) -> Run:
    def apply(_has_time: object, tell: Callable[[object], None]) -> Pass:
        tell(list(outcomes))
        return made

    return run("every_day_apply_retention", privacy__apply_retention=apply)


def notified(event: str) -> Run:
    parts = dict.fromkeys(("notices__notify", "tickets__notify", "privacy__notify_of_export"), gives(None))
    return run("work_notices", message("work_notices", "membership-activated", **{"detail-type": event}), **parts)


def invoiced(unprinted: str) -> Run:
    return run("work_invoices", message("work_invoices", "paid"), invoices__issue=gives(unprinted))


def agreed(unprinted: str) -> Run:
    parts = {"licenses__agreements__issue": gives(unprinted), "licenses__agreements__issue_special": gives(None)}
    return run("work_agreements", message("work_agreements", "membership-activated"), **parts)


def uncancelled() -> None:
    report_failed_cancellation("ord-1")


def nothing() -> None:
    """Nobody calls, or nothing runs."""


ONE_MISSING = Tally(findings=(Finding(PAID, Verdict.MISSING, fed_in=True),))
HEAD = SignedHead(TreeHead("allmytracks", 1, 1, "00", "2026-11-28T00:00:00Z", None), "jws")
FINISHED = Pass(NOW, finished_at=NOW)
SIGN, PUBLISH = "every_hour_sign_tree_head", "every_hour_publish_status_list"
# The alarm of metrics of ours, what is done at its fault, and what on a normal day, in a period of the alarm. Where the
# fault is that something is not done, a normal day does it twice: a run may be repeated.
OURS: dict[str, tuple[Run, Run]] = {
    "RecordingsSweepBehind": (swept(left=1), swept(removed=900)),
    "RecordingsFoundBySweep": (swept(recovered=1), swept(removed=900)),
    "UploadsFailing": (swept(abandoned=51), swept(abandoned=50)),
    "RenewalsFailing": (several(21, notified("RenewalFailed")), several(20, notified("RenewalFailed"))),
    "PlansPastDue": (reminded(201), reminded(200)),
    "CancellationsFailing": (several(3, uncancelled), several(2, uncancelled)),
    "PaymentsDrifted": (reconciled(ONE_MISSING), reconciled(Tally(known=40))),
    "PaymentsNotReconciled": (
        failing("every_hour_reconcile_payments", payments__reconciliation__run=fails),
        several(2, reconciled(Tally())),
    ),
    "InvoicesPrintedInPart": (invoiced("\U00013000"), invoiced("")),
    "AgreementsPrintedInPart": (agreed("\U00013000"), agreed("")),
    "PaymentsUnfolded": (inbox(late=1), inbox(queued=1)),
    "PaymentsUnattached": (inbox(unattached=1), inbox(queued=1)),
    "TreeHeadOverdue": (
        failing(SIGN, register__sign_tree_head=fails),
        run(SIGN, register__sign_tree_head=gives([HEAD, HEAD])),
    ),
    "StatusListOverdue": (
        failing(PUBLISH, licenses__states__publish_status_list=fails),
        several(2, run(PUBLISH, licenses__states__publish_status_list=gives(StatusList(NOW, {}, {})))),
    ),
    "TicketsOverdue": (
        run("every_hour_count_overdue_tickets", tickets__repository=Books(1)),
        run("every_hour_count_overdue_tickets", tickets__repository=Books(0)),
    ),
    "RetentionNotFinished": (retained(Pass(NOW)), several(2, retained(FINISHED))),
    "RetentionUndeclared": (retained(FINISHED, (Outcome.UNDECLARED, "OLD#")), retained(FINISHED)),
    "IdentityRefusedUnknown": (lambda: report_unknown_refusal("NewException"), nothing),
}


@pytest.mark.parametrize("name", OURS)
def test_what_the_code_emits_at_a_fault_raises_the_alarm_and_on_a_normal_day_does_not(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at_fault, normally = OURS[name]
    at_fault()
    assert is_raised_by(ALARMS[name], capsys.readouterr().out)
    normally()
    assert not is_raised_by(ALARMS[name], capsys.readouterr().out)


# A metric of AWS: its values in a minute of a normal day, and so many minutes after a fault began.
Minute = Callable[[int], Sequence[float]]
OF_AWS: dict[str, tuple[Minute, Minute]] = {
    # A queue publishes every minute; a message that was given up stays.
    "ApproximateNumberOfMessagesVisible": (lambda _minute: [0], lambda _since: [1]),
    # Nothing takes messages any more: the oldest one ages.
    "ApproximateAgeOfOldestMessage": (lambda minute: [minute % 40], lambda since: [60 * since]),
    "IteratorAge": (lambda minute: [300 + minute % 500], lambda since: [60_000 * since]),
    # A value for each invocation.
    "Errors": (lambda _minute: [0, 0], lambda _since: [1]),
    "Throttles": (lambda _minute: [0, 0], lambda _since: [0, 1]),
    "Reputation.BounceRate": (lambda _minute: [0.01], lambda _since: [0.05]),
    "Reputation.ComplaintRate": (lambda _minute: [0.0002], lambda _since: [0.001]),
    # A value for each request: one in a thousand fails normally, one of ten at a fault.
    "5xx": (lambda _minute: [0] * 99 + [1], lambda _since: [0] * 90 + [1] * 10),
    "5XXError": (lambda _minute: [0, 0], lambda _since: [0, 1]),
    "Latency": (lambda minute: [80] * 99 + [900 + minute % 100], lambda _since: [80] * 90 + [8000] * 10),
}
WATCHING_AWS = sorted(
    name
    for name, alarm in ALARMS.items()
    if "MetricName" in alarm and not any(each.ours for each in metrics_of(alarm).values())
)


def day(metric: str, fault: int | None) -> dict[int, Sequence[float]]:
    normal, faulty = OF_AWS[metric]
    return {
        minute: normal(minute) if fault is None or minute < fault else faulty(minute - fault) for minute in range(A_DAY)
    }


@pytest.mark.parametrize("name", WATCHING_AWS)
def test_a_fault_that_aws_measures_raises_the_alarm_soon_and_a_normal_day_does_not(name: str) -> None:
    alarm = ALARMS[name]
    minutes = alarm["Period"] // 60
    grows = float(alarm["Threshold"]) / {"ApproximateAgeOfOldestMessage": 60, "IteratorAge": 60_000}.get(
        alarm["MetricName"], float("inf")
    )

    assert raised_minutes(alarm, day(alarm["MetricName"], None), A_DAY) == []
    raised = raised_minutes(alarm, day(alarm["MetricName"], NOON), A_DAY)
    assert NOON < raised[0] <= NOON + grows + alarm["EvaluationPeriods"] * minutes + minutes
    assert raised[-1] == A_DAY


def test_no_alarm_is_without_its_fault() -> None:
    """Those on several metrics are in test_alarms, service levels in test_slos."""
    of_one_metric = {name for name, alarm in ALARMS.items() if len(metrics_of(alarm)) == 1}
    assert [*sorted(OURS), *WATCHING_AWS] == sorted(of_one_metric, key=lambda name: (name not in OURS, name))
