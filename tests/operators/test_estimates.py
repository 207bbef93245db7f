"""Tempo and key on generated clicks and chords: nothing wrong is surer than what is shown and searched."""

from __future__ import annotations

import numpy as np
import pytest

from allmytracks.catalogue.rules import FEATURES, SURE, listing_of
from allmytracks.catalogue.rules_similar import Sound, most_alike, stepped
from infra.ops.client import OpsClient
from infra.ops.decoding import HEARD_RATE, Samples
from infra.ops.duplicates import Recordings, sounds_same
from infra.ops.estimates import estimate
from tests.factories.catalogue import track
from tests.factories.made_up_music import families, piece

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def clicks(bpm: float, noise: float = 0.0, seconds: int = 20) -> Samples:
    rng = np.random.default_rng(3)
    sound = np.zeros(seconds * HEARD_RATE)
    click = np.exp(-np.arange(600) / 80) * rng.standard_normal(600) * 0.5
    for at in np.arange(0, seconds - 0.1, 60 / bpm):
        start = int(at * HEARD_RATE)
        sound[start : start + 600] += click[: len(sound) - start]
    return (sound + noise * rng.standard_normal(len(sound))).astype(np.float32)


def chords(tonic: int, *, minor: bool) -> Samples:
    t = np.arange(int(1.2 * HEARD_RATE)) / HEARD_RATE

    def note(number: int) -> Samples:
        hertz = 440 * 2 ** ((number - 69) / 12)
        wave = sum(np.sin(2 * np.pi * hertz * part * t) / part**1.5 for part in range(1, 6)) * np.exp(-t)
        return np.asarray(wave, np.float32)

    third = 3 if minor else 4
    degrees = [(0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7)] * 3
    return np.concatenate([sum(note(tonic + each) for each in chord) * np.float32(0.1) for chord in degrees])


def test_tempos_of_clicks() -> None:
    wrong = []
    for bpm in range(60, 181, 8):
        for noise in (0.0, 0.1):
            found = estimate(clicks(bpm, noise))
            assert found.bpm is not None
            assert found.bpm_confidence is not None
            if abs(found.bpm - bpm) > 1:
                wrong.append((bpm, found.bpm, found.bpm_confidence))
                assert found.bpm_confidence < SURE
            else:
                assert found.bpm_confidence >= SURE
    # Of a bare click nobody knows whether it is each beat or every second one.
    assert {bpm for bpm, *_ in wrong} <= {176, 180}


@pytest.mark.parametrize("tonic", range(48, 60))
@pytest.mark.parametrize("minor", [False, True])
def test_keys_of_chords(tonic: int, *, minor: bool) -> None:
    found = estimate(chords(tonic, minor=minor))
    assert found.key == NAMES[tonic % 12] + ("m" if minor else "")
    assert (found.key_confidence or 0) >= SURE


def test_of_noise_and_of_a_single_tone_nothing_is_sure() -> None:
    noise = (np.random.default_rng(1).standard_normal(20 * HEARD_RATE) * 0.1).astype(np.float32)
    tone = (0.3 * np.sin(2 * np.pi * 220 * np.arange(20 * HEARD_RATE) / HEARD_RATE)).astype(np.float32)
    for sound in (noise, tone):
        found = estimate(sound)
        assert (found.bpm_confidence or 0) < SURE
        assert (found.key_confidence or 0) < SURE


def test_features_are_of_one_size_and_of_near_sounds_near() -> None:
    one, again, other = (estimate(each).features for each in (clicks(120), clicks(120, 0.005), chords(50, minor=True)))
    assert len(one) == len(other) == FEATURES
    assert all(-1 <= each <= 1 for each in (*one, *other))

    def apart(a: tuple[float, ...], b: tuple[float, ...]) -> float:
        return float(np.linalg.norm(np.subtract(a, b)))

    assert apart(one, again) < apart(one, other)


def test_pieces_with_the_same_instruments_drums_and_tempo_are_each_others_neighbours() -> None:
    """By what is heard alone, without tags and tempo."""
    sounds = {
        f"{family} {number}": estimate(piece(common, 100 * family + number, seconds=5)).features
        for family, common in enumerate(families(6))
        for number in range(4)
    }
    made = [
        Sound(listing_of(track(name, genres=(), moods=(), instruments=(), bpm=None)), stepped(features))
        for name, features in sounds.items()
    ]
    first, right = 0, 0
    for one in made:
        own = [each.title.split()[0] == one.listing.title.split()[0] for each in most_alike(one, made, 3)]
        first, right = first + own[0], right + sum(own)
    # Of 24 and 72: 24 and 70. Without the bands 22 and 60, with them alone 23 and 66; by chance 3 and 9.
    assert (first >= 23, right >= 67) == (True, True), (first, right)


@pytest.mark.parametrize("sound", [np.zeros(0, np.float32), np.zeros(20 * HEARD_RATE, np.float32)])
def test_of_nothing_there_are_no_estimates(sound: Samples) -> None:
    found = estimate(sound)
    assert (found.bpm, found.key, found.features, found.signature) == (None, None, (), None)


def test_signatures_of_other_pieces_are_far_apart() -> None:
    one, other = (np.random.default_rng(seed).standard_normal(20 * HEARD_RATE) for seed in (1, 2))
    shaped = [
        estimate((sound * (1 + np.sin(np.arange(len(sound)) / 9000)) * 0.1).astype(np.float32)).signature
        for sound in (one, other)
    ]
    first, second = shaped
    assert first is not None
    assert second is not None
    assert sounds_same(int(first, 16), int(first, 16))
    assert not sounds_same(int(first, 16), int(second, 16))


def test_recordings_of_other_lengths_are_not_alike(client: OpsClient) -> None:
    recordings = Recordings(client)
    assert recordings.alike("one", "0f" * 32, 61.9) is None
    assert recordings.alike("longer", "0f" * 32, 63.41) is None
    assert recordings.alike("as long", "0f" * 32, 60.41) == "one"
    assert recordings.alike("other", "f0" * 32, 60.1) is None
    assert recordings.alike("longer other", "f0" * 32, 61.5) == "other"
