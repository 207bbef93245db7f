"""What a member pastes into a platform's form to dispute a claim: as much of it as the form takes."""

from __future__ import annotations

from msgspec import Struct

from allmytracks.documents.rules_dates import day
from allmytracks.licenses.disputes.rules_words import WORDS, DisputeWords
from allmytracks.licenses.rules import Language, Letter, License, page_of
from allmytracks.licenses.states.rules import AlreadyRevoked, AlreadySuperseded
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS, id_in_words

# Of a form whose length no price list gives: what the shortest forms take.
SHORTEST_FORM = 500


class DisputeText(Struct, frozen=True):
    """The text, at most `max_length` characters, and the same as separate fields for forms that have them."""

    platform: str | None
    language: Language
    max_length: int
    text: str
    fields: dict[str, str]


def dispute_text(
    letter: Letter, platform: str | None, max_length: int, language: Language, public_url: str
) -> DisputeText:
    """The text for one platform's form. What matters least is left out first; number and address never are.

    Raises AlreadyRevoked, AlreadySuperseded: such a licence permits nothing that could be disputed.
    """
    of, state, words = letter.license, letter.state, WORDS[language]
    if state.revocation is not None:
        raise AlreadyRevoked("This licence is revoked: it permits no use any more.", revoked_at=state.revoked_at)
    if state.supersession is not None:
        newer = state.superseded_by
        raise AlreadySuperseded(f"Use the text of {newer}, which took its place.", superseded_by=newer)
    fields = _fields(of, words, language, public_url)
    opening = words.opening
    # In the order of their weight: what a reviewer cannot do without comes first.
    lines = [words.line.format(label=words.labels[name], value=value) for name, value in fields.items()]
    kept = lines[:2]
    for line in (opening, *lines[2:], words.closing):
        if len("\n".join([*kept, line])) <= max_length:
            kept.append(line)
    order = [opening, *lines, words.closing]
    return DisputeText(platform, language, max_length, "\n".join(line for line in order if line in kept), fields)


def _fields(of: License, words: DisputeWords, language: Language, public_url: str) -> dict[str, str]:
    known = PURPOSE_WORDS.get(of.purpose)
    purpose = words.purpose(known) if known else id_in_words(of.purpose)
    artist = f" ({of.work.artist})" if of.work.artist else ""
    fields = {
        "number": of.number,
        "verify_url": page_of(public_url, of.number),
        "work": f"{of.work.title}{artist}",
        "licensor": of.licensor.name,
        "licensee": of.end_user,
        "licensed_use": words.separator.join([of.project.name, purpose, *([of.platform] if of.platform else [])]),
        "issued_on": day(of.issued_at, language),
    }
    credits_ = of.work.credits
    return {**fields, "isrc": credits_.isrc} if credits_ and credits_.isrc else fields
