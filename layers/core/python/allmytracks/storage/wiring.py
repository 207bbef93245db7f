"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.links import LinkSigner
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.payments.wiring import PaymentServices
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.storage.ports import Devices, HeldTrials, Trials
    from allmytracks.storage.ports_recordings import RecordingFiles, Recordings
    from allmytracks.storage.use_cases.announce_recording import AnnounceRecording
    from allmytracks.storage.use_cases.attend_subscriptions import AttendSubscriptions
    from allmytracks.storage.use_cases.cancel_subscription import CancelSubscription
    from allmytracks.storage.use_cases.end_renewals import EndRenewals
    from allmytracks.storage.use_cases.end_with_service import EndWithService
    from allmytracks.storage.use_cases.keep_device_tokens import KeepDeviceTokens
    from allmytracks.storage.use_cases.keep_devices import KeepDevices
    from allmytracks.storage.use_cases.keep_recordings import KeepRecordings
    from allmytracks.storage.use_cases.keep_register import KeepRegister
    from allmytracks.storage.use_cases.list_closing_blocks import ListStorageBlocks
    from allmytracks.storage.use_cases.list_packages import ListPackages
    from allmytracks.storage.use_cases.notify_of_device import NotifyOfDevice
    from allmytracks.storage.use_cases.order_storage import OrderStorage
    from allmytracks.storage.use_cases.read_cover import ReadCover
    from allmytracks.storage.use_cases.record_arrival import RecordArrival
    from allmytracks.storage.use_cases.release_device import ReleaseDevice
    from allmytracks.storage.use_cases.remind_of_ends import RemindOfEnds
    from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions
    from allmytracks.storage.use_cases.start_trial import StartTrial
    from allmytracks.storage.use_cases.sweep_recordings import SweepRecordings


class StorageServices:
    """Devices and their cloud storage."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        enforcement: EnforcementServices,
        payments: PaymentServices,
        notices: NoticeServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._enforcement = enforcement
        self._payments = payments
        self._notices = notices

    @cached_property
    def devices(self) -> Devices:
        from allmytracks.storage.dynamodb import DynamoDevices

        return DynamoDevices(self._foundation.accounts_table)

    @cached_property
    def trials(self) -> Trials:
        from allmytracks.storage.dynamodb_trials import DynamoTrials

        return DynamoTrials(self._foundation.accounts_table, self._accounts.address_key)

    @cached_property
    def held_trials(self) -> HeldTrials:
        from allmytracks.storage.dynamodb_trials import DynamoHeldTrials

        return DynamoHeldTrials(self._foundation.accounts_table)

    @cached_property
    def cover(self) -> ReadCover:
        from allmytracks.storage.use_cases.read_cover import ReadCover

        return ReadCover(self.held_trials, self._payments.ledger.subscriptions)

    @cached_property
    def keep_devices(self) -> KeepDevices:
        from allmytracks.storage.use_cases.keep_devices import KeepDevices

        return KeepDevices(
            self.devices,
            self.cover,
            self.release_device,
            self._accounts.repository,
            self._enforcement.standings,
            self._publishing.publications,
            self._foundation.throttle,
            self._foundation.clock,
        )

    @cached_property
    def release_device(self) -> ReleaseDevice:
        from allmytracks.storage.use_cases.release_device import ReleaseDevice

        return ReleaseDevice(
            self.devices, self.cover, self._payments.orders.repository, self._foundation.events, self._foundation.clock
        )

    @cached_property
    def remind_of_ends(self) -> RemindOfEnds:
        from allmytracks.storage.use_cases.remind_of_ends import RemindOfEnds

        return RemindOfEnds(
            subscriptions=self._payments.ledger.subscriptions,
            trials=self.held_trials,
            devices=self.devices,
            accounts=self._accounts.repository,
            notices=self._notices.repository,
            mailer=self._foundation.mailer,
            clock=self._foundation.clock,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def notify_of_device(self) -> NotifyOfDevice:
        from allmytracks.storage.use_cases.notify_of_device import NotifyOfDevice

        return NotifyOfDevice(
            devices=self.devices,
            accounts=self._accounts.repository,
            notices=self._notices.repository,
            mailer=self._foundation.mailer,
            clock=self._foundation.clock,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def keep_register(self) -> KeepRegister:
        from allmytracks.storage.use_cases.keep_register import KeepRegister

        return KeepRegister(self.devices, self.release_device, self._foundation.audit)

    @cached_property
    def start_trial(self) -> StartTrial:
        from allmytracks.storage.use_cases.start_trial import StartTrial

        return StartTrial(
            self.devices,
            self.trials,
            self.cover,
            self._accounts.repository,
            self._enforcement.standings,
            self._publishing.publications,
            self._foundation.events,
            self._foundation.clock,
            self._foundation.ids,
        )

    @cached_property
    def list_packages(self) -> ListPackages:
        from allmytracks.storage.use_cases.list_packages import ListPackages

        return ListPackages(self._publishing.publications, self._foundation.clock)

    @cached_property
    def order(self) -> OrderStorage:
        from allmytracks.storage.use_cases.order_storage import OrderStorage

        return OrderStorage(
            devices=self.devices,
            cover=self.cover,
            orders=self._payments.orders.repository,
            accounts=self._accounts.repository,
            restrictions=self._enforcement.standings,
            billing=self._accounts.billing,
            publications=self._publishing.fresh_publications,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def subscriptions(self) -> ShowSubscriptions:
        from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions

        return ShowSubscriptions(self.held_trials, self._payments.ledger.subscriptions)

    @cached_property
    def cancel_subscription(self) -> CancelSubscription:
        from allmytracks.storage.use_cases.cancel_subscription import CancelSubscription

        orders, end = self._payments.orders.repository, self._payments.ledger.end_order
        return CancelSubscription(self.subscriptions, orders, end, self._foundation.clock)

    @cached_property
    def end_renewals(self) -> EndRenewals:
        from allmytracks.storage.use_cases.end_renewals import EndRenewals

        ledger = self._payments.ledger
        return EndRenewals(ledger.subscriptions, ledger.take_in_fact, self._foundation.clock)

    @cached_property
    def end_with_service(self) -> EndWithService:
        from allmytracks.storage.use_cases.end_with_service import EndWithService

        publications, ledger = self._publishing.fresh_publications, self._payments.ledger
        return EndWithService(publications, ledger.subscriptions, self.end_renewals, self._foundation.clock)

    @cached_property
    def blocks(self) -> ListStorageBlocks:
        from allmytracks.storage.use_cases.list_closing_blocks import ListStorageBlocks

        return ListStorageBlocks(self.subscriptions)

    @cached_property
    def attend_subscriptions(self) -> AttendSubscriptions:
        from allmytracks.storage.use_cases.attend_subscriptions import AttendSubscriptions

        return AttendSubscriptions(
            self._payments.orders.owners,
            self._payments.ledger.subscriptions,
            self.subscriptions,
            self.cancel_subscription,
            self._foundation.audit,
            self._foundation.clock,
        )

    @cached_property
    def device_tokens(self) -> KeepDeviceTokens:
        from allmytracks.storage.use_cases.keep_device_tokens import KeepDeviceTokens

        return KeepDeviceTokens(
            self.devices,
            self._accounts.repository,
            self._enforcement.standings,
            self._foundation.clock,
            self._foundation.ids,
        )

    @cached_property
    def recordings(self) -> Recordings:
        from allmytracks.storage.dynamodb_recordings import DynamoRecordings

        return DynamoRecordings(self._foundation.recordings_table)

    @cached_property
    def recording_files(self) -> RecordingFiles:
        from allmytracks.storage.s3_recordings import S3RecordingFiles

        return S3RecordingFiles(self._foundation.settings.recordings_bucket)

    @cached_property
    def recording_links(self) -> LinkSigner:
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.foundation.s3_links import S3LinkSigner

        settings = self._foundation.settings
        return S3LinkSigner(settings.recordings_bucket, settings.link_seconds, aws_environment())

    @cached_property
    def announce_recording(self) -> AnnounceRecording:
        from allmytracks.storage.use_cases.announce_recording import AnnounceRecording

        return AnnounceRecording(
            self.devices,
            self.cover,
            self.recordings,
            self.recording_files,
            self._accounts.repository,
            self._enforcement.standings,
            self._publishing.publications,
            self._foundation.clock,
        )

    @cached_property
    def keep_recordings(self) -> KeepRecordings:
        from allmytracks.storage.use_cases.keep_recordings import KeepRecordings

        return KeepRecordings(
            self.devices,
            self.cover,
            self.recordings,
            self.recording_files,
            self.recording_links,
            self._accounts.repository,
            self._enforcement.standings,
            self._foundation.clock,
        )

    @cached_property
    def record_arrival(self) -> RecordArrival:
        from allmytracks.storage.use_cases.record_arrival import RecordArrival

        return RecordArrival(self.recordings, self.recording_files, self.cover, self._foundation.clock)

    @cached_property
    def sweep_recordings(self) -> SweepRecordings:
        from allmytracks.storage.use_cases.sweep_recordings import SweepRecordings

        return SweepRecordings(
            self.recordings, self.recording_files, self.cover, self.record_arrival, self._foundation.clock
        )
