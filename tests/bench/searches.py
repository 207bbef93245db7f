"""Speed and size of the search: `python -m tests.bench.searches [TRACKS]` (100,000 by default).

The catalogue is made up: titles of one to four words drawn as words of a language are (Zipf), 40 genres, 30 moods.
Times are processor time, with 24 results read, in milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from allmytracks.catalogue.rules import Track, TrackKind
from allmytracks.catalogue.rules_search import Sort, TrackQuery
from allmytracks.catalogue.tantivy_documents import (
    HEAP_OF_A_CHANGE,
    HEAP_OF_A_REBUILD,
    create,
    live_files,
    write,
)
from allmytracks.catalogue.tantivy_folder import SearchFolder
from tests.factories.catalogue import NOW

CONSONANTS, VOWELS = "bcdfghklmnprstvw", "aeiou"
INSTRUMENTS = ("Piano", "Guitar", "Strings", "Drums", "Synthesizer", "Flute")
REPEATED = 200


def words_of(chance: random.Random, count: int) -> list[str]:
    """Made-up words of two to four syllables."""

    def word() -> str:
        return "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(chance.randint(2, 4)))

    return [word() for _ in range(count)]


def tracks(count: int, chance: random.Random, vocabulary: list[str]) -> Iterator[Track]:
    """So many tracks."""
    weights = list(accumulate(1 / (place + 3) for place in range(len(vocabulary))))
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    for number in range(count):
        words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(1, 4))
        yield Track(
            id="trk_" + "".join(chance.choices(alphabet, k=26)),
            title=" ".join(words).title(),
            artist=f"{chance.choice(vocabulary)} {chance.choice(vocabulary)}".title(),
            kind=TrackKind.MUSIC if chance.random() < 0.8 else TrackKind.SOUND_EFFECT,
            genres=(f"Genre {chance.randrange(40)}",),
            moods=(f"Mood {chance.randrange(30)}", f"Mood {chance.randrange(30)}"),
            instruments=(chance.choice(INSTRUMENTS),),
            bpm=chance.randint(60, 180),
            key=chance.choice("CDEFGAB"),
            duration_seconds=chance.uniform(5, 300),
            renditions=(),
            added_at=NOW + timedelta(seconds=number),
            features=tuple(chance.uniform(-1, 1) for _ in range(16)),
        )


def timed(act: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> float:
    """What it costs in milliseconds: of this thread's processor time, so that a busy machine does not count."""
    began = clock()
    act()
    return (clock() - began) * 1000


def size_of(folder: Path) -> float:
    """The live files, in megabytes."""
    return sum((folder / name).stat().st_size for name in live_files(folder)) / 1e6


def main() -> None:
    """Builds, searches, changes; prints a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(1)  # noqa: S311 - made-up tracks
    vocabulary = words_of(chance, 20_000)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        index = create(folder)
        built = timed(
            lambda: write(index, tracks(count, chance, vocabulary), heap=HEAP_OF_A_REBUILD), time.process_time
        )
        print(f"{count:,} tracks: built in {built / 1000:.1f} s, {size_of(folder):.1f} MB")
        search = SearchFolder(folder)
        rare = vocabulary[5000:]

        def one(words: list[str], top: int) -> str:
            return words[chance.randrange(top)]

        kinds: dict[str, Callable[[], TrackQuery]] = {
            "a rare word": lambda: TrackQuery(text=one(rare, 10_000)),
            "a common word": lambda: TrackQuery(text=one(vocabulary, 20)),
            "two words": lambda: TrackQuery(text=f"{one(vocabulary, 50)} {one(vocabulary, 200)}"),
            "as one types, 1 to 3 letters": lambda: TrackQuery(text=one(vocabulary, 200)[: chance.randint(1, 3)]),
            "genre and mood": lambda: TrackQuery(genres=("Genre 3",), moods=(f"Mood {chance.randrange(30)}",)),
            "a tempo range without words": lambda: TrackQuery(bpm_min=100, bpm_max=120),
            "a word that a sixth of all have": lambda: TrackQuery(text=chance.choice(INSTRUMENTS)),
            "misspelt": lambda: TrackQuery(text=f"{one(rare, 10_000)}x"),
            "newest of all": TrackQuery,
            "most used of a genre": lambda: TrackQuery(genres=("Genre 3",), sort=Sort.MOST_USED),
            "a common word with four facets": lambda: TrackQuery(
                text=one(vocabulary, 20), facets=("genre", "mood", "instrument", "kind")
            ),
        }
        every: list[float] = []
        for name, made in kinds.items():
            queries = [made() for _ in range(REPEATED)]
            search.find(queries[0])
            times = sorted(timed(partial(search.find, query)) for query in queries)
            every += times
            print(f"{name:32} p50 {times[REPEATED // 2]:7.2f}  p99 {times[-1 - REPEATED // 100]:7.2f}")
        every.sort()
        print(f"{'all of these':32} p50 {every[len(every) // 2]:7.2f}  p99 {every[-1 - len(every) // 100]:7.2f}")
        some = [track for track, _ in zip(tracks(20, chance, vocabulary), range(20), strict=True)]
        ids = [each.id for each in search.find(TrackQuery(limit=20)).items]
        times = []
        for track, track_id in zip(some, ids, strict=True):
            change = partial(write, index, [track], [track_id], heap=HEAP_OF_A_CHANGE)
            times.append(timed(change, time.process_time))
        times.sort()
        print(f"{'one change':32} p50 {times[10]:7.2f}  max {times[-1]:7.2f}")
        one_track = search.find(TrackQuery()).items[0].id
        near = sorted(timed(lambda: search.similar(one_track, 20)) for _ in range(50))
        print(f"{'similar':32} p50 {near[25]:7.2f}  max {near[-1]:7.2f}")


if __name__ == "__main__":
    main()
