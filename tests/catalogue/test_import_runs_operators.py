"""An import that is run again, cut off or killed, the duplicates it finds, and how far it has come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rich.progress import Progress

from allmytracks.catalogue.rules import track_id_for
from allmytracks.catalogue.rules_imports import ImportStatus
from infra.ops.client import OpsClient
from infra.ops.errors import OpsError
from infra.ops.importing import REPORT_EVERY, Importer
from infra.ops.pieces import Piece
from infra.ops.preparing import Wishes
from infra.ops.tracks import heard_by
from infra.ops.working_folder import PREFIX, working_folder
from tests.factories import odd_sounds as odd
from tests.factories.catalogue import sha
from tests.factories.imports import by_title
from tests.factories.operators import Backend, Run, Uploads
from tests.factories.sounds import tone

KILLED = """
import pathlib, sys
from infra.ops.working_folder import working_folder
with working_folder(pathlib.Path(sys.argv[1])) as folder:
    (folder / "half.wav").write_bytes(b"half")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_running_again_changes_nothing(backend: Backend, run: Run, folder: Path) -> None:
    run("tracks", "import", str(folder))
    before = dict(backend.tracks.stored), dict(backend.masters.stored)
    result = run("tracks", "import", str(folder))

    assert "0 tracks imported, 4 unchanged, 3 files refused." in result.output
    assert (backend.tracks.stored, backend.masters.stored) == before
    (record,) = backend.imports.stored.values()
    assert record.runs == 2


def test_an_interrupted_import_resumes(backend: Backend, client: OpsClient, uploads: Uploads, folder: Path) -> None:
    class CutOffError(Exception):
        pass

    class CutOff(Importer):
        def _settle(self, *arguments: object) -> None:
            super()._settle(*arguments)  # type: ignore[arg-type]  # passed on as they came
            if "imported" in arguments:
                raise CutOffError

    with pytest.raises(CutOffError):
        CutOff(client, Wishes(workers=1)).run(folder, "the label")
    brought = set(backend.tracks.stored)
    assert 1 <= len(brought) < 4
    summary = Importer(client, Wishes()).run(folder, "the label")
    assert set(summary.unchanged.values()) == brought
    assert len(summary.imported) == 4 - len(brought)


def test_a_file_of_another_folder_is_a_duplicate(backend: Backend, run: Run, folder: Path, tmp_path: Path) -> None:
    run("tracks", "import", str(folder))
    other = tmp_path / "other"
    other.mkdir()
    (other / "renamed.wav").write_bytes((folder / "first.wav").read_bytes())
    track = by_title(backend)["First Light"]
    # Renditions of a master are in the catalogue as well: importing one adds nothing.
    (other / "made.mp3").write_bytes(backend.masters.stored[track.rendition("mp3").key])
    result = run("tracks", "import", str(other))

    assert result.exit_code == 3
    assert result.output.count(f"in the catalogue already as {track.id} (copy of first.wav)") == 2
    assert len(backend.tracks.stored) == 4


def test_an_upload_that_fails_for_a_moment_is_tried_again(
    backend: Backend, client: OpsClient, uploads: Uploads, tmp_path: Path
) -> None:
    tone(tmp_path / "one.wav")
    uploads.failures = 2
    summary = Importer(client, Wishes(workers=1)).run(tmp_path, "x")
    assert not summary.refused
    assert len(backend.masters.stored) == 4


def test_files_are_asked_for_up_to_the_first_that_is_missing(
    backend: Backend, client: OpsClient, uploads: Uploads
) -> None:
    forms = ("wav", "mp3", "preview")
    body = {"source": sha("a"), "renditions": [{"format": each, "size": 3, "sha256": sha(each)} for each in forms]}
    import_id = client.call("POST", "/imports", json={"label": "x", "files": 1})["import_id"]

    def asked() -> list[str]:
        said = client.call("POST", f"/imports/{import_id}/uploads", json=body)["uploads"]
        return [each["format"] for each in said]

    assert asked() == ["wav", "mp3", "preview"]
    key = f"tracks/{track_id_for(sha('a'))}/"
    backend.masters.stored[f"{key}wav.wav"] = b"wav"
    assert asked() == ["mp3", "preview"]
    backend.masters.stored |= {f"{key}mp3.mp3": b"mp3", f"{key}preview.mp3": b"preview"}
    assert asked() == []


def test_a_refused_upload_refuses_its_track_and_the_import_continues(
    backend: Backend, client: OpsClient, uploads: Uploads, tmp_path: Path
) -> None:
    tone(tmp_path / "one.wav", 440)
    tone(tmp_path / "two.wav", 550)
    uploads.failures = 4
    summary = Importer(client, Wishes(workers=1)).run(tmp_path, "x")
    assert summary.refused == {"one.wav": "the upload was refused (503)"}
    assert len(backend.tracks.stored) == 1


def test_a_file_by_another_name_or_of_another_import_is_a_duplicate_and_not_unchanged(
    client: OpsClient, uploads: Uploads, tmp_path: Path
) -> None:
    one = tone(tmp_path / "one.wav")
    assert set(Importer(client, Wishes()).run(tmp_path, "x").imported) == {"one.wav"}
    assert set(Importer(client, Wishes()).run(tmp_path, "x").unchanged) == {"one.wav"}
    assert set(Importer(client, Wishes()).run(tmp_path, "y").refused) == {"one.wav"}
    one.rename(tmp_path / "two.wav")
    assert set(Importer(client, Wishes()).run(tmp_path, "x").refused) == {"two.wav"}


def test_what_was_settled_is_on_record_before_the_end_and_a_refused_track_ends_nothing(
    backend: Backend, client: OpsClient, tmp_path: Path
) -> None:
    for number in range(REPORT_EVERY - 1):
        (tmp_path / f"{number}.txt").write_text("no sound")
    for name in ("one.wav", "two.wav"):
        tone(tmp_path / name, 300 if name == "one.wav" else 400)

    class Refusing(Importer):
        def _bring(self, piece: Piece, *_arguments: object) -> tuple[str, list[str]]:
            raise OpsError("no", code="invalid_fields" if piece.master.name == "one.wav" else "unreachable")

    with pytest.raises(OpsError):
        Refusing(client, Wishes(workers=1)).run(tmp_path, "x")
    (record,) = backend.imports.stored.values()
    assert (record.status, record.tally.refused) == (ImportStatus.RUNNING, REPORT_EVERY)


def test_an_unreachable_api_ends_the_import(client: OpsClient, tmp_path: Path) -> None:
    tone(tmp_path / "one.wav")

    class Ended(Importer):
        def _bring(self, *_arguments: object) -> tuple[str, list[str]]:
            raise OpsError("gone", code="unreachable")

    with pytest.raises(OpsError):
        Ended(client, Wishes()).run(tmp_path, "x")


def test_the_time_left_of_a_resumed_import_is_reckoned_from_what_takes_time() -> None:
    now = [0.0]
    bar = Progress(get_time=lambda: now[0], disable=True)
    listener = heard_by(bar)
    listener.found(13)
    for _ in range(6):
        listener.settled("unchanged", 1)
    listener.settled("unchanged", 3)
    for outcome in ("imported", "refused"):
        now[0] += 10
        listener.settled(outcome, 1)
    assert (bar.tasks[1].completed, bar.tasks[1].total, bar.tasks[1].time_remaining) == (2, 4, 20)


def test_the_bars_end_at_their_totals(client: OpsClient, uploads: Uploads, tmp_path: Path) -> None:
    music = tmp_path / "music"
    for name, hertz in (("piece.wav", 440), ("piece.mp3", 440), ("piece.preview.mp3", 450), ("other.wav", 300)):
        tone(music / name, hertz)
    for name in ("again.wav", "another again.wav"):
        (music / name).write_bytes((music / "other.wav").read_bytes())
    tone(music / "other.preview.mp3", 300)
    (music / "words.txt").write_text("no sound")
    (music / "piece.png").write_bytes(odd.picture("red", "PNG"))

    def ends() -> list[tuple[float, float | None]]:
        bar = Progress(disable=True)
        summary = Importer(client, Wishes(workers=1), heard_by(bar)).run(music, "x")
        assert set(summary.refused) == {"another again.wav", "other.wav", "other.preview.mp3", "words.txt"}
        return [(each.completed, each.total) for each in bar.tasks]

    assert ends() == [(8, 8), (8, 8)]
    assert ends() == [(8, 8), (4, 4)]


def test_what_a_killed_import_made_is_removed_by_the_next(tmp_path: Path) -> None:
    with working_folder(tmp_path) as used:
        with subprocess.Popen(  # noqa: S603 - this interpreter, our own program
            [sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
        ) as killed:
            assert killed.stdout is not None
            left = Path(killed.stdout.readline().strip())
            assert (left / "half.wav").exists()
            with working_folder(tmp_path) as another:
                assert set(tmp_path.iterdir()) == {used, left, another}
            killed.kill()
        with working_folder(tmp_path) as another:
            assert set(tmp_path.iterdir()) == {used, another}
    assert list(tmp_path.iterdir()) == []


def test_an_import_makes_its_files_in_such_a_folder(client: OpsClient, tmp_path: Path) -> None:
    tone(tmp_path / "one.wav")

    class Asking(Importer):
        def _bring(self, _piece: object, _checksums: object, _import_id: str, folder: Path) -> tuple[str, list[str]]:
            return folder.parent.name, []

    assert Asking(client, Wishes()).run(tmp_path, "x").imported["one.wav"].startswith(PREFIX)
