"""Counting an account's downloads and links against the anti-fraud rules (M-III.5.fraud)."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, pstdev

from msgspec import Struct, field

from allmytracks.enforcement.rules_fraud import Evenness, FraudRules, Suspicion, Watch


class Sighting(Struct, frozen=True):
    """One download, or one link to an old download, with its client and network; None where unknown."""

    id: str
    at: datetime
    is_link: bool
    network: str | None
    device: str | None
    by_tool: bool


class Finding(Struct, frozen=True):
    """A count that reached a threshold: `seen` within `minutes`, and the threshold as `limit`."""

    suspicion: Suspicion
    seen: int
    limit: int
    minutes: int
    at: datetime
    restricts: bool


class Watched(Struct, frozen=True):
    """The watch record of one account; sightings up to `judged_until` were acted on and no longer count."""

    sightings: tuple[Sighting, ...] = ()
    judged_until: datetime | None = None
    revision: int = 0

    def counted(self) -> list[Sighting]:
        """The sightings that count, oldest first."""
        judged = self.judged_until
        return [each for each in self.sightings if judged is None or each.at > judged]


class Judgement(Struct, frozen=True):
    """The watch record after new sightings, and the findings from them."""

    watched: Watched
    findings: tuple[Finding, ...] = field(default=())


MOST_REMEMBERED = 400
NETWORK_BITS = {4: 24, 6: 48}


def network_of(source_ip: str) -> str | None:
    """The network of an address: /24 of IPv4, /48 of IPv6; None where it is not an address."""
    try:
        address = ipaddress.ip_address(source_ip)
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, NETWORK_BITS[address.version]), strict=False))


def sighting(
    sighting_id: str, at: datetime, source_ip: str, user_agent: str, tools: Sequence[str], *, is_link: bool
) -> Sighting:
    """A sighting as it is stored: short hashes of its id and client, and the network of its address."""
    agent = user_agent.strip().lower()
    return Sighting(
        id=_short_hash(sighting_id),
        at=at,
        is_link=is_link,
        network=network_of(source_ip),
        device=_short_hash(agent) if agent else None,
        by_tool=any(tool in agent for tool in tools),
    )


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def judge(watched: Watched, fresh: Sequence[Sighting], rules: FraudRules) -> Judgement:
    """Judges each new sighting in turn; known ones are ignored.

    The result is the same for sightings one by one and in a batch.
    """
    known = {each.id for each in watched.sightings}
    now = watched
    found: dict[Suspicion, Finding] = {}
    for each in sorted(fresh, key=lambda new: (new.at, new.id)):
        if each.id in known:
            continue
        known.add(each.id)
        now = _remembered(now, each, rules)
        findings = _findings(now.counted(), each, rules)
        for finding in findings:
            earlier = found.get(finding.suspicion)
            if earlier is None or not earlier.restricts:
                found[finding.suspicion] = finding
        if any(finding.restricts for finding in findings):
            now = Watched(now.sightings, each.at, now.revision)
    return Judgement(now, tuple(found.values()))


def _remembered(watched: Watched, new: Sighting, rules: FraudRules) -> Watched:
    oldest = new.at - timedelta(minutes=max((watch.minutes for watch in rules.watches.values()), default=0))
    kept = sorted([each for each in watched.sightings if each.at >= oldest] + [new], key=lambda each: each.at)
    return Watched(tuple(kept[-MOST_REMEMBERED:]), watched.judged_until, watched.revision)


def _findings(counted: Sequence[Sighting], last: Sighting, rules: FraudRules) -> list[Finding]:
    found = []
    for suspicion, watch in rules.watches.items():
        since = last.at - timedelta(minutes=watch.minutes)
        seen = _count(suspicion, [each for each in counted if since < each.at <= last.at], rules.evenness, watch)
        if seen >= min(watch.case, watch.restrict):
            restricts = seen >= watch.restrict
            limit = watch.restrict if restricts else watch.case
            found.append(Finding(suspicion, seen, limit, watch.minutes, last.at, restricts))
    return found


def _count(suspicion: Suspicion, recent: Sequence[Sighting], evenness: Evenness, watch: Watch) -> int:
    downloads = [each for each in recent if not each.is_link]
    match suspicion:
        case Suspicion.TOO_FAST:
            return len(downloads)
        case Suspicion.MANY_NETWORKS:
            return len({each.network for each in recent if each.network})
        case Suspicion.MANY_DEVICES:
            return len({each.device for each in recent if each.device})
        case Suspicion.SCRIPTED:
            return sum(each.by_tool for each in downloads)
        case Suspicion.MANY_LINKS:
            return len(recent) - len(downloads)
        case Suspicion.EVEN_INTERVALS:
            even = [n for n in (watch.case, watch.restrict) if _are_even([d.at for d in downloads[-n:]], n, evenness)]
            return max(even, default=0)


def _are_even(instants: Sequence[datetime], at_least: int, evenness: Evenness) -> bool:
    if len(instants) < max(at_least, 3):
        return False
    gaps = [(after - before).total_seconds() for before, after in pairwise(instants)]
    mean = fmean(gaps)
    return mean <= evenness.longest_seconds and pstdev(gaps) * 100 < mean * evenness.variation_percent
