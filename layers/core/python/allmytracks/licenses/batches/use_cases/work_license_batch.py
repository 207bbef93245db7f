"""One pass over a license batch: downloads and letters of its next tracks, then another pass if more are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allmytracks.downloads.rules import Use
from allmytracks.downloads.rules_allowance import DownloadingTooFast
from allmytracks.downloads.use_cases.grant_download import DownloadRequest, Granted
from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.foundation.errors import DomainError, Unavailable
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.batches.ports import BatchQueue, LicenseBatches
from allmytracks.licenses.batches.rules import LONGEST_PASS, LONGEST_PAUSE, LicenseBatch, Outcome, pace_under
from allmytracks.licenses.use_cases.issue_license import IssuedLicense, LicenseApplication
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class WorkLicenseBatch:
    """Idempotent at every step: grants and letters are made once for each track of a batch. Raises Unavailable.

    `grant` records no link, because nobody is given one here. With `anti_fraud`, a batch keeps a pace that raises no
    suspicion; one pass works on it at a time.
    """

    batches: LicenseBatches
    grant: Callable[[DownloadRequest], Granted]
    issue: Callable[[LicenseApplication], IssuedLicense]
    queue: BatchQueue
    publications: Publications
    clock: Clock
    anti_fraud: bool = True

    def __call__(self, account_id: str, batch_id: str) -> None:
        """Works the next tracks. Raises BatchNotFound."""
        batch = self.batches.get(account_id, batch_id)
        now = self.clock.now()
        if batch.waits_until is not None and now < batch.waits_until:
            # Another message of this batch came first, or this one early.
            self.queue.send(account_id, batch_id, batch.waits_until - now)
            return
        leased = self.batches.lease(batch, now, now + LONGEST_PASS) if batch.open else None
        if leased is None:
            return  # done; or another pass has it, which asks for the next one
        batch = leased
        pace = pace_under(published_fraud_rules(self.publications, now) if self.anti_fraud else None)
        for track_id in batch.open[: pace.tracks]:
            try:
                outcome = self._outcome(batch, track_id)
            except DownloadingTooFast as slow:
                self._again(batch, min(slow.until - self.clock.now(), LONGEST_PAUSE))
                return
            self.batches.record(batch, track_id, outcome)
        if len(batch.open) > pace.tracks:
            self._again(batch, pace.pause)

    def give_up(self, account_id: str, batch_id: str) -> None:
        """Ends a batch whose passes failed as often as they may. Raises BatchNotFound."""
        batch = self.batches.get(account_id, batch_id)
        refusal = Unavailable("This track could not be licensed; ask again for it in a new batch.")
        for track_id in batch.open:
            self.batches.record(batch, track_id, Outcome(code=refusal.code, detail=refusal.detail))

    def _again(self, batch: LicenseBatch, pause: timedelta) -> None:
        pause = max(pause, timedelta())
        # After a crash between the two, this pass's own message comes again and sends the next one.
        self.batches.wait(batch, self.clock.now() + pause)
        self.queue.send(batch.account_id, batch.id, pause)

    def _outcome(self, batch: LicenseBatch, track_id: str) -> Outcome:
        """Raises DownloadingTooFast, Unavailable."""
        wish, key, download_id = batch.wish, f"{batch.id}/{track_id}", None
        try:
            granted = self.grant(
                DownloadRequest(
                    batch.account_id, key, track_id, wish.rendition, wish.use, wish.source_ip, wish.user_agent
                )
            )
            download_id = granted.grant.download_id
            issued = self.issue(
                LicenseApplication(
                    batch.account_id,
                    key,
                    download_id,
                    wish.licensee,
                    wish.designated_user,
                    # The download is bound to the whole use already.
                    Use(),
                    wish.language,
                    channel=wish.channel,
                )
            )
        except (DownloadingTooFast, Unavailable):
            raise
        except DomainError as refusal:
            number = refusal.extra.get("license_number")
            return Outcome(download_id, number if isinstance(number, str) else None, refusal.code, refusal.detail)
        return Outcome(download_id, issued.letter.license.number)
