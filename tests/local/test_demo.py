"""The demo catalogue: real files, each another sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from infra.local.demo.catalog import EFFECTS, MUSIC, TRACKS, make
from infra.ops.audio import read
from infra.ops.pieces import find


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo"))


def test_there_are_eight_pieces_and_four_effects_in_three_forms(folder: Path) -> None:
    found = find(folder)
    assert (len(MUSIC), len(EFFECTS)) == (8, 4)
    assert len(found.pieces) == 12
    assert not found.refused
    assert all([source.form for source in piece.sources] == ["wav", "mp3"] and piece.preview for piece in found.pieces)


@pytest.mark.parametrize("demo", TRACKS, ids=lambda demo: demo.stem)
def test_the_tags_say_what_it_is(folder: Path, demo: object) -> None:
    expected = next(each for each in TRACKS if each is demo)
    sound = read(folder / f"{expected.stem}.wav")
    assert (sound.title, sound.genres, sound.bpm, sound.key) == (
        expected.title,
        expected.genres,
        expected.bpm,
        expected.key,
    )
    assert (sound.kind, sound.moods, sound.instruments) == (expected.kind, expected.moods, expected.instruments)


def spectrum(path: Path) -> np.ndarray:
    heard, _ = soundfile.read(path)
    bands = np.array([band.sum() for band in np.array_split(abs(np.fft.rfft(heard))[: len(heard) // 8], 60)])
    return np.asarray(bands / np.linalg.norm(bands))


def test_no_two_sound_alike(folder: Path) -> None:
    spectra = [spectrum(folder / f"{demo.stem}.wav") for demo in TRACKS]
    likeness = np.array([[left @ right for left in spectra] for right in spectra])
    assert (likeness - np.eye(len(spectra))).max() < 0.99
    for demo in TRACKS:
        heard, _ = soundfile.read(folder / f"{demo.stem}.wav")
        assert abs(heard).max() == pytest.approx(0.89, abs=0.02)


def test_making_it_again_makes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert make(folder.parent) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
