"""Anti-fraud rules: counts of an account's downloads and links, and their thresholds (M-III.5.fraud).

In degrees: too many in a short time are slowed down by the grant's own write (`Burst`); a count taken afterwards
(`Watch`) opens a case for an operator from `case` on, and also restricts the account from `restrict` on. Every figure
is published data (kind `fraud-rules`). enforcement/rules_sightings.py counts.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Suspicion(StrEnum):
    """What opens a case; also the reason that a restriction's notice gives."""

    TOO_FAST = "downloads_too_fast"
    MANY_NETWORKS = "many_networks"
    MANY_DEVICES = "many_devices"
    SCRIPTED = "scripted_client"
    EVEN_INTERVALS = "even_intervals"
    MANY_LINKS = "many_links"


class Burst(Struct, frozen=True):
    """At most `downloads` in a window of `minutes`; more are slowed down (429)."""

    downloads: int
    minutes: int


class Watch(Struct, frozen=True):
    """A count over the last `minutes`: a case from `case` on, a restriction as well from `restrict` on."""

    minutes: int
    case: int
    restrict: int


class Evenness(Struct, frozen=True):
    """Downloads at intervals whose standard deviation is less than `variation_percent` of their mean come from a
    machine; intervals with a mean above `longest_seconds` are ignored.
    """

    variation_percent: int
    longest_seconds: int


class FraudRules(Struct, frozen=True):
    """The figures in force. `links_per_download` is how many fresh links one download gets; `tools` are pieces of the
    user agents of known tools, in lower case.
    """

    burst: Burst
    watches: dict[Suspicion, Watch]
    evenness: Evenness
    tools: tuple[str, ...]
    links_per_download: int
    restriction_minutes: int
