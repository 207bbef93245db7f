"""`allmytracks verify`: a letter checked on a machine that is cut off, with a saved key set and status list."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import Result

from allmytracks.licenses.states.rules import (
    LicenseState,
    Revocation,
    RevocationReason,
    Supersession,
    SupersessionReason,
)
from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList
from allmytracks.signing.jws import keys_by_id
from allmytracks.signing.pades import PadesSealer
from infra.ops.certifying import self_signed
from infra.ops.main import app
from infra.ops.seals import Seal, seal_of
from infra.ops.verifying import EXITS, Finding, Report, checked, parts_of
from infra.ops.writing import Fields
from tests.factories.command_line import run_command
from tests.factories.instants import NOW
from tests.factories.letters import NUMBER, Desk
from tests.factories.licenses import PUBLIC_URL
from tests.fakes.foundation import FixedClock
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.verification import UnguardedLetterReader

REVOKED = LicenseState(revocation=Revocation(NOW, RevocationReason.IMPERSONATION))
SUPERSEDED = LicenseState(supersession=Supersession(NOW, "AMT-2", SupersessionReason.MISSPELT_NAME))


@dataclass
class Offline:
    """A folder with a letter, a key set and a status list, as they were saved."""

    folder: Path
    desk: Desk

    def __post_init__(self) -> None:
        self.letter(self.desk.pdf)
        self.keys(self.desk.keys)

    def letter(self, content: bytes, name: str = "letter.pdf") -> None:
        (self.folder / name).write_bytes(content)

    def keys(self, keys: MemoryLicenseKeys) -> None:
        (self.folder / "jwks.json").write_text(json.dumps({"keys": keys.all()}))

    def list_of(self, state: LicenseState, age: timedelta = timedelta(minutes=1)) -> None:
        """Saves a list that was published `age` ago."""
        self.list_at(state, datetime.now(UTC) - age)

    def list_at(self, state: LicenseState, at: datetime) -> None:
        """Saves a list that was published then."""
        self.desk.world.licenses.states[NUMBER] = state
        clock = FixedClock(at)
        PublishStatusList(self.desk.world.licenses, self.desk.keys, self, clock, PUBLIC_URL)()

    def put(self, jws: str) -> None:
        (self.folder / "list.jws").write_text(jws)

    def get(self) -> str:
        return (self.folder / "list.jws").read_text()

    def run(self, *more: str, name: str = "letter.pdf") -> Result:
        words = ["verify", str(self.folder / name), "--keys", str(self.folder / "jwks.json"), *more]
        return run_command(app, words)

    def report(self, name: str = "letter.pdf") -> tuple[int, dict[str, Any]]:
        listed = self.folder / "list.jws"
        more = ["--status-list", str(listed)] if listed.exists() else []
        result = self.run(*more, "--json", name=name)
        return result.exit_code, json.loads(result.output)


def test_the_parts_of_a_term_are_told_in_words() -> None:
    terms = {
        "licensor": {"name": "AllMyTracks", "address": ["1 Harbour Road", "Wan Chai"]},
        "work": {"title": "Dawn", "credits": {"duration_seconds": 6.0, "composer": None}},
    }
    *_, fields = parts_of(Report(Finding.VALID, number=NUMBER, terms=terms))
    assert isinstance(fields, Fields)
    told = {"licensor": "AllMyTracks, 1 Harbour Road, Wan Chai", "work": "Dawn, duration seconds 6.0"}
    assert fields.values == {"number": NUMBER, **told}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture
def offline(desk: Desk, tmp_path: Path) -> Offline:
    desk.world.licenses.states.clear()
    return Offline(tmp_path, desk)


def test_a_genuine_letter_is_reported_with_its_terms(offline: Offline) -> None:
    result = offline.run()
    assert result.exit_code == 0
    for told in ("Genuine", NUMBER, "Ada Lovelace", "Harbour at Dawn", "give --status-list"):
        assert told in result.output
    offline.letter(f"{offline.desk.jws}\n".encode(), "letter.jws")
    code, report = offline.report("letter.jws")
    assert (code, report["finding"], report["terms"]["purpose"]) == (0, "valid", "social_media")
    assert "signed text alone and no letter" in " ".join(offline.run(name="letter.jws").output.split())
    assert "signed text alone" not in result.output


@pytest.mark.clause("M-III.5.revoke")
@pytest.mark.parametrize(
    ("state", "age", "finding"),
    [
        (LicenseState(), timedelta(minutes=1), Finding.VALID),
        (REVOKED, timedelta(minutes=1), Finding.REVOKED),
        (SUPERSEDED, timedelta(minutes=1), Finding.SUPERSEDED),
        (LicenseState(REVOKED.revocation, SUPERSEDED.supersession), timedelta(minutes=1), Finding.REVOKED),
        (LicenseState(), timedelta(hours=25), Finding.LIST_UNUSABLE),
        (REVOKED, timedelta(hours=25), Finding.REVOKED),
    ],
)
def test_the_list_decides_while_it_holds(
    offline: Offline, state: LicenseState, age: timedelta, finding: Finding
) -> None:
    offline.list_of(state, age)
    code, report = offline.report()
    assert (code, report["finding"]) == (EXITS[finding], finding)
    assert report["list_issued_at"] is not None
    assert (report["since"] is not None) == (finding in {Finding.REVOKED, Finding.SUPERSEDED})


def test_a_list_that_is_older_than_the_letter_does_not_know_it_yet(offline: Offline) -> None:
    offline.list_at(LicenseState(), NOW - timedelta(seconds=1))
    code, report = offline.report()
    assert (code, report["finding"]) == (EXITS[Finding.LIST_UNUSABLE], Finding.LIST_UNUSABLE)
    assert report["notes"] == ["The status list is older than this letter: fetch one that was issued after it."]


def test_a_list_of_the_same_second_covers_the_letter(offline: Offline) -> None:
    offline.list_at(LicenseState(), NOW)
    assert offline.report()[1]["notes"] == ["The status list is out of date: fetch a newer one."]


@pytest.mark.parametrize(
    ("state", "age", "note"),
    [
        (REVOKED, timedelta(minutes=1), "Its licence is revoked."),
        (SUPERSEDED, timedelta(minutes=1), "Its licence is superseded."),
        (LicenseState(), timedelta(hours=25), "The status list is out of date: fetch a newer one."),
        (
            LicenseState(),
            datetime.now(UTC) - NOW + timedelta(days=1),
            "The status list is older than this letter: fetch one that was issued after it.",
        ),
    ],
)
def test_a_statement_is_no_letter_whatever_a_list_says(
    offline: Offline, state: LicenseState, age: timedelta, note: str
) -> None:
    assert offline.desk.record.statement is not None
    offline.letter(offline.desk.record.statement.encode(), "statement.jws")
    offline.list_of(state, age)
    code, report = offline.report("statement.jws")
    assert (code, report["finding"], report["held"]) == (EXITS[Finding.STATEMENT], "statement", "statement")
    assert report["notes"] == [note]
    said = offline.run("--status-list", str(offline.folder / "list.jws"), name="statement.jws").output
    assert ("No letter" in said, "Genuine:" in said) == (True, False)


def test_an_overdue_list_is_reported(offline: Offline) -> None:
    offline.list_of(LicenseState(), timedelta(hours=3))
    code, report = offline.report()
    assert (code, report["notes"]) == (0, ["There should be a newer status list by now."])


def forged_list(offline: Offline) -> None:
    offline.list_of(LicenseState())
    offline.put(MemoryLicenseKeys().sign({"form": "x"}, "license-status-list+jws").jws)


def letter_for_a_list(offline: Offline) -> None:
    offline.put(offline.desk.jws)


def list_of_another_form(offline: Offline) -> None:
    offline.put(offline.desk.keys.sign({"form": "x"}, "license-status-list+jws").jws)


@pytest.mark.parametrize("broken", [forged_list, letter_for_a_list, list_of_another_form])
def test_a_list_that_is_not_ours_tells_nothing(offline: Offline, broken: Callable[[Offline], None]) -> None:
    broken(offline)
    code, report = offline.report()
    assert (code, report["finding"]) == (EXITS[Finding.LIST_UNUSABLE], "list_unusable")


def unsealed(desk: Desk) -> bytes:
    """The letter as it was before it was sealed: the file up to its first end."""
    return desk.pdf[: desk.pdf.index(b"%%EOF") + 6]


def resealed(desk: Desk) -> bytes:
    """Sealed again by somebody else."""
    keys = MemoryLicenseKeys()
    chain = self_signed(keys, "Letters", "AllMyTracks", "HK", NOW, 3650)
    return PadesSealer(keys).seal(unsealed(desk), [chain], NOW)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (unsealed, Finding.ALTERED),
        (resealed, Finding.ALTERED),
        (lambda desk: desk.pdf + b"\n% more", Finding.ALTERED),
        (lambda desk: desk.jws[:-5].encode() + b"AAAAA", Finding.ALTERED),
        (lambda desk: desk.pdf.replace(b"EmbeddedFiles", b"EmbeddedFilez"), Finding.ALTERED),
        (lambda _desk: b"%PDF-1.7\nof somebody else", Finding.NOT_A_LETTER),
        (lambda _desk: b"\xff\xfe a picture", Finding.NOT_A_LETTER),
        (lambda _desk: b"", Finding.NOT_A_LETTER),
    ],
)
def test_a_letter_that_is_not_genuine_is_reported(
    offline: Offline, change: Callable[[Desk], bytes], finding: Finding
) -> None:
    offline.letter(change(offline.desk))
    code, report = offline.report()
    assert (code, report["finding"]) == (EXITS[finding], finding)
    result = offline.run()
    assert "Ada Lovelace" not in result.output
    assert result.exit_code == code


@settings(max_examples=40)
@given(st.data())
def test_any_single_changed_byte_of_the_file_is_seen(desk: Desk, data: st.DataObject) -> None:
    """Outside the signature itself, which is followed by zeros that nothing covers."""
    start = desk.pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = desk.pdf.index(b">", start)
    place = data.draw(st.integers(0, start - 1) | st.integers(end, len(desk.pdf) - 1))
    altered = bytearray(desk.pdf)
    altered[place] ^= data.draw(st.integers(1, 255))
    report = checked(bytes(altered), keys_by_id(desk.keys.all()), None, NOW, UnguardedLetterReader())
    assert report.finding in {Finding.ALTERED, Finding.NOT_A_LETTER}


def test_a_seal_that_cannot_be_read_is_broken(desk: Desk) -> None:
    altered = desk.pdf.replace(b"/Adobe.PPKLite", b".Adobe.PPKLite")  # read as a number
    assert altered != desk.pdf
    assert seal_of(altered, keys_by_id(desk.keys.all())) is Seal.BROKEN


def test_a_letter_under_other_keys_is_not_genuine(offline: Offline) -> None:
    offline.keys(MemoryLicenseKeys())
    assert offline.report()[0] == EXITS[Finding.ALTERED]


def test_an_invalid_key_set_is_reported(offline: Offline) -> None:
    for content in ("", "[]", '{"keys": [{}]}', '{"keys": 1}'):
        (offline.folder / "jwks.json").write_text(content)
        result = offline.run()
        assert result.exit_code == 2
        assert result.output.rstrip().endswith("jwks.json is no key set: save /.well-known/jwks.json again")


def test_pyhanko_is_installed_with_the_command_line() -> None:
    """Otherwise a letter with edited pages would pass by its attachment alone."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert any(each.startswith("pyhanko>") for each in project["optional-dependencies"]["ops"])
