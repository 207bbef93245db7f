"""`allmytracks tracks import`: which files become tracks, which are refused and why, and that the command is
idempotent.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import soundfile
from mutagen.id3 import ID3, TCOM, TCON, TSRC

from allmytracks.catalogue.rules import TrackKind, track_id_for
from allmytracks.catalogue.rules_imports import ImportStatus
from infra.ops.pieces import checksum, find
from infra.ops.renditions import PREVIEW_SECONDS, make_preview, mp3_rate
from tests.factories.imports import by_title
from tests.factories.operators import Backend, Run
from tests.factories.sounds import tone


def test_every_readable_file_becomes_a_track(backend: Backend, run: Run, folder: Path) -> None:
    result = run("tracks", "import", str(folder), "--artist", "Nobody")

    tracks = by_title(backend)
    assert set(tracks) == {"First Light", "Second", "Third", "fourth"}
    second = tracks["Second"]
    assert (second.artist, second.genres, second.bpm, second.key) == ("Bob", ("Jazz", "Soul"), 120, "Em")
    assert second.duration_seconds == pytest.approx(1.0, abs=0.05)
    assert second.kind is TrackKind.MUSIC
    assert second.id == track_id_for(checksum(folder / "second.flac"))
    assert (tracks["Third"].moods, tracks["Third"].instruments) == (("Calm",), ("Bell",))
    assert tracks["Third"].artist == tracks["fourth"].artist == "Nobody"
    assert {title: {each.format for each in track.renditions} for title, track in tracks.items()} == {
        "First Light": {"wav", "mp3", "preview"},
        "Second": {"wav", "mp3", "preview"},
        "Third": {"mp3", "preview"},
        "fourth": {"mp3", "preview"},
    }
    assert result.exit_code == 3


def test_every_refused_file_is_named_with_its_reason(backend: Backend, run: Run, folder: Path) -> None:
    result = run("tracks", "import", str(folder), "--label", "the label")

    for line in (
        "its artwork is no picture that can be read",
        "refused first.wav: the same file as copy of first.wav",
        "refused broken.flac: damaged",
        "refused words.mp3: damaged",
        "8 files, 4 tracks imported, 0 unchanged, 3 files refused.",
    ):
        assert line in result.output
    (record,) = backend.imports.stored.values()
    assert record.status is ImportStatus.FINISHED
    assert record.files == 8
    assert (record.tally.imported, record.tally.unchanged, record.tally.refused) == (4, 0, 3)
    assert set(record.tally.reasons or {}) == {"first.wav", "broken.flac", "words.mp3"}
    assert run("imports", "show", record.id).output.count("damaged") == 2


def test_the_files_arrive_as_they_are_or_were_made(backend: Backend, run: Run, folder: Path, tmp_path: Path) -> None:
    run("tracks", "import", str(folder))

    for track in backend.tracks.stored.values():
        for rendition in track.renditions:
            body = backend.masters.stored[rendition.key]
            assert hashlib.sha256(body).hexdigest() == rendition.sha256
            assert len(body) == rendition.size
            (tmp_path / "heard").write_bytes(body)
            heard = soundfile.info(str(tmp_path / "heard"))
            assert heard.frames / heard.samplerate == pytest.approx(track.duration_seconds, abs=0.2)
    first = by_title(backend)["First Light"]
    assert backend.masters.stored[first.rendition("wav").key] == (folder / "first.wav").read_bytes()
    (tmp_path / "first.mp3").write_bytes(backend.masters.stored[first.rendition("mp3").key])
    assert [str(ID3(tmp_path / "first.mp3")[name]) for name in ("TIT2", "TPE1")] == ["First Light", "Ada"]


def test_nothing_refused_ends_with_0(run: Run, tmp_path: Path) -> None:
    tone(tmp_path / "music" / "one.wav")
    assert run("tracks", "import", str(tmp_path / "music")).exit_code == 0


def test_files_of_one_name_are_one_track(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    tone(music / "piece.wav", seconds=2)
    tone(music / "piece.mp3", seconds=2)
    tone(music / "piece.preview.mp3", seconds=1)
    tone(music / "other.wav", seconds=2, frequency=300)
    tone(music / "other.mp3", seconds=6, frequency=300)
    result = run("tracks", "import", str(music))

    (track,) = backend.tracks.stored.values()
    stored = [backend.masters.stored[track.rendition(form).key] for form in ("wav", "mp3", "preview")]
    assert stored == [(music / name).read_bytes() for name in ("piece.wav", "piece.mp3", "piece.preview.mp3")]
    assert "refused other.wav: other.mp3 has its name but lasts 6.0 s, not 2.0 s" in result.output


def test_kind_by_option_and_by_tags(backend: Backend, run: Run, tmp_path: Path) -> None:
    effects, tagged = tmp_path / "effects", tmp_path / "tagged"
    tone(effects / "slam.wav", 100)
    tone(tagged / "zap.mp3", 2000)
    tags = ID3()
    tags.add(TCON(text=["Sound Effects"]))
    tags.save(tagged / "zap.mp3")
    run("tracks", "import", str(effects), "--kind", "sound_effect")
    run("tracks", "import", str(tagged))
    assert {each.kind for each in backend.tracks.stored.values()} == {TrackKind.SOUND_EFFECT}


def test_what_letters_state_comes_from_tags_and_from_the_file_beside_them(
    backend: Backend, run: Run, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    for name, hertz in (("tagged.mp3", 300), ("listed.wav", 400)):
        tone(music / name, hertz)
    tags = ID3()
    tags.add(TCOM(text=["M. Rivera"]))
    tags.add(TSRC(text=["hk-a01-26-00042"]))
    tags.save(music / "tagged.mp3")
    (music / "tracks.csv").write_text("file,composer,isrc,performing_rights\nlisted.wav,J. Lo,,none\n")
    assert run("tracks", "import", str(music)).exit_code == 0
    stated = {(each.composer, each.isrc, each.performing_rights) for each in backend.tracks.stored.values()}
    assert stated == {("M. Rivera", "HKA012600042", None), ("J. Lo", None, "none")}

    listed = next(each.id for each in backend.tracks.stored.values() if each.composer == "J. Lo")
    assert run("tracks", "edit", listed, "--isrc", "nonsense").exit_code == 3
    assert run("tracks", "edit", listed, "--isrc", "HK-A01-26-00043").exit_code == 0
    assert backend.tracks.get(listed).isrc == "HKA012600043"


def test_a_list_of_other_columns_is_refused(run: Run, tmp_path: Path) -> None:
    tone(tmp_path / "music" / "piece.wav")
    (tmp_path / "music" / "tracks.csv").write_text("name;composer\n")
    result = run("tracks", "import", str(tmp_path / "music"))
    assert result.exit_code != 0
    assert "tracks.csv has the columns file, composer, isrc, performing_rights" in result.output


def test_more_channels_than_mp3_holds_are_mixed_down(backend: Backend, run: Run, tmp_path: Path) -> None:
    tone(tmp_path / "music" / "surround.wav", channels=6)
    result = run("tracks", "import", str(tmp_path / "music"))

    (track,) = backend.tracks.stored.values()
    assert [each.format for each in track.renditions] == ["wav", "mp3", "preview"]
    assert "note surround.wav: its 6 channels are mixed down to two in mp3 and preview" in result.output
    assert result.exit_code == 0


def test_a_master_of_a_high_rate_is_resampled(backend: Backend, run: Run, tmp_path: Path) -> None:
    tone(tmp_path / "music" / "studio.wav", rate=96_000)
    run("tracks", "import", str(tmp_path / "music"))
    (track,) = backend.tracks.stored.values()
    (tmp_path / "made.mp3").write_bytes(backend.masters.stored[track.rendition("mp3").key])
    made = soundfile.info(str(tmp_path / "made.mp3"))
    assert made.samplerate == 48_000
    assert made.frames / made.samplerate == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("rate", "kept"), [(44_100, 44_100), (88_200, 44_100), (96_000, 48_000), (37_800, 44_100), (4_000, 8_000)]
)
def test_sample_rates_of_mp3(rate: int, kept: int) -> None:
    assert mp3_rate(rate) == kept


def test_a_preview_is_short_and_fades(tmp_path: Path) -> None:
    source = tone(tmp_path / "long.wav", seconds=PREVIEW_SECONDS + 5)
    make_preview(source, tmp_path / "preview.mp3", "Long", "Ada")
    heard, rate = soundfile.read(tmp_path / "preview.mp3")
    assert len(heard) / rate == pytest.approx(PREVIEW_SECONDS, abs=0.2)
    assert abs(heard[-rate // 5 :]).max() < 0.1 < abs(heard[rate : 2 * rate]).max()


def test_hidden_files_and_dead_links(tmp_path: Path) -> None:
    tone(tmp_path / "a.wav")
    (tmp_path / ".b.wav").write_bytes(b"")
    (tmp_path / "c.wav").symlink_to(tmp_path / "nowhere.wav")
    found = find(tmp_path)
    assert [piece.master.name for piece in found.pieces] == ["a.wav"]
    assert found.refused == {"c.wav": "a link that leads nowhere, or no file"}
    assert found.files == 2
