"""Offers go to who consented, with a link that stops them; each account is notified of a breach once (P-breach)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import Result

from allmytracks import wiring
from allmytracks.accounts.rules import Account, AccountKind, AccountStatus
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.mail_layout import laid_out
from allmytracks.foundation.messages import Mail, Why
from allmytracks.foundation.settings import Settings
from allmytracks.notices.rules_delivery import Failure, MailFailure
from allmytracks.notices.rules_mailings import Delivery, MailingStatus, Outcome
from allmytracks.notices.rules_unsubscribing import unsubscribing_token
from allmytracks.publishing.ports import Publication
from functions.every_minute_send_mailings.handler import handle as every_minute
from functions.unsubscribe.handler import handle as unsubscribe
from tests.factories.accounts import consent_publication
from tests.factories.catalogue import NOW
from tests.factories.operators import Backend, Run
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.mailings import MemoryMailings
from tests.fakes.wiring import put

OFFER, BREACH = ("promotions", "send"), ("breach", "notify")


@dataclass
class FailingMailer:
    """Does not accept the mails whose number is in `fails`; each tells its own fate."""

    sent: list[Mail] = field(default_factory=list)
    fails: set[int] = field(default_factory=set)
    calls: int = 0

    def send(self, mail: Mail) -> None:
        self.calls += 1
        if self.calls in self.fails:
            raise Unavailable
        self.sent.append(mail)


@dataclass
class Post:
    """The mailings of a site with some accounts."""

    backend: Backend
    run: Run
    text: Path
    mailings: MemoryMailings = field(default_factory=MemoryMailings)
    mailer: FailingMailer = field(default_factory=FailingMailer)

    def add(
        self,
        name: str,
        status: AccountStatus = AccountStatus.ACTIVE,
        *,
        consents: bool = False,
        language: str | None = None,
    ) -> None:
        kind = AccountKind.INDIVIDUAL
        email = f"{name}@example.com"
        account = Account(name, email, status, kind, None, "HK", minor=False, created_at=NOW, language=language)
        self.backend.accounts.add(account, [])
        if consents:
            self.decide(name, given=True)

    @property
    def consents(self) -> MemoryConsentDecisions:
        return self.backend.consents

    def decide(self, name: str, *, given: bool, purpose: str = "marketing_mail") -> None:
        last = next((each for each in self.consents.current(name) if each.id == purpose), None)
        decision = ConsentDecision(purpose, given, "2026-11-01", self.backend.clock.now(), "192.0.2.1")
        assert self.consents.record(name, decision, after=last)

    def command(self, *words: str) -> dict[str, Any]:
        done = self.run(*words, "--subject", "News", "--text", str(self.text), "--yes", "--json")
        assert done.exit_code == 0, done.output
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def deliveries(self, mailing_id: str) -> dict[str, str]:
        listed = self.run("mailings", "deliveries", mailing_id, "--json")
        return {each["account_id"]: each["outcome"] for each in json.loads(listed.stdout)}


@pytest.fixture
def post(backend: Backend, run: Run, tmp_path: Path) -> Post:
    text = tmp_path / "text.txt"
    text.write_text("We have something to say.\n")
    made = Post(backend, run, text)
    backend.publications.publish(consent_publication())
    services = wiring.services()
    settings = {"PUBLIC_URL": "https://api.example", "SITE_URL": "https://site.example"}
    services.foundation.settings = Settings({**settings, "DAY_TIME_ZONE": "Asia/Hong_Kong"})
    put(
        services,
        {
            "notices.mailings": made.mailings,
            "foundation.mailer": made.mailer,
            "accounts.address_key": lambda: "a key",
        },
    )
    return made


def called(method: str, token: str) -> dict[str, Any]:
    http = {"method": method, "path": f"/v1/unsubscribe/{token}", "sourceIp": "192.0.2.7"}
    event = {
        "version": "2.0",
        "routeKey": f"{method} /v1/unsubscribe/{{token}}",
        "rawPath": http["path"],
        "pathParameters": {"token": token},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": "List-Unsubscribe=One-Click",
        "requestContext": {"http": http, "requestId": "r"},
    }
    answer: dict[str, Any] = unsubscribe(event, None)
    return answer


@pytest.mark.clause("M-II.6")
@pytest.mark.clause("S-2.6")
@pytest.mark.clause("P-15.consent")
def test_an_offer_reaches_those_alone_who_consented(post: Post) -> None:
    post.add("yes", consents=True)
    post.add("never-asked")
    post.add("no-more", consents=True)
    post.backend.clock.advance(minutes=1)
    post.decide("no-more", given=False)
    post.add("frozen", AccountStatus.FROZEN, consents=True)
    post.add("bounced", consents=True)
    post.backend.notices.failures["bounced"] = MailFailure("bounced", Failure.COMPLAINED, NOW)
    mailing = post.command(*OFFER)
    assert mailing["status"] == "running"

    for _ in range(2):
        every_minute({}, None)
    assert [mail.to for mail in post.mailer.sent] == ["yes@example.com"]
    assert post.deliveries(mailing["mailing_id"]) == {
        "yes": "mailed",
        "never-asked": "no_consent",
        "no-more": "no_consent",
        "bounced": "mail_fails",
    }
    assert set(post.backend.notices.inboxes) == {"yes"}
    shown = json.loads(post.run("mailings", "show", mailing["mailing_id"], "--json").stdout)
    assert (shown["status"], shown["reached"]) == ("done", 4)

    assert post.command(*OFFER)["status"] == "done"  # the same text again
    every_minute({}, None)
    assert len(post.mailer.sent) == 1


@pytest.mark.clause("M-II.6")
@pytest.mark.clause("P-15.consent")
def test_the_link_of_an_offer_stops_offers_with_one_click(post: Post) -> None:
    post.add("ada", consents=True)
    post.command(*OFFER)
    every_minute({}, None)
    (mail,) = post.mailer.sent
    link = mail.unsubscribing_link
    assert link is not None
    assert mail.why is Why.OFFERS
    assert link in laid_out(mail)
    token = link.removeprefix("https://api.example/v1/unsubscribe/")

    asked = called("GET", token)
    assert asked["statusCode"] == 200
    assert '<form method="post">' in asked["body"]
    assert wiring.services().accounts.keep_consents.given("ada", "marketing_mail")  # following the link changes nothing
    post.backend.clock.advance(minutes=1)
    for _ in range(2):
        assert called("POST", token)["statusCode"] == 200
    assert not wiring.services().accounts.keep_consents.given("ada", "marketing_mail")
    assert [each.given for each in post.consents.history("ada")] == [True, False]


@pytest.mark.clause("P-15.consent")
@pytest.mark.parametrize("token", ["ada", "ada.", ".", "ada.0", f"ada.{'0' * 40}", f"ada.{'é' * 40}"])
def test_a_link_that_is_not_ours_stops_nothing(post: Post, token: str) -> None:
    post.add("ada", consents=True)
    for method in ("GET", "POST"):
        answer = called(method, token)
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "unsubscribing_link_unknown")
    assert wiring.services().accounts.keep_consents.given("ada", "marketing_mail")


@pytest.mark.clause("P-15.consent")
@pytest.mark.parametrize("closed", [True, False])
def test_a_link_of_an_account_that_is_closed_or_erased_stores_nothing(post: Post, closed: bool) -> None:  # noqa: FBT001 - a case
    post.add("ada", consents=True)
    token = unsubscribing_token("ada", "a key")
    if closed:
        post.backend.accounts.becomes("ada", AccountStatus.CLOSED)
    else:
        token = unsubscribing_token("erased", "a key")
    assert called("POST", token)["statusCode"] == 200
    assert len(post.consents.history("ada")) == 1
    assert post.consents.history("erased") == []


@pytest.mark.clause("P-breach")
def test_a_breach_is_told_to_every_listed_account_once(post: Post, tmp_path: Path) -> None:
    for number in range(250):
        post.add(f"acc-{number:03d}")
    post.add("closed", AccountStatus.CLOSED)
    post.add("unproved", AccountStatus.UNVERIFIED)
    post.add("banned", AccountStatus.BANNED)
    post.add("not-affected")
    post.backend.notices.failures["acc-007"] = MailFailure("acc-007", Failure.BOUNCED, NOW)
    listed = [f"acc-{number:03d}" for number in range(250)] + ["closed", "unproved", "banned", "nobody", "acc-001"]
    accounts = tmp_path / "accounts.txt"
    accounts.write_text("\n".join(listed))
    mailing = post.command(*BREACH, "--accounts", str(accounts))

    every_minute({}, None)
    outcomes = Counter(post.deliveries(mailing["mailing_id"]).values())
    assert outcomes == {"mailed": 250, "inbox": 1, "closed": 1, "unproved": 1, "unknown": 1}
    assert len({mail.to for mail in post.mailer.sent}) == len(post.mailer.sent) == 250
    assert not [mail for mail in post.mailer.sent if mail.unsubscribing_link]
    assert "acc-007" in post.backend.notices.inboxes  # the inbox serves
    assert "not-affected" not in post.backend.notices.inboxes
    acts = {act.name: act.reason for act in post.backend.audit_log.acts if act.subject == mailing["mailing_id"]}
    assert acts == {"mailing_started": "breach", "mailing_deliveries_listed": None}


@pytest.mark.clause("P-breach")
def test_a_mailing_goes_on_where_it_broke_off_and_nobody_gets_it_twice(post: Post) -> None:
    for number in range(230):
        post.add(f"acc-{number:03d}")
    mailing_id = post.command(*BREACH, "--everybody")["mailing_id"]
    post.mailer.fails = {5, 150, 151}
    runs = 0
    while post.mailings.get(mailing_id).status is MailingStatus.RUNNING:
        try:
            every_minute({}, None)
        except Unavailable:
            runs += 1
        assert runs < 5
    assert runs > 0
    assert Counter(mail.to for mail in post.mailer.sent).most_common(1)[0][1] == 1
    assert len(post.mailer.sent) == 230
    assert set(post.deliveries(mailing_id).values()) == {"mailed"}


@pytest.mark.clause("P-breach")
def test_time_that_is_up_ends_a_run_between_two_parts(post: Post) -> None:
    for number in range(230):
        post.add(f"acc-{number:03d}")
    mailing_id = post.command(*BREACH, "--everybody")["mailing_id"]
    answers = iter([True, False, True, True, False])
    send: Callable[[Callable[[], bool]], int] = wiring.services().notices.send_mailings
    assert send(lambda: next(answers)) == 100
    assert post.mailings.get(mailing_id).status is MailingStatus.RUNNING
    assert send(lambda: next(answers)) == 130
    assert post.mailings.get(mailing_id).status is MailingStatus.DONE


@pytest.mark.clause("P-share.purpose")
@pytest.mark.clause("S-2.6")
@pytest.mark.parametrize("kind", ["transfer", "service"])
def test_what_members_must_know_reaches_all_of_them(post: Post, kind: str) -> None:
    """A transfer of the business reaches all members, whatever they consented to."""
    for number in range(3):
        post.add(f"acc-{number}", consents=number == 0)
    post.backend.publications.publish(consent_publication("company_transfer"))
    mailing = post.command("mailings", "send", "--kind", kind, "--everybody")
    every_minute({}, None)
    assert post.deliveries(mailing["mailing_id"]) == {f"acc-{number}": "mailed" for number in range(3)}
    assert {mail.why for mail in post.mailer.sent} == {Why.ACCOUNT}
    assert {each.kind for inbox in post.backend.notices.inboxes.values() for each in inbox.values()} == {kind}


@pytest.mark.clause("P-share.purpose")
def test_a_transfer_asks_for_consent_and_nothing_sensitive_goes_without(post: Post) -> None:
    post.add("ada")
    words = ("mailings", "send", "--kind", "transfer", "--everybody", "--subject", "News", "--text", str(post.text))
    refused = post.run(*words, "--yes")
    assert refused.exit_code == 3
    assert "publish the purpose company_transfer" in " ".join(refused.output.split())
    assert post.mailings.stored == {}, "no notice of a transfer goes out without asking"
    post.backend.publications.publish(consent_publication("company_transfer"))
    assert post.run(*words, "--yes").exit_code == 0
    every_minute({}, None)
    (mail,) = post.mailer.sent
    assert "go with the transfer only if you consent" in mail.text
    assert "https://site.example/account/consents" in mail.text
    consents = wiring.services().accounts.keep_consents
    assert not consents.given("ada", "company_transfer"), "silence is no consent"


def ids_of(done: Result) -> dict[str, bool]:
    assert done.exit_code == 0, done.output
    return {each["account_id"]: each["sensitive_data"] for each in json.loads(done.stdout)}


@pytest.mark.clause("P-share.purpose")
def test_only_members_who_were_told_are_handed_over_and_sensitive_data_by_consent_alone(post: Post) -> None:
    for name in ("consenting", "silent", "withdrawn", "leaving"):
        post.add(name)
    post.add("unproved", AccountStatus.UNVERIFIED)
    post.backend.publications.publish(consent_publication("company_transfer"))
    mailing = post.command("mailings", "send", "--kind", "transfer", "--everybody")["mailing_id"]
    early = post.run("mailings", "handover", mailing, "--json")
    assert (early.exit_code, json.loads(early.stderr)["code"]) == (3, "not_told_yet"), "members are told first"
    every_minute({}, None)
    post.add("joined later")
    for given in (True, False):
        post.decide("withdrawn", given=given, purpose="company_transfer")
    post.decide("consenting", given=True, purpose="company_transfer")
    leaving = post.backend.accounts.get("leaving")
    post.backend.accounts.stored["leaving"] = replace(leaving, status=AccountStatus.CLOSED)
    listed = post.run("mailings", "handover", mailing, "--json")
    assert ids_of(listed) == {"consenting": True, "silent": False, "withdrawn": False}
    assert ("account_looked_up", "silent") in post.backend.acts
    # The purpose changes: nobody has consented to what is asked now.
    post.backend.publications.publish(consent_publication("company_transfer", "2027"))
    assert not any(ids_of(post.run("mailings", "handover", mailing, "--json")).values())


@pytest.mark.clause("P-share.purpose")
def test_a_mailing_about_something_else_hands_over_nobody(post: Post) -> None:
    post.add("ada")
    mailing = post.command("mailings", "send", "--kind", "service", "--everybody")["mailing_id"]
    every_minute({}, None)
    refused = post.run("mailings", "handover", mailing, "--json")
    assert (refused.exit_code, json.loads(refused.stderr)["code"]) == (3, "no_transfer")


def list_of(*names: str) -> dict[str, object]:
    fields: dict[str, object] = {"purpose": "hosting", "data": "all", "place": "Hong Kong", "since": "2026-11-01"}
    fields["translations"] = {"zh-Hant": {"purpose": "託管", "data": "全部", "place": "香港"}}
    return {"processors": [{"name": name, **fields} for name in names]}


@pytest.mark.clause("P-share.purpose")
@pytest.mark.clause("P-13.processors")
def test_members_are_told_of_a_new_processor_before_it_gets_anything(post: Post) -> None:
    post.add("ada")
    post.add("mei", language="zh-HK")
    publish: Callable[[Publication, Operator], None] = wiring.services().operations.publish
    operator, now = Operator("arn:ada", "192.0.2.7"), post.backend.clock.now()
    publish(Publication("processors", "1", now, list_of("Host")), operator)
    publish(Publication("processors", "2", now + timedelta(hours=1), list_of("Host")), operator)
    every_minute({}, None)
    assert post.mailer.sent == [], "the first list, and one without anything new, change nothing for anybody"
    with pytest.raises(InvalidFields, match="effective_at"):
        publish(Publication("processors", "3", now + timedelta(days=6), list_of("Host", "Mailer")), operator)
    third = Publication("processors", "3", now + timedelta(days=7), list_of("Host", "Mailer"))
    publish(third, operator)
    post.backend.clock.advance(days=6)
    publish(third, operator)  # repeated, for instance after a crash
    every_minute({}, None)
    sent = {mail.to.partition("@")[0]: mail.text for mail in post.mailer.sent}
    assert sent.keys() == {"ada", "mei"}
    assert "Mailer (Hong Kong): hosting. Data: all." in sent["ada"]
    assert "Mailer（香港）：託管。資料：全部。" in sent["mei"]
    assert not any("Host" in text for text in sent.values())


@pytest.mark.clause("U-III.III.1")
def test_members_are_notified_of_the_end_of_the_service_as_it_is_announced(post: Post) -> None:
    post.add("ada")
    publish: Callable[[Publication, Operator], None] = wiring.services().operations.publish
    operator, now = Operator("arn:ada", "192.0.2.7"), post.backend.clock.now()
    end = Publication("end-of-service", "1", now, {"ends_at": "2027-03-31T16:00:00Z", "text": "We stop."})
    for _ in range(2):
        publish(end, operator)
        every_minute({}, None)
    (mail,) = post.mailer.sent
    assert mail.subject == "AllMyTracks ends on 31 March 2027"
    assert "We stop." in mail.text
    assert "https://site.example/account/data" in mail.text
    assert [each.title for each in wiring.services().notices.announce.shown()] == [mail.subject]


@pytest.mark.clause("P-share.purpose")
def test_members_are_told_of_a_new_purpose_and_asked(post: Post) -> None:
    post.add("ada")
    post.mailer.sent.clear()
    publish: Callable[[Publication, Operator], None] = wiring.services().operations.publish
    operator, now = Operator("arn:ada", "192.0.2.7"), post.backend.clock.now()
    new = consent_publication("profiling", "2026-12-01", now + timedelta(days=3))
    publish(new, operator)
    publish(new, operator)
    every_minute({}, None)
    (mail,) = post.mailer.sent
    assert "What profiling is for, version 2026-12-01." in mail.text
    assert not wiring.services().accounts.keep_consents.given("ada", "profiling")


@pytest.mark.clause("U-III.III.1")
@pytest.mark.clause("P-breach")
def test_each_member_gets_a_mailing_in_the_own_language(post: Post, tmp_path: Path) -> None:
    languages = {"ada": None, "mei": "zh-HK", "lan": "zh-CN", "kai": "de"}
    for name, language in languages.items():
        post.add(name, language=language)
    traditional = tmp_path / "zh.txt"
    traditional.write_text("消息\n\n我們有話要說。\n", encoding="utf-8")
    post.command(*BREACH, "--everybody", "--translation", f"zh-Hant={traditional}")
    every_minute({}, None)
    sent = {mail.to.partition("@")[0]: (mail.language, mail.subject, mail.text) for mail in post.mailer.sent}
    english = ("en", "News", "We have something to say.")
    assert sent == {"ada": english, "mei": ("zh-Hant", "消息", "我們有話要說。"), "lan": english, "kai": english}

    post.mailer.sent.clear()
    ends_at = {"ends_at": "2027-03-31T16:00:00Z", "text": "We stop."}
    end = Publication("end-of-service", "1", post.backend.clock.now(), ends_at)
    wiring.services().operations.publish(end, Operator("arn:ada", "192.0.2.7"))
    every_minute({}, None)
    subjects = {mail.to.partition("@")[0]: mail.subject for mail in post.mailer.sent}
    english_subject = "AllMyTracks ends on 31 March 2027"
    assert subjects == {
        "ada": english_subject,
        "mei": "AllMyTracks 將於 2027年3月31日 結束服務",
        "lan": "AllMyTracks 将于 2027年3月31日 结束服务",
        "kai": english_subject,
    }
    (announced,) = wiring.services().notices.announce.shown()
    assert {each.language: each.subject for each in announced.translations} == {
        "zh-Hant": subjects["mei"],
        "zh-Hans": subjects["lan"],
    }


def test_a_translation_that_cannot_be_sent_is_refused(post: Post, tmp_path: Path) -> None:
    post.add("ada")
    short, fine = tmp_path / "short.txt", tmp_path / "fine.txt"
    short.write_text("only a subject\n")
    fine.write_text("subject\n\ntext\n")
    words = (*BREACH, "--everybody", "--yes", "--subject", "News", "--text", str(post.text))
    for bad in (f"zh-Hant={short}", f"fr={fine}", f"zh-Hant={tmp_path / 'none'}", "zh-Hant"):
        done = post.run(*words, "--translation", bad)
        assert done.exit_code == 2, (bad, done.output)
    twice = post.run(*words, "--translation", f"zh-Hant={fine}", "--translation", f"zh-Hant={fine}")
    assert twice.exit_code == 2, twice.output
    assert json.loads(post.run("mailings", "list", "--json").stdout) == []


def test_a_stopped_mailing_waits_until_it_is_resumed(post: Post) -> None:
    post.add("ada")
    mailing_id = post.command(*BREACH, "--everybody")["mailing_id"]
    assert post.run("mailings", "stop", mailing_id).exit_code == 0
    every_minute({}, None)
    assert post.mailer.sent == []
    listed = json.loads(post.run("mailings", "list", "--status", "stopped", "--json").stdout)
    assert [each["mailing_id"] for each in listed] == [mailing_id]
    assert post.run("mailings", "resume", mailing_id, "--yes").exit_code == 0
    every_minute({}, None)
    assert len(post.mailer.sent) == 1


def test_a_delivery_on_record_is_not_made_again(post: Post) -> None:
    post.add("ada")
    mailing_id = post.command(*BREACH, "--everybody")["mailing_id"]
    post.mailings.record(mailing_id, Delivery("ada", Outcome.MAILED, NOW))
    every_minute({}, None)
    assert post.mailer.sent == []


@pytest.mark.parametrize(
    "words", [(), ("--everybody", "--state", "active"), ("--everybody", "--since", "2026-11-01T00:00:00Z")]
)
def test_a_breach_needs_one_selection(post: Post, words: tuple[str, ...]) -> None:
    done = post.run(*BREACH, "--subject", "News", "--text", str(post.text), "--yes", *words)
    assert done.exit_code == 2
    assert post.mailings.stored == {}


def test_a_subject_of_two_lines_is_refused(post: Post) -> None:
    done = post.run(*OFFER, "--subject", "News\r\nBcc: all@example.com", "--text", str(post.text), "--yes")
    assert done.exit_code == 3
    assert post.mailings.stored == {}
