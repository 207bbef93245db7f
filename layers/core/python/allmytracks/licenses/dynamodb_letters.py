"""A licence's items in its account's partition: the member's letter and the request for it.

They are erased with the account; the public record (states/dynamodb.py) is in a partition of its own and outlives it.
"""

from __future__ import annotations

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import ListedInHistory
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, make_cursor, read_cursor
from allmytracks.licenses.rules import Letter, License
from allmytracks.licenses.states.rules import LicenseState, Revocation, Supersession


class LetterIndex(GlobalSecondaryIndex["LetterItem"]):
    """Sparse index over what is listed newest first."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class LetterItem(ListedInHistory):
    """The member's letter; `license` is JSON and holds the particulars in full.

    `revocation` and `supersession` (JSON) repeat what the licence's public partition says, so that a list shows them.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = LetterIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    license = UnicodeAttribute()
    jws = UnicodeAttribute()
    key_id = UnicodeAttribute()
    document_sha256 = UnicodeAttribute()
    revocation = UnicodeAttribute(null=True)
    supersession = UnicodeAttribute(null=True)


class RequestItem(Model):
    """The request for a letter, by the hash of its Idempotency-Key."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


class AliasItem(Model):
    """The id of the download that a licence bound to a use; the key is the use's id."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    alias_of = UnicodeAttribute()


def letter_sk(number: str) -> str:
    """The sort key of a letter in its account's partition."""
    return f"LICENSE#{number}"


def request_sk(key: str) -> str:
    """The sort key of a request in its account's partition."""
    return f"REQUEST#LICENSE#{key}"


def timeline_key(account_id: str) -> str:
    """The index partition of an account's licences."""
    return f"{account_key(account_id)}#LICENSES"


def letter_item(model: type[LetterItem], letter: Letter) -> LetterItem:
    """The item of a new letter."""
    of = letter.license
    return model(
        account_key(of.account_id),
        letter_sk(of.number),
        timeline_key=timeline_key(of.account_id),
        timeline_at=place_of(letter),
        license=msgspec.json.encode(of).decode(),
        jws=letter.jws,
        key_id=letter.key_id,
        document_sha256=letter.document_sha256,
        **history_attributes(of.account_id, of.issued_at, "license_issued", reference=of.number, title=of.work.title),
    )


def place_of(letter: Letter) -> str:
    """A letter's sort key by time; the number tells letters of one instant apart."""
    return f"{rfc3339(letter.license.issued_at)}#{letter.license.number}"


def cursor_after(letter: Letter) -> str:
    """The cursor of the page that starts after a letter."""
    return make_cursor(place_of(letter), letter_sk(letter.license.number))


def start_of(account_id: str, cursor: str) -> dict[str, dict[str, str]]:
    """The key that a cursor names, in the caller's own partition. Raises InvalidFields."""
    timeline_at, sort_key = read_cursor(cursor, tuple[KeyPart, KeyPart])
    return {
        "pk": {"S": account_key(account_id)},
        "sk": {"S": sort_key},
        "timeline_key": {"S": timeline_key(account_id)},
        "timeline_at": {"S": timeline_at},
    }


def letter_of(item: LetterItem) -> Letter:
    """A letter from its item."""
    license_ = msgspec.json.decode(item.license, type=License)
    state = LicenseState(
        revocation=msgspec.json.decode(item.revocation, type=Revocation) if item.revocation else None,
        supersession=msgspec.json.decode(item.supersession, type=Supersession) if item.supersession else None,
    )
    return Letter(license_, item.jws, item.key_id, item.document_sha256, state)
