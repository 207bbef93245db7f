"""Search queries of the catalogue, and what they find (U-III.I.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.catalogue.rules import Listing, TrackKind
from allmytracks.catalogue.rules_terms import folded, words_of
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.paging import bad_cursor, make_cursor, read_cursor

# Counts up whenever the index holds other fields or terms: no reader opens an index of another form.
FORM = 3
MOST_WORDS = 16
MOST_VALUES = 10  # of one filter
DEEPEST = 10_000  # results that can be paged through by relevance
COUNTED = 10_000  # a total is exact up to here
MOST_FACET_VALUES = 50
FACETS = ("genre", "mood", "instrument", "kind")
# How often a word counts by its field: a title says more than a genre.
FIELD_WEIGHTS = {"title": 4, "artist": 3, "genres": 2, "moods": 2, "instruments": 1}


class Sort(StrEnum):
    """The order of what was found."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    MOST_USED = "most_used"
    SHORTEST = "shortest"
    LONGEST = "longest"

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first."""
        return self is not Sort.SHORTEST


# The column of the index that has an order's keys.
COLUMNS = {Sort.NEWEST: "newest", Sort.MOST_USED: "used", Sort.SHORTEST: "length", Sort.LONGEST: "length"}


class Synonyms(Struct, frozen=True):
    """Groups of words that mean the same, each as the words that it consists of; published data."""

    groups: tuple[tuple[tuple[str, ...], ...], ...] = ()

    def about(self, words: Sequence[str]) -> Synonyms:
        """Those of which a phrase begins with one of the words."""
        wanted = frozenset(words)
        return Synonyms(tuple(group for group in self.groups if any(phrase[0] in wanted for phrase in group)))

    def of(self, words: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """How many words at the beginning of `words` form the longest phrase of a group, and all that mean the same.

        (1, the word alone) where there is none.
        """
        best = 1
        same: tuple[tuple[str, ...], ...] = ((words[0],),)
        for group in self.groups:
            for phrase in group:
                if tuple(words[: len(phrase)]) == phrase and (len(phrase) > best or len(same) == 1):
                    best, same = len(phrase), (phrase, *(each for each in group if each != phrase))
        return best, same


class TrackQuery(Struct, frozen=True):
    """Words and filters; a track must match every filter that is given, and of a filter's several values one.

    Lengths in seconds. Values are compared as a whole, ignoring case and accents.
    """

    text: str = ""
    kinds: tuple[TrackKind, ...] = ()
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    bpm_min: int | None = None
    bpm_max: int | None = None
    length_min: float | None = None
    length_max: float | None = None
    facets: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    cursor: str | None = None
    limit: int = 24
    synonyms: Synonyms = Synonyms()

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct words of the query, at most the first MOST_WORDS."""
        return tuple(dict.fromkeys(words_of(self.text)))[:MOST_WORDS]

    @property
    def order(self) -> Sort:
        """The order of the results; without words nothing is more relevant than another, and the newest come first."""
        return Sort.NEWEST if self.sort is Sort.RELEVANCE and not self.words else self.sort

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The exact filters that are given, by name, in terms as `filter_term` makes them."""
        given = {
            "kind": self.kinds,
            "genre": self.genres,
            "mood": self.moods,
            "instrument": self.instruments,
            "key": self.keys,
            "artist": self.artists,
        }
        return {name: tuple(filter_term(name, each) for each in values) for name, values in given.items() if values}

    @property
    def has_ranges(self) -> bool:
        """Whether a tempo or a length is given."""
        return any(each is not None for each in (self.bpm_min, self.bpm_max, self.length_min, self.length_max))

    @property
    def selects_all(self) -> bool:
        """Whether every track matches: only the order is asked for."""
        return not self.words and not self.filters and not self.has_ranges

    @property
    def phrases(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The words as what must all be there: each a choice of phrases that mean the same."""
        found, rest = [], self.words
        while rest:
            taken, same = self.synonyms.of(rest)
            found.append(same)
            rest = rest[taken:]
        return tuple(found)


class FacetValue(Struct, frozen=True):
    """How many of the tracks that were found have a value."""

    value: str
    count: int


class Found(Struct, frozen=True):
    """A page of what was found: in all `total` tracks, or at least so many where `exact` is false.

    `facets` by name, each as if its own filter were not given. `corrected`: what was searched for instead of a
    misspelling.
    """

    items: Sequence[Listing]
    next_cursor: str | None
    total: int
    exact: bool = True
    facets: Mapping[str, tuple[FacetValue, ...]] = {}
    corrected: str | None = None


NOTHING = Found((), None, 0)


class Reindexing(Struct, frozen=True):
    """How far a new index is that is built in steps: how many tracks were read, and whether it is in force now."""

    read: int
    finished: bool


def filter_term(name: str, value: str) -> str:
    """One term for one exact value of one filter."""
    return f"{name}:{'_'.join(folded(value).split())}"


def filter_terms(track: Listing) -> list[str]:
    """The terms of every exact filter that finds the track."""
    values = {
        "kind": (track.kind,),
        "genre": track.genres,
        "mood": track.moods,
        "instrument": track.instruments,
        "key": (track.key,) if track.key else (),
        "artist": (track.artist,),
    }
    return [filter_term(name, each) for name, given in values.items() for each in given]


def facet_values(track: Listing) -> dict[str, tuple[str, ...]]:
    """The track's values by facet."""
    return {
        "genre": track.genres,
        "mood": track.moods,
        "instrument": track.instruments,
        "kind": (track.kind.value,),
    }


def fields_of(track: Listing) -> dict[str, list[str]]:
    """The words of every field that is searched, by FIELD_WEIGHTS's names."""
    return {
        "title": words_of(track.title),
        "artist": words_of(track.artist),
        "genres": words_of(" ".join(track.genres)),
        "moods": words_of(" ".join(track.moods)),
        "instruments": words_of(" ".join(track.instruments)),
    }


def counted_words(tracks: Sequence[Listing]) -> Counter[str]:
    """How many of the tracks have each word."""
    return Counter(word for track in tracks for word in {each for field in fields_of(track).values() for each in field})


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACES = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIE_BITS = 20
_MOST_OF_KEY = (1 << 64) - 1


def _tie(track_id: str) -> int:
    """Makes the sort keys of different tracks different, in the order of their ids."""
    signs = track_id.removeprefix("trk_")[:3]
    placed = [max(_PLACES.find(each), 0) for each in signs]
    value = 0
    for place in (*placed, 0, 0, 0)[:3]:
        value = value * len(_PLACES) + place
    more = sum(map(ord, track_id[7:])) % 16
    return value * 16 + more


def sort_key(track: Listing, sort: Sort, uses: int) -> int:
    """The number that orders tracks: unsigned, 64 bits, with the track's id as the tie-breaker."""
    if sort is Sort.MOST_USED:
        primary = min(uses, 1 << 40)
    elif sort is Sort.NEWEST:
        primary = max(round((track.added_at - _EPOCH).total_seconds() * 1000), 0)
    else:
        primary = round(track.duration_seconds * 1000)
    return (primary << _TIE_BITS) | _tie(track.id)


def length_bounds(seconds_min: float | None, seconds_max: float | None) -> tuple[int | None, int | None]:
    """The sort keys of the shortest and the longest length that are wanted."""
    low = None if seconds_min is None else round(seconds_min * 1000) << _TIE_BITS
    high = None if seconds_max is None else (round(seconds_max * 1000) + 1 << _TIE_BITS) - 1
    return low, high


class Position(Struct, frozen=True):
    """Where a page ended: by relevance how many results came before, else the last track's sort key."""

    order: Sort
    number: int

    def cursor(self) -> str:
        """The position as the website gets it."""
        return make_cursor(self.order.value, self.number)


def position_of(cursor: str | None, order: Sort) -> int | None:
    """The position that a cursor names in this order. Raises InvalidFields."""
    if cursor is None:
        return None
    named, number = read_cursor(cursor, tuple[Sort, int])
    if named is not order or not 0 <= number <= _MOST_OF_KEY:
        raise bad_cursor()
    if order is Sort.RELEVANCE and number > DEEPEST:
        raise InvalidFields(
            [FieldProblem("cursor", "too_deep", f"Only the first {DEEPEST} results can be paged through.")]
        )
    return number


def found_or_corrected(
    query: TrackQuery, find: Callable[[TrackQuery, int | None], Found], correct: Callable[[TrackQuery], str | None]
) -> Found:
    """What `find` finds from the query's position on; where that is nothing, what it finds for the words as corrected.

    `correct` returns the words with each unknown one replaced, or None. Raises InvalidFields (cursor).
    """
    after = position_of(query.cursor, query.order)
    found = find(query, after)
    corrected = None if found.total or not query.words else correct(query)
    if corrected is None:
        return found
    again = find(replace(query, text=corrected), after)
    return replace(again, corrected=corrected) if again.total else found
