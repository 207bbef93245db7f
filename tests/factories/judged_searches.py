"""A catalogue and searches whose best answers were judged by people: 3 the very one, 2 good, 1 passable."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from allmytracks.catalogue.rules import Track, TrackKind
from tests.factories.catalogue import later, track

# Newer tracks that share a word with many searches, so that what is best is old.
FILLERS = 13_000


def _music(title: str, artist: str = "Northern Quartet", **more: object) -> Track:
    plain = {"genres": ("Cinematic",), "moods": ("Calm",), "instruments": ("Strings",), "added_at": later(0)}
    return track(title, artist=artist, **{**plain, **more})


def catalogue() -> list[Track]:
    """The tracks that are judged, and the fillers."""
    judged = [
        _music("Night Drive", genres=("Synthwave",), moods=("Dark",), instruments=("Synthesizer",)),
        _music("Driving at Night", genres=("Rock",), instruments=("Guitar",)),
        _music("Drive"),
        _music("Rain on the Roof", moods=("Sad",), instruments=("Piano",)),
        _music("Rainbow Parade", moods=("Happy",)),
        _music("Summer Rain", moods=("Romantic",)),
        _music("Café de Paris", artist="Étienne Noir", genres=("Jazz",), instruments=("Accordion",)),
        _music("Cafeteria", genres=("Lo-fi",)),
        _music("Drums of War", genres=("Epic",), instruments=("Drums",)),
        _music("Drum Circle", genres=("World",), instruments=("Drums",)),
        _music("Nocturne in Blue", genres=("Classical",), instruments=("Piano",)),
        _music("Blue Nocturne", genres=("Jazz",), instruments=("Saxophone",)),
        _music("Guitar Morning", genres=("Folk",), instruments=("Guitar",)),
        _music("Quiet Morning", genres=("Folk",), instruments=("Guitar",)),
        _music("ガラスの夜", artist="東京トリオ", genres=("Ambient",)),
        _music("カラスの歌", artist="東京トリオ", genres=("Folk",)),
        _music("夜想曲", artist="上海乐团", genres=("Classical",)),
        _music("夜曲", artist="上海乐团", genres=("Classical",)),
        _music("風之谷", artist="臺北合唱團", genres=("Folk",)),
        _music("风起时", artist="上海乐团", genres=("Folk",)),
        _music("夢中的婚禮", artist="臺北合唱團", instruments=("鋼琴",)),
        _music("X", artist="Minimal Two", genres=("Minimal",)),
        _music("Go", artist="Minimal Two", genres=("Minimal",)),
        track("Glass Break", kind=TrackKind.SOUND_EFFECT, genres=("Impact",), moods=(), added_at=later(0)),
        track("Glass Harmonica", genres=("Experimental",), instruments=("Glass Harmonica",), added_at=later(0)),
        track("Thunder Clap", kind=TrackKind.SOUND_EFFECT, genres=("Weather",), moods=(), added_at=later(0)),
    ]
    words = ("Night", "Rain", "Drive", "Morning", "Blue", "Glass")
    fillers = [
        _music(f"Variation {number}", artist=f"{words[number % len(words)]} Collective", added_at=later(10 + number))
        for number in range(FILLERS)
    ]
    return [*judged, *fillers]


JUDGED = {
    "night drive": {"Night Drive": 3, "Driving at Night": 2},
    "drive": {"Drive": 3, "Night Drive": 2},
    "rain": {"Rain on the Roof": 3, "Summer Rain": 3, "Rainbow Parade": 1},
    "summer rain": {"Summer Rain": 3},
    "cafe paris": {"Café de Paris": 3},
    "etienne": {"Café de Paris": 3},
    "drums": {"Drums of War": 3, "Drum Circle": 3},
    "drum": {"Drum Circle": 3, "Drums of War": 3},
    "blue nocturne": {"Blue Nocturne": 3, "Nocturne in Blue": 2},
    "noctrune": {"Nocturne in Blue": 3, "Blue Nocturne": 3},
    "guitar morning": {"Guitar Morning": 3, "Quiet Morning": 2},
    "gutiar": {"Guitar Morning": 3, "Quiet Morning": 2, "Driving at Night": 2},
    "ガラス": {"ガラスの夜": 3},
    "カラス": {"カラスの歌": 3},
    "がらす": {"ガラスの夜": 3},
    "夜曲": {"夜曲": 3},
    "夜": {"夜曲": 3, "夜想曲": 2, "ガラスの夜": 2},
    "上海乐团": {"夜曲": 3, "夜想曲": 3, "风起时": 3},
    "风": {"風之谷": 3, "风起时": 3},
    "風": {"風之谷": 3, "风起时": 3},
    "梦中的婚礼": {"夢中的婚禮": 3},
    "风之谷": {"風之谷": 3},
    "上海樂團": {"夜曲": 2, "夜想曲": 2, "风起时": 2},
    "钢琴": {"夢中的婚禮": 3},
    "x": {"X": 3},
    "go": {"Go": 3},
    "glass break": {"Glass Break": 3},
    "glass": {"Glass Break": 3, "Glass Harmonica": 3},
    "thundr": {"Thunder Clap": 3},
    "jazz saxophone": {"Blue Nocturne": 3},
}


def ndcg(titles: Sequence[str], grades: dict[str, int], depth: int = 10) -> float:
    """The normalised discounted cumulative gain of a ranking at `depth`, from 0 to 1."""

    def gain(ranked: Sequence[int]) -> float:
        return sum(((1 << grade) - 1) / log2(place + 2) for place, grade in enumerate(ranked[:depth]))

    return gain([grades.get(title, 0) for title in titles]) / gain(sorted(grades.values(), reverse=True))
