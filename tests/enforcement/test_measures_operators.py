"""Cases and measures by the operators' API, and by the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import Restriction
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.enforcement.rules_cases import Case, new_case
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.use_cases.notify import News
from allmytracks.notices.use_cases.notify_of_measure import MeasureNews, NotifyOfMeasure
from allmytracks.payments.events import (
    AccountBanned,
    AccountRestricted,
    AccountUnbanned,
    DamagesRecorded,
    DownloadRevoked,
    RestrictionLifted,
)
from tests.factories.catalogue import NOW, later
from tests.factories.memberships import period
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices

ARN = "arn:aws:iam::123456789012:user/ada"
MEASURES = "/accounts/{account_id}/measures"
UNTIL = rfc3339(later(60))


@pytest.fixture(autouse=True)
def member(backend: Backend) -> None:
    backend.accounts.add(ACCOUNT, [])


@pytest.fixture
def case(backend: Backend) -> Case:
    made = new_case("acc-1", "many_networks", NOW, {"seen": 12})
    backend.cases.open(made)
    return made


def take(api: Api, measure: str, reason: str = "fraud", until: str | None = None) -> tuple[int, object]:
    status, body = api("POST", MEASURES, {"measure": measure, "reason": reason, "until": until}, account_id="acc-1")
    return status, body["code"] if status >= 400 else (body["status"], body["restricted_until"], body["restriction"])


@pytest.mark.clause("M-III.5.fraud", "U-III.III.3")
def test_a_restriction_is_set_extended_and_lifted_and_each_is_on_record(backend: Backend, api: Api) -> None:
    assert take(api, "restrict", until=UNTIL) == (200, ("active", UNTIL, "fraud"))
    later_still = rfc3339(later(90))
    assert take(api, "extend", "breach_of_rules", later_still) == (200, ("active", later_still, "breach_of_rules"))
    assert take(api, "lift", "cleared") == (200, ("active", None, None))
    assert [(act.name, act.subject, act.reason, act.operator.arn, act.at) for act in backend.audit_log.acts] == [
        ("account_measure_restrict", "acc-1", "fraud", ARN, NOW),
        ("account_measure_extend", "acc-1", "breach_of_rules", ARN, NOW),
        ("account_measure_lift", "acc-1", "cleared", ARN, NOW),
    ]
    assert backend.events.published == [
        AccountRestricted("acc-1", "fraud", rfc3339(NOW), UNTIL),
        AccountRestricted("acc-1", "breach_of_rules", rfc3339(NOW), later_still),
        RestrictionLifted("acc-1", "cleared", rfc3339(NOW)),
    ]


@pytest.mark.clause("M-III.5.revoke", "U-III.III.3")
def test_a_ban_and_its_end(backend: Backend, api: Api) -> None:
    for again in range(2):
        backend.clock.at = later(again)
        assert take(api, "ban", "impersonation") == (200, ("banned", None, None))
    backend.clock.at = NOW
    assert backend.accounts.get("acc-1").status is AccountStatus.BANNED
    assert backend.standings.standings == {"acc-1": "banned"}
    assert take(api, "unfreeze", "cleared") == (409, "not_frozen")
    for again in range(2):
        backend.clock.at = later(again)
        assert take(api, "unban", "cleared") == (200, ("active", None, None)), "a repetition is the same act"
    at = rfc3339(NOW)
    banned = AccountBanned("acc-1", "impersonation", at)
    assert backend.events.published == [banned, banned, *[AccountUnbanned("acc-1", "cleared", at)] * 2]


@pytest.mark.clause("U-VIII")
def test_a_measure_that_is_repeated_after_a_lost_answer_is_the_same_event_and_a_new_one_is_not(
    backend: Backend, api: Api
) -> None:
    steps = [
        ("restrict", "fraud", UNTIL),
        ("extend", "fraud", rfc3339(later(90))),
        ("lift", "cleared", None),
        ("suspend", "untrue_data", None),
        ("reinstate", "cleared", None),
    ]
    for minute, (measure, reason, until) in enumerate([*steps, *steps]):
        for repetition in (0, 20):
            backend.clock.at = later(minute) + timedelta(seconds=repetition)
            assert take(api, measure, reason, until)[0] == 200, measure
    published = backend.events.published
    assert published[::2] == published[1::2], "the second try tells nothing new"
    assert len(set(published)) == 2 * len(steps), "the same measure, taken again later, is told again"
    for minute in (20, 21):
        backend.clock.at = later(minute)
        backend.standings.restrict("acc-1", Restriction("many_links", later(90)))
        assert take(api, "lift", "cleared")[0] == 200
    assert published[-1] != published[-2], "a rule restricted it in between"


@pytest.mark.parametrize(
    ("measure", "reason", "until", "refused"),
    [
        ("restrict", "fraud", None, (422, "invalid_fields")),
        ("restrict", "fraud", rfc3339(later(-1)), (422, "invalid_fields")),
        ("restrict", "fraud", "2026-12-01T00:00:00", (422, "invalid_fields")),
        ("restrict", "he annoyed me", UNTIL, (422, "invalid_fields")),
        ("extend", "fraud", UNTIL, (409, "not_restricted")),
        ("erase", "fraud", None, (422, "invalid_fields")),
        ("restrict", "cleared", UNTIL, (422, "invalid_fields")),
        ("extend", "cleared", UNTIL, (422, "invalid_fields")),
        ("ban", "cleared", None, (422, "invalid_fields")),
        ("lift", "fraud", None, (422, "invalid_fields")),
        ("unban", "unpaid_fee", None, (422, "invalid_fields")),
    ],
)
def test_measures_that_are_refused_leave_no_trace(
    backend: Backend, api: Api, measure: str, reason: str, until: str | None, refused: tuple[int, str]
) -> None:
    assert take(api, measure, reason, until) == refused
    assert backend.acts == []
    assert backend.events.published == []
    assert backend.standings.restrictions == {}


def test_an_extension_is_no_shortening(backend: Backend, api: Api) -> None:
    backend.standings.restrict("acc-1", Restriction("fraud", later(60)))
    assert take(api, "extend", until=rfc3339(later(30))) == (422, "invalid_fields")
    assert take(api, "restrict", until=rfc3339(later(30)))[0] == 200


def test_whom_there_is_not_nothing_can_be_done_to(backend: Backend, api: Api) -> None:
    body = {"measure": "ban", "reason": "fraud"}
    assert api("POST", MEASURES, body, account_id="acc-2")[1]["code"] == "account_not_found"
    assert backend.acts == []


@pytest.mark.clause("M-III.5.fraud", "P-security")
def test_cases_are_listed_shown_and_closed_and_every_look_is_on_record(backend: Backend, api: Api, case: Case) -> None:
    backend.standings.restrict("acc-1", Restriction("many_networks", later(60)))
    listed = api("GET", "/cases")[1]
    assert [each["case_id"] for each in listed["items"]] == [case.id]
    assert listed["next_cursor"] is None
    shown = api("GET", "/cases/{case_id}", case_id=case.id)[1]
    assert (shown["evidence"], shown["status"], shown["account_status"]) == ({"seen": 12}, "open", "active")
    assert (shown["restricted_until"], shown["restriction"]) == (UNTIL, "many_networks")
    decision = {"outcome": "unfounded", "reason": "cleared"}
    closed = api("POST", "/cases/{case_id}/decision", decision, case_id=case.id)[1]
    assert (closed["status"], closed["outcome"], closed["closed_by"]) == ("closed", "unfounded", ARN)
    assert api("POST", "/cases/{case_id}/decision", decision, case_id=case.id)[0] == 200
    another = {"outcome": "founded", "reason": "fraud"}
    assert api("POST", "/cases/{case_id}/decision", another, case_id=case.id)[1]["code"] == "case_closed"
    assert api("GET", "/cases", query="status=open")[1]["items"] == []
    assert len(api("GET", "/cases", query="status=closed")[1]["items"]) == 1
    assert api("GET", "/cases", query="cursor=mine")[0] == 422
    assert api("GET", "/cases/{case_id}", case_id="case_9")[0] == 404
    assert backend.acts[:3] == [
        ("cases_listed", "open"),
        ("case_looked_up", case.id),
        ("case_closed_unfounded", case.id),
    ]


def test_the_command_line(backend: Backend, run: Run, case: Case) -> None:
    until = UNTIL.replace(".000Z", "+00:00")
    assert UNTIL in run("accounts", "restrict", "acc-1", "--reason", "fraud", "--until", until).output
    longer = rfc3339(later(600))
    assert longer in run("accounts", "extend", "acc-1", "--reason", "fraud", "--until", longer).output
    assert backend.standings.restriction("acc-1") == Restriction("fraud", later(600))
    assert "acc-1" in run("cases", "list").output
    assert longer in run("cases", "show", case.id).output
    assert run("accounts", "lift", "acc-1", "--reason", "cleared").exit_code == 0
    assert backend.standings.restriction("acc-1") is None
    assert "unfounded" in run("cases", "close", case.id, "--outcome", "unfounded", "--reason", "cleared").output
    assert case.id in run("cases", "list", "--status", "closed").output
    assert "banned" in run("accounts", "ban", "acc-1", "--reason", "fraud").output
    assert "active" in run("accounts", "unban", "acc-1", "--reason", "cleared").output
    assert run("accounts", "restrict", "acc-1", "--reason", "fraud", "--until", "2026-12-01").exit_code == 2
    assert run("accounts", "ban", "acc-1", "--reason", "whim").exit_code == 2
    assert run("accounts", "ban", "acc-1").exit_code == 2
    assert run("cases", "show", "case_9").exit_code == 3


def test_an_account_is_shown_with_all_that_is_held(backend: Backend, run: Run, case: Case) -> None:
    backend.downloads.set_periods("acc-1", [period()])
    run("accounts", "restrict", "acc-1", "--reason", "fraud", "--until", UNTIL)
    file = json.loads(run("accounts", "show", "acc-1", "--json").stdout)
    assert file["restriction"] == {"reason": "fraud", "until": UNTIL}
    assert file["allowance"]["limit"] == file["allowance"]["remaining"]
    assert file["membership"]["status"] == "none"
    assert [each["case_id"] for each in file["cases"]] == [case.id]
    shown = run("accounts", "show", "acc-1").output
    assert all(each in shown for each in ("restriction until", "allowance remaining", "membership status", case.id))
    assert not {"True", "False", "None"} & set(shown.split())


def test_a_ban_is_tried_before_it_is_made(backend: Backend, run: Run) -> None:
    trial = run("accounts", "ban", "acc-1", "--reason", "fraud", "--dry-run")
    assert (trial.exit_code, '-  "status": "active"' in trial.output) == (0, True)
    assert '+  "status": "banned"' in trial.output
    assert backend.accounts.get("acc-1").status is AccountStatus.ACTIVE


class Post:
    """The mails of measures, as the notices' worker sends them."""

    def __init__(self, backend: Backend) -> None:
        self.notices, self.mailer = MemoryNotices(), MemoryMailer()
        site = "https://site.example"
        self._notify = NotifyOfMeasure(backend.accounts, self.notices, self.mailer, backend.clock, site)

    def deliver(self, event: Event) -> None:
        detail = msgspec.convert(event.detail(), News)
        news = MeasureNews(detail.account_id, detail.reason, detail.at, detail.until, detail.download_id, detail.amount)
        self._notify(event.name, news)


@pytest.mark.clause("M-III.5.fraud", "U-III.III.3")
def test_the_member_gets_one_notice_with_reason_and_end(backend: Backend) -> None:
    post = Post(backend)
    event = AccountRestricted("acc-1", "many_networks", rfc3339(NOW), UNTIL)
    for _ in range(2):
        post.deliver(event)
    (mail,) = post.mailer.sent
    assert mail.to == ACCOUNT.email
    assert "many networks" in mail.text
    assert day_and_time(NOW + timedelta(minutes=60)) in mail.text
    post.deliver(RestrictionLifted("acc-1", "cleared", rfc3339(later(1))))
    post.deliver(AccountBanned("acc-1", "impersonation", rfc3339(later(2))))
    post.deliver(AccountUnbanned("acc-1", "cleared", rfc3339(later(3))))
    assert len(post.mailer.sent) == len(post.notices.stored) == 4
    assert "banned" in post.mailer.sent[2].subject


@pytest.mark.clause("M-III.5.fraud", "M-III.10")
def test_the_member_gets_notices_of_a_revoked_download_and_of_a_claim(backend: Backend) -> None:
    post = Post(backend)
    for event in (
        DownloadRevoked("acc-1", "dl_1", "fraud", rfc3339(NOW)),
        DownloadRevoked("acc-1", "dl_2", "fraud", rfc3339(NOW)),
        DamagesRecorded("acc-1", 400_000, "out_of_scope_use", rfc3339(NOW)),
    ):
        post.deliver(event)
        post.deliver(event)
    first, second, claim = (mail.text for mail in post.mailer.sent)
    assert "dl_1" not in first, "members see no codes"
    assert "/downloads" in first
    assert second == first
    assert "suspected abuse of downloads" in first
    assert "USD 4,000.00" in claim


@pytest.mark.parametrize(("outcome", "reason"), [("unfounded", "fraud"), ("founded", "cleared")])
def test_a_case_ends_for_a_reason_of_its_outcome(
    backend: Backend, api: Api, case: Case, outcome: str, reason: str
) -> None:
    decision = {"outcome": outcome, "reason": reason}
    status, problem = api("POST", "/cases/{case_id}/decision", decision, case_id=case.id)
    assert (status, problem["errors"][0]["code"]) == (422, "not_for_this_act")
    assert backend.acts == []


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_for_the_member(backend: Backend, reason: Reason) -> None:
    post = Post(backend)
    post.deliver(AccountBanned("acc-1", reason.value, rfc3339(NOW)))
    assert f"Reason: {reason.value}" not in post.mailer.sent[0].text
