"""The only reader of the environment. Every variable is named once, here, and in template.yaml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo


class MissingSetting(LookupError):
    """An environment variable that the function needs is not set: template.yaml must give it."""


class Settings:
    """The environment of one function, read lazily; an unset name raises MissingSetting."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment: Mapping[str, str] = os.environ if environment is None else environment

    def read(self, name: str) -> str:
        """The value of one variable. Raises MissingSetting."""
        try:
            return self._environment[name]
        except KeyError:
            raise MissingSetting(f"environment variable {name} is not set") from None

    @property
    def accounts_table(self) -> str:
        return self.read("ACCOUNTS_TABLE")

    @property
    def counters_table(self) -> str:
        return self.read("COUNTERS_TABLE")

    @property
    def catalog_table(self) -> str:
        return self.read("CATALOG_TABLE")

    @property
    def masters_bucket(self) -> str:
        return self.read("MASTERS_BUCKET")

    @property
    def documents_bucket(self) -> str:
        return self.read("DOCUMENTS_BUCKET")

    @property
    def search_domain(self) -> str | None:
        """The address of the OpenSearch domain that is searched; None for the embedded engine."""
        return self.read("SEARCH_DOMAIN") or None

    @property
    def letters_bucket(self) -> str:
        """The bucket of licence letters, under Object Lock."""
        return self.read("LETTERS_BUCKET")

    @property
    def register_table(self) -> str:
        return self.read("REGISTER_TABLE")

    @property
    def register_bucket(self) -> str:
        """The bucket of the register's tiles and heads, under Object Lock."""
        return self.read("REGISTER_BUCKET")

    @property
    def recordings_table(self) -> str:
        return self.read("RECORDINGS_TABLE")

    @property
    def recordings_bucket(self) -> str:
        """The bucket of devices' recordings."""
        return self.read("RECORDINGS_BUCKET")

    @property
    def user_pool_id(self) -> str:
        return self.read("USER_POOL_ID")

    @property
    def user_pool_client_id(self) -> str:
        return self.read("USER_POOL_CLIENT_ID")

    @property
    def payments_queue_url(self) -> str:
        return self.read("PAYMENTS_QUEUE_URL")

    @property
    def license_batches_queue_url(self) -> str:
        """The queue of passes over license batches."""
        return self.read("LICENSE_BATCHES_QUEUE_URL")

    @property
    def payments_dead_letters_url(self) -> str:
        """The dead-letter queue of payment facts that could not be folded."""
        return self.read("PAYMENTS_DEAD_LETTERS_URL")

    @property
    def event_bus_name(self) -> str:
        return self.read("EVENT_BUS_NAME")

    @property
    def license_key_id(self) -> str:
        """The KMS key that signs licences."""
        return self.read("LICENSE_KEY_ID")

    @property
    def timestamp_authority_url(self) -> str | None:
        """The time stamp authority for letters (RFC 3161); None for no time stamps."""
        return self.read("TIMESTAMP_AUTHORITY_URL") or None

    @property
    def payment_secret_id(self) -> str:
        """The secret that holds the payment provider's key and webhook secrets."""
        return self.read("PAYMENT_SECRET_ID")

    @property
    def address_secret_id(self) -> str:
        """The secret that is the key under which addresses of closed accounts are hashed."""
        return self.read("ADDRESS_SECRET_ID")

    @property
    def oidc_issuer(self) -> str:
        """The issuer of the OpenID Connect provider that members may sign in with; empty for none."""
        return self.read("OIDC_ISSUER")

    @property
    def oidc_secret_id(self) -> str:
        """The secret with that provider's client_id and client_secret."""
        return self.read("OIDC_SECRET_ID")

    @property
    def payment_api_base(self) -> str:
        """The base URL of the payment provider's API."""
        return self.read("PAYMENT_API_BASE")

    @property
    def mail_sender(self) -> str:
        return self.read("MAIL_SENDER")

    @property
    def mail_configuration_set(self) -> str:
        """The mail service's configuration set, which reports bounces and complaints."""
        return self.read("MAIL_CONFIGURATION_SET")

    @property
    def mail_company(self) -> str:
        """The company and its postal address, as every mail ends; lines separated by semicolons."""
        return self.read("MAIL_COMPANY")

    @property
    def site_url(self) -> str:
        """The website that members see."""
        return self.read("SITE_URL")

    @property
    def public_url(self) -> str:
        """This API's own public address, without a slash at its end."""
        return self.read("PUBLIC_URL")

    @property
    def day_time_zone(self) -> ZoneInfo:
        """The time zone of the allowance's days."""
        return ZoneInfo(self.read("DAY_TIME_ZONE"))

    @property
    def link_seconds(self) -> int:
        """The lifetime of a signed link, in seconds."""
        return int(self.read("LINK_SECONDS"))

    @property
    def edge_links(self) -> tuple[str, str] | None:
        """The address before the masters' bucket and the id of the secret that signs its links; None: links to S3."""
        root, _, secret_id = self.read("EDGE_LINKS").partition(" ")
        return (root, secret_id) if secret_id else None

    @property
    def edge_key(self) -> str:
        """What requests that came by the edge stack carry; empty where there is none."""
        return self._environment.get("EDGE_KEY", "")

    @property
    def licensor_name(self) -> str:
        return self.read("LICENSOR_NAME")

    @property
    def licensor_registration(self) -> str:
        return self.read("LICENSOR_REGISTRATION")

    @property
    def licensor_contact(self) -> str | None:
        """Where rights departments ask the company that grants licences; None where it names nothing."""
        return self.read("LICENSOR_CONTACT") or None

    @property
    def licensor_signatory(self) -> str | None:
        """Who signs for it, name and office; None where nobody is named."""
        return self.read("LICENSOR_SIGNATORY") or None

    @property
    def seller_address(self) -> tuple[str, ...]:
        """The address that letters and invoices give of the company, a line each."""
        return tuple(line.strip() for line in self.read("SELLER_ADDRESS").split(";") if line.strip())

    @property
    def seller_tax_id(self) -> str | None:
        """The company's number for tax; None where it has none."""
        return self.read("SELLER_TAX_ID") or None

    @property
    def throttling(self) -> bool:
        """Whether rate limits apply. Raises ValueError for a value other than `on` and `off`."""
        return self._switch("THROTTLING")

    @property
    def two_person_rule(self) -> bool:
        """Whether grave acts need a second operator. Raises ValueError for a value other than `on` and `off`."""
        return self._switch("TWO_PERSON_RULE")

    @property
    def anti_fraud(self) -> bool:
        """Whether anti-fraud is on. Raises ValueError for a value other than `on` and `off`."""
        return self._switch("ANTI_FRAUD")

    def _switch(self, name: str) -> bool:
        value = self.read(name)
        if value not in {"on", "off"}:
            raise ValueError(f"{name} is on or off, not {value!r}")
        return value == "on"
