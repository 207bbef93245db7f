"""Links and the history of downloads over HTTP: how many, for whom, how long valid, and which file."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from infra.demo.site import Site
from infra.localcloud.supervisor import Handle
from infra.ops.client import OpsClient, connect
from infra.ops.importing import Importer
from infra.ops.preparing import Wishes

LINKS_PER_DOWNLOAD = 20  # config/fraud-rules.toml
LINK_SECONDS = 300


@pytest.fixture
def ops(cloud: Handle) -> Iterator[OpsClient]:
    with contextlib.closing(connect(f"{cloud.url}/ops")) as client:
        yield client


@pytest.fixture(scope="module")
def large_track(cloud: Handle, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A track with a wav of some megabytes that do not repeat."""
    folder = tmp_path_factory.mktemp("large")
    noise = np.random.default_rng(7).uniform(-0.3, 0.3, (44_100 * 30, 2))
    soundfile.write(folder / "long noise.wav", noise, 44_100, subtype="PCM_16")
    with contextlib.closing(connect(f"{cloud.url}/ops")) as client:
        assert not Importer(client, Wishes(kind="sound_effect")).run(folder, "large").refused
        tracks = client.call("GET", "/tracks")["items"]
    return str(next(each["track_id"] for each in tracks if each["title"].lower() == "long noise"))


@pytest.fixture
def member(site: Site) -> Site:
    site.become_account()
    site.become_member()
    return site


def tracks(site: Site) -> list[str]:
    return [str(each["track_id"]) for each in site.get("/v1/tracks").json()["items"]]


def download(site: Site, track_id: str | None = None, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = site.download(track_id or tracks(site)[0], **more).raise_for_status().json()
    return answer


def links(site: Site, download_id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = site.get(f"/v1/downloads/{download_id}/links").raise_for_status().json()["items"]
    return found


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def pass_time(site: Site, seconds: int) -> None:
    httpx.post(f"{site.url}/_local/clock", json={"advance_seconds": seconds}).raise_for_status()


def account_id(site: Site) -> str:
    return str(site.get("/v1/account").json()["account_id"])


@pytest.mark.clause("U-II.IV.9")
def test_a_broken_download_is_resumed_even_by_another_link(member: Site, large_track: str, tmp_path: Path) -> None:
    granted = download(member, large_track)
    whole = httpx.get(granted["url"]).raise_for_status()
    size = len(whole.content)
    assert size > 4_000_000

    with httpx.stream("GET", granted["url"]) as broken:
        begun = b""
        for piece in broken.iter_raw(65_536):
            begun += piece
            if len(begun) > 1_000_000:
                break
    middle = httpx.get(granted["url"], headers={"Range": f"bytes={len(begun)}-2999999"})
    assert (middle.status_code, middle.headers["content-range"]) == (206, f"bytes {len(begun)}-2999999/{size}")
    assert middle.headers["content-disposition"] == whole.headers["content-disposition"]
    assert middle.headers["content-type"] == whole.headers["content-type"]

    pass_time(member, LINK_SECONDS + 1)
    rest = {"Range": "bytes=3000000-", "If-Range": whole.headers["etag"]}
    assert httpx.get(granted["url"], headers=rest).status_code == 403
    fresh = member.post(f"/v1/downloads/{granted['download_id']}/links").raise_for_status().json()["url"]
    end = httpx.get(fresh, headers=rest)
    assert end.status_code == 206

    file = tmp_path / "resumed.wav"
    file.write_bytes(begun + middle.content + end.content)
    assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(whole.content).digest()
    assert soundfile.info(file).frames == 44_100 * 30


def test_what_a_link_says_of_its_file_cannot_be_altered(member: Site) -> None:
    url = download(member)["url"]
    answer = httpx.get(url)
    assert re.fullmatch(
        r"attachment; filename=\".+\.wav\"; filename\*=UTF-8''.+\.wav", answer.headers["content-disposition"]
    )
    assert answer.headers["content-type"].startswith("audio/")
    for pattern, replacement in (
        (r"(response-content-type=)[^&]+", r"\1text%2Fhtml"),
        (r"(response-content-disposition=)[^&]+", r"\1inline"),
        (r"&?response-content-disposition=[^&]+", ""),
        (r"wav\.wav\?", "mp3.mp3?"),
        (r"$", "&response-cache-control=public"),
    ):
        altered = re.sub(pattern, replacement, url, count=1)
        assert altered != url
        assert httpx.get(altered).status_code == 403
    assert httpx.get(url).status_code == 200


@pytest.mark.clause("U-II.IV.9")
def test_every_link_is_on_record_without_the_link(member: Site, cloud: Handle) -> None:
    key = uuid.uuid4().hex
    granted = download(member, key=key)
    download_id = granted["download_id"]
    issued = member.post(f"/v1/downloads/{download_id}/links", headers={"User-Agent": "A Phone/1.0"})
    assert issued.status_code == 201
    again = member.download(granted["track_id"])
    assert (again.status_code, again.json()["download_id"]) == (200, download_id)
    replayed = member.post(
        "/v1/downloads",
        {"track_id": granted["track_id"], "rendition": "wav"},
        key=key,
        headers={"User-Agent": "A Tablet/1.0"},
    )
    assert (replayed.status_code, replayed.json()["download_id"]) == (200, download_id)
    records = links(member, download_id)
    devices = [each["user_agent"].partition("/")[0] for each in records]
    assert devices == ["python-httpx", "A Phone", "python-httpx", "A Tablet"]
    assert {each["source_ip"] for each in records} == {"127.0.0.1"}
    assert records[0] == {**records[0], "link_id": download_id, "issued_at": granted["granted_at"]}
    assert sorted(records, key=lambda each: each["issued_at"]) == records
    assert member.get("/v1/allowance").json()["used"] == 1
    logs = [log.read_text() for log in (cloud.folder / "logs").rglob("*.log")]
    assert logs
    for answer in (granted, issued.json(), again.json(), replayed.json()):
        (signature,) = re.findall(r"X-Amz-Signature=(\w+)", answer["url"])
        assert not any(signature in log for log in logs)


@pytest.mark.clause("M-III.5.fraud")
def test_a_download_has_so_many_new_links_and_then_an_operator_has_a_case(
    member: Site, visitor: Callable[[], Site], ops: OpsClient
) -> None:
    download_id = download(member)["download_id"]

    def ask(_: int) -> tuple[int, str | None]:
        answer = member.post(f"/v1/downloads/{download_id}/links")
        return answer.status_code, answer.json().get("code")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(LINKS_PER_DOWNLOAD + 6)))
    assert answers.count((201, None)) == LINKS_PER_DOWNLOAD
    assert answers.count((403, "links_exhausted")) == 6
    assert len(links(member, download_id)) == 1 + LINKS_PER_DOWNLOAD

    mine = [each for each in ops.call("GET", "/cases")["items"] if each["account_id"] == account_id(member)]
    (case,) = [each for each in mine if each["kind"] == "links_exhausted"]
    assert case["evidence"] == {"download_id": download_id, "limit": LINKS_PER_DOWNLOAD}

    path = f"/accounts/{account_id(member)}/downloads/{download_id}"
    assert len(ops.call("GET", path)["links"]) == 1 + LINKS_PER_DOWNLOAD
    ops.call("POST", f"{path}/links", json={"reason": "cleared"})
    assert member.post(f"/v1/downloads/{download_id}/links").status_code == 201
    stranger = visitor()
    stranger.become_account()
    assert code(stranger.get(f"/v1/downloads/{download_id}/links")) == (404, "download_not_found")


@pytest.mark.clause("M-III.5.revoke")
def test_a_revoked_download_gets_no_link_and_those_that_are_out_die(member: Site, ops: OpsClient) -> None:
    key = uuid.uuid4().hex
    granted = download(member, key=key)
    download_id = granted["download_id"]
    path = f"/accounts/{account_id(member)}/downloads/{download_id}"
    revoked_at = ops.call("POST", f"{path}/revocation", json={"reason": "fraud"})["download"]["revoked_at"]
    again = ops.call("POST", f"{path}/revocation", json={"reason": "fraud"})
    assert again["download"]["revoked_at"] == revoked_at
    refused = member.post(f"/v1/downloads/{download_id}/links")
    assert code(refused) == (403, "download_revoked")
    assert refused.json()["revoked_at"] == revoked_at
    assert code(member.download(granted["track_id"], key=key)) == (403, "download_revoked")
    assert member.get(f"/v1/downloads/{download_id}").json()["revoked_at"] == revoked_at
    assert httpx.get(granted["url"]).status_code == 200
    pass_time(member, LINK_SECONDS)
    assert httpx.get(granted["url"]).status_code == 403
    assert len(links(member, download_id)) == 1


@pytest.mark.clause("M-V.2")
def test_a_banned_account_gets_no_link_and_those_that_are_out_die(member: Site, ops: OpsClient) -> None:
    granted = download(member)
    measures, path = f"/accounts/{account_id(member)}/measures", f"/v1/downloads/{granted['download_id']}/links"
    ops.call("POST", measures, json={"measure": "ban", "reason": "fraud"})
    assert code(member.post(path)) == (403, "account_frozen")
    pass_time(member, LINK_SECONDS)
    assert httpx.get(granted["url"]).status_code == 403
    ops.call("POST", measures, json={"measure": "unban", "reason": "cleared"})
    assert httpx.get(member.post(path).raise_for_status().json()["url"]).status_code == 200


def test_the_history_is_filtered_paged_and_available_as_csv(member: Site) -> None:
    first, second, third = tracks(member)[:3]
    holiday, formula = ({"name": name, "kind": "personal"} for name in ("My Holiday", "=1+1"))
    one = download(member, first, project=holiday, purpose="social_media", platform="YouTube")["download_id"]
    two = download(member, first, project=formula)["download_id"]
    three = download(member, second, project=holiday)["download_id"]
    four = download(member, third)["download_id"]
    form = {"download_id": one, "licensee": {"name": "Ada Lovelace", "kind": "individual"}}
    number = member.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]

    def shown(**query: str) -> list[str]:
        items = member.get("/v1/downloads", params=query).raise_for_status().json()["items"]
        return [str(each["download_id"]) for each in items]

    member.wait_for(lambda: shown(licensed="yes") == [one])  # the index follows the table in a moment
    assert shown() == [four, three, two, one]
    assert shown(project="my holiday") == [three, one]
    assert shown(project="My Holiday", licensed="no") == [three]
    assert shown(licensed="no") == [four, three, two]
    page = member.get("/v1/downloads", params={"project": "My Holiday", "limit": "1"}).json()
    assert [each["download_id"] for each in page["items"]] == [three]
    assert shown(project="My Holiday", limit="1", cursor=page["next_cursor"]) == [one]

    table = member.get("/v1/downloads", params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert [row["download_id"] for row in rows] == [four, three, two, one]
    assert (rows[3]["license_number"], rows[3]["platform"], rows[2]["project_name"]) == (number, "YouTube", "'=1+1")
    assert "link" not in table.headers
    part = member.get("/v1/downloads?limit=3", headers={"Accept": "text/csv"})
    following = re.fullmatch(r'<(.+)>; rel="next"', part.headers["link"])
    assert following
    rest = list(csv.DictReader(io.StringIO(member.get(following[1]).content.decode("utf-8-sig"), newline="")))
    assert [row["download_id"] for row in rest] == [one]
    assert code(member.get("/v1/downloads?licensed=perhaps")) == (422, "invalid_fields")
