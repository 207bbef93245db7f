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
    Retention,
    Store,
    Whose,
    attribute,
)
from allmytracks.storage.dynamodb import DEVICE, LAST_RELEASE, REGISTERED, RELEASED
from allmytracks.storage.dynamodb_recordings import RECORDING, USAGE
from allmytracks.storage.dynamodb_trials import MARK, TRIAL, TRIAL_MARK

_ROLLING = Retention("recordings", "as many days as the package says, and while it covers the device; then it is swept")

RECORDS = (
    Record(
        "recording",
        Store.RECORDINGS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported(
            "recordings.json",
            hidden=frozenset({"by_time", "sweep_key", "sweep_at", "upload_id", "version"}),
            how="Fetch each with the status kept, while it is kept: GET /v1/recordings/{id}/link gives its address.",
        ),
        Delete(),
        _ROLLING,
        sort=f"{RECORDING}{{recording}}",
    ),
    Record(
        "use of storage by a device",
        Store.RECORDINGS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("recordings_held.json", hidden=frozenset({"sweep_key", "sweep_at"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{USAGE}{{device}}",
    ),
    Record(
        "recording's file",
        Store.RECORDING_FILES,
        "recordings/{account}/{recording}",
        Whose.ACCOUNT,
        NotExported("each is played and saved by its link while it is kept; together they are too large"),
        Delete(),
        _ROLLING,
        folder="recordings/{account}/",
    ),
    Record(
        "device",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("devices.json", hidden=frozenset({"revision", "token_hash"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{DEVICE}{{device}}",
        names=(Named("device", attribute("device_id")),),
    ),
    Record(
        "released device",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("released_devices.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{RELEASED}{{device}}",
    ),
    Record(
        "account that released a device last",
        Store.ACCOUNTS,
        f"{DEVICE}{{device}}",
        Whose.ACCOUNT,
        NotExported("the released device itself is exported"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=LAST_RELEASE,
        owner="account_id",
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
        Exported("storage_trial.json", hidden=frozenset({"timeline_key", "timeline_at"})),
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
