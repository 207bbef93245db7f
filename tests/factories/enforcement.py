"""The anti-fraud rules as config/ publishes them, and made-up members."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.enforcement.rules_fraud import FraudRules
from allmytracks.enforcement.use_cases.watch_downloads import Seen
from allmytracks.publishing.ports import Publication
from tests.factories.catalogue import NOW
from tests.fakes.publishing import MemoryPublications

FILE = Path(__file__).parents[2] / "config" / "fraud-rules.toml"
LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.1 Safari/605.1.15"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
SCRIPT = "python-requests/2.32.5"
HOME, OFFICE = "203.0.113.20", "198.51.100.7"


def publication() -> Publication:
    document = tomllib.loads(FILE.read_text())
    return Publication("fraud-rules", document["version"], document["effective_at"], document["body"])


def rules() -> FraudRules:
    """The rules that config/fraud-rules.toml publishes."""
    found = published_fraud_rules(MemoryPublications([publication()]), NOW)
    assert found is not None
    return found


def mobile_addresses(seed: int, networks: int) -> Iterator[str]:
    """What a phone under way is seen as: addresses of a few of its provider's networks."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        yield f"100.{64 + chance.randrange(networks)}.7.{chance.randrange(1, 255)}"


def by_hand(seed: int, how_many: int, seconds: float, *, start: datetime = NOW) -> list[datetime]:
    """Instants of a person who listens, skips, downloads; if steady, the pauses vary by a quarter."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    pauses = [3 + chance.expovariate(1) for _ in range(how_many)]
    scale = seconds / sum(pauses)
    instants, at = [], start
    for pause in pauses:
        at += timedelta(seconds=max(3.0, pause * scale))
        instants.append(at)
    return instants


def seen(instants: Sequence[datetime], ips: Sequence[str], agents: Sequence[str], *, links: bool = False) -> list[Seen]:
    """One download (or link) at each instant, from the addresses and devices in turn."""
    return [
        Seen(
            f"{'LINK' if links else 'DOWNLOAD'}#{at.isoformat()}-{n}",
            at,
            ips[n % len(ips)],
            agents[n % len(agents)],
            links,
        )
        for n, at in enumerate(instants)
    ]
