"""Decodes a file whole, once: how long it really is, how loud, and its sound for what is estimated of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import av
import numpy as np
from av.audio import AudioStream
from numpy.typing import NDArray

from infra.ops.containers import RIFF

# The estimates hear a mono sound of this rate, and at most so much of it: memory stays bounded.
HEARD_RATE = 11_025
HEARD_SECONDS = 180
_SILENT = -70.0
LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta"})
_COMPANDED = frozenset({"pcm_alaw", "pcm_mulaw"})

Samples = NDArray[np.float32]


class UnreadableError(Exception):
    """The file is no audio that we can read; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`promised` seconds by the header (None where it does not say); `flaws` are packets that could not be decoded."""

    seconds: float
    promised: float | None
    rate: int
    channels: int
    codec: str
    bits: int
    flaws: int
    loudness_lufs: float | None
    heard: Samples

    @property
    def lossless(self) -> bool:
        """Whether its codec keeps every sample."""
        return self.codec in LOSSLESS or (self.codec.startswith("pcm_") and self.codec not in _COMPANDED)


def opened(file: BinaryIO) -> Any:
    """The file as a container, whatever bytes its name is of. Raises UnreadableError."""
    head = file.read(4)
    file.seek(0)
    # Of these the header says everything; to listen into them as well takes three times as long.
    options = {"probesize": "65536", "analyzeduration": "0"} if head in RIFF else {}
    try:
        container = av.open(file, buffer_size=1 << 16, metadata_errors="replace", options=options)
    except av.error.FFmpegError as error:
        raise UnreadableError(f"damaged: {error.strerror}") from error
    if not container.streams.audio:
        container.close()
        raise UnreadableError("there is no sound in it")
    return container


def decode(path: Path) -> Decoded:
    """Decodes the whole file. Raises UnreadableError, OSError."""
    with path.open("rb") as file, opened(file) as container:
        stream: AudioStream = container.streams.audio[0]
        if stream.codec_context.name == "flac":
            stream.codec_context.options = {"err_detect": "crccheck"}
        taken = _Taken(stream)
        flaws = 0
        for frames in _packets(container, stream):
            if frames is None:
                flaws += 1
                continue
            for frame in frames:
                taken.take(frame)
        if not taken.count:
            raise UnreadableError("there is no sound in it")
        promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
        return Decoded(
            seconds=round(taken.count / taken.rate, 3),
            promised=promised,
            rate=taken.rate,
            channels=stream.codec_context.channels,
            codec=stream.codec_context.name,
            bits=_bits(stream),
            flaws=flaws,
            loudness_lufs=taken.loudness,
            heard=taken.heard(),
        )


def _packets(container: Any, stream: AudioStream) -> Iterator[list[av.AudioFrame] | None]:
    """The frames of each packet; None for one that cannot be decoded."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            yield None
            return
        try:
            yield packet.decode()
        except av.error.FFmpegError:
            yield None


class _Taken:
    """Takes frames as they are decoded: counts them, measures their loudness, and keeps a small mono of them."""

    def __init__(self, stream: AudioStream) -> None:
        self.count = 0
        self.rate = stream.codec_context.sample_rate
        self.loudness: float | None = None
        self._stream = stream
        self._meter: av.filter.Graph | None = None
        self._mono = av.AudioResampler(format="flt", layout="mono", rate=HEARD_RATE)
        self._kept: list[Samples] = []
        self._room = HEARD_SECONDS * HEARD_RATE

    def take(self, frame: av.AudioFrame) -> None:
        """One frame."""
        self.count += frame.samples
        if self._meter is None:
            self.rate = frame.sample_rate
            self._meter = _meter(frame)
        self._meter.push(frame)
        with suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                said = cast("av.AudioFrame", self._meter.pull()).metadata.get("lavfi.r128.I")
                self.loudness = _loudness(said) if said else self.loudness
        if self._room > 0:
            self._keep(self._mono.resample(frame))

    def heard(self) -> Samples:
        """What was kept, as one array."""
        if self._room > 0:
            self._keep(self._mono.resample(None))
        return np.concatenate(self._kept) if self._kept else np.zeros(0, np.float32)

    def _keep(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1).astype(np.float32)[: self._room]
            self._room -= len(samples)
            self._kept.append(samples)


def _meter(frame: av.AudioFrame) -> av.filter.Graph:
    """EBU R 128 in libavfilter's implementation."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name, time_base=frame.time_base
    )
    meter, sink = graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    return graph


def _loudness(said: str) -> float | None:
    value = float(said)
    return round(value, 2) if np.isfinite(value) and value > _SILENT else None


def _bits(stream: AudioStream) -> int:
    name = stream.codec_context.name
    if name.startswith("pcm_"):
        return int("".join(each for each in name if each.isdigit()) or 16)
    return 24 if stream.codec_context.format.bytes > 2 else 16
