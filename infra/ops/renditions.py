"""Makes the renditions of a track that its folder does not have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from mutagen.id3 import ID3, TIT2, TPE1
from numpy.typing import NDArray

from infra.ops.audio import BLOCK

PREVIEW_SECONDS = 30
FADE_SECONDS = 2
# What MPEG audio layer III knows.
MP3_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
# libsndfile's scale from 0 (best) to 1 (smallest), for a variable bit rate.
FULL, SMALL = 0.15, 0.6


class CannotRenderError(Exception):
    """This rendition cannot be made of this source; the message says why."""


def make_wav(source: Path, target: Path) -> None:
    """A lossless source as WAV, with the samples as they are (16 or 24 bits)."""
    with soundfile.SoundFile(source) as sound:
        subtype = "PCM_24" if sound.subtype == "PCM_24" else "PCM_16"
        with soundfile.SoundFile(
            target, "w", samplerate=sound.samplerate, channels=sound.channels, format="WAV", subtype=subtype
        ) as made:
            for block in sound.blocks(BLOCK, dtype="int32"):
                made.write(block)


def make_mp3(source: Path, target: Path, title: str, artist: str) -> None:
    """The whole piece as MP3. Raises CannotRenderError."""
    _encode(source, target, quality=FULL, seconds=None)
    _tag(target, title, artist)


def make_preview(source: Path, target: Path, title: str, artist: str) -> None:
    """The first PREVIEW_SECONDS as a smaller MP3; a longer piece fades out. Raises CannotRenderError."""
    _encode(source, target, quality=SMALL, seconds=PREVIEW_SECONDS)
    _tag(target, f"{title} (preview)", artist)


def _encode(source: Path, target: Path, *, quality: float, seconds: int | None) -> None:
    with soundfile.SoundFile(source) as sound:
        if sound.channels > 2:
            raise CannotRenderError(f"MP3 holds no {sound.channels} channels")
        rate = mp3_rate(sound.samplerate)
        with soundfile.SoundFile(
            target,
            "w",
            samplerate=rate,
            channels=sound.channels,
            format="MP3",
            subtype="MPEG_LAYER_III",
            compression_level=quality,
            bitrate_mode="VARIABLE",
        ) as made:
            resampler = soxr.ResampleStream(sound.samplerate, rate, sound.channels)
            for block, last in _blocks(sound, seconds):
                made.write(block if rate == sound.samplerate else resampler.resample_chunk(block, last=last))


def mp3_rate(rate: int) -> int:
    """The sample rate (Hz) that MP3 keeps a sound of `rate` at: the same where it can."""
    if rate in MP3_RATES:
        return rate
    if rate > max(MP3_RATES):
        return 44100 if rate % 44100 == 0 else 48000
    return min(each for each in MP3_RATES if each > rate)


def _blocks(sound: soundfile.SoundFile, seconds: int | None) -> Iterator[tuple[NDArray[np.float32], bool]]:
    """The samples up to `seconds`, with a fade where there would be more; and whether they are the last."""
    limit = sound.frames if seconds is None else min(sound.frames, seconds * sound.samplerate)
    fades = limit < sound.frames
    done = 0
    for block in sound.blocks(BLOCK, dtype="float32", always_2d=True, frames=limit):
        left = limit - done - np.arange(len(block))
        gain = np.clip(left / (FADE_SECONDS * sound.samplerate), 0, 1)[:, None] if fades else 1
        done += len(block)
        yield (block * gain).astype(np.float32), done >= limit


def _tag(target: Path, title: str, artist: str) -> None:
    tags = ID3()
    tags.add(TIT2(encoding=3, text=[title]))
    tags.add(TPE1(encoding=3, text=[artist]))
    tags.save(target)
