"""Tickets as members meet them: opened once, answered within fifteen days, their own alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.instants import rfc3339
from allmytracks.tickets.rules import MOST_TEXT, TicketNotFound
from allmytracks.tickets.rules_attachments import LARGEST, AttachmentNotFound
from allmytracks.tickets.rules_numbers import normal_number, ticket_number
from allmytracks.wiring import install, services
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT
from tests.factories.tickets import PDF, QUESTION, TicketWorld, a_file

CLAIM = {"video_url": "https://video.example/watch?v=1", "claimant": "A label", "platform": "YouTube"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40 + b"\xff\xd9"
ADA = Operator("arn:ada", "192.0.2.7")


@pytest.fixture
def world() -> Iterator[TicketWorld]:
    made = TicketWorld()
    install(made.services())
    yield made
    install(None)


@pytest.mark.clause("P-15days")
def test_a_request_is_a_ticket_with_fifteen_days(world: TicketWorld) -> None:
    status, opened = world.ask({**QUESTION, "subject": "  An   invoice ", "text": "Where?\r\n\r\n\r\nTell me. "})
    assert status == 201
    assert opened == {
        "number": opened["number"],
        "kind": "question",
        "status": "open",
        "subject": "An invoice",
        "opened_at": rfc3339(NOW),
        "changed_at": rfc3339(NOW),
        "due_at": rfc3339(NOW + timedelta(days=15)),
        "messages": [{"message_id": "1", "author": "member", "text": "Where?\n\nTell me.", "at": rfc3339(NOW)}],
        "attachments": [],
        "claim": None,
        "uploads": [],
    }
    seen = {name: value for name, value in opened.items() if name != "uploads"}
    assert world.look(opened["number"].lower().replace("-", " ")) == (200, seen)
    assert world.list() == (200, {"items": [seen], "next_cursor": None})


def test_the_same_key_opens_one_ticket_and_writes_one_message(world: TicketWorld) -> None:
    _, first = world.ask(QUESTION, "key-1")
    world.clock.advance(days=1)
    assert world.ask(QUESTION, "key-1") == (200, first)
    assert world.ask({**QUESTION, "text": "Another"}, "key-1")[1]["code"] == "idempotency_key_reused"
    assert world.ask(QUESTION, "key-2")[0] == world.ask(QUESTION)[0] == world.ask(QUESTION)[0] == 201
    number = first["number"]
    _, written = world.ask({"text": "And when?"}, "key-3", number=number)
    assert world.ask({"text": "And when?"}, "key-3", number=number) == (201, written)
    assert world.ask({"text": "Other"}, "key-3", number=number)[1]["code"] == "idempotency_key_reused"
    assert [each["text"] for each in world.look(number)[1]["messages"]] == ["Where do I find it?", "And when?"]


def test_nobody_finds_anothers_ticket(world: TicketWorld) -> None:
    world.member(replace(ACCOUNT, id="acc-2"))
    _, opened = world.ask(QUESTION)
    number = opened["number"]
    assert world.look(number, "acc-2")[1]["code"] == "ticket_not_found"
    assert world.ask({"text": "Mine!"}, account_id="acc-2", number=number)[1]["code"] == "ticket_not_found"
    assert world.list("acc-2")[1]["items"] == []
    for wrong in ("T-1", "X-0000-0000-0000", "T-UUUU-0000-0000", ""):
        assert world.look(wrong)[1]["code"] == "ticket_not_found"
    # The same key of another account is another ticket.
    assert world.ask(QUESTION, "k", "acc-2")[1]["number"] != world.ask(QUESTION, "k")[1]["number"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 151}, "subject"),
        ({"text": "\n \n"}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "\u2800"}, "text"),
        ({"kind": "praise"}, "kind"),
        ({"kind": "claim"}, "claim"),
        ({"claim": CLAIM}, "claim"),
        ({"kind": "claim", "claim": {**CLAIM, "video_url": "my video"}}, "claim.video_url"),
        ({"kind": "claim", "claim": {**CLAIM, "video_url": "javascript://a.b"}}, "claim.video_url"),
        ({"kind": "claim", "claim": {**CLAIM, "claimant": ""}}, "claim.claimant"),
        ({"kind": "claim", "claim": {**CLAIM, "respond_by": rfc3339(NOW)}}, "claim.respond_by"),
        ({"kind": "claim", "claim": {**CLAIM, "claimed_on": rfc3339(NOW + timedelta(days=1))}}, "claim.claimed_on"),
        ({"attachments": [a_file(media_type="text/html")]}, "attachments.0.media_type"),
        ({"attachments": [a_file(), a_file(bytes=LARGEST + 1)]}, "attachments.1.bytes"),
        ({"attachments": [a_file(bytes=0)]}, "attachments.0.bytes"),
        ({"attachments": [a_file(sha256="A" * 64)]}, "attachments.0.sha256"),
        ({"attachments": [a_file()] * 6}, "attachments"),
    ],
)
def test_what_cannot_be_accepted_is_named(world: TicketWorld, change: dict[str, object], field: str) -> None:
    status, problem = world.ask({**QUESTION, **change})
    assert (status, [each["field"] for each in problem["errors"]]) == (422, [field])
    assert world.tickets.stored == {}


def test_all_problems_come_in_one_response(world: TicketWorld) -> None:
    bad = {
        "kind": "claim",
        "subject": "",
        "text": "",
        "claim": {**CLAIM, "platform": ""},
        "attachments": [a_file(bytes=0)],
    }
    named = [each["field"] for each in world.ask(bad)[1]["errors"]]
    assert named == ["subject", "text", "attachments.0.bytes", "claim.platform"]


def test_text_may_be_in_any_script(world: TicketWorld) -> None:
    text = "བོད་ཡིག\n𝄞 👩‍👩‍👧 नमस्ते"
    assert world.ask({**QUESTION, "text": text})[1]["messages"][0]["text"] == text


def test_a_claim_on_a_video_keeps_its_particulars_and_the_platforms_day(world: TicketWorld) -> None:
    respond_by = NOW + timedelta(days=7)
    claim = {**CLAIM, "claimed_on": rfc3339(NOW), "respond_by": rfc3339(respond_by), "license_number": "AMT-1"}
    status, opened = world.ask({**QUESTION, "kind": "claim", "claim": claim})
    assert (status, opened["claim"], opened["due_at"]) == (201, claim, rfc3339(respond_by))
    late = {**claim, "respond_by": rfc3339(NOW + timedelta(days=60))}
    assert world.ask({**QUESTION, "kind": "claim", "claim": late})[1]["due_at"] == rfc3339(NOW + timedelta(days=15))


@pytest.mark.clause("P-15days")
def test_the_days_stop_while_the_member_is_asked_and_begin_anew_after_a_response(world: TicketWorld) -> None:
    number = world.ask(QUESTION)[1]["number"]
    desk = services().tickets.desk
    world.clock.advance(days=10)
    desk.answer(number, "Which one?", ADA, asks=True)
    assert world.look(number)[1]["status"] == "waiting_for_member"
    world.clock.advance(days=20)
    _, written = world.ask({"text": "The last one."}, number=number)
    assert (written["status"], written["due_at"]) == ("open", rfc3339(NOW + timedelta(days=35)))
    world.ask({"text": "Hello?"}, number=number)
    assert world.look(number)[1]["due_at"] == rfc3339(NOW + timedelta(days=35)), "asking again moves nothing"
    desk.answer(number, "Here it is.", ADA, asks=False)
    assert world.look(number)[1]["status"] == "answered"
    _, written = world.ask({"text": "One more thing."}, number=number)
    assert (written["status"], written["due_at"]) == ("open", rfc3339(NOW + timedelta(days=45)))


def test_a_ticket_holds_so_much_text_and_no_more(world: TicketWorld) -> None:
    number = world.ask(QUESTION)[1]["number"]
    long = "音" * 5000
    for _ in range(MOST_TEXT // 15_000):
        assert world.ask({"text": long}, number=number)[0] == 201
    assert world.ask({"text": long}, number=number)[1]["code"] == "ticket_full"


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("application/pdf", PDF, "checked"),
        ("image/png", PNG, "checked"),
        ("image/jpeg", JPEG, "checked"),
        ("text/plain", "Zeile\r\nnoch eine\t音".encode(), "checked"),
        ("application/pdf", b"<script>", "refused"),
        ("image/png", PDF, "refused"),
        ("image/jpeg", PNG, "refused"),
        ("text/plain", b"a\x00b", "refused"),
        ("text/plain", b"\xff\xfe", "refused"),
    ],
)
def test_a_file_is_quarantined_until_its_content_is_checked(
    world: TicketWorld, media_type: str, content: bytes, status: str
) -> None:
    file = a_file(content, media_type=media_type)
    _, opened = world.ask({**QUESTION, "attachments": [file]}, "key")
    number, (upload,) = opened["number"], opened["uploads"]
    desk = services().tickets.desk
    assert upload["headers"]["Content-Type"] == media_type
    assert world.look(number)[1]["attachments"][0]["status"] == "awaiting_upload"
    with pytest.raises(AttachmentNotFound):
        desk.link(number, "1", ADA)
    world.files.stored[upload["url"].removeprefix("memory://")] = content
    assert world.look(number)[1]["attachments"][0]["status"] == status
    assert world.ask({**QUESTION, "attachments": [file]}, "key")[1]["uploads"] == []
    if status == "checked":
        assert "passport.pdf" in desk.link(number, "1", ADA).url
    else:
        with pytest.raises(AttachmentNotFound):
            desk.link(number, "1", ADA)
    with pytest.raises(AttachmentNotFound):
        desk.link(number, "2", ADA)


def test_a_file_that_is_not_the_announced_one_is_refused(world: TicketWorld) -> None:
    _, opened = world.ask({**QUESTION, "attachments": [a_file()]})
    world.files.stored[opened["uploads"][0]["url"].removeprefix("memory://")] = PDF + b"more %%EOF"
    assert world.look(opened["number"])[1]["attachments"][0]["status"] == "refused"


def test_a_closed_account_opens_no_tickets(world: TicketWorld) -> None:
    world.accounts.stored["acc-1"] = replace(ACCOUNT, status=AccountStatus.BANNED)
    assert world.ask(QUESTION)[0] == 201, "who was banned can say that it was wrong"
    world.accounts.stored["acc-1"] = replace(ACCOUNT, status=AccountStatus.CLOSED)
    assert world.ask(QUESTION)[1]["code"] == "account_frozen"


def test_numbers_are_read_however_people_type_them() -> None:
    number = ticket_number("acc-1", "key")
    assert normal_number(number.lower().replace("0", "o").replace("1", "l")) == number
    assert ticket_number("acc-1", "key-2") != number
    with pytest.raises(TicketNotFound):
        normal_number("AMT-000000-000000-000000-000000")
