"""What a granted download and a device's cloud storage cost: capacity units from the sizes of items, and money.

    python -m infra.costs            prints docs/costs.md
    python -m infra.costs --write    writes it

Units follow from the product's own items and AWS's published rule (infra/capacity_units.py). Money follows from them,
from the figures below that were measured, and from the list prices below. A test compares docs/costs.md with this.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from allmytracks.downloads import dynamodb_grant as write
from allmytracks.downloads.dynamodb_attributes import to_attributes
from allmytracks.downloads.rules import (
    Grant,
    Project,
    Use,
    file_name_for,
    fingerprint_of,
    key_hash_of,
)
from allmytracks.enforcement.rules_sightings import sighting
from allmytracks.foundation.aws.keys import allowance_key
from allmytracks.memberships.rules_rights import ProjectKind
from infra import costs_storage
from infra.capacity_units import item_size, read_units, write_units

PAGE = Path(__file__).parents[1] / "docs" / "costs.md"
TEXT = Path(__file__).with_name("costs_page.md")
ACCOUNT = "7e1d9a54-3c1b-4f0e-9d3b-0f6f2f0a4c11"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAY = NOW.date().toordinal()
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
BURST = 20

# List prices in US dollars, us-east-1, as published in November 2026; other regions differ by up to about a third. For
# another region or date, change them here and write the page again.
PRICES_OF = "2026-11, us-east-1"
PRICES = {
    "HTTP API, a million requests": 1.00,
    "Lambda, a million requests": 0.20,
    "Lambda on arm64, a GB-second": 0.0000133334,
    "DynamoDB on demand, a million write units": 0.625,
    "DynamoDB on demand, a million read units": 0.125,
    "DynamoDB, a GB-month": 0.25,
    "CloudWatch Logs, a GB taken in": 0.50,
    "S3, a thousand GET requests": 0.0004,
    "S3, a thousand PUT requests": 0.005,
    "S3, a GB-month": 0.023,
    "SQS, a million requests": 0.40,
    "Data to the internet, a GB": 0.09,
    "KMS, ten thousand requests": 0.03,
    "OpenSearch, an hour of m6g.large.search": 0.128,
    "OpenSearch, an hour of t3.small.search": 0.036,
    "OpenSearch, a GB-month of gp3": 0.122,
}

# Measured (docs/decisions/2026-11-22-fast-download.md says how), or assumed where it cannot be measured here.
MILLISECONDS = 12  # of a warm request, billed: CPU of the handler and the wait for DynamoDB's transaction
FUNCTION_GB = 1.0
LOG_BYTES = 242 + 196 + 330 + 260  # log line, metric, Lambda's own lines, the gateway's access log
KMS_REQUESTS_PER_MILLION = 100  # DynamoDB asks for its table keys every few minutes, not for each request
FILE_MEGABYTES = 30  # a wav of three minutes
WATCHED_GB, WATCH_MILLISECONDS = 0.256, 15
HOURS = 730  # of a month
# The nodes of a search domain, by stage: their type and count; a test compares them with infra/search.yaml.
SEARCH_NODES = {"production": ("m6g.large.search", 3), "another stage": ("t3.small.search", 1)}
NODE_GIGABYTES = 20


@dataclass(frozen=True, slots=True)
class Case:
    """An allowance before one more grant."""

    name: str
    today: int
    yesterday: int
    plan: str = "premium"
    periods: int = 1


CASES = (
    Case("the first download of an account", 0, 0),
    Case("the tenth of a day, after ten yesterday", 9, 10),
    Case("the last of Premium's day, after a full day", 29, 30),
    Case("the last of Business's day, after a full day", 49, 50, "business"),
    Case("the same, with the next period paid already", 49, 50, "business", 2),
)


def a_grant(title: str = "Harbour at Dawn", artist: str = "The Makers", agent: str = BROWSER) -> Grant:
    """A download with everything declared."""
    use = Use(Project("Our summer film, part two", ProjectKind.PERSONAL), "social_media", "YouTube")
    track_id = "trk_" + "a" * 26
    return Grant(
        download_id="dl_" + "b" * 26,
        account_id=ACCOUNT,
        track_id=track_id,
        title=title,
        artist=artist,
        rendition="wav",
        rendition_sha256="0" * 64,
        object_key=f"tracks/{track_id}/wav.wav",
        file_name=file_name_for(artist, title, "wav"),
        media_type="audio/wav",
        use=use,
        granted_at=NOW,
        fingerprint=fingerprint_of(track_id, "wav", use),
        source_ip="203.0.113.107",
        user_agent=agent,
        key_hash=key_hash_of(ACCOUNT, "a key"),
    )


def an_allowance(case: Case) -> dict[str, Any]:
    """The allowance item as the grants of `case` left it."""
    item: dict[str, Any] = {
        "pk": {"S": allowance_key(ACCOUNT)},
        "standing": {"S": "active"},
        "restricted_until": {"N": "0"},
        "periods": {"L": [_period(case.plan)] * case.periods},
        "day": {"N": str(DAY)},
    }
    for number, count in ((DAY, case.today), (DAY - 1, case.yesterday)):
        if count:
            keys = [write.remembered_key(key_hash_of(ACCOUNT, str(n)), number) for n in range(count)]
            item[write.keys_attribute(number)] = {"BS": keys}
    if case.today:
        item[write.count_attribute(DAY)] = {"N": str(case.today)}
    if case.today or case.yesterday:
        moment = str(int(NOW.timestamp()))
        item |= {f"t{n}": {"N": moment if n < case.today + case.yesterday else "0"} for n in range(BURST)}
    return item


def _period(plan: str) -> dict[str, Any]:
    bounds = {"starts_at": NOW - timedelta(days=10), "ends_at": NOW + timedelta(days=20)}
    return {
        "M": {
            "order_id": {"S": "ord_" + "c" * 26},
            "plan": {"S": plan},
            "terms_id": {"S": f"{plan}@2026-11-01"},
            "daily_limit": {"N": "30" if plan == "premium" else "50"},
            **{name: {"N": str(int(at.timestamp()))} for name, at in bounds.items()},
        }
    }


def write_units_of(case: Case) -> tuple[int, int]:
    """Bytes of the allowance after one more grant, and the units of the whole transaction."""
    after = an_allowance(dataclasses.replace(case, today=case.today + 1))
    transaction = write_units(an_allowance(case), after, transactional=True)
    return item_size(after), transaction + write_units(None, to_attributes(a_grant()), transactional=True)


def watching_units(seen: int) -> tuple[int, float]:
    """Write and read units of storing one more sighting of an account that has `seen` sightings."""
    sightings = [sighting(f"DOWNLOAD#dl_{n:026}", NOW, "203.0.113.7", BROWSER, (), is_link=False) for n in range(seen)]
    lines = [list(asdict(each).values()) for each in sightings]
    item: dict[str, Any] = {
        "pk": {"S": f"WATCH#{ACCOUNT}"},
        "revision": {"N": str(seen)},
        "watched": {"B": msgspec.msgpack.encode([lines, None])},
        "expires_at": {"N": "1795500000"},
    }
    return write_units(None, item), read_units(item_size(item))


def a_million(units: int, watched: int) -> list[tuple[str, str, float]]:
    """What a million granted downloads cost: item, calculation, US dollars."""
    watch_writes, watch_reads = watching_units(watched)
    gb_seconds = MILLISECONDS * 1000 * FUNCTION_GB
    watch_gb_seconds = WATCH_MILLISECONDS * 1000 * WATCHED_GB
    lambda_price = PRICES["Lambda on arm64, a GB-second"]
    writes, reads = (PRICES[f"DynamoDB on demand, a million {kind} units"] for kind in ("write", "read"))
    item_gb = item_size(to_attributes(a_grant())) * 2e6 / 1e9  # in the table and in its index
    calls = PRICES["Lambda, a million requests"]
    logs = LOG_BYTES / 1000 * PRICES["CloudWatch Logs, a GB taken in"]
    keys = KMS_REQUESTS_PER_MILLION / 10_000 * PRICES["KMS, ten thousand requests"]
    watching = calls + watch_gb_seconds * lambda_price + watch_writes * writes + watch_reads * reads
    watch_units = f"{watch_writes} write and {watch_reads:g} read units"
    return [
        ("API", "a request each", PRICES["HTTP API, a million requests"]),
        ("Lambda", f"{MILLISECONDS} ms of {FUNCTION_GB:g} GB each", calls + gb_seconds * lambda_price),
        ("DynamoDB", f"{units} write units, 1 of the index", (units + 1) * writes),
        ("S3", "a request for each file", 1000 * PRICES["S3, a thousand GET requests"]),
        ("Logs", f"{LOG_BYTES:,} bytes each", logs),
        ("KMS", "table keys only; a download asks for no signature", keys),
        ("Watching for fraud", f"an invocation, {watch_units} each, with {watched} remembered", watching),
        (
            "Keeping the records, a month",
            f"{item_gb:.2f} GB, table and index",
            item_gb * PRICES["DynamoDB, a GB-month"],
        ),
    ]


def guessing(environments: int, downloads: int) -> tuple[float, float]:
    """DynamoDB requests and write units a download costs on average if every guess were followed.

    An account makes so many downloads a day; each lands in any of the environments alike. The day's first guess is
    right; a later one is if the environment served the download before.
    """
    wrong = (downloads - 1) * (1 - 1 / environments) / downloads
    return 1 + wrong, 4 * (1 + wrong)


def search_domain() -> list[tuple[str, str, str]]:
    """What a search domain costs a month, whether it is searched or not: stage, calculation, US dollars."""
    rows = []
    for stage, (kind, count) in SEARCH_NODES.items():
        hours = HOURS * PRICES[f"OpenSearch, an hour of {kind}"]
        dollars = count * (hours + NODE_GIGABYTES * PRICES["OpenSearch, a GB-month of gp3"])
        rows.append((stage, f"{count} x ({HOURS} hours of {kind} and {NODE_GIGABYTES} GB)", f"{dollars:.0f}"))
    return rows


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def page() -> str:
    """docs/costs.md."""
    grants = [(case.name, *write_units_of(case)) for case in CASES]
    typical = grants[1][2]
    money = a_million(typical, 10)
    files = FILE_MEGABYTES * 1e6 / 1000 * PRICES["Data to the internet, a GB"]
    return TEXT.read_text(encoding="utf-8").format(
        prices_of=PRICES_OF,
        download=item_size(to_attributes(a_grant())),
        longest=item_size(to_attributes(a_grant("夜" * 60, "王" * 40, "M" * 160))),
        grants=table(
            ("before the grant", "allowance after it, bytes", "write units"),
            [(name, f"{size:,}", str(units)) for name, size, units in grants],
        ),
        watching=table(
            ("remembered of the last day", "write units", "read units"),
            [(str(n), str(watching_units(n)[0]), f"{watching_units(n)[1]:g}") for n in (1, 10, 50, 100)],
        ),
        money=table(("what", "reckoned as", "US dollars"), [(what, how, f"{cost:.2f}") for what, how, cost in money]),
        total=sum(cost for _, _, cost in money),
        files=files,
        megabytes=FILE_MEGABYTES,
        guessing=table(
            ("environments at once", "downloads of an account a day", "requests", "write units"),
            [
                (str(envs), str(n), *(f"{each:.2f}" for each in guessing(envs, n)))
                for envs in (1, 2, 4)
                for n in (2, 10, 30)
            ],
        ),
        recording=costs_storage.bytes_of_a_recording(),
        recording_units=costs_storage.units_of_a_recording(),
        storage=table(
            ("device", "GB kept", "US dollars a day", "a month", "a minute watched"), costs_storage.rows(PRICES)
        ),
        search=table(("stage", "reckoned as", "US dollars a month"), search_domain()),
        prices=table(("list price", "US dollars"), [(name, f"{price:g}") for name, price in PRICES.items()]),
    )


def main() -> None:
    """Prints the page, or writes it."""
    parser = argparse.ArgumentParser(prog="python -m infra.costs", description=__doc__)
    parser.add_argument("--write", action="store_true", help="writes docs/costs.md")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")


if __name__ == "__main__":
    main()
