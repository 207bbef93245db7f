"""Search queries of the catalogue, and how text is split into words (U-III.I.3)."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from msgspec import Struct

from allmytracks.catalogue.rules import Track, TrackKind
from allmytracks.foundation.paging import KeyPart, make_cursor, read_cursor

MOST_WORDS = 16
# A character of a script that writes no spaces is a word of its own; elsewhere a run of letters and digits is.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


class Sort(StrEnum):
    """The order of what was found."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


class TrackQuery(Struct, frozen=True):
    """Words and filters; a track must match every filter that is given. `length_max` in seconds.

    `genre` and `mood` are compared as a whole, ignoring case and accents.
    """

    text: str = ""
    kind: TrackKind | None = None
    genre: str | None = None
    mood: str | None = None
    bpm_min: int | None = None
    bpm_max: int | None = None
    length_max: float | None = None
    sort: Sort = Sort.RELEVANCE
    cursor: str | None = None
    limit: int = 24

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct words of the query, at most the first MOST_WORDS."""
        return tuple(dict.fromkeys(words_of(self.text)))[:MOST_WORDS]

    @property
    def ranked(self) -> bool:
        """Whether results are ordered by relevance; without words there is none."""
        return self.sort is Sort.RELEVANCE and bool(self.words)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: no case, no accents, compatible forms alike."""
    return _WORD.findall(folded(text))


def folded(text: str) -> str:
    """The text as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()


# The weight of a word by its field: a title says more than a genre.
FIELD_WEIGHTS = {"title": 10.0, "artist": 5.0, "genres": 3.0, "moods": 3.0, "instruments": 2.0}


def fields_of(track: Track) -> dict[str, list[str]]:
    """The words of every field that is searched, by FIELD_WEIGHTS's names."""
    return {
        "title": words_of(track.title),
        "artist": words_of(track.artist),
        "genres": words_of(" ".join(track.genres)),
        "moods": words_of(" ".join(track.moods)),
        "instruments": words_of(" ".join(track.instruments)),
    }


class Position(Struct, frozen=True):
    """Where a page ended: the last track's rank (0 where none decides) and its place in the order of newest."""

    rank: float
    added_at: str
    track_id: str

    def cursor(self) -> str:
        """The position as the website gets it."""
        return make_cursor(self.rank, self.added_at, self.track_id)


def position_of(cursor: str) -> Position:
    """The position that a cursor names. Raises InvalidFields."""
    return Position(*read_cursor(cursor, tuple[float, KeyPart, KeyPart]))
