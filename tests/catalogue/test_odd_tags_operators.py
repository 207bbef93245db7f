"""What files say of themselves: tags of several kinds are merged, encodings guessed, and what is dropped is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.apev2 import BINARY, APEv2, APEValue
from mutagen.flac import FLAC
from mutagen.id3 import TBPM, TIT2, TLAN, TPE1, TSRC, TXXX

from infra.ops.audio import read
from infra.ops.pieces import find
from infra.ops.preparing import Wishes, describe, described
from infra.ops.retagging import changes_of
from infra.ops.texts import Text, mended, read_text, tempo_of
from tests.factories import odd_sounds as odd
from tests.factories.imports import imported
from tests.factories.operators import Backend, Run
from tests.factories.sounds import tone


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


def test_an_mp3_with_apev2_is_read_where_its_id3_is_silent(tmp_path: Path) -> None:
    path = odd.with_id3(tone(tmp_path / "one.mp3"), TIT2(text=["Its ID3"]))
    ape = APEv2()
    ape.update(Title="Its APEv2", Artist="小明", Genre=["Jazz", "Soul"], BPM="96", ISRC="HKA012600042")
    ape["Cover Art (Front)"] = APEValue(b"cover.png\0" + odd.picture("red", "PNG"), BINARY)
    ape["replaygain_track_gain"] = "-6.5 dB"
    ape.save(path)
    sound = read(path)
    assert (sound.title, sound.artist, sound.genres, sound.bpm) == ("Its ID3", "小明", ("Jazz", "Soul"), 96)
    assert (sound.isrc, sound.sold_as, sound.notes) == ("HKA012600042", "mp3", ())
    assert sound.artwork == odd.picture("red", "PNG")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        # In both standards everyday signs, and rare ones that would be accented letters.
        *(
            ("花开", "gb18030"),
            ("彷徨", "gb18030"),
            ("《Live》", "gb18030"),
            ("DJ彷徨", "gb18030"),
            ("殚", "gb18030"),
            ("夜曲", "big5"),
            ("桜", "shift_jis"),
        ),
        *(("Coração", "cp1252"), ("Ibáñez, créée", "cp1252"), ("Élan", "cp1252"), ("\x81", "latin-1")),
    ],
)
def test_an_encoding_that_nobody_says_is_guessed(text: str, encoding: str) -> None:
    assert read_text(text.encode(encoding), None) == Text(text, encoding)


def test_what_is_said_or_sure_is_no_guess() -> None:
    assert read_text("é".encode(), "cp1252") == Text("é")
    assert read_text("밤의 피아노".encode("euc_kr"), "euc_kr") == Text("밤의 피아노")
    assert mended("夜 é", None) == Text("夜 é")


def test_what_a_piece_is_its_words_and_their_language_are_told_by_tags(tmp_path: Path) -> None:
    path = tone(tmp_path / "one.mp3")
    for kind, advisory, language, told in (
        ("Sound Effect", "2", "YUE", ("sound_effect", False, "yue")),
        ("song", "4", "no code", (None, True, None)),
    ):
        texts = TXXX(desc="KIND", text=[kind]), TXXX(desc="ITUNESADVISORY", text=[advisory]), TLAN(text=[language])
        sound = read(odd.with_id3(path, *texts))
        assert (sound.kind, sound.explicit, sound.lyrics_language) == told


def test_texts_and_lists_are_cut_to_what_the_catalogue_takes_and_effects_have_no_key(tmp_path: Path) -> None:
    moods = ";".join(f"mood {number}" for number in range(60))
    odd.with_id3(tone(tmp_path / "one.mp3", seconds=5), TIT2(text=["x" * 400]), TXXX(desc="MOOD", text=[moods]))
    (piece,) = find(tmp_path).pieces
    music, effect = (described(piece, each, {}).fields for each in (Wishes("music"), Wishes("sound_effect")))
    assert (len(music["title"]), len(music["moods"])) == (300, 50)
    assert ("key" in music, "key" in effect) == (True, False)


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
        ("0", None, "was dropped: tempos lie between 1 and 999"),
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
        ({"duration_seconds": 60.0}, {"duration_seconds": 61.0, "title": ""}, {}),
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
