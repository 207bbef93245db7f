"""Sounds from arithmetic: instruments, drums, and how notes become a piece. Signals are float arrays at RATE."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
Signal = NDArray[np.float64]
Instrument = Callable[[float, float], Signal]
"""Plays a frequency (Hz) for a time (s)."""


def times(seconds: float) -> Signal:
    """The instants of so many seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def envelope(seconds: float, attack: float, decay: float) -> Signal:
    """Rises over `attack`, then falls by half every `decay` seconds; silent at its end."""
    t = times(seconds)
    return np.minimum(t / attack, 1) * 0.5 ** (t / decay) * np.minimum((seconds - t) / 0.02, 1)


def tones(frequency: float, seconds: float, strengths: Sequence[float]) -> Signal:
    """A frequency and its multiples, as strong as given; those that cannot be heard are left out."""
    t = times(seconds)
    parts = [
        strength * np.sin(2 * np.pi * frequency * number * t)
        for number, strength in enumerate(strengths, 1)
        if frequency * number < RATE / 2
    ]
    return np.asarray(np.sum(parts, axis=0)) if parts else np.zeros_like(t)


def piano(frequency: float, seconds: float) -> Signal:
    """Struck strings."""
    return tones(frequency, seconds, [1, 0.5, 0.28, 0.12, 0.06]) * envelope(seconds, 0.004, 0.35)


def organ(frequency: float, seconds: float) -> Signal:
    """Steady pipes."""
    return tones(frequency, seconds, [1, 0.8, 0, 0.6, 0, 0, 0, 0.4]) * envelope(seconds, 0.05, 9) * 0.5


def strings(frequency: float, seconds: float) -> Signal:
    """Slow bows, a little apart from each other."""
    rich = [1 / number for number in range(1, 9)]
    detuned = sum(tones(frequency * shift, seconds, rich) for shift in (0.996, 1, 1.005))
    return np.asarray(detuned) * envelope(seconds, 0.35, 4) * 0.3


def bell(frequency: float, seconds: float) -> Signal:
    """Metal, by one tone that shakes another."""
    t = times(seconds)
    shake = 5 * 0.5 ** (t / 0.4) * np.sin(2 * np.pi * frequency * 3.51 * t)
    return np.sin(2 * np.pi * frequency * t + shake) * envelope(seconds, 0.002, 0.6)


def square(frequency: float, seconds: float) -> Signal:
    """The chip of an old game."""
    return tones(frequency, seconds, [1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7]) * envelope(seconds, 0.003, 0.25) * 0.7


def guitar(frequency: float, seconds: float) -> Signal:
    """A plucked string: high tones die first."""
    parts = [
        tones(frequency * number, seconds, [1 / number]) * envelope(seconds, 0.002, 0.5 / number)
        for number in range(1, 10)
    ]
    return np.asarray(np.sum(parts, axis=0))


def bass(frequency: float, seconds: float) -> Signal:
    """Low and round."""
    return np.tanh(1.5 * tones(frequency, seconds, [1, 0.4, 0.2])) * envelope(seconds, 0.006, 0.5)


def flute(frequency: float, seconds: float) -> Signal:
    """Breath and a trembling tone."""
    t = times(seconds)
    tremble = 1 + 0.15 * np.sin(2 * np.pi * 5 * t)
    breath = 0.03 * noise(seconds, 7)
    return np.asarray((tones(frequency, seconds, [1, 0.15, 0.08]) * tremble + breath) * envelope(seconds, 0.08, 5))


def noise(seconds: float, seed: int) -> Signal:
    """The same noise for the same seed."""
    return np.random.default_rng(seed).uniform(-1, 1, int(seconds * RATE))


def smooth(signal: Signal, width: int) -> Signal:
    """The mean over `width` samples: takes the sharpness away."""
    total = np.cumsum(np.concatenate([np.zeros(width), signal]))
    return np.asarray((total[width:] - total[:-width]) / width)


def kick(_frequency: float, seconds: float) -> Signal:
    """A bass drum."""
    t = times(seconds)
    return np.sin(2 * np.pi * (45 * t + 12 * (1 - 0.5 ** (t / 0.03)))) * envelope(seconds, 0.001, 0.09)


def snare(_frequency: float, seconds: float) -> Signal:
    """A small drum with its rattle."""
    return (0.6 * noise(seconds, 1) + tones(190, seconds, [0.5])) * envelope(seconds, 0.001, 0.05)


def hat(_frequency: float, seconds: float) -> Signal:
    """A closed cymbal."""
    sharp = noise(seconds, 2)
    return (sharp - smooth(sharp, 6)) * envelope(seconds, 0.001, 0.025) * 0.5


def pitch(note: int) -> float:
    """The frequency of a note by its MIDI number (69 is 440 Hz)."""
    return float(440 * 2 ** ((note - 69) / 12))


Notes = Sequence[tuple[float, int]]
"""Beats from the start, and the note."""


def play(instrument: Instrument, notes: Notes, tempo: float, seconds: float, *, length: float, loud: float) -> Signal:
    """A part of a piece: each note lasts `length` beats at `tempo` beats a minute."""
    beat = 60 / tempo
    made = np.zeros(int(seconds * RATE))
    known: dict[int, Signal] = {}
    for at, note in notes:
        if note not in known:
            known[note] = instrument(pitch(note), length * beat)
        begin = int(at * beat * RATE)
        rest = made[begin : begin + len(known[note])]
        rest += known[note][: len(rest)]
    return made * loud


def finish(signal: Signal) -> Signal:
    """As loud as can be without distortion, with a short fade at the end."""
    fade = np.minimum(np.arange(len(signal), 0, -1) / (0.15 * RATE), 1)
    faded = signal * fade
    return faded / max(1e-9, float(np.abs(faded).max())) * 0.89
