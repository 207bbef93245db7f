"""Makes the renditions of a track that its folder does not have, the waveform of its preview, and its artwork."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from mutagen.id3 import ID3, TIT2, TPE1
from PIL import Image, UnidentifiedImageError

from infra.ops.decoding import opened

PREVIEW_SECONDS = 30
FADE_SECONDS = 2
# All previews are heard at one loudness (LUFS); none is raised by more than `MOST_RAISED` decibels, nor clips.
PREVIEW_LUFS = -16.0
MOST_RAISED = 20.0
PREVIEW_BITS_PER_SECOND = 128_000
FULL_BITS_PER_SECOND = 256_000
SAMPLES_PER_PIXEL = 1024
ARTWORK_PIXELS = 1000
# What MPEG audio layer III knows.
MP3_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
# The sizes of a WAV header are of 32 bits.
LARGEST_WAV = 0xFFFFFFFF - 4096


class CannotRenderError(Exception):
    """This rendition cannot be made of this source; the message says why."""


def make_wav(source: Path, target: Path, bits: int) -> None:
    """A lossless source as WAV, with the samples as they are (16 or 24 bits). Raises CannotRenderError."""
    deep = bits > 16
    _encode(source, target, codec="pcm_s24le" if deep else "pcm_s16le", sample_format="s32" if deep else "s16")
    if target.stat().st_size > LARGEST_WAV:
        raise CannotRenderError("a WAV holds at most 4 GiB")


def make_mp3(source: Path, target: Path, title: str, artist: str) -> None:
    """The whole piece as MP3, at most in stereo."""
    _encode(source, target, codec="libmp3lame", bit_rate=FULL_BITS_PER_SECOND)
    _tag(target, title, artist)


def make_preview(source: Path, target: Path, title: str, artist: str, lufs: float | None = None) -> None:
    """The first PREVIEW_SECONDS as a smaller MP3 of a constant rate; a longer piece fades out.

    `lufs` is how loud the piece is; it is brought to PREVIEW_LUFS.
    """
    gain = 0.0 if lufs is None else min(MOST_RAISED, PREVIEW_LUFS - lufs)
    _encode(source, target, codec="libmp3lame", bit_rate=PREVIEW_BITS_PER_SECOND, seconds=PREVIEW_SECONDS, gain=gain)
    _tag(target, f"{title} (preview)", artist)


def make_waveform(preview: Path, target: Path) -> None:
    """The peaks of exactly the preview, as audiowaveform writes them (version 2, 8 bits, channels together)."""
    with preview.open("rb") as file, opened(file) as container:
        stream = container.streams.audio[0]
        mono = av.AudioResampler(format="flt", layout="mono")
        frames = [each for frame in container.decode(stream) for each in mono.resample(frame)]
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
        rate = stream.codec_context.sample_rate
    short = -len(samples) % SAMPLES_PER_PIXEL
    pixels = np.pad(samples, (0, short)).reshape(-1, SAMPLES_PER_PIXEL)
    pairs = np.stack([pixels.min(axis=1), pixels.max(axis=1)], axis=1)
    data = np.clip(np.round(pairs * 127), -128, 127).astype(int).reshape(-1).tolist()
    head = {"version": 2, "channels": 1, "sample_rate": rate, "samples_per_pixel": SAMPLES_PER_PIXEL, "bits": 8}
    target.write_text(json.dumps({**head, "length": len(pixels), "data": data}, separators=(",", ":")))


def make_artwork(picture: bytes, target: Path) -> None:
    """A picture as a JPEG of at most ARTWORK_PIXELS a side, without what cameras add. Raises CannotRenderError."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            image.thumbnail((ARTWORK_PIXELS, ARTWORK_PIXELS))
            image.convert("RGB").save(target, "JPEG", quality=88)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise CannotRenderError("its artwork is no picture that can be read") from error


def mp3_rate(rate: int) -> int:
    """The sample rate (Hz) that MP3 keeps a sound of `rate` at: the same where it can."""
    if rate in MP3_RATES:
        return rate
    if rate > max(MP3_RATES):
        return 44100 if rate % 44100 == 0 else 48000
    return min(each for each in MP3_RATES if each > rate)


def _encode(
    source: Path,
    target: Path,
    *,
    codec: str,
    sample_format: str = "s16p",
    bit_rate: int | None = None,
    seconds: int | None = None,
    gain: float = 0.0,
) -> None:
    with source.open("rb") as file, opened(file) as heard, av.open(str(target), "w") as made:
        stream = heard.streams.audio[0]
        channels = stream.codec_context.channels
        rate, layout = stream.codec_context.sample_rate, stream.codec_context.layout.name
        if codec == "libmp3lame":
            rate, layout = mp3_rate(rate), "mono" if channels == 1 else "stereo"
        # LAME's own scale from 0 (best) to 9; nobody sells a preview.
        options = {"compression_level": "5" if seconds is None else "7"} if codec == "libmp3lame" else {}
        out: Any = made.add_stream(codec, rate=rate, layout=layout, format=sample_format, options=options)
        if bit_rate is not None:
            out.bit_rate = bit_rate if rate >= 32_000 else min(bit_rate, 64_000 if rate < 16_000 else 160_000)
        steps = [*_trims(stream, seconds), *([f"volume={gain:.2f}dB", "alimiter=limit=0.89:level=0"] if gain else [])]
        steps.append(f"aresample={rate}")
        steps.append(f"aformat=sample_fmts={sample_format}:channel_layouts={layout}:sample_rates={rate}")
        for frame in _filtered(heard, stream, steps, out.codec_context.frame_size):
            frame.pts = None
            made.mux(out.encode(frame))
        made.mux(out.encode(None))


def _trims(stream: Any, seconds: int | None) -> list[str]:
    """Keeps the beginning, and fades it out where more would follow."""
    if seconds is None:
        return []
    lasts = float(stream.duration * stream.time_base) if stream.duration else None
    fade = [f"afade=t=out:st={seconds - FADE_SECONDS}:d={FADE_SECONDS}"] if lasts is None or lasts > seconds else []
    return [f"atrim=end={seconds}", *fade]


def _filtered(heard: Any, stream: Any, steps: list[str], frame_size: int) -> Iterator[av.AudioFrame]:
    graph: av.filter.Graph | None = None
    for frame in _decoded(heard, stream):
        graph = graph or _graph(frame, steps, frame_size)
        graph.push(frame)
        ended = False
        with suppress(av.error.BlockingIOError):
            try:
                while True:
                    yield cast("av.AudioFrame", graph.pull())
            except av.error.EOFError:
                ended = True
        if ended:
            return
    if graph is not None:
        graph.push(None)
        with suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                yield cast("av.AudioFrame", graph.pull())


def _decoded(heard: Any, stream: Any) -> Iterator[av.AudioFrame]:
    """The frames; packets that cannot be decoded were counted when the file was read."""
    for packet in heard.demux(stream):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def _graph(frame: av.AudioFrame, steps: list[str], frame_size: int) -> av.filter.Graph:
    graph = av.filter.Graph()
    nodes = [
        graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name, time_base=frame.time_base
        )
    ]
    for step in steps:
        name, _, arguments = step.partition("=")
        nodes.append(graph.add(name, arguments))
    nodes.append(graph.add("abuffersink"))
    for one, other in pairwise(nodes):
        one.link_to(other)
    graph.configure()
    if frame_size:
        graph.set_audio_frame_size(frame_size)
    return graph


def _tag(target: Path, title: str, artist: str) -> None:
    tags = ID3()
    tags.add(TIT2(encoding=3, text=[title]))
    tags.add(TPE1(encoding=3, text=[artist]))
    tags.save(target)
