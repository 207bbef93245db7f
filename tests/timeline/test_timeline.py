"""The timeline's sentences and its route."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from allmytracks import wiring
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.disclosures.rules import Basis
from allmytracks.downloads.rules_links import LINKS_EXHAUSTED
from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.foundation.settings import Settings
from allmytracks.mails.rules_catalogues import CATALOGUES
from allmytracks.payments.rules import FactKind
from allmytracks.timeline.rules import Entry
from allmytracks.timeline.rules_sentences import SENTENCES
from functions.confirm_order.handler import app as confirm_order
from functions.create_order.handler import app as create_order
from functions.get_timeline.handler import handle
from functions.grant_download.handler import app as grant_download
from functions.issue_license.handler import app as issue_license
from functions.issue_link.handler import app as issue_link
from tests.factories.instants import NOW
from tests.fakes.timeline import MemoryHistories
from tests.fakes.wiring import put

EVENT = json.loads(Path("events/get_timeline/get-account-timeline.json").read_text())
RECORDING = (grant_download, issue_license, issue_link, create_order, confirm_order)
OWNER = EVENT["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]


@pytest.fixture
def histories() -> Iterator[MemoryHistories]:
    made = MemoryHistories()
    services = wiring.Services(Settings({}))
    put(services, {"timeline.histories": made})
    wiring.install(services)
    yield made
    wiring.install(None)


def test_the_caller_sees_their_own_entries_alone(histories: MemoryHistories) -> None:
    histories.add(OWNER, Entry(NOW, "download_granted", reference="dl_1", details={"title": "Night Train"}))
    histories.add("another", Entry(NOW, "download_granted", reference="dl_2"))
    answer = handle(EVENT, None)
    body = json.loads(str(answer["body"]))
    assert answer["statusCode"] == 200
    assert [each["reference"] for each in body["items"]] == ["dl_1"]
    assert body["items"][0]["text"] == 'You downloaded "Night Train".'
    assert body["next_cursor"] is None
    spoken = handle(
        {**EVENT, "queryStringParameters": {"language": "zh-Hant"}, "rawQueryString": "language=zh-Hant"}, None
    )
    assert json.loads(str(spoken["body"]))["items"][0]["text"] == "您下載了「Night Train」。"


def test_every_kind_of_payment_fact_has_a_sentence() -> None:
    assert {kind.value for kind in FactKind} - {"other"} <= set(SENTENCES["en"])


@pytest.mark.parametrize("language", SENTENCES)
def test_every_kind_has_a_sentence_in_every_language_with_the_same_gaps(language: str) -> None:
    assert set(SENTENCES[language]) == set(SENTENCES["en"])
    for kind, sentence in SENTENCES["en"].items():
        assert set(re.findall(r"{\w+}", SENTENCES[language][kind])) == set(re.findall(r"{\w+}", sentence)), kind
        assert Entry(NOW, kind).text_in(language)  # an old item may lack its values


def test_a_kind_of_a_later_version_is_shown_by_its_name() -> None:
    assert Entry(NOW, "moon_landed").text_in("en") == "Moon landed."
    assert Entry(NOW, "moon_landed").text_in("zh-Hans") == "管理员处理了您的账户。"


@pytest.mark.parametrize("language", SENTENCES)
def test_every_code_that_an_entry_may_have_is_in_words(language: str) -> None:
    refusals = {refusal.code for app in RECORDING for route in app.routes.values() for refusal in route.refusals}
    codes = {*refusals, *Reason, *Basis, *CATALOGUES[language].reasons, LINKS_EXHAUSTED}
    for code in codes:
        for kind in ("request_refused", "case_opened", "disclosure_recorded", "account_measure_ban"):
            text = Entry(NOW, kind, str(code)).text_in(language)
            assert str(code) not in text or "_" not in code
            assert text != Entry(NOW, kind).text_in(language), code


def test_a_code_without_words_is_not_shown() -> None:
    assert Entry(NOW, "request_refused", "moon_landed", details={"route": "GET /moon"}).text_in("en") == (
        "A request was refused."
    )


@pytest.mark.parametrize("measure", MeasureKind)
def test_each_measure_has_a_sentence(measure: MeasureKind) -> None:
    assert f"account_measure_{measure}" in SENTENCES["en"]
