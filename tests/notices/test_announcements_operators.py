"""Operators announce, and plan, start and end maintenance; everybody sees it (U-VIII, M-VI.6)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from allmytracks import wiring
from functions.get_status.handler import handle
from tests.factories.catalogue import NOW
from tests.factories.operators import Api, Backend, Run
from tests.fakes.wiring import put


@pytest.fixture
def service(backend: Backend) -> Backend:
    put(wiring.services(), {"publishing.fresh_publications": backend.publications})
    return backend


def shown(path: str, **query: str) -> dict[str, Any]:
    event = {"version": "2.0", "routeKey": f"GET {path}", "rawPath": path, "headers": {}}
    event |= {"queryStringParameters": query, "rawQueryString": urlencode(query)}
    event["requestContext"] = {"http": {"method": "GET", "path": path, "sourceIp": "192.0.2.7"}, "requestId": "r"}
    answer = handle(event, None)
    assert answer["statusCode"] == 200
    body: dict[str, Any] = json.loads(str(answer["body"]))
    return body


@pytest.mark.clause("U-VIII")
def test_an_announcement_is_shown_to_everybody_until_it_is_withdrawn(
    service: Backend, run: Run, tmp_path: Path
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("We sell more music.\n")
    translated = tmp_path / "zh.txt"
    translated.write_text("消息\n更多音乐。\n", encoding="utf-8")
    words: tuple[str, ...] = ("announcements", "publish", "--title", "News", "--text", str(text), "--json")
    words = (*words, "--translation", f"zh-Hans={translated}")
    first, again = run(*words), run(*words)
    assert first.exit_code == again.exit_code == 0, first.output
    published = json.loads(first.stdout)
    assert json.loads(again.stdout) == published
    assert shown("/v1/announcements") == {"items": [published], "next_cursor": None}
    assert (published["title"], published["text"]) == ("News", "We sell more music.")
    assert published["translations"] == [{"language": "zh-Hans", "title": "消息", "text": "更多音乐。"}]

    assert run("announcements", "withdraw", published["announcement_id"]).exit_code == 0
    assert shown("/v1/announcements")["items"] == []
    assert run("announcements", "withdraw", published["announcement_id"]).exit_code == 3
    assert [act.name for act in service.audit_log.acts] == ["announced", "withdrew announcement"]
    assert run(*words).exit_code == 0
    text.write_text("And sound effects.")
    assert run(*words).exit_code == 0
    first_page = shown("/v1/announcements", limit="1")
    second_page = shown("/v1/announcements", limit="1", cursor=first_page["next_cursor"])
    assert sorted(each["text"] for page in (first_page, second_page) for each in page["items"]) == [
        "And sound effects.",
        "We sell more music.",
    ]
    assert second_page["next_cursor"] is None


@pytest.mark.clause("M-VI.6")
def test_maintenance_is_announced_runs_and_is_over(service: Backend, run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("A new database.")
    start, end = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    translated = tmp_path / "zh.txt"
    translated.write_text("換新資料庫。", encoding="utf-8")
    when = ("--starts", start.isoformat(), "--ends", end.isoformat())
    planned = run("maintenance", "plan", *when, "--text", str(text), "--translation", f"zh-Hant={translated}", "--json")
    assert planned.exit_code == 0, planned.output
    assert shown("/v1/status")["status"] == "planned"
    (announced,) = shown("/v1/announcements")["items"]
    assert "A new database." in announced["text"]
    traditional, simplified = announced["translations"]
    assert (traditional["language"], simplified["language"]) == ("zh-Hant", "zh-Hans")
    assert "換新資料庫。" in traditional["text"]
    assert "系统维护" in simplified["title"]

    service.clock.advance(hours=1)
    status = shown("/v1/status")
    assert (status["status"], status["maintenance"]["text"]) == ("maintenance", "A new database.")
    assert status["maintenance"]["translations"] == {"zh-Hant": "換新資料庫。"}
    assert run("maintenance", "end").exit_code == 0
    assert shown("/v1/status") == {"status": "ok"}
    assert run("maintenance", "end").exit_code == 3
    assert [act.name for act in service.audit_log.acts] == ["planned maintenance", "announced", "ended maintenance"]


@pytest.mark.clause("M-VI.6")
def test_maintenance_starts_at_once(service: Backend, api: Api, run: Run) -> None:
    code, status = api("POST", "/maintenance", {"ends_at": "2099-01-01T00:00:00Z", "text": "Too long."})
    assert (code, status["errors"][0]["code"]) == (422, "too_late")
    ends = (NOW + timedelta(hours=1)).isoformat()
    code, status = api("POST", "/maintenance", {"ends_at": ends, "text": "Now."})
    assert (code, status["status"]) == (201, "maintenance")
    assert api("GET", "/maintenance")[1] == status == shown("/v1/status")
    assert "Now." in run("maintenance", "show").stdout
    assert shown("/v1/announcements")["items"] == []
