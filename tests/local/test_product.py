"""What AllMyTracks adds to the local cloud: its pages and its switches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from allmytracks.mails.rules_catalogues import CATALOGUES
from infra.local.mail_preview import NAMES, letter_of
from infra.local.product import SWITCHES, AllMyTracks
from infra.localcloud.control import Control, Machinery
from infra.localcloud.throttles import Throttles
from tests.factories.template import described

PART = re.compile(r"\{\w+\}")
MAIL = {"to": "a@example.com", "subject": "Welcome", "sent_at": "today", "text": "at http://x.example/", "html": ""}


@pytest.fixture
def overridden() -> dict[str, str]:
    return {}


@pytest.fixture
def browser(tmp_path: Path, overridden: dict[str, str]) -> Iterator[Client]:
    def mails(to: str | None) -> list[dict[str, Any]]:
        return [MAIL] if to in {None, MAIL["to"]} else []

    machinery = Machinery(
        clock_file=tmp_path / "clock",
        calls=tmp_path / "calls.jsonl",
        throttles=Throttles(),
        override=overridden.update,
        clock_moved=lambda: None,
        mails=mails,
        ready=lambda: {"tracks": 12},
    )
    product = AllMyTracks("http://127.0.0.1:1", demo=False, folder=tmp_path)
    yield Client(Control(machinery, product.switches, product.answers(machinery)))
    product.close()


@pytest.mark.parametrize("path", ["/_local", "/_local/", "/_local/mailbox"])
def test_the_local_pages_are_there(browser: Client, path: str) -> None:
    assert browser.get(path).mimetype == "text/html"


def test_the_index_tells_what_is_running(browser: Client) -> None:
    assert "<dt>Tracks<dd>12" in browser.get("/_local").text


def test_the_mailbox_shows_the_mails_of_an_address(browser: Client) -> None:
    assert '<a href="http://x.example/">' in browser.get("/_local/mailbox?to=a@example.com").text
    assert "None yet." in browser.get("/_local/mailbox?to=b@example.com").text


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_mail_is_shown_in_every_language(browser: Client, language: str) -> None:
    """A letter with a part that has no sample fails here: the page shows all that there are."""
    page = browser.get("/_local/mails").text
    for name, (_, text) in CATALOGUES[language].letters.items():
        assert f"?letter={name}&language={language}" in page
        for names in NAMES:
            shown = letter_of(CATALOGUES[language], name, NAMES[names])
            assert "{" not in shown.subject + shown.text, name
        assert len(shown.text) >= len(PART.sub("", text)) > 0
    mail = browser.get(f"/_local/mails?letter=ResetCode&language={language}")
    assert f'<html lang="{language}">' in mail.text
    assert "184467" in browser.get(f"/_local/mails?letter=ResetCode&language={language}&as=text").text
    assert browser.get("/_local/mails?letter=None").text == page


def test_what_the_local_cloud_does_not_know_is_the_payment_providers(browser: Client) -> None:
    assert browser.get("/_local/webhook-secret").json["secret"].startswith("whsec_")  # type: ignore[index]  # it is there
    assert browser.get("/_local/nothing").mimetype == "application/json"
    for unknown in ("/_local/nothing", "/_local/pay/cs_nothing"):
        answer = browser.get(unknown, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "There is no such page" in answer.text
    assert browser.post("/_local/mailbox").status_code in {404, 405}


def test_limits_are_switched(browser: Client, overridden: dict[str, str]) -> None:
    on = {"throttling": True, "anti_fraud": True, "two_person_rule": True}
    assert browser.get("/_local/limits").json == on
    assert browser.post("/_local/limits", json={"throttling": False}).json == {**on, "throttling": False}
    assert overridden == {"THROTTLING": "off"}
    switched = browser.post("/_local/limits", json={"throttling": True, "anti_fraud": False}).json
    assert switched == {**on, "anti_fraud": False}
    assert overridden == {"THROTTLING": "on", "ANTI_FRAUD": "off"}
    assert browser.post("/_local/limits", json={"anti_fraud": "no"}).status_code == 400


def test_the_switches_are_variables_of_functions() -> None:
    given = set().union(*(function.environment for function in described().values()))
    assert set(SWITCHES.values()) <= given
