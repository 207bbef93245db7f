"""What a thousand requests a second and a hundred million accounts need, cost, and meet first: docs/scale.md.

    python -m infra.scale            prints docs/scale.md
    python -m infra.scale --write    writes it

The mix of requests is an assumption, the quotas are AWS's published defaults; both are below, to be changed there.
Units are those of docs/costs.md where a request is reckoned there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra import costs, costs_storage

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
TEXT = Path(__file__).with_name("scale_page.md")
RATE = 1_000
ACCOUNTS = 100_000_000
SECONDS_OF_A_MONTH = 30 * 86_400
# Written to an account that is used now and then: profile, acceptances, allowance, five notices, two orders.
ACCOUNT_KB = 8
# What a warm environment serves at once is one request; so many more are needed where requests come unevenly.
UNEVEN = 2.0
TRACED = 0.05


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request: of a hundred so many, what each takes of Lambda, DynamoDB and the others.

    `milliseconds` are billed, on `gigabytes` of memory. `writes` and `reads` are units, of tables and indexes.
    """

    name: str
    share: float
    milliseconds: int
    gigabytes: float
    writes: float
    reads: float
    signatures: float = 0
    sign_ins: float = 0
    files: float = 0
    events: float = 0

    def a_second(self, each: float) -> float:
        """How much a second, of something that each request takes."""
        return RATE * self.share / 100 * each


_GRANT = costs.write_units_of(costs.CASES[1])[1] + 1
_WATCH = costs.watching_units(10)
MIX = (
    Kind("search, lists, suggestions", 45, 12, 1.0, 0.1, 0),
    Kind("plans, tracks, previews, agreements", 25, 8, 0.5, 0, 1),
    Kind("account, notices, timeline, what is left of the day", 15, 10, 0.5, 0, 1.5),
    Kind("sign-in and renewal of a session", 4, 120, 0.5, 2, 2, sign_ins=1),
    Kind("download", 6, costs.MILLISECONDS, costs.FUNCTION_GB, _GRANT + _WATCH[0], _WATCH[1]),
    Kind("licence with its letter", 2, 350, 1.7, 22, 6, signatures=3, files=1, events=1),
    Kind("order, confirmation, webhook and its fold", 1, 150, 0.5, 14, 8, events=1),
    Kind("checking a licence", 2, 25, 0.5, 1, 1),
)


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of an account in a region, as published in November 2026, and whether AWS raises it on request."""

    name: str
    allowed: float
    used: float
    raised: str

    @property
    def part(self) -> float:
        """The used part."""
        return self.used / self.allowed


def total(field: str) -> float:
    """What the mix takes a second."""
    return sum(kind.a_second(float(getattr(kind, field))) for kind in MIX)


def concurrent() -> float:
    """Environments of Lambda that are busy at once."""
    return UNEVEN * sum(kind.a_second(kind.milliseconds / 1000) for kind in MIX)


def downloads() -> float:
    """Granted downloads a second."""
    return next(kind.a_second(1) for kind in MIX if kind.name == "download")


def quotas() -> list[Quota]:
    """What the load takes of each quota, the tightest first."""
    found = [
        Quota("API Gateway, requests a second", 10_000, RATE, "yes"),
        Quota("Lambda, concurrent environments", 1_000, concurrent(), "yes"),
        Quota("DynamoDB, write units a second of one table", 40_000, total("writes"), "yes"),
        Quota("DynamoDB, read units a second of one table", 40_000, total("reads"), "yes"),
        Quota("Cognito, sign-ins and renewals a second", 120, total("sign_ins"), "yes, for money"),
        Quota("Cognito, users of one pool", 40_000_000, ACCOUNTS, "yes"),
        Quota("KMS, signatures by elliptic curves a second", 1_000, total("signatures"), "yes"),
        Quota("EventBridge, events a second (smallest regions)", 400, total("events"), "yes"),
        Quota("S3, letters put a second below one prefix", 3_500, total("files"), "no: S3 splits prefixes by itself"),
        Quota("SES, mails a second", 14, total("events"), "yes, with a good reputation"),
    ]
    return sorted(found, key=lambda quota: -quota.part)


def monthly() -> list[tuple[str, str, float]]:
    """What a month costs: item, calculation, US dollars."""
    return [*_serving(), *_documents_and_people(), *_watching(), _files()]


def _of_a_month(a_second: float, each: float) -> float:
    return a_second * SECONDS_OF_A_MONTH / each


def _serving() -> list[tuple[str, str, float]]:
    prices, requests = costs.PRICES, _of_a_month(RATE, 1e6)
    gb_seconds = _of_a_month(sum(kind.a_second(kind.milliseconds / 1000 * kind.gigabytes) for kind in MIX), 1)
    writes, reads, kept = (
        _of_a_month(total("writes"), 1e6),
        _of_a_month(total("reads"), 1e6),
        ACCOUNTS * ACCOUNT_KB / 1e6,
    )
    running = requests * prices["Lambda, a million requests"] + gb_seconds * prices["Lambda on arm64, a GB-second"]
    units = writes * prices["DynamoDB on demand, a million write units"]
    units += reads * prices["DynamoDB on demand, a million read units"]
    return [
        ("API", f"{requests:,.0f} million requests", requests * prices["HTTP API, a million requests"]),
        ("Lambda", f"{gb_seconds / 1e6:,.1f} million GB-seconds", running),
        ("DynamoDB, requests", f"{writes:,.0f} million write and {reads:,.0f} million read units", units),
        ("DynamoDB, kept", f"{kept:,.0f} GB of accounts", kept * prices["DynamoDB, a GB-month"]),
        ("DynamoDB, point in time recovery", "of what is kept", kept * RECOVERY),
        ("Answers", f"{ANSWER_KB} KB each, assumed", requests * ANSWER_KB * prices["Data to the internet, a GB"]),
    ]


def _documents_and_people() -> list[tuple[str, str, float]]:
    prices, letters = costs.PRICES, _of_a_month(total("files"), 1e3)
    signed, events = _of_a_month(total("signatures"), 1e4), _of_a_month(total("events"), 1e6)
    kept = letters * 1000 * LETTER_MB / 1000
    put = letters * prices["S3, a thousand PUT requests"] + kept * prices["S3, a GB-month"]
    sent = events * (BUS + 3 * prices["SQS, a million requests"] + MAIL)
    return [
        ("KMS", f"{signed:,.0f} times ten thousand signatures", signed * SIGNATURES),
        ("Letters", f"{letters:,.0f} thousand put, {kept / 1000:,.1f} TB more each month", put),
        ("Cognito", f"{ACTIVE:.0%} of accounts sign in in a month", ACCOUNTS * ACTIVE * COGNITO),
        ("Bus, queues, mails", f"{events:,.0f} million events", sent),
    ]


def _watching() -> list[tuple[str, str, float]]:
    requests = _of_a_month(RATE, 1e6)
    logs = requests * costs.LOG_BYTES / 1000
    return [
        ("Logs", f"{logs:,.0f} GB", logs * costs.PRICES["CloudWatch Logs, a GB taken in"]),
        ("Traces", f"{TRACED:.0%} of requests", requests * TRACED * TRACES),
        ("Metrics, alarms, dashboards", "a fixed part of a stage", METRICS),
        ("Snapshots of functions", "of the versions that are kept", SNAPSHOTS),
    ]


def _files() -> tuple[str, str, float]:
    granted = _of_a_month(downloads(), 1e6)
    gigabytes = granted * costs.FILE_MEGABYTES * 1000
    how = f"{granted:,.0f} million downloads of {costs.FILE_MEGABYTES} MB"
    asked = granted * 1000 * costs.PRICES["S3, a thousand GET requests"]
    return "Files to buyers", how, asked + gigabytes * costs.PRICES["Data to the internet, a GB"]


# List prices that docs/costs.md does not use, in US dollars: ten thousand signatures by elliptic curves; an active user
# a month (Essentials, above its free ones); a million mails, events, recorded traces; the fixed parts of a stage; a GB
# and month of point in time recovery.
SIGNATURES, COGNITO, MAIL, BUS, TRACES, METRICS, SNAPSHOTS = 0.15, 0.015, 100.0, 1.0, 5.0, 90.0, 112.0
RECOVERY = 0.20
# A page of a list, not compressed; what is larger, such as a letter, is rare.
ANSWER_KB = 5
LETTER_MB = 0.1
ACTIVE = 0.05
# Units that one partition of a table or an index takes a second; AWS gives no more to one key.
OF_ONE_KEY = 1_000


def shared_keys() -> list[tuple[str, str, float]]:
    """Keys that many accounts write: key, what is written to it, units a second at the load."""
    orders = next(kind.a_second(1) for kind in MIX if kind.name.startswith("order"))
    letters = total("files")
    arrivals = DOORBELLS * costs_storage.DEVICES[0].recordings / 86_400
    return [
        ("accounts, `timeline`, events of a day", "each webhook, when it comes and when it is folded", 3 * orders),
        ("accounts, `timeline`, revocations of a month", "one licence in a thousand", letters / 1000),
        ("register, pending leaves, each of 16", "each licence: put, indexed, deleted", 3 * letters / 16),
        (
            "recordings, `sweep`",
            f"uploads of {DOORBELLS / 1e6:g} million doorbells, announced and arrived",
            2 * arrivals,
        ),
        ("catalog, one track of which all download", "counted a batch of the stream at a time", downloads() / 100),
    ]


DOORBELLS = 1_000_000


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return costs.table(head, rows)


def page() -> str:
    """docs/scale.md."""
    money = monthly()
    first = quotas()
    return TEXT.read_text(encoding="utf-8").format(
        rate=f"{RATE:,}",
        accounts=f"{ACCOUNTS / 1e6:g} million",
        prices_of=costs.PRICES_OF,
        mix=table(
            ("request", "of a hundred", "ms", "GB", "write units", "read units"),
            [
                (k.name, f"{k.share:g}", str(k.milliseconds), f"{k.gigabytes:g}", f"{k.writes:g}", f"{k.reads:g}")
                for k in MIX
            ],
        ),
        quotas=table(
            ("quota", "default", "used", "part", "reached at", "AWS raises it"),
            [
                (
                    q.name,
                    f"{q.allowed:,.0f}",
                    f"{q.used:,.0f}",
                    f"{q.part:.0%}",
                    f"{ACCOUNTS / q.part / 1e6:,.0f} million accounts"
                    if "users" in q.name
                    else f"{RATE / q.part:,.0f} requests a second",
                    q.raised,
                )
                for q in first
            ],
        ),
        keys=table(
            ("key", "written by", "units a second", f"of {OF_ONE_KEY:,}"),
            [(key, what, f"{units:,.1f}", f"{units / OF_ONE_KEY:.0%}") for key, what, units in shared_keys()],
        ),
        money=table(("what", "reckoned as", "US dollars"), [(what, how, f"{cost:,.0f}") for what, how, cost in money]),
        without=f"{sum(cost for what, _, cost in money if not what.startswith('Files')):,.0f}",
        files=f"{money[-1][2]:,.0f}",
        a_million=f"{sum(cost for what, _, cost in money[:-1]) / (RATE * SECONDS_OF_A_MONTH / 1e6):.2f}",
    )


def main() -> None:
    """Prints the page, or writes it."""
    parser = argparse.ArgumentParser(prog="python -m infra.scale", description=__doc__)
    parser.add_argument("--write", action="store_true", help="writes docs/scale.md")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")


if __name__ == "__main__":
    main()
