"""A folder of music as operators import it; a catalogue and a search domain that holds its index."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import TIT2, TPE1
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from allmytracks.catalogue.opensearch_index import OpenSearchIndex
from tests.factories.opensearch import LIBRARY, Catalogue
from tests.factories.sounds import tone
from tests.fakes.opensearch import OpenSearchDomain, calls_to


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something of everything."""
    music = tmp_path / "music"
    wav = WAVE(tone(music / "first.wav", 440))
    wav.add_tags()
    for frame in (TIT2(text=["First Light"]), TPE1(text=["Ada"])):
        wav.tags.add(frame)  # type: ignore[attr-defined]  # add_tags has set it
    wav.save()
    flac = FLAC(tone(music / "second.flac", 550))
    flac.update({"title": "Second", "artist": "Bob", "genre": "Jazz; Soul", "bpm": "119.6", "initialkey": "Em"})
    flac.save()
    ogg = OggVorbis(tone(music / "deep" / "third.ogg", 660))
    ogg.update({"title": ["Third"], "mood": ["Calm"], "instrument": ["Bell"]})
    ogg.save()
    tone(music / "fourth.mp3", 770)
    (music / "copy of first.wav").write_bytes((music / "first.wav").read_bytes())
    (music / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0 no music")
    (music / "broken.flac").write_bytes((music / "second.flac").read_bytes()[:900])
    (music / "words.mp3").write_text("these are words")
    (music / ".hidden.wav").write_bytes(b"")
    return music


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue({each.id: each for each in LIBRARY})


@pytest.fixture
def domain(catalogue: Catalogue) -> OpenSearchDomain:
    made = OpenSearchDomain()
    OpenSearchIndex(calls_to(made)).rebuild(catalogue)
    return made
