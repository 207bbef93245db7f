"""Files as real folders have them: cut, misnamed, in rare containers, with tags of several kinds and encodings."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from mutagen.id3 import ID3, TIT2
from mutagen.wave import WAVE
from PIL import Image

from tests.factories.sounds import RATE, tone


def cut(path: Path, share: float = 0.4) -> Path:
    """The beginning of the file."""
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path


def damaged(path: Path, places: int = 1) -> Path:
    """The file with a few bytes in so many places replaced by others."""
    body, rng = bytearray(path.read_bytes()), np.random.default_rng(places)
    for place in range(places):
        at = int(len(body) * (0.3 + 0.5 * place / places))
        body[at : at + 60] = rng.bytes(60)
    path.write_bytes(body)
    return path


def tiny_mp3(path: Path) -> Path:
    """An MP3 of 552 bytes."""
    tone(path).write_bytes(path.read_bytes()[:552])
    return path


def sound_as(path: Path, form: str, subtype: str, *, channels: int = 1, endian: str = "FILE") -> Path:
    """A tone in a container of libsndfile, whatever the extension says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(RATE) / RATE
    wave = np.column_stack([0.4 * np.sin(2 * np.pi * (330 + 10 * each) * t) for each in range(channels)])
    with soundfile.SoundFile(
        path, "w", samplerate=RATE, channels=channels, format=form, subtype=subtype, endian=endian
    ) as file:
        file.write(wave)
    return path


def rf64(path: Path, name: bytes = b"RF64", make: Callable[[Path], Path] = tone) -> Path:
    """A wav whose sizes are in a ds64 chunk, as RF64 and BW64 (ITU-R BS.2088) have them; else as `make` makes it."""
    body = make(path).read_bytes()
    data = body.index(b"data")
    size = int.from_bytes(body[data + 4 : data + 8], "little")
    ds64 = b"ds64" + (28).to_bytes(4, "little") + (len(body) + 28).to_bytes(8, "little") + size.to_bytes(8, "little")
    ds64 += (size // 2).to_bytes(8, "little") + bytes(4)
    path.write_bytes(name + b"\xff" * 4 + b"WAVE" + ds64 + body[12:data] + b"data" + b"\xff" * 4 + body[data + 8 :])
    return path


def encoded(path: Path, codec: str, rate: int = 48_000) -> Path:
    """A tone that libavcodec has encoded, in the container of the extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = (0.4 * np.sin(2 * np.pi * 330 * np.arange(rate) / rate) * 32767).astype(np.int16)
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        size = stream.codec_context.frame_size or 1024
        for at in range(0, len(wave), size):
            frame = av.AudioFrame.from_ndarray(wave[None, at : at + size], format="s16", layout="mono")
            frame.sample_rate = rate
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def with_info(path: Path, **texts: bytes) -> Path:
    """A wav with a RIFF INFO list of these texts, in whatever encoding their bytes are."""
    body = tone(path).read_bytes()
    chunks = b"".join(
        name.encode() + len(text).to_bytes(4, "little") + text + b"\0" * (len(text) % 2) for name, text in texts.items()
    )
    listed = b"LIST" + (len(chunks) + 4).to_bytes(4, "little") + b"INFO" + chunks
    whole = body[8:] + listed
    path.write_bytes(b"RIFF" + len(whole).to_bytes(4, "little") + whole)
    return path


def with_id3(path: Path, *frames: object) -> Path:
    """ID3 in a wav, or at the head of any other file."""
    if path.suffix == ".wav":
        wav = WAVE(path)
        wav.add_tags()
        for frame in frames:
            wav.tags.add(frame)  # type: ignore[attr-defined]  # add_tags has set it
        wav.save()
    else:
        tags = ID3()
        for frame in frames:
            tags.add(frame)
        tags.save(path)
    return path


def claiming_latin(raw: bytes) -> TIT2:
    """A title in some encoding, in a frame that claims Latin-1, as many programs write it."""
    return TIT2(encoding=0, text=[raw.decode("latin-1")])


def named_in_bytes(path: Path, name: bytes) -> Path:
    """The file under a name of these bytes."""
    renamed = Path(os.fsdecode(os.fsencode(path.parent) + b"/" + name))
    path.rename(renamed)
    return renamed


def picture(colour: str, form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1500, 1200), colour).save(made, form)
    return made.getvalue()
