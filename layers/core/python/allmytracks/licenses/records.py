"""Letters, agreements and packs as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    LICENCES_LIFE,
    LOCKED,
    PRODUCT,
    SHORT,
    Delete,
    Exported,
    Hold,
    Keep,
    Named,
    NotExported,
    Record,
    Store,
    Whose,
    in_json,
)
from allmytracks.licenses.agreements.dynamodb import SUPERSEDED_AGREEMENT, agreement_sk
from allmytracks.licenses.agreements.dynamodb_quotes import terms_sk
from allmytracks.licenses.agreements.dynamodb_special_links import file_sk
from allmytracks.licenses.batches.dynamodb import batch_sk
from allmytracks.licenses.dynamodb_letters import letter_sk, request_sk
from allmytracks.licenses.letters.use_cases import document_key
from allmytracks.licenses.packs.dynamodb import pack_sk
from allmytracks.licenses.states.dynamodb import RECORD, REVOCATION, SUPERSESSION, record_key
from allmytracks.licenses.states.dynamodb_corrections import correction_sk
from allmytracks.licenses.states.s3 import KEY

_PUBLIC = NotExported("public, names masked; the letter says all of it")
_VERIFIED = Keep("anyone may verify a licence: names are masked, the account by its id")

RECORDS = (
    Record(
        "letter",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("licenses.json", json=frozenset({"license", "revocation", "supersession"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=letter_sk("{number}"),
    ),
    Record(
        "request for a letter",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("hashes by which a repeated request is known"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=request_sk("{key}"),
    ),
    Record(
        "proposed correction",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("corrections.json", json=frozenset({"proposal"}), hidden=frozenset({"approved_by"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=correction_sk("{number}"),
    ),
    Record(
        "music licence agreement",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("agreements.json", json=frozenset({"agreement"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=agreement_sk("{order}"),
        names=(Named("number", in_json("agreement", "agreement", "number")),),
    ),
    Record(
        "terms of a quoted special licence",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("quotes.json", json=frozenset({"terms"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=terms_sk("{order}"),
    ),
    Record(
        "file of a special licence",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("a count of links, each of which the archive has"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=file_sk("{order}", "{track}"),
    ),
    Record(
        "superseded agreement",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("agreements.json", json=frozenset({"agreement"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{SUPERSEDED_AGREEMENT}{{number}}",
    ),
    Record(
        "license batch",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("license-batches.json", json=frozenset({"wish"}), hidden=frozenset({"expires_at"})),
        Delete(),
        SHORT,
        sort=batch_sk("{batch}"),
    ),
    Record(
        "project pack",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("project-packs.json", hidden=frozenset({"expires_at"})),
        Delete(),
        SHORT,
        sort=pack_sk("{pack}"),
    ),
    Record(
        "project pack's file",
        Store.DOCUMENTS,
        "packs/{account}/{pack}.zip",
        Whose.ACCOUNT,
        NotExported("a copy of letters that the archive has"),
        Delete(),
        SHORT,
        folder="packs/{account}/",
    ),
    Record(
        "public record of a licence",
        Store.ACCOUNTS,
        record_key("{number}"),
        Whose.ACCOUNT,
        _PUBLIC,
        _VERIFIED,
        LICENCES_LIFE,
        sort=RECORD,
    ),
    Record(
        "revocation",
        Store.ACCOUNTS,
        record_key("{number}"),
        Whose.ACCOUNT,
        _PUBLIC,
        _VERIFIED,
        LICENCES_LIFE,
        sort=REVOCATION,
    ),
    Record(
        "supersession",
        Store.ACCOUNTS,
        record_key("{number}"),
        Whose.ACCOUNT,
        _PUBLIC,
        _VERIFIED,
        LICENCES_LIFE,
        sort=SUPERSESSION,
    ),
    Record(
        "letter's document",
        Store.LETTERS,
        document_key("{number}"),
        Whose.ACCOUNT,
        Exported("letters"),
        Keep("the letter proves what was licensed to whom; Object Lock lets nobody delete it before its term"),
        LOCKED,
    ),
    Record(
        "status list",
        Store.DOCUMENTS,
        KEY,
        Whose.NOBODY,
        _PUBLIC,
        Keep("numbers of licences alone"),
        PRODUCT,
        hold=Hold.UNAFFECTED,
    ),
)
