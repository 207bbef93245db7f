"""POST /v1/downloads as Lambda runs it: the real handler on the real adapters; a kill starts another process."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allmytracks import wiring
from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.catalogue.rules import Origin
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.s3_links import S3LinkSigner
from allmytracks.foundation.settings import Settings
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.memberships.rules import Period
from allmytracks.publishing.dynamodb import DynamoPublications
from functions.grant_download.handler import handle
from tests.factories.accounts import account
from tests.factories.enforcement import publication as fraud_rules_publication
from tests.factories.instants import NOW
from tests.factories.memberships import plans_publication
from tests.factories.tracks import track
from tests.fakes.foundation import FixedClock
from tests.fakes.wiring import put
from tests.faults.injector import FaultInjector, Killed
from tests.faults.ledger import Ledger

EVENT = json.loads((Path(__file__).parents[2] / "events/grant_download/post-downloads.json").read_text())
SETTINGS = {"ANTI_FRAUD": "on", "DAY_TIME_ZONE": "Asia/Hong_Kong", "LINK_SECONDS": "300", "MASTERS_BUCKET": "masters"}
TRACKS = ("trk-1", "trk-2", "trk-3")
# A client gives up eventually; the product must have responded by then.
MOST_TRIES = 5


def own_client(table: Table) -> Table:
    """The same table, its address spelled differently: adapters share a client for each address; faults spoil one."""
    return Table(table.name, f"{table.endpoint}/")


@dataclass
class DownloadSite:
    """The function, its tables and a client of it."""

    tables: dict[str, Table]
    clock: FixedClock
    injector: FaultInjector
    ledger: Ledger
    address: str | None
    accounts: DynamoAccounts
    allowances: type[AllowanceItem]
    links: S3LinkSigner
    accounts_made: int = 0

    @classmethod
    def on(cls, accounts: Table, counters: Table, catalog: Table) -> DownloadSite:
        """A site with a price list, the shipped anti-fraud rules and three tracks."""
        for publication in (plans_publication(), fraud_rules_publication()):
            DynamoPublications(catalog).publish(publication)
        tracks = DynamoTracks(catalog)
        for name in TRACKS:
            tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
        tables = {
            "accounts_table": own_client(accounts),
            "counters_table": own_client(counters),
            "catalog_table": own_client(catalog),
        }
        spoiled = tables["accounts_table"]
        return cls(
            tables,
            FixedClock(NOW),
            FaultInjector(spoiled.client),
            Ledger(accounts, counters),
            accounts.endpoint,
            DynamoAccounts(accounts),
            bind(AllowanceItem, counters),
            S3LinkSigner("masters", 300, AwsEnvironment()),
        )

    def new_member(self, *periods: Period) -> str:
        """An account with these periods."""
        self.accounts_made += 1
        account_id = f"acc-{self.accounts_made}"
        self.accounts.add(account(account_id), [])
        self.allowances(allowance_key(account_id), periods=periods).save()
        return account_id

    def start(self) -> None:
        """Another process: nothing is in its caches."""
        made = wiring.Services(Settings(SETTINGS))
        # The signer does no network I/O and is slow to make.
        put(made, {f"foundation.{name}": table for name, table in self.tables.items()})
        put(made, {"foundation.clock": self.clock, "catalogue.links": self.links})
        wiring.install(made)

    def invoke(self, account_id: str, key: str, **form: object) -> dict[str, Any] | None:
        """One request; None where the function was killed before its response."""
        event = copy.deepcopy(EVENT)
        event["headers"]["idempotency-key"] = key
        event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = account_id
        event["body"] = json.dumps({"track_id": "trk-1", "rendition": "wav", **form})
        try:
            answer = handle(event, None)
        except Killed:
            self.start()
            return None
        return {**json.loads(str(answer["body"])), "status": answer["statusCode"]}

    def ask(self, account_id: str, key: str, **form: object) -> dict[str, Any]:
        """What a client does: repeats the request while there is no response or one that says to retry."""
        for _ in range(MOST_TRIES):
            answer = self.invoke(account_id, key, **form)
            if answer is not None and answer["status"] != 503:
                return answer
        raise AssertionError(f"no answer in {MOST_TRIES} tries")
