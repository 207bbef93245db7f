"""An operator's work on a licence while DynamoDB fails."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable

from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import bind
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.agreements.dynamodb_quotes import DynamoQuotes
from allmytracks.licenses.agreements.use_cases.issue_special_license import IssueSpecialLicense
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.ports import Binding, LicenseRequest
from allmytracks.licenses.rules import License
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments
from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses
from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense
from allmytracks.payments.ports import Orders
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.licenses import LICENSOR, LicenseWorld, grant, letter_of, license_of, licensed_use
from tests.factories.music_agreements import SIGNED
from tests.fakes.foundation import FixedClock, MemoryAuditLog, MemoryEvents
from tests.faults.injector import Fault, Killed, no_faults
from tests.faults.site import DownloadSite

names = itertools.count()


class Office:
    """A licence of an account of its own, and an operator's use cases on the real DynamoDB."""

    def __init__(self, site: DownloadSite) -> None:
        table = site.tables["accounts_table"]
        self.site, self.events, self.clock = site, MemoryEvents(), FixedClock(NOW)
        self.accounts, self.licenses = DynamoAccounts(table), DynamoLicenses(table)
        self.agreements, self.quotes = DynamoMusicAgreements(table), DynamoQuotes(table)
        account_id = f"acc-of-licences-{next(names)}"
        self.accounts.add(account(account_id), [])
        granted = grant("key-1", account_id)
        to_item(bind(DownloadItem, table), granted).save()
        number = license_number(RandomIds().new("license"))
        self.license: License = license_of(number, granted.download_id, account_id=account_id)
        binding = Binding(licensed_use(), NamedEndUser(self.license.end_user))
        assert self.licenses.issue(letter_of(self.license), LicenseRequest("r-1", "print"), binding)
        audit = Audit(MemoryAuditLog(), self.clock, RandomIds())
        self.revoke = RevokeLicenses(self.licenses, self.accounts, self.events, audit, self.clock)
        self.supersede = SupersedeLicense(
            licenses=self.licenses,
            accounts=self.accounts,
            documents=NamedDocuments(self.licenses, self.agreements, LicenseWorld().issue.print_letter),
            events=self.events,
            audit=audit,
            clock=self.clock,
            ids=RandomIds(),
        )

    def another_letter(self) -> str:
        """One more licence of the account; returns its number."""
        granted = grant("key-2", self.license.account_id)
        to_item(bind(DownloadItem, self.site.tables["accounts_table"]), granted).save()
        number = license_number(RandomIds().new("license"))
        license_ = license_of(number, granted.download_id, account_id=self.license.account_id)
        binding = Binding(licensed_use(), NamedEndUser(license_.end_user))
        assert self.licenses.issue(letter_of(license_), LicenseRequest("r-2", "print"), binding)
        return number

    def agreement(self) -> str:
        """An agreement of the account; returns its number."""
        number, name = license_number(RandomIds().new("license")), self.license.end_user
        licensee = replace(SIGNED.agreement.licensee, name=name)
        agreement = replace(
            SIGNED.agreement, account_id=self.license.account_id, number=number, licensee=licensee, end_user=name
        )
        assert self.agreements.add(replace(SIGNED, agreement=agreement), NamedEndUser(name))
        return number

    def special(self, orders: Orders) -> IssueSpecialLicense:
        """The worker of special licences, on these orders."""
        return IssueSpecialLicense(
            orders,
            self.quotes,
            self.agreements,
            self.licenses,
            LicenseWorld().issue.print_letter,
            self.events,
            self.clock,
            RandomIds(),
            LICENSOR,
        )

    def under(self, fault: Fault, failures: int, act: Callable[[], object]) -> None:
        """Acts while the first calls fail, then once more an hour later, while none does."""
        self.site.injector.expect(lambda number, _: fault if number < failures else None)
        with contextlib.suppress(Unavailable, Killed):
            act()
        self.site.injector.expect(no_faults)
        self.clock.advance(hours=1)
        act()
