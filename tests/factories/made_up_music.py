"""Made-up music in families: their pieces share instruments, drums, tempo, and have melodies and keys of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.ops.decoding import HEARD_RATE, Samples

SCALE = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True, slots=True)
class Family:
    """What the pieces of a family have in common; levels from 0 to 1."""

    tempo: float
    rolloff: float
    decay: float
    octave: int
    density: float
    kick: float
    hat: float
    bass: float
    pad: float


def families(count: int, seed: int = 5) -> list[Family]:
    rng = np.random.default_rng(seed)
    return [
        Family(
            tempo=float(rng.uniform(65, 165)),
            rolloff=float(rng.uniform(0.7, 3)),
            decay=float(rng.uniform(1, 14)),
            octave=int(rng.integers(-1, 3)),
            density=float(rng.uniform(0.3, 1)),
            kick=float(rng.choice([0, rng.uniform(0.3, 1)])),
            hat=float(rng.choice([0, rng.uniform(0.1, 0.6)])),
            bass=float(rng.choice([0, rng.uniform(0.2, 0.8)])),
            pad=float(rng.choice([0, rng.uniform(0.01, 0.1)])),
        )
        for _ in range(count)
    ]


def piece(family: Family, number: int, seconds: float = 15) -> Samples:
    """One piece of a family: another melody, key, order of beats and level, and a tempo within 3 %."""
    rng = np.random.default_rng(1000 + number)
    sound = np.zeros(int(seconds * HEARD_RATE))
    tonic = 55 * 2 ** (rng.integers(12) / 12)
    beat = 60 / (family.tempo * rng.uniform(0.97, 1.03))
    for half in range(int(2 * seconds / beat)):
        at = half * beat / 2
        if rng.random() < family.density:
            degree = SCALE[rng.integers(7)]
            _add(sound, at, _note(tonic * 2 ** (2 + family.octave + degree / 12), family.rolloff, family.decay))
        if half % 2 == 0 and family.kick:
            _add(sound, at, family.kick * _note(55, 4, 18))
        if half % 2 == 0 and family.bass:
            _add(sound, at, family.bass * _note(tonic * 2 ** (SCALE[rng.integers(3)] / 12), 2, 3))
        if family.hat and rng.random() < 0.9:
            _add(sound, at, family.hat * rng.standard_normal(700) * np.exp(-np.arange(700) / 150))
    sound += family.pad * rng.standard_normal(len(sound))
    return np.asarray(sound / np.abs(sound).max() * rng.uniform(0.3, 0.9), np.float32)


def _note(hertz: float, rolloff: float, decay: float) -> NDArray[np.float64]:
    t = np.arange(int(0.6 * HEARD_RATE)) / HEARD_RATE
    parts = [n for n in range(1, 12) if n * hertz < HEARD_RATE / 2]
    wave = np.sum([np.sin(2 * np.pi * hertz * n * t) / n**rolloff for n in parts], axis=0)
    return np.asarray(wave * np.exp(-decay * t))


def _add(sound: NDArray[np.float64], at: float, what: NDArray[np.float64]) -> None:
    start = int(at * HEARD_RATE)
    sound[start : start + len(what)] += what[: len(sound) - start]
