"""Whatever the file, an import goes on, says by name what it did and why, and sells nothing that it did not decode."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.id3 import APIC, TIT2
from PIL import Image

from infra.ops.audio import read
from infra.ops.decoding import UnreadableError
from infra.ops.pieces import Piece, Source
from infra.ops.preparing import RefusedError, Wishes, described, prepare
from infra.ops.renditions import PREVIEW_LUFS
from tests.factories import odd_sounds as odd
from tests.factories.catalogue import NOW
from tests.factories.imports import imported
from tests.factories.operators import Backend, Run
from tests.factories.sounds import tone

REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "tiny.mp3": (odd.tiny_mp3, ""),
    "cut.mp3": (lambda path: odd.cut(tone(path, seconds=20)), "damaged: it ends after 7.7 of 20.0 seconds"),
    "cut.wav": (lambda path: odd.cut(tone(path, seconds=20)), "damaged: it ends after 8.0 seconds; its last"),
    "cut.ogg": (lambda path: odd.cut(tone(path, seconds=20)), "its end is missing"),
    "cut.flac": (lambda path: odd.cut(tone(path, seconds=20)), "damaged: it ends after"),
    "cut mp3.flac": (
        lambda path: odd.cut(tone(path.with_name("a.mp3"), seconds=20)).rename(path),
        "damaged: it ends after 7.7 of 20.0 seconds",
    ),
    "cut flac behind ID3.mp3": (
        lambda path: odd.cut(odd.with_id3(odd.sound_as(path, "FLAC", "PCM_16"), TIT2(text=["One"])), 0.7),
        "damaged: it ends after",
    ),
    "cut.aiff": (lambda path: odd.cut(odd.sound_as(path, "AIFF", "PCM_16")), "damaged: it ends after"),
    "cut.m4a": (lambda path: odd.cut(odd.encoded(path, "aac")), "damaged"),
    "gap.flac": (lambda path: odd.damaged(tone(path, seconds=20)), " seconds of it cannot be decoded"),
    "gap.m4a": (lambda path: odd.damaged(odd.encoded(path, "alac"), 5), "damaged: 2 of its packets cannot be decoded"),
    "gaps.mp3": (lambda path: odd.damaged(tone(path, seconds=5), 3), "damaged: 3 of its packets cannot be decoded"),
    "words.wav": (lambda path: path.write_text("these are words"), "damaged"),
    "empty.flac": (lambda path: path.write_bytes(b""), "the file is empty"),
    "short.wav": (lambda path: tone(path, seconds=0.05), "it lasts only 0.050 seconds"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_decoded_whole_is_refused_by_name_and_the_rest_is_imported(
    backend: Backend, run: Run, tmp_path: Path, name: str
) -> None:
    make, reason = REFUSED[name]
    music = tmp_path / "music"
    tone(music / "whole.wav")
    make(music / name)
    result = run("tracks", "import", str(music), "--json")
    told = json.loads(result.stdout)
    assert list(told["refused"]) == [name]
    assert reason in told["refused"][name]
    assert list(told["imported"]) == ["whole.wav"]
    assert {each.title for each in backend.tracks.stored.values()} == {"whole"}


TAKEN: dict[str, tuple[Callable[[Path], object], set[str], str]] = {
    "rf64.wav": (odd.rf64, {"wav", "mp3", "preview"}, "it is RF64"),
    "bw64.wav": (lambda path: odd.rf64(path, b"BW64"), {"wav", "mp3", "preview"}, "it is RF64"),
    "wave64.w64": (lambda path: odd.sound_as(path, "W64", "PCM_16"), {"wav", "mp3", "preview"}, ""),
    "aiff.aif": (lambda path: odd.sound_as(path, "AIFF", "PCM_24"), {"wav", "mp3", "preview"}, ""),
    "aiff.wav": (
        lambda path: odd.sound_as(path, "AIFF", "PCM_16"),
        {"wav", "mp3", "preview"},
        "it is named .wav but is aiff",
    ),
    "adpcm.wav": (
        lambda path: odd.sound_as(path, "WAV", "MS_ADPCM"),
        {"mp3", "preview"},
        "it holds adpcm_ms, which loses sound",
    ),
    "float.wav": (lambda path: odd.sound_as(path, "WAV", "FLOAT"), {"wav", "mp3", "preview"}, ""),
    "deep.wav": (lambda path: odd.sound_as(path, "WAV", "PCM_24"), {"wav", "mp3", "preview"}, ""),
    "extensible.wav": (lambda path: odd.sound_as(path, "WAVEX", "PCM_24"), {"wav", "mp3", "preview"}, ""),
    "surround.wav": (
        lambda path: odd.sound_as(path, "WAVEX", "PCM_16", channels=6),
        {"wav", "mp3", "preview"},
        "its 6 channels are mixed down to two",
    ),
    "opus.opus": (lambda path: odd.encoded(path, "libopus"), {"mp3", "preview"}, ""),
    "aac.m4a": (lambda path: odd.encoded(path, "aac"), {"mp3", "preview"}, ""),
    "alac.m4a": (lambda path: odd.encoded(path, "alac"), {"wav", "mp3", "preview"}, ""),
    "flaw.mp3": (
        lambda path: odd.damaged(tone(path)),
        {"mp3", "preview"},
        "1 of its packets cannot be decoded",
    ),
    "behind ID3.flac": (
        lambda path: odd.with_id3(odd.sound_as(path, "FLAC", "PCM_16"), TIT2(text=["One"])),
        {"wav", "mp3", "preview"},
        "",
    ),
    "layer II.mp3": (
        lambda path: odd.encoded(path.with_name("a.mp2"), "mp2").rename(path),
        {"mp3", "preview"},
        "it is named .mp3 but is mp2",
    ),
    "flac.mp3": (
        lambda path: odd.sound_as(path, "FLAC", "PCM_16"),
        {"wav", "mp3", "preview"},
        "it is named .mp3 but is flac",
    ),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_whole_file_of_any_form_is_taken_and_what_was_made_of_it_is_said(
    backend: Backend, run: Run, tmp_path: Path, name: str
) -> None:
    make, forms, note = TAKEN[name]
    (tmp_path / "music").mkdir()
    make(tmp_path / "music" / name)
    result = run("tracks", "import", str(tmp_path / "music"), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["refused"]) == (0, {})
    (track,) = backend.tracks.stored.values()
    assert {each.format for each in track.renditions} == forms
    assert note in told["notes"].get(name, "")
    for rendition in track.renditions:
        heard, rate = soundfile.read(io.BytesIO(backend.masters.stored[rendition.key]))
        assert len(heard) / rate == pytest.approx(1.0, abs=0.1)
        assert np.abs(heard).max() > 0.05
    if "wav" in forms:
        # What is sold as wav is one, whatever it came in.
        assert soundfile.info(io.BytesIO(backend.masters.stored[track.rendition("wav").key])).format in {"WAV", "WAVEX"}


def test_previews_are_of_one_loudness_and_a_constant_rate(backend: Backend, run: Run, tmp_path: Path) -> None:
    for name, level in (("quiet.wav", 0.05), ("loud.wav", 0.9)):
        noise = np.random.default_rng(5).standard_normal(22_050 * 6) * 0.3 * level
        (tmp_path / "music").mkdir(exist_ok=True)
        soundfile.write(tmp_path / "music" / name, noise, 22_050)
    run("tracks", "import", str(tmp_path / "music"))
    measured = {}
    for track in backend.tracks.stored.values():
        heard = tmp_path / f"{track.title}.mp3"
        heard.write_bytes(backend.masters.stored[track.rendition("preview").key])
        measured[track.title] = (track.loudness_lufs or 0, read(heard).decoded.loudness_lufs or 0)
    assert measured["quiet"][0] < measured["loud"][0] - 20
    assert [after for _, after in measured.values()] == [pytest.approx(PREVIEW_LUFS, abs=1.0)] * 2


def test_the_waveform_is_of_the_preview_itself(backend: Backend, run: Run, tmp_path: Path) -> None:
    tone(tmp_path / "music" / "one.wav", seconds=3)
    track = imported(backend, run, tmp_path / "music")
    drawn = json.loads(backend.masters.stored[track.companion("waveform").key])
    heard, rate = soundfile.read(io.BytesIO(backend.masters.stored[track.rendition("preview").key]))
    assert (drawn["version"], drawn["bits"], drawn["sample_rate"]) == (2, 8, rate)
    assert drawn["length"] == -(-len(heard) // drawn["samples_per_pixel"])
    assert len(drawn["data"]) == 2 * drawn["length"]
    middle = drawn["data"][drawn["length"] : drawn["length"] + 2]
    step = drawn["samples_per_pixel"] * (drawn["length"] // 2)
    part = heard[step : step + drawn["samples_per_pixel"]]
    assert max(middle) == pytest.approx(127 * part.max(), abs=3)


def test_artwork_is_kept_from_tags_and_from_beside_the_files(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    art = APIC(encoding=3, mime="image/png", type=3, desc="", data=odd.picture("red", "PNG"))
    odd.with_id3(tone(music / "tagged.mp3", 300), art)
    tone(music / "beside.wav", 400)
    (music / "cover.jpg").write_bytes(odd.picture("blue", "JPEG"))
    assert run("tracks", "import", str(music)).exit_code == 0
    seen = {}
    for track in backend.tracks.stored.values():
        with Image.open(io.BytesIO(backend.masters.stored[track.companion("artwork").key])) as image:
            assert image.format == "JPEG"
            assert image.size == (1000, 800)
            pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple)
        seen[track.title] = "red" if pixel[0] > 200 else "blue"
    assert seen == {"tagged": "red", "beside": "blue"}


def test_another_recording_that_sounds_the_same_is_reported(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    rng = np.random.default_rng(7)
    notes = [np.sin(2 * np.pi * hertz * np.arange(8000) / 16_000) for hertz in rng.integers(100, 4000, 24)]
    piece = np.concatenate(notes) * 0.4
    soundfile.write(music / "a.wav", piece, 16_000)
    soundfile.write(music / "b.mp3", piece * 0.7, 16_000)
    soundfile.write(music / "c.wav", np.concatenate(notes[::-1]) * 0.4, 16_000)
    told = json.loads(run("tracks", "import", str(music), "--json", "--workers", "1").stdout)
    assert told["notes"] == {"b.mp3": "it sounds the same as a.wav"}

    other = tmp_path / "other"
    other.mkdir()
    backend.tracks.withdraw(told["imported"]["c.wav"], NOW)
    soundfile.write(other / "d.mp3", np.concatenate(notes[::-1]) * 0.3, 16_000)
    soundfile.write(other / "e.wav", np.concatenate([*notes[::-1], *notes[:4]]) * 0.3, 16_000)
    again = json.loads(run("tracks", "import", str(other), "--json").stdout)
    assert again["notes"] == {"d.mp3": f"it sounds the same as c ({told['imported']['c.wav']}, withdrawn)"}


def test_whatever_a_parser_does_is_a_refusal_by_name(tmp_path: Path) -> None:
    class Broken(type(tmp_path)):  # type: ignore[misc]  # the concrete class of paths depends on the system
        def open(self, *_arguments: object, **_named: object) -> object:
            raise RecursionError(f"{self} and {tmp_path}/made/mp3.mp3 are too deep")

    piece = Piece([Source(Broken(tone(tmp_path / "one.wav")), "deep/one.wav", "wav")])
    with pytest.raises(RefusedError, match=r"cannot be read: RecursionError deep/one\.wav and mp3\.mp3 are too deep"):
        prepare(piece, tmp_path / "made", Wishes(), {})
    with pytest.raises(RefusedError, match=r"cannot be read: RecursionError deep/one\.wav"):
        described(piece, Wishes(), {})


def test_a_file_that_goes_away_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read: No such file"):
        read(tmp_path / "gone.wav")
