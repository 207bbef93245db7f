"""Shared by all calls to Stripe: the SDK's client, the pinned API version, the translation of its errors.

Importing this loads the whole SDK; webhooks are read without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe

from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.rules import CheckoutNotKnown, ProviderRefused
from allmytracks.payments.secrets_manager import SecretSource

# Pinned: Stripe responds and sends events in this version whatever the account's default is.
API_VERSION = "2026-10-28.endive"
# Two tries fit into a function's ten seconds; a third is the buyer's retry, which gets the same checkout.
ANSWER_SECONDS = 4
NETWORK_RETRIES = 1


class StripeCalls:
    """Creates clients with the current key. `api_base` is https://api.stripe.com on AWS."""

    def __init__(self, secrets: SecretSource, api_base: str) -> None:
        self._secrets = secrets
        self._api_base = api_base
        self._http = stripe.RequestsClient(timeout=ANSWER_SECONDS)

    @contextmanager
    def client(self) -> Iterator[stripe.StripeClient]:
        """A client whose errors are translated. Raises Unavailable, ProviderRefused, CheckoutNotKnown.

        Stripe's refusal of the request itself is a defect of ours and passes through.
        """
        try:
            yield stripe.StripeClient(
                self._secrets().api_key,
                base_addresses={"api": self._api_base},
                stripe_version=API_VERSION,
                max_network_retries=NETWORK_RETRIES,
                http_client=self._http,
            )
        except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
            raise Unavailable("The payment provider did not respond. Please try again shortly.") from error
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise ProviderRefused("The payment provider does not accept our key.") from error
        except stripe.IdempotencyError as error:
            if error.http_status != HTTPStatus.CONFLICT:
                raise
            raise Unavailable("The same request is being handled. Please try again shortly.") from error
        except stripe.InvalidRequestError as error:
            if error.http_status != HTTPStatus.NOT_FOUND:
                raise
            raise CheckoutNotKnown("The payment provider has no such checkout.") from error
