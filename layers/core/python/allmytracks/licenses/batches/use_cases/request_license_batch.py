"""A member requests a license batch, and reads what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.documents.rules_text import line
from allmytracks.downloads.rules import normal_use, require_downloadable
from allmytracks.foundation.errors import FieldProblem, FieldProblems, IdempotencyKeyReused
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.batches.ports import BatchQueue, LicenseBatches
from allmytracks.licenses.batches.rules import LicenseBatch, Wish, batch_id_for
from allmytracks.licenses.rules_applications import LONGEST_CHANNEL
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import unknown_purpose
from allmytracks.memberships.rules_platforms import platform_of, required_platform
from allmytracks.publishing.ports import Publications


class RequestedBatch(Struct, frozen=True):
    """The batch, and whether this key requested it before."""

    batch: LicenseBatch
    repeated: bool = False


@dataclass(frozen=True)
class RequestLicenseBatch:
    """Everything here is the caller's own. Raises Unavailable.

    What concerns every track alike is checked at once; what concerns one track becomes its outcome.
    """

    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    batches: LicenseBatches
    queue: BatchQueue
    clock: Clock

    def __call__(self, account_id: str, wish: Wish, idempotency_key: str) -> RequestedBatch:
        """Requests a batch, once for each key. Raises InvalidFields, RenditionNotFound, IdempotencyKeyReused.

        For an account that may not license now: AccountNotVerified, GuardianConsentRequired, AccountFrozen,
        AccountRestricted.
        """
        now = self.clock.now()
        require_may(self.accounts.get(account_id), Act.LICENSE, self.restrictions.restriction(account_id), now)
        batch = LicenseBatch(batch_id_for(account_id, idempotency_key), account_id, self._checked(wish), now)
        stored = self.batches.add(batch)
        if _asked(stored.wish) != _asked(batch.wish):
            raise IdempotencyKeyReused("This Idempotency-Key asked for another batch; send a new one.")
        if stored.open:
            # Repeated on a retried request: the first one may have crashed after its write.
            self.queue.send(account_id, stored.id, timedelta())
        return RequestedBatch(stored, repeated=stored is not batch)

    def get(self, account_id: str, batch_id: str) -> LicenseBatch:
        """The batch with its outcomes so far. Raises BatchNotFound."""
        return self.batches.get(account_id, batch_id)

    def _checked(self, wish: Wish) -> Wish:
        """The wish as it binds: its platform as letters state it. Raises InvalidFields, RenditionNotFound."""
        require_downloadable(wish.rendition)
        plans = published_price_lists(self.publications)
        prices = plans.at(self.clock.now())
        problems = FieldProblems()
        if len(set(wish.tracks)) < len(wish.tracks):
            problems.add(FieldProblem("tracks", "repeated", "Name each track once."))
        purpose, platform, use = wish.use.purpose, None, wish.use
        with problems.gathered():
            use = normal_use(replace(wish.use, platform=None))
        with problems.gathered():
            if purpose is not None and not plans.knows(purpose):
                raise unknown_purpose(plans)
        with problems.gathered():
            platform = platform_of(prices.platforms, wish.use.platform, wish.platform_name)
            if platform is None and purpose is not None and prices.needs_platform(purpose):
                raise required_platform(prices.platforms)
        with problems.gathered():
            line("channel", wish.channel, LONGEST_CHANNEL)
        problems.raise_found()
        return replace(wish, use=replace(use, platform=platform), platform_name=None)


def _asked(wish: Wish) -> Wish:
    """The wish, wherever it came from: a retry may come from another network."""
    return replace(wish, source_ip="", user_agent="")
