"""The demo's tracks: eight pieces of music and four sound effects, each with its own harmony, tempo and sound."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from mutagen.id3 import TBPM, TCON, TIT2, TKEY, TMOO, TPE1, TXXX
from mutagen.wave import WAVE

from infra.local.demo import synthesis as s
from infra.ops.renditions import make_mp3, make_preview

SECONDS = 6.0
ARTIST = "AllMyTracks Demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """One track: its tags, and the function that makes its sound."""

    title: str
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    instruments: tuple[str, ...]
    bpm: int | None
    key: str | None
    sound: Callable[[], s.Signal]

    @property
    def kind(self) -> str:
        """`music` where it has a tempo."""
        return "sound_effect" if self.bpm is None else "music"

    @property
    def stem(self) -> str:
        """The files' name."""
        return self.title.lower().replace(" ", "_")


def _part(
    instrument: s.Instrument, notes: Sequence[tuple[float, int]], tempo: float, *, length: float = 1, loud: float = 1
) -> s.Signal:
    return s.play(instrument, notes, tempo, SECONDS, length=length, loud=loud)


def _chords(chords: Sequence[Sequence[int]], beats: float) -> list[tuple[float, int]]:
    return [(place * beats, note) for place, chord in enumerate(chords) for note in chord]


def _run(notes: Sequence[int], step: float, start: float = 0.0) -> list[tuple[float, int]]:
    return [(start + place * step, note) for place, note in enumerate(notes)]


def _beat(every: float, count: int, start: float = 0.0) -> list[tuple[float, int]]:
    return [(start + place * every, 60) for place in range(count)]


def _quiet_harbour() -> s.Signal:
    chords = _chords([[48, 55, 60, 64], [45, 52, 57, 60]], 4)
    melody = _run([76, 72, 67, 71, 69, 64, 60, 62], 1)
    return _part(s.strings, chords, 76, length=4, loud=0.5) + _part(s.piano, melody, 76, length=2, loud=0.6)


def _neon_runner() -> s.Signal:
    line = _run([45, 45, 57, 45, 43, 43, 55, 43, 41, 41, 53, 41, 40, 40, 52, 40] * 2, 0.5)
    lead = _run([69, 72, 76, 81, 79, 76, 72, 74], 1.5)
    drums = _part(s.kick, _beat(1, 14), 140) + _part(s.hat, _beat(1, 14, 0.5), 140)
    return drums + _part(s.bass, line, 140, length=0.5, loud=0.6) + _part(s.square, lead, 140, length=1.5, loud=0.3)


def _sunday_porch() -> s.Signal:
    picked = _run([43, 59, 62, 67, 50, 59, 62, 66, 48, 60, 64, 67, 50, 57, 62, 66], 0.5)
    return _part(s.guitar, picked, 96, length=2) + _part(s.flute, _run([79, 78, 76, 74], 2), 96, length=2, loud=0.3)


def _brass_clock() -> s.Signal:
    walk = _run([38, 42, 45, 47, 48, 47, 45, 42, 43, 47, 50, 52, 53, 52], 1)
    comp = [(at + 0.66, note) for at, note in _chords([[60, 65, 69], [60, 65, 69], [59, 65, 67], [59, 65, 67]], 3)]
    swing = [(place + extra, 60) for place in range(14) for extra in (0.0, 0.66)]
    return (
        _part(s.bass, walk, 132)
        + _part(s.piano, comp, 132, length=0.7, loud=0.5)
        + _part(s.hat, swing, 132, length=0.4, loud=0.6)
    )


def _cathedral_light() -> s.Signal:
    chords = _chords([[38, 50, 57, 62, 65], [34, 50, 58, 62, 65], [36, 52, 55, 60, 67]], 2)
    return _part(s.organ, chords, 60, length=2.1) + _part(s.bell, _run([86, 81, 77], 2, 1), 60, length=2, loud=0.25)


def _pixel_parade() -> s.Signal:
    tune = _run([72, 76, 79, 84, 83, 79, 76, 79, 77, 81, 84, 89, 88, 84, 79, 76], 0.5)
    low = _run([48, 55] * 8, 1)
    drums = _part(s.kick, _beat(2, 8), 160) + _part(s.snare, _beat(2, 8, 1), 160, loud=0.5)
    return (
        _part(s.square, [*tune, *_run([note for _, note in tune], 0.5, 8)], 160, length=0.5)
        + drums
        + (_part(s.square, low, 160, length=0.8, loud=0.5))
    )


def _glass_garden() -> s.Signal:
    scale = [60, 62, 64, 67, 69, 72, 74, 76, 79, 81]
    order = np.random.default_rng(11).permutation(len(scale) * 2) % len(scale)
    return _part(s.bell, _run([scale[index] + 12 for index in order], 0.45), 88, length=3, loud=0.6)


def _iron_march() -> s.Signal:
    drums = _part(s.kick, _beat(1, 11), 108) + _part(s.snare, _run([60] * 44, 0.25), 108, length=0.25, loud=0.25)
    power = _chords([[40, 47, 52], [40, 47, 52], [43, 50, 55], [38, 45, 50], [40, 47, 52]], 2)
    loud = np.tanh(3 * _part(s.strings, power, 108, length=2))
    return drums + loud * 0.6


def _door_slam() -> s.Signal:
    thud = s.kick(0, 1.2) + s.smooth(s.noise(1.2, 3), 40) * 4 * s.envelope(1.2, 0.001, 0.08)
    creak = s.tones(310, 1.2, [0.3, 0.2, 0.1]) * (np.sin(2 * np.pi * 17 * s.times(1.2)) > 0.6) * 0.4
    return np.concatenate([creak, thud])


def _rain_on_tin() -> s.Signal:
    drops = np.zeros(int(4 * s.RATE))
    random = np.random.default_rng(5)
    for begin in random.integers(0, len(drops) - s.RATE // 10, 260):
        drop = s.tones(float(random.uniform(1800, 5200)), 0.06, [1]) * s.envelope(0.06, 0.001, 0.008)
        drops[begin : begin + len(drop)] += drop * random.uniform(0.2, 1)
    return drops + s.smooth(s.noise(4, 6), 3) * 0.25


def _laser_zap() -> s.Signal:
    t = s.times(0.9)
    return np.sign(np.sin(2 * np.pi * 900 * 0.18 * (1 - 0.5 ** (t / 0.18)) * 9)) * s.envelope(0.9, 0.002, 0.2)


def _steam_whistle() -> s.Signal:
    t = s.times(2.5)
    pipes = sum(np.sin(2 * np.pi * (each * t + 2 * np.sin(2 * np.pi * 6 * t) / 6)) for each in (587, 740, 880))
    return (np.asarray(pipes) / 3 + s.noise(2.5, 8) * 0.2) * np.minimum(t / 0.25, 1)


MUSIC = (
    Demo("Quiet Harbour", ("Ambient",), ("Calm",), ("Strings", "Piano"), 76, "C", _quiet_harbour),
    Demo("Neon Runner", ("Electronic",), ("Energetic", "Dark"), ("Synthesizer",), 140, "Am", _neon_runner),
    Demo("Sunday Porch", ("Folk",), ("Warm", "Calm"), ("Guitar", "Flute"), 96, "G", _sunday_porch),
    Demo("Brass Clock", ("Jazz",), ("Playful",), ("Double Bass", "Piano"), 132, "D", _brass_clock),
    Demo("Cathedral Light", ("Classical",), ("Solemn",), ("Organ", "Bells"), 60, "Dm", _cathedral_light),
    Demo("Pixel Parade", ("Chiptune",), ("Happy",), ("Synthesizer",), 160, "C", _pixel_parade),
    Demo("Glass Garden", ("Ambient", "Minimal"), ("Dreamy",), ("Bells",), 88, "C", _glass_garden),
    Demo("Iron March", ("Rock", "Cinematic"), ("Dark", "Epic"), ("Strings", "Drums"), 108, "Em", _iron_march),
)
EFFECTS = (
    Demo("Door Slam", ("Household",), ("Tense",), (), None, None, _door_slam),
    Demo("Rain on Tin", ("Weather",), ("Calm",), (), None, None, _rain_on_tin),
    Demo("Laser Zap", ("Science Fiction",), ("Energetic",), (), None, None, _laser_zap),
    Demo("Steam Whistle", ("Transport",), ("Playful",), (), None, None, _steam_whistle),
)
TRACKS = (*MUSIC, *EFFECTS)


def make(above: Path) -> Path:
    """The folder with the demo's files, below `above`; made unless it exists for these sources.

    It is made in a temporary folder and moved into place atomically, so that concurrent runs do not interfere.
    """
    sources = b"".join((Path(__file__).parent / name).read_bytes() for name in ("catalog.py", "synthesis.py"))
    folder = above / hashlib.sha256(sources).hexdigest()[:12]
    if folder.is_dir():
        return folder
    above.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=above) as aside:
        fresh = Path(aside) / "made"
        fresh.mkdir()
        for demo in TRACKS:
            _write(demo, fresh)
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _write(demo: Demo, folder: Path) -> None:
    path = folder / f"{demo.stem}.wav"
    soundfile.write(path, s.finish(demo.sound()), s.RATE, subtype="PCM_16")
    file = WAVE(path)
    file.add_tags()
    tags: Any = file.tags
    frames = [TIT2(text=[demo.title]), TPE1(text=[ARTIST]), TCON(text=list(demo.genres)), TMOO(text=list(demo.moods))]
    frames += [TXXX(desc="INSTRUMENTS", text=list(demo.instruments)), TXXX(desc="KIND", text=[demo.kind])]
    frames += [TBPM(text=[str(demo.bpm)]), TKEY(text=[demo.key])] if demo.bpm else []
    for frame in frames:
        tags.add(frame)
    file.save()
    make_mp3(path, folder / f"{demo.stem}.mp3", demo.title, ARTIST)
    make_preview(path, folder / f"{demo.stem}.preview.mp3", demo.title, ARTIST)
