"""Whatever the file, an import goes on, says by name what it did and why, and sells nothing that it did not decode."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC
from mutagen.id3 import APIC, TBPM, TIT2, TPE1, TSRC, TXXX
from PIL import Image

from allmytracks.catalogue.rules import Track
from infra.ops.audio import read
from infra.ops.decoding import UnreadableError
from infra.ops.pieces import Piece, Source, find
from infra.ops.preparing import RefusedError, Wishes, describe, described, prepare
from infra.ops.renditions import PREVIEW_LUFS
from infra.ops.retagging import changes_of
from infra.ops.texts import read_text, tempo_of
from tests.factories import odd_sounds as odd
from tests.factories.catalogue import NOW
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


def test_a_name_that_is_no_utf_8_is_shown_and_its_encoding_guessed(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    odd.named_in_bytes(tone(music / "one.wav", 300), "月光曲与晚风.wav".encode("gbk"))
    odd.named_in_bytes(tone(music / "two.wav", 400), "café noir.wav".encode("latin-1"))
    told = json.loads(run("tracks", "import", str(music), "--json").stdout)
    assert told["refused"] == {}
    assert {each.title for each in backend.tracks.stored.values()} == {"月光曲与晚风", "café noir"}
    assert sorted(note.split("(")[1].split(")")[0] for note in told["notes"].values()) == ["cp1252", "gb18030"]


@pytest.mark.parametrize(
    ("raw", "guessed"),
    [
        ("夜的钢琴曲".encode("gbk"), "gb18030"),
        ("望春風之歌".encode("big5"), "big5"),
        ("さくらの花".encode("shift_jis"), "shift_jis"),
        ("Frühling für Elise".encode("latin-1"), "cp1252"),
    ],
)  # fmt: skip
def test_tags_of_an_unsaid_encoding_are_read_and_flagged(tmp_path: Path, raw: bytes, guessed: str) -> None:
    want = raw.decode(guessed)
    path = odd.with_id3(tone(tmp_path / "one.mp3"), odd.claiming_latin(raw))
    sound = read(path)
    assert sound.title == want
    assert any(f"was guessed ({guessed})" in note for note in sound.notes)
    told = read(path, guessed)
    assert (told.title, told.notes) == (want, ())
    assert read(odd.with_info(tmp_path / "two.wav", INAM=raw)).title == want


def titled(path: Path) -> Path:
    """A FLAC with a Vorbis comment."""
    flac = FLAC(odd.sound_as(path, "FLAC", "PCM_16"))
    flac["title"] = "One"
    flac.save()
    return path


@pytest.mark.parametrize("extension", ["mp3", "flac", "wav"])
@pytest.mark.parametrize(
    "make",
    [
        lambda path: odd.with_id3(tone(path.with_suffix(".mp3")), TIT2(text=["One"])),
        lambda path: odd.with_id3(tone(path.with_suffix(".wav")), TIT2(text=["One"])),
        titled,
        lambda path: odd.with_id3(titled(path), TIT2(text=["Not its own"]), TPE1(text=["Ada"])),
    ],
    ids=["mp3", "wav", "flac", "flac behind ID3"],
)
def test_tags_are_read_by_what_a_file_is_and_not_by_its_name(
    tmp_path: Path, make: Callable[[Path], Path], extension: str
) -> None:
    path = make(tmp_path / "one.bin").rename(tmp_path / f"two.{extension}")
    assert read(path).title == "One"


def test_what_a_flac_does_not_say_the_id3_before_it_does(tmp_path: Path) -> None:
    path = odd.with_id3(titled(tmp_path / "one.flac"), TIT2(text=["Not its own"]), TPE1(text=["Ada"]))
    sound = read(path)
    assert (sound.title, sound.artist, sound.sold_as, sound.notes) == ("One", "Ada", None, ())


def test_the_tags_of_an_rf64_are_those_behind_its_sound(tmp_path: Path) -> None:
    def tagged(path: Path) -> Path:
        return odd.with_id3(odd.with_info(path, IART=b"Info artist"), TIT2(text=["ID3 title"]))

    sound = read(odd.rf64(tmp_path / "one.wav", make=tagged))
    assert (sound.title, sound.artist, sound.seconds) == ("ID3 title", "Info artist", 1.0)


def test_notes_name_a_file_as_the_report_does(tmp_path: Path) -> None:
    for form in ("wav", "mp3"):
        tone(tmp_path / "deep" / f"é.{form}")
    odd.named_in_bytes(tmp_path / "deep" / "é.wav", b"\xe9.wav")
    odd.named_in_bytes(tmp_path / "deep" / "é.mp3", b"\xe9.mp3")
    (piece,) = find(tmp_path).pieces
    sounds = {each.name: replace(read(each.path), notes=(f"{str(each.path)!r} is odd",)) for each in piece.files}
    wav, mp3 = sounds
    notes = describe(piece, sounds, Wishes(encoding="latin-1"), {}).notes
    assert notes == [f"'{wav}' is odd", f"{mp3}: '{mp3}' is odd"]
    assert wav == "deep/\\xe9.wav"


def test_a_text_in_utf_8_is_no_guess() -> None:
    assert read_text("夜".encode(), "big5").guessed is None


def test_tags_of_two_kinds_are_merged_field_by_field(tmp_path: Path) -> None:
    path = odd.with_info(tmp_path / "one.wav", INAM=b"Info title", IART=b"Info artist", IGNR=b"Jazz")
    odd.with_id3(path, TIT2(text=["ID3 title"]), TXXX(desc="MOOD", text=["Calm"]))
    sound = read(path)
    assert (sound.title, sound.artist, sound.genres, sound.moods) == ("ID3 title", "Info artist", ("Jazz",), ("Calm",))


@pytest.mark.parametrize(
    ("text", "tempo", "note"),
    [
        ("120", 120, None),
        ("120 BPM", 120, "was taken as 120"),
        ("119,6", 120, "was taken as 120"),
        ("12593", None, "was dropped: tempos lie between 1 and 999"),
        ("fast", None, "was dropped: there is no number in it"),
        (None, None, None),
    ],
)
def test_a_tempo_is_whole_and_what_was_dropped_is_said(text: str | None, tempo: int | None, note: str | None) -> None:
    found, said = tempo_of(text)
    assert found == tempo
    assert said is None if note is None else note in (said or "")


def test_a_tag_that_the_catalogue_would_refuse_is_dropped_and_said(backend: Backend, run: Run, tmp_path: Path) -> None:
    odd.with_id3(tone(tmp_path / "music" / "one.mp3"), TSRC(text=["nonsense"]), TBPM(text=["12593"]))
    told = json.loads(run("tracks", "import", str(tmp_path / "music"), "--json").stdout)
    assert told["refused"] == {}
    assert "its ISRC 'nonsense' was dropped" in told["notes"]["one.mp3"]
    assert "its tempo '12593' was dropped" in told["notes"]["one.mp3"]


def imported(backend: Backend, run: Run, music: Path) -> Track:
    told = json.loads(run("tracks", "import", str(music), "--json").stdout)
    assert told["refused"] == {}
    (track,) = backend.tracks.stored.values()
    return track


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


def picture(colour: str, form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1500, 1200), colour).save(made, form)
    return made.getvalue()


def test_artwork_is_kept_from_tags_and_from_beside_the_files(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    art = APIC(encoding=3, mime="image/png", type=3, desc="", data=picture("red", "PNG"))
    odd.with_id3(tone(music / "tagged.mp3", 300), art)
    tone(music / "beside.wav", 400)
    (music / "cover.jpg").write_bytes(picture("blue", "JPEG"))
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


def test_a_list_beside_the_files_says_everything(backend: Backend, run: Run, tmp_path: Path) -> None:
    music = tmp_path / "music"
    odd.with_id3(tone(music / "one.mp3"), TIT2(text=["From the tag"]), TPE1(text=["Tagged"]))
    (music / "tracks.csv").write_bytes(
        "file,title,artist,composer,isrc,PRO,moods,tempo,key,lyrics language,explicit\n"
        "one.mp3,夜曲,小明,J. Lo,HK-A01-26-00042,none,calm; dark,120 BPM,Am,yue,no\n"
        "gone.mp3,,,,,,,,,,\n".encode("gbk")
    )
    told = json.loads(run("tracks", "import", str(music), "--json").stdout)
    (track,) = backend.tracks.stored.values()
    assert (track.title, track.artist, track.composer, track.isrc) == ("夜曲", "小明", "J. Lo", "HKA012600042")
    assert (track.performing_rights, track.moods, track.bpm, track.key) == ("none", ("calm", "dark"), 120, "Am")
    assert (track.lyrics_language, track.explicit, track.bpm_confidence) == ("yue", False, None)
    assert told["notes"]["tracks.csv: gone.mp3"] == "no such file is here"
    assert "the encoding of tracks.csv was guessed (gb18030)" in told["notes"]["one.mp3"]


def test_a_title_of_many_signs_is_kept_and_its_file_name_fits(backend: Backend, run: Run, tmp_path: Path) -> None:
    odd.with_id3(tone(tmp_path / "music" / "one.mp3"), TIT2(encoding=3, text=["夜" * 119]))
    assert imported(backend, run, tmp_path / "music").title == "夜" * 119


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


def test_retag_updates_what_files_and_list_say_and_leaves_an_operators_word(
    backend: Backend, run: Run, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    tone(music / "one.mp3")
    track = imported(backend, run, music)
    run("tracks", "edit", track.id, "--bpm", "77", "--explicit", "--artist", "Ada")
    (music / "tracks.csv").write_text("file,title,composer\none.mp3,Named later,J. Lo\n")
    (music / "new.wav").write_bytes(tone(tmp_path / "new.wav", 900).read_bytes())
    tried = run("tracks", "retag", str(music), "--dry-run")
    assert "would change" in tried.output
    assert backend.tracks.get(track.id).title == "one"
    done = run("tracks", "retag", str(music), "--json")
    assert done.exit_code == 3
    told = {each["name"]: each for each in json.loads(done.stdout)}
    assert told["one.mp3"]["changes"]["title"] == ["one", "Named later"]
    assert told["new.wav"]["reason"] == "not in the catalogue"
    now = backend.tracks.get(track.id)
    assert (now.title, now.composer, now.bpm, now.explicit) == ("Named later", "J. Lo", 77, True)
    assert now.artist == "Ada"
    assert (now.bpm_confidence, now.renditions, now.added_at) == (None, track.renditions, track.added_at)


@pytest.mark.parametrize(
    ("before", "said", "changes"),
    [
        ({"bpm": 90, "bpm_confidence": None}, {"bpm": 120, "bpm_confidence": 0.9}, {}),
        (
            {"bpm": 90, "bpm_confidence": 0.2},
            {"bpm": 120, "bpm_confidence": 0.9},
            {"bpm": 120, "bpm_confidence": 0.9},
        ),
        ({"bpm": None, "bpm_confidence": None}, {"bpm": 120}, {"bpm": 120}),
        ({"title": "A", "composer": "B"}, {"title": "A", "composer": None}, {}),
    ],
)
def test_an_estimate_replaces_only_an_estimate(
    before: dict[str, object], said: dict[str, object], changes: dict[str, object]
) -> None:
    assert changes_of(before, said) == changes
