"""What is stored of devices and trials."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    PRODUCT,
    Delete,
    Exported,
    Hold,
    Keep,
    Named,
    NotExported,
    Pseudonymise,
    Record,
    Store,
    Whose,
    attribute,
)
from allmytracks.storage.dynamodb import DEVICE, MARK, REGISTERED, TRIAL, TRIAL_MARK

RECORDS = (
    Record(
        "device",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("devices.json", hidden=frozenset({"revision"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{DEVICE}{{device}}",
        names=(Named("device", attribute("device_id")),),
    ),
    Record(
        "registered device",
        Store.ACCOUNTS,
        f"{DEVICE}{{device}}",
        Whose.ACCOUNT,
        NotExported("the device itself is exported; the rest is the operator's register"),
        Pseudonymise(
            "the operator's register of devices, without whose each is; another account can then claim it",
            leaves=frozenset({"serial", "model", "claim_hash", "timeline_key", "timeline_at"}),
        ),
        ACCOUNTS_LIFE,
        sort=REGISTERED,
        owner="account_id",
    ),
    Record(
        "trial of cloud storage",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("storage_trial.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=TRIAL,
    ),
    Record(
        "mark of a trial",
        Store.ACCOUNTS,
        f"{TRIAL_MARK}{{keyed_hash}}",
        Whose.NOBODY,
        NotExported("a keyed hash; the trial itself is exported"),
        Keep("a keyed hash by which a trial is given once; it says nothing of whose it was"),
        PRODUCT,
        sort=MARK,
        hold=Hold.UNAFFECTED,
    ),
)
