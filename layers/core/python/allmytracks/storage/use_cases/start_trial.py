"""The trial of cloud storage: once, for one device (S-0.accept, S-7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import Accepted, require_current
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.publishing.ports import Publications
from allmytracks.storage.events import StorageTrialStarted
from allmytracks.storage.ports import Devices, Trials
from allmytracks.storage.rules_cover import is_bound
from allmytracks.storage.rules_devices import DeviceChanged, DeviceCovered
from allmytracks.storage.rules_trials import AGREEMENTS, Begun, DeviceTrial, TrialUsed, subjects
from allmytracks.storage.use_cases.read_cover import ReadCover


@dataclass(frozen=True)
class StartTrial:
    """Begins the trial at once; the same again returns it, and publishes the event once more.

    Raises AccountNotFound, the refusals of the account's state, InvalidFields (acceptance), DeviceNotFound,
    DeviceCovered (by a package), TrialUsed, DeviceChanged, Unavailable.
    """

    devices: Devices
    trials: Trials
    cover: ReadCover
    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    events: Events
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str, device_id: str, accept: Sequence[Accepted], source_ip: str) -> DeviceTrial:
        trial = self._begin(account_id, device_id, accept, source_ip)
        self.events.publish([StorageTrialStarted(account_id, device_id, rfc3339(trial.started_at))])
        return trial

    def _begin(self, account_id: str, device_id: str, accept: Sequence[Accepted], source_ip: str) -> DeviceTrial:
        now = self.clock.now()
        account = self.accounts.get(account_id)
        require_may(account, Act.ORDER, self.restrictions.restriction(account_id), now)
        device = self.devices.get(account_id, device_id)
        agreements = published_agreements(self.publications)
        evidence = require_current(accept, agreements, AGREEMENTS, now, source_ip)
        earlier = self.trials.of(account_id)
        if earlier is not None:
            return _same(earlier, device_id)
        if is_bound(self.cover.of(account_id, device_id), now):
            raise DeviceCovered("A package runs for this device; a trial is for a device without one.")
        self.accounts.record_acceptances(account_id, evidence)
        trial = DeviceTrial(account_id, device_id, self.ids.new("sub"), whole_milliseconds(now))
        begun = self.trials.begin(trial, device, subjects(account, device_id))
        if begun is Begun.BEGUN:
            return trial
        earlier = self.trials.of(account_id)
        if earlier is not None:
            return _same(earlier, device_id)
        if begun is Begun.DEVICE_CHANGED:
            raise DeviceChanged("The device was changed at the same moment; read it and try again.")
        raise TrialUsed("This device or the owner of this account has had a trial; choose a package instead.")


def _same(trial: DeviceTrial, device_id: str) -> DeviceTrial:
    if trial.device_id != device_id:
        raise TrialUsed("This account has had its trial, on another device; choose a package instead.")
    return trial
