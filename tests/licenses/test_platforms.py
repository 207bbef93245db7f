"""A licence is for one platform, where its purpose has one (M-III.6.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.downloads.rules import Project, Use
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.rules import DownloadUseBound
from allmytracks.memberships.published import check_plans, published_price_lists
from allmytracks.memberships.rules_platforms import GROUPS, Platform, platform_of
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.memberships.use_cases.list_plans import ListPlans
from allmytracks.wiring import Services, install
from functions.list_plans.handler import handle as list_plans
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, CAMPAIGN, HOLIDAY, PUBLIC_URL, LicenseWorld, application
from tests.factories.memberships import plans_publication
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications

LISTED = (Platform("youtube", "YouTube"), Platform("tiktok", "TikTok"), Platform("live_stream", "Live stream"))
pytestmark = pytest.mark.clause("M-III.6.2")


@pytest.mark.parametrize(
    ("platform", "name", "stated"),
    [
        ("youtube", None, "YouTube"),
        ("YouTube", None, "YouTube"),
        (" YOUTUBE ", None, "YouTube"),
        ("live stream", None, "Live stream"),
        ("LIVE_STREAM", None, "Live stream"),
        ("other", "Neocities", "Neocities"),
        ("Other", "Disney+", "Disney+"),
        ("other", "A&E", "A&E"),
        ("other", "七彩  頻道", "七彩 頻道"),
        ("other", "tiktok", "TikTok"),
        (None, None, None),
    ],
)
def test_a_platform_is_one_of_the_list_or_one_name(platform: str | None, name: str | None, stated: str | None) -> None:
    assert platform_of(LISTED, platform, name) == stated


@pytest.mark.parametrize(
    ("platform", "name", "field", "code"),
    [
        ("YouTube, TikTok", None, "platform", "unknown_platform"),
        ("YouTube, TikTok, Instagram", None, "platform", "unknown_platform"),
        ("youtube/tiktok", None, "platform", "unknown_platform"),
        ("everywhere", None, "platform", "unknown_platform"),
        ("youtube", "YouTube", "platform_name", "not_other"),
        (None, "Neocities", "platform_name", "not_other"),
        ("other", None, "platform_name", "required"),
        ("other", "  ", "platform_name", "required"),
        ("other", "Kwai, Likee", "platform_name", "several_platforms"),
        ("other", "Kwai / Likee", "platform_name", "several_platforms"),
        ("other", "Kwai;Likee", "platform_name", "several_platforms"),
        ("other", "Kwai、Likee", "platform_name", "several_platforms"),
        ("other", "Kwai + Likee", "platform_name", "several_platforms"),
        ("other", "Kwai & Likee", "platform_name", "several_platforms"),
        ("other", "Kwai and Likee", "platform_name", "several_platforms"),
        ("other", "YouTube TikTok", "platform_name", "several_platforms"),
        ("other", "\u0f40", "platform_name", "invalid_characters"),
        ("other", "x" * 201, "platform_name", "too_long"),
        ("\x00", None, "platform", "invalid_characters"),
    ],
)
def test_several_platforms_and_unknown_ones_are_refused(
    platform: str | None, name: str | None, field: str, code: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        platform_of(LISTED, platform, name)
    assert [(each.field, each.code) for each in refused.value.problems] == [(field, code)]


@pytest.mark.parametrize("purpose", list(PURPOSE_WORDS))
def test_a_licence_names_the_platform_where_its_purpose_is_on_one(purpose: str) -> None:
    world = LicenseWorld("business")
    if purpose in {"hardware_embedding", "offline_venue"}:
        return
    asked = application(world.download(), licensee=ACME, use=Use(CAMPAIGN, purpose))
    if GROUPS.get(purpose) != "digital_platform":
        assert world.issue(asked).letter.license.platform is None
        return
    with pytest.raises(InvalidFields) as refused:
        world.issue(asked)
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("platform", "required")
    assert "youtube, tiktok" in problem.message
    assert world.licenses.records == {}
    named = replace(asked, use=Use(CAMPAIGN, purpose, "other"), platform_name="Neocities")
    assert world.issue(named).letter.license.platform == "Neocities"


def test_a_download_that_was_declared_as_free_text_keeps_its_platform_and_never_several() -> None:
    world = LicenseWorld()
    once = Use(HOLIDAY, "social_media", "Youtube")
    world.issue(application(world.download(use=once), use=Use(platform="youtube")))
    with pytest.raises(DownloadUseBound):
        world.issue(application(world.download("key-2", use=once), "license-2", use=Use(platform="tiktok")))
    several = replace(once, platform="YouTube, TikTok")
    with pytest.raises(InvalidFields) as refused:
        world.issue(application(world.download("key-3", use=several), "license-3", use=Use()))
    assert [each.code for each in refused.value.problems] == ["several_platforms"]


def test_another_platform_under_the_same_key_is_another_request() -> None:
    world = LicenseWorld()
    use = Use(Project("A film", ProjectKind.PERSONAL), "social_media", "other")
    asked = application(world.download(), use=use)
    first = world.issue(replace(asked, platform_name="Neocities"))
    assert world.issue(replace(asked, platform_name="Neocities")).replayed
    assert first.letter.license.platform == "Neocities"
    with pytest.raises(Exception, match="Idempotency-Key"):
        world.issue(replace(asked, platform_name="Kwai"))


def test_a_price_list_that_says_nothing_of_platforms_keeps_those_before_it() -> None:
    body: dict[str, Any] = json.loads(json.dumps(plans_publication().body))
    del body["platforms"]
    silent = replace(plans_publication("v2", effective_at=NOW), body=body)
    lists = published_price_lists(MemoryPublications([plans_publication(), silent])).lists
    assert lists[1].platforms == lists[0].platforms != ()
    # Where none was ever published, there is no list to be one of.
    none = published_price_lists(MemoryPublications([silent])).lists[0].platforms
    assert platform_of(none, "YouTube", None) == "YouTube"
    with pytest.raises(InvalidFields):
        platform_of(none, "YouTube, TikTok", None)


def test_the_plans_show_platforms_and_which_purposes_need_one() -> None:
    services = Services(Settings({"PUBLIC_URL": PUBLIC_URL}))
    services.memberships.list_plans = ListPlans(MemoryPublications([plans_publication()]), FixedClock(NOW))
    install(services)
    try:
        status, shown = read(call(list_plans, "GET /v1/plans"))
    finally:
        install(None)
    assert (status, [each["id"] for each in shown["items"]]) == (200, ["premium", "business"])
    assert shown["platforms"][0] == {"id": "youtube", "name": "YouTube"}
    purposes = {each["id"]: (each["group"], each["platform"]) for each in shown["purposes"]}
    assert purposes["social_media"] == ("digital_platform", "required")
    assert purposes["streaming_radio"] == ("digital_platform", "required")
    assert purposes["academic"] == ("education", "optional")
    assert set(purposes) == set(PURPOSE_WORDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"platforms": [{"id": "youtube", "name": "YouTube"}, {"id": "yt", "name": "Youtube"}]},
        {"platforms": [{"id": "other", "name": "Else"}]},
        {"platforms": [{"id": "You Tube", "name": "YouTube"}]},
        {"platforms": [{"id": "youtube", "name": "\u0f40"}]},
        {"groups": {"social_media": "digital_platform"}},
    ],
)
def test_what_is_published_of_platforms_is_checked(changes: dict[str, Any]) -> None:
    body: dict[str, Any] = json.loads(json.dumps(plans_publication().body))
    with pytest.raises(InvalidFields):
        check_plans(replace(plans_publication(), body={**body, **changes}))
