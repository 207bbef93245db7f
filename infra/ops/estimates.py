"""What is estimated of a piece from its sound alone: tempo and key with a confidence, features, a signature.

All hear a mono sound of HEARD_RATE. docs/bench.md says how good they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infra.ops.decoding import HEARD_RATE, Samples

Array = NDArray[np.float64]

SHORTEST_SECONDS = 4
_HOP = 110  # 10 ms
_WINDOW = 512
_SLOWEST, _FASTEST = 50, 210
_LONG_WINDOW = 4096
# An onset that is none, as of a single tone; and how much of a steady beat comes again.
_HEARD_ONSET = 5.0
_STEADY = 1.0
_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# How much each degree of a scale is felt to belong to its key (Krumhansl and Kessler 1982).
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_BANDS = np.geomspace(60, 5000, 10)
_PARTS = 33
_TOLD_BITS = 64


@dataclass(frozen=True, slots=True)
class Estimates:
    """`signature` (256 bits, hexadecimal) is None where too little changes in the sound to tell it from others."""

    bpm: int | None
    bpm_confidence: float | None
    key: str | None
    key_confidence: float | None
    features: tuple[float, ...]
    signature: str | None


def estimate(heard: Samples) -> Estimates:
    """Estimates of a mono sound of HEARD_RATE; of one that is too short or silent there are none."""
    if len(heard) < SHORTEST_SECONDS * HEARD_RATE or not np.any(np.abs(heard) > 1e-4):
        return Estimates(None, None, None, None, (), None)
    spectrum = _spectrum(heard, _WINDOW, _HOP)
    onsets = _onsets(spectrum)
    bpm, bpm_confidence = _tempo(onsets)
    chroma = _chroma(_spectrum(heard, _LONG_WINDOW, _LONG_WINDOW // 2))
    key, key_confidence = _key(chroma)
    energies = _energies(spectrum)
    features = _features(heard, spectrum, energies, onsets, chroma)
    return Estimates(bpm, bpm_confidence, key, key_confidence, features, _signature(energies))


def _spectrum(heard: Samples, window: int, hop: int) -> Array:
    frames = np.lib.stride_tricks.sliding_window_view(heard, window)[::hop]
    shape = np.hanning(window).astype(np.float32)
    # In parts: the windows of a whole piece at once would be many times its size.
    parts = [np.abs(np.fft.rfft(frames[at : at + 1024] * shape)) for at in range(0, len(frames), 1024)]
    return np.concatenate(parts).astype(np.float64)


def _onsets(spectrum: Array) -> Array:
    """How much louder each instant is than the one before, over all frequencies."""
    loud = np.log1p(100 * spectrum / (spectrum.max() or 1))
    rises = np.maximum(0, np.diff(loud, axis=0)).sum(axis=1)
    local = np.convolve(rises, np.ones(50) / 50, mode="same")
    return np.asarray(np.maximum(0, rises - local))


def _tempo(onsets: Array) -> tuple[int | None, float | None]:
    """By the autocorrelation of the onsets: how much of them comes again after each beat, and after two and four."""
    size = 1 << (2 * len(onsets) - 1).bit_length()
    power = np.abs(np.fft.rfft(onsets - onsets.mean(), size)) ** 2
    again = np.fft.irfft(power)[: len(onsets)]
    if again[0] <= 0 or onsets.max() < _HEARD_ONSET:
        return None, None
    again = again / again[0] * len(onsets) / np.arange(len(onsets), 0, -1)
    # The beats of a tempo between two whole hops fall on either of them.
    again = np.convolve(again, [0.5, 1.0, 0.5], mode="same")
    tempos = np.arange(_SLOWEST, _FASTEST, 0.25)
    lags = 60 * HEARD_RATE / _HOP / tempos
    within = [times for times in (1, 2, 3, 4) if times * lags.max() < len(again) - 1]
    if not within:
        return None, None
    repeated = np.min([np.interp(times * lags, np.arange(len(again)), again) for times in within], axis=0)
    # People tap near 120; twice and half a tempo repeat equally well.
    liked = repeated * np.exp(-0.5 * (np.log2(tempos / 120) / 0.8) ** 2)
    best = int(np.argmax(liked))
    confidence = float(repeated[best]) / _STEADY
    # Where twice the tempo comes again as well, either may be the one that people tap.
    twice = np.interp(2 * tempos[best], tempos, repeated, right=0.0)
    return round(float(tempos[best])), _share(confidence * (0.5 if twice > 0.7 * repeated[best] else 1.0))


def _chroma(spectrum: Array) -> Array:
    frequencies = np.fft.rfftfreq(_LONG_WINDOW, 1 / HEARD_RATE)
    low, high = np.searchsorted(frequencies, [60, 2100])
    classes = np.round(12 * np.log2(frequencies[low:high] / 440) + 9).astype(int) % 12
    weights = spectrum[:, low:high] / (spectrum[:, low:high].max(axis=1, keepdims=True) + 1e-9)
    return np.array([(weights[:, classes == each] ** 2).sum() for each in range(12)])


def _key(chroma: Array) -> tuple[str | None, float | None]:
    total = chroma.sum()
    if total <= 0:
        return None, None
    felt = np.sqrt(chroma / total)
    fits = [np.corrcoef(np.roll(scale, tonic), felt)[0, 1] for scale in (_MAJOR, _MINOR) for tonic in range(12)]
    order = np.argsort(fits)[::-1]
    best, second = int(order[0]), int(order[1])
    name = _NAMES[best % 12] + ("m" if best >= 12 else "")
    fit = float(fits[best])
    ahead = fit - float(fits[second])
    return (name, _share(fit * min(1.0, ahead / 0.12))) if np.isfinite(fit) else (None, None)


def _energies(spectrum: Array) -> Array:
    """Decibels in each band, below the loudest, down to -60."""
    edges = np.searchsorted(np.fft.rfftfreq(_WINDOW, 1 / HEARD_RATE), _BANDS)
    power = np.array([(spectrum[:, a : max(b, a + 1)] ** 2).sum(axis=1) for a, b in pairwise(edges)])
    return np.asarray(np.maximum(-60, 10 * np.log10(power.T / (power.max() or 1) + 1e-12)))


def _features(heard: Samples, spectrum: Array, energies: Array, onsets: Array, chroma: Array) -> tuple[float, ...]:
    """Sixteen numbers from -1 to 1: nine bands, brightness, noise, change, beats, harmony, dynamics, loudness."""
    bins = np.arange(spectrum.shape[1]) / spectrum.shape[1]
    whole = spectrum.sum(axis=1) + 1e-9
    brightness = float(((spectrum * bins).sum(axis=1) / whole).mean())
    noise = float(np.exp(np.log(spectrum.mean(axis=0) + 1e-9).mean()) / (spectrum.mean() + 1e-9))
    change = float(np.abs(np.diff(energies, axis=0)).mean() / 10)
    beats = float((onsets > onsets.mean() + 2 * onsets.std()).mean() * 10)
    harmony = float(chroma.max() / (chroma.sum() or 1))
    dynamics = float(energies.max(axis=1).std() / 20)
    level = float(np.sqrt((heard.astype(np.float64) ** 2).mean()) * 3)
    bands = energies.mean(axis=0) / 30 + 1
    values = [*bands, *(2 * each - 1 for each in (brightness, noise, change, beats, harmony, dynamics, level))]
    return tuple(round(float(np.clip(each, -1, 1)), 4) for each in values)


def _signature(energies: Array) -> str | None:
    """256 bits: whether each band rises against the next, from part to part of the piece."""
    loud = np.flatnonzero(energies.max(axis=1) > -40)
    kept = energies[loud[0] : loud[-1] + 1]
    if len(kept) < _PARTS:
        return None
    parts = np.array([part.mean(axis=0) for part in np.array_split(kept, _PARTS)])
    rises = np.diff(np.diff(parts, axis=1), axis=0).reshape(-1)
    if (np.abs(rises) > 0.5).sum() < _TOLD_BITS:
        return None
    return np.packbits(rises > 0.25).tobytes().hex()


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 3)
