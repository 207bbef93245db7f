"""The one platform of a licensed use: of the published list, or another by its name (M-III.6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from allmytracks.documents.rules_text import line
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.memberships.rules_rights import Purpose

OTHER = "other"
DIGITAL_PLATFORM = "digital_platform"
UNGROUPED = "other"  # of a row without a group
LONGEST_PLATFORM = 200
# The groups of the rights table's rows, for price lists published without groups.
GROUPS: Mapping[Purpose, str] = {
    "social_media": DIGITAL_PLATFORM,
    "streaming_radio": DIGITAL_PLATFORM,
    "educational_curricula": "education",
    "academic": "education",
    "audiovisual": "media",
    "ads_promos": "media",
    "software_embedding": "product_integration",
    "hardware_embedding": "product_integration",
    "offline_venue": "offline",
}
# Separators between names. Signs that occur in names (Disney+, A&E) count only between words.
_BETWEEN = re.compile(
    r"[,;/|\\\u3001\uff0c\uff1b\uff0f\uff5c\u00b7\u2022\u30fb]|\+\s*\w|\s[&\-\u2013\u2014]\s|\s(?:and|or|plus)\s",
    re.IGNORECASE,
)


class Platform(Struct, frozen=True):
    """A platform of the published list; requests send `id`, letters state `name`.

    `form_length` is how many characters its form for disputing a claim takes; None where it is not published.
    """

    id: str
    name: str
    form_length: int | None = None


def platform_of(platforms: Sequence[Platform], platform: str | None, platform_name: str | None) -> str | None:
    """The declared platform, as a letter states it: of the list by id or name, ignoring case, or another one by its
    name. None where none is declared. Raises InvalidFields.
    """
    sent, name = line("platform", platform, LONGEST_PLATFORM), line("platform_name", platform_name, LONGEST_PLATFORM)
    if sent is None or sent.casefold() != OTHER:
        if name is not None:
            message = "platform_name goes with the platform other; leave it out, or send platform other."
            raise InvalidFields([FieldProblem("platform_name", "not_other", message)])
        if sent is None:
            return None
        known = _known(platforms, sent)
        if known is None and not platforms and is_one_name(platforms, sent):
            return sent  # no published list has platforms yet
        if known is None:
            message = f"Send one platform: {_ids(platforms)}with its name as platform_name."
            raise InvalidFields([FieldProblem("platform", "unknown_platform", message)])
        return known
    if name is None:
        raise InvalidFields([FieldProblem("platform_name", "required", "Name the platform.")])
    if not is_one_name(platforms, name):
        message = "Name one platform; another one needs another download."
        raise InvalidFields([FieldProblem("platform_name", "several_platforms", message)])
    return _known(platforms, name) or name


def form_length(platforms: Sequence[Platform], platform: str | None) -> int | None:
    """How many characters the form of a platform, by its name, takes; None where that is not published."""
    return next((each.form_length for each in platforms if platform in {each.id, each.name}), None)


def required_platform(platforms: Sequence[Platform]) -> InvalidFields:
    """The refusal of a use on a digital platform without its name."""
    message = f"Name the one platform of this licence: {_ids(platforms)}with its name as platform_name."
    return InvalidFields([FieldProblem("platform", "required", message)])


def is_one_name(platforms: Sequence[Platform], text: str) -> bool:
    """Whether a text names one platform, not several."""
    if _known(platforms, text) is not None:
        return True
    words = set(re.findall(r"\w+", text.casefold()))
    return not _BETWEEN.search(text) and sum(bool(words & {each.id, each.name.casefold()}) for each in platforms) < 2


def _known(platforms: Sequence[Platform], text: str) -> str | None:
    folded = text.casefold()
    return next((each.name for each in platforms if folded in set(_spellings(each))), None)


def _spellings(platform: Platform) -> Iterator[str]:
    yield platform.id
    yield platform.id.replace("_", " ")
    yield platform.name.casefold()


def _ids(platforms: Sequence[Platform]) -> str:
    return ", ".join([*(each.id for each in platforms), f"or {OTHER} "])
