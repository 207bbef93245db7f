"""docs/scale.md says what infra/scale.py reckons; no key is written by many accounts but those that it names."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from allmytracks.downloads.dynamodb_attributes import to_attributes
from allmytracks.foundation.aws.keys import account_key, allowance_key
from allmytracks.foundation.throttling.rules import SEARCH, SIGN_IN, client_at, window_at
from allmytracks.licenses.dynamodb_letters import timeline_key as letters_of
from allmytracks.payments.ledger.dynamodb_inbox import inbox_key, shelf_key
from allmytracks.register.dynamodb import entry_key, shard_key
from infra import costs, scale
from tests.factories.template import ROOT, described

REQUESTS = 20_000
MEMBERS, CLIENTS = 1_000_000, 120_000
# The share of all requests above which one key would be noticed at a thousand of them a second.
NOTICED = 0.001


def test_the_page_is_what_the_script_writes() -> None:
    assert scale.PAGE.read_text(encoding="utf-8") == scale.page(), "run: python -m infra.scale --write"


def test_the_mix_is_of_a_hundred_requests() -> None:
    assert sum(kind.share for kind in scale.MIX) == 100


def test_the_load_that_locust_makes_has_the_same_mix_on_routes_that_exist() -> None:
    """Read, not imported: Locust is in an environment of its own."""
    source = (ROOT / "infra" / "load" / "website.py").read_text(encoding="utf-8")
    weights = [int(each) for each in re.findall(r"@task\((\d+)\)", source)]
    assert sorted(weights) == sorted(kind.share for kind in scale.MIX)
    declared = {_shape(route.partition(" ")[2]) for each in described().values() for route in each.routes()}
    asked = {_shape(path) for path in re.findall(r'(?<!f)"(/v1/[a-z_/{}-]+)', source)}
    assert len(asked) > 15
    assert asked <= declared


def _shape(path: str) -> str:
    """A path whatever its parameters are called."""
    return re.sub(r"\{\w+\}", "{}", path)


def test_what_is_named_as_limiting_first_is_what_limits_first() -> None:
    over = [quota.name for quota in scale.quotas() if quota.part > 1]
    assert over == ["Cognito, users of one pool", "SES, mails a second"]
    assert max(units for _, _, units in scale.shared_keys()) < scale.OF_ONE_KEY


def test_no_key_is_written_by_many_but_those_that_are_named() -> None:
    written = Counter(key for number in range(REQUESTS) for key in _written(number))
    hot = {key for key, times in written.items() if times > REQUESTS * NOTICED}
    assert hot == {shelf_key("2026-11-22")}


def test_pending_leaves_are_spread_over_sixteen_keys() -> None:
    assert len({shard_key(letter) for letter in "0123456789abcdef"}) == 16


def _written(number: int) -> Iterator[str]:
    """The partition keys, of tables and indexes, that the request of some member or client writes."""
    member = str(uuid.UUID(int=number * 7919 % MEMBERS))
    client = client_at(str(ipaddress.IPv4Address(int(ipaddress.IPv4Address("198.18.0.0")) + number * 104729 % CLIENTS)))
    match _KINDS[number % 100]:
        case "search, lists, suggestions":
            yield window_at(SEARCH, client, costs.NOW).key
        case "sign-in and renewal of a session":
            yield window_at(SIGN_IN, client, costs.NOW).key
        case "download":
            item = to_attributes(replace(costs.a_grant(), account_id=member))
            yield from (item["pk"]["S"], item["timeline_key"]["S"], allowance_key(member))
        case "licence with its letter":
            yield from (account_key(member), letters_of(member), entry_key(f"{number:032x}"))
        case "order, confirmation, webhook and its fold":
            yield from (account_key(member), inbox_key("stripe", f"evt_{number}"), shelf_key("2026-11-22"))


# One name for each of a hundred requests.
_KINDS = [kind.name for kind in scale.MIX for _ in range(round(kind.share))]
