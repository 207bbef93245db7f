"""Where the CPU of issuing one licence goes: to the atomic write, or to rendering, signing and storing the letter."""

from __future__ import annotations

import dataclasses
import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import Licensee, LicenseeKind
from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.licenses.use_cases.issue_license import IssueLicense, LicenseApplication
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.publishing.dynamodb import DynamoPublications
from allmytracks.publishing.ports import Publication
from allmytracks.wiring import services
from infra.ops.certifying import self_signed
from tests.factories.accounts import account
from tests.factories.instants import PUBLISHED_AT
from tests.factories.licenses import PERSONAL_USE, grant
from tests.factories.memberships import period, purchase_of
from tests.factories.payments import a_paid_order, store_order

ACCOUNT = "acc-bench"
# In the order in which they happen.
PARTS = (
    "read, check and tell the bus",
    "sign terms and statement (JWS)",
    "render the page",
    "seal the file (PAdES)",
    "store it",
    "atomic write",
)
LICENSEE = Licensee("株式会社東京楽器", LicenseeKind.INDIVIDUAL, "1 Harbour Road, Hong Kong")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an issue: the median of its CPU, and its share of the whole (1.0) in percent."""

    name: str
    milliseconds: float
    percent: float


class Stopwatch:
    """Process CPU by part, of the calls that go through it."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)

    def around(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, its CPU counted to `part`."""

        def timed(*values: Any, **named: Any) -> Any:
            started = time.process_time_ns()
            try:
                return call(*values, **named)
            finally:
                self.seconds[part] += (time.process_time_ns() - started) / 1e9

        return timed


class _Timed:
    """An object of which one call is timed; all others go to it as they are."""

    def __init__(self, real: object, name: str, call: Callable[..., Any]) -> None:
        self._real = real
        setattr(self, name, call)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def split(letters: int, advance: Callable[[], None]) -> list[Part]:
    """Issues `count` licences (after one that is not counted) and returns where their CPU went."""
    _prepare()
    taken: dict[str, list[float]] = {part: [] for part in PARTS}
    for number in itertools.islice(itertools.count(), letters + 1):
        application = _application(number)
        watch = Stopwatch()
        issue = _watched(services().licenses.issue, watch)
        started = time.process_time_ns()
        assert not issue(application).replayed
        whole = (time.process_time_ns() - started) / 1e9
        watch.seconds[PARTS[0]] = whole - sum(watch.seconds.values())
        if number:
            for part in PARTS:
                taken[part].append(watch.seconds[part])
            advance()
    medians = {part: statistics.median(seconds) for part, seconds in taken.items()}
    whole = sum(medians.values())
    return [Part(part, seconds * 1000, 100 * seconds / whole) for part, seconds in medians.items()]


def _watched(issue: IssueLicense, watch: Stopwatch) -> IssueLicense:
    letter = issue.print_letter
    _, sign, render, seal, store, write = PARTS
    timed: dict[str, Any] = {
        "signer": _Timed(letter.signer, "sign", watch.around(sign, letter.signer.sign)),
        "printer": _Timed(letter.printer, "print", watch.around(render, letter.printer.print)),
        "sealer": _Timed(letter.sealer, "seal", watch.around(seal, letter.sealer.seal)),
        "documents": _Timed(letter.documents, "put", watch.around(store, letter.documents.put)),
    }
    licenses: Any = _Timed(issue.licenses, "issue", watch.around(write, issue.licenses.issue))
    return dataclasses.replace(issue, print_letter=dataclasses.replace(letter, **timed), licenses=licenses)


def _prepare() -> None:
    accounts = Table("AccountsTable")
    services().accounts.repository.add(replace(account(), id=ACCOUNT), [])
    store_order(accounts, a_paid_order(account_id=ACCOUNT))
    purchases = to_text([purchase_of(period("premium", PUBLISHED_AT, days=3650))])
    bind(MembershipItem, accounts)(account_key(ACCOUNT), MEMBERSHIP, revision=1, purchases=purchases).save()
    chain = self_signed(services().signing.keys, "Bench", "AllMyTracks", "HK", PUBLISHED_AT, 3650)
    DynamoPublications(Table("CatalogTable")).publish(Publication("certificates", "v1", PUBLISHED_AT, {"chain": chain}))


def _application(number: int) -> LicenseApplication:
    granted = grant(f"letter-{number}", ACCOUNT, at=datetime.now(UTC))
    to_item(bind(DownloadItem, Table("AccountsTable")), granted).save()
    return LicenseApplication(ACCOUNT, f"letter-{number}", granted.download_id, LICENSEE, None, PERSONAL_USE)
