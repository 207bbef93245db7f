"""A trial that began and a device that was released: their member gets one notice of each (S-1.devices, S-7.1)."""

from __future__ import annotations

import pytest
from msgspec import convert
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.errors import Unavailable
from allmytracks.notices.use_cases.notify import News
from allmytracks.storage.rules_devices import DeviceNotFound
from tests.factories.storage import Home
from tests.fakes.foundation import MemoryEvents, MemoryMailer
from tests.fakes.notices import MemoryNotices
from tests.fakes.wiring import put

BEGUN, RELEASED = "The trial of your AllMyTracks cloud storage has begun", "A device was released"


class Post(Home):
    """A home, and the worker of the notices."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.mailer, self.bus = MemoryMailer(), MemoryEvents()
        parts = {"foundation.mailer": self.mailer, "notices.repository": MemoryNotices(), "foundation.events": self.bus}
        put(self.services, parts)

    def mails(self) -> list[str]:
        """What is mailed of all events so far, each delivered twice."""
        before = len(self.mailer.sent)
        for event in [*self.bus.published, *self.bus.published]:
            self.services.storage.notify_of_device(event.name, convert(event.detail(), News))
        return [f"{each.subject}\n{each.text}" for each in self.mailer.sent[before:]]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.mark.clause("S-7.1", "U-VIII")
def test_a_trial_that_begins_has_one_notice_with_its_end(post: Post) -> None:
    trial = post.trial(post.claim())
    (mail,) = post.mails()
    assert mail.startswith(BEGUN)
    for part in (
        "Doorbell",
        "began on 22 November 2026",
        "ends on 6 December 2026",
        "for 7 days",
        "nothing is charged",
    ):
        assert part in mail
    assert post.trial(post.claim()) == trial
    assert post.mails() == []


@pytest.mark.clause("S-1.devices", "U-VIII")
def test_a_device_that_is_released_has_one_notice_by_the_name_that_it_had(post: Post) -> None:
    device = post.claim()
    post.keep.rename("acc-1", device.device_id, "Front door")
    post.keep.release("acc-1", device.device_id)
    (mail,) = post.mails()
    assert mail.startswith(RELEASED)
    assert "Front door was released from your account on 22 November 2026" in mail
    assert post.mailer.sent[-1].to == "acc-1@example.org"
    post.clock.advance(days=1)
    post.claim()
    post.keep.release("acc-1", device.device_id)
    assert len(post.mails()) == 1, "each release has its own"


@pytest.mark.clause("S-7.1", "S-1.devices")
def test_a_request_that_is_repeated_after_a_bus_that_was_down_brings_the_notice(post: Post) -> None:
    device, other = post.claim(), post.claim(serial="CAM-2")
    post.bus.down = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            post.trial(device)
        with pytest.raises(Unavailable):
            post.keep.release("acc-1", other.device_id)
    assert post.mails() == []
    post.bus.down = False
    post.claim("acc-2", "CAM-2")
    post.trial(device)
    post.keep.release("acc-1", other.device_id)
    assert [each.partition("\n")[0][:20] for each in post.mails()] == [BEGUN[:20], RELEASED[:20]]
    assert post.devices.get("acc-2", other.device_id).serial == "CAM-2", "the repetition takes nothing from the next"


def test_a_device_that_an_account_never_had_is_not_released(post: Post) -> None:
    device = post.claim()
    with pytest.raises(DeviceNotFound):
        post.keep.release("acc-2", device.device_id)
    assert post.bus.published == []


@pytest.mark.parametrize(("language", "word"), [("zh-Hant", "裝置"), ("zh-Hans", "设备")])
def test_both_are_in_the_language_of_the_member(post: Post, language: str, word: str) -> None:
    post.accounts.stored["acc-1"] = replace(post.accounts.stored["acc-1"], language=language)
    post.trial(post.claim())
    post.clock.advance(days=15)
    post.keep.release("acc-1", post.claim().device_id)
    mails = post.mails()
    assert len(mails) == 2
    assert all(word in each for each in mails)


def test_a_closed_account_has_no_notice(post: Post) -> None:
    post.trial(post.claim())
    account = post.accounts.stored["acc-1"]
    post.accounts.stored["acc-1"] = replace(account, status=AccountStatus.CLOSED)
    assert post.mails() == []


def test_events_of_others_are_left_alone(post: Post) -> None:
    post.services.storage.notify_of_device("MembershipActivated", News("acc-1", order_id="ord-1"))
    assert post.mailer.sent == []
