"""Packages of cloud storage are published data (S-7.2)."""

from __future__ import annotations

import copy
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from allmytracks.foundation.errors import InvalidFields
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.publishing.ports import Publication
from allmytracks.storage.published import PACKAGES, check_packages
from allmytracks.storage.use_cases.list_packages import ListPackages
from tests.factories.instants import NOW
from tests.factories.storage_packages import packages_publication
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications

CONFIG = Path(__file__).parents[2] / "config" / "storage-packages.toml"


def test_the_example_can_be_published_and_is_what_is_sold() -> None:
    body = tomllib.loads(CONFIG.read_text())["body"]
    published = Publication(PACKAGES, "v1", NOW, body)
    check_packages(published)
    sold = ListPackages(MemoryPublications([published]), FixedClock(NOW))()
    assert sold is not None
    assert {each.id: each.retention_days for each in sold.packages} == {"week": 7, "month": 30}
    assert sold.package("month").monthly("USD") == 990
    assert sold.package("month").price(Mode.YEAR, None).currency == "USD"


def test_nothing_is_sold_before_the_first_list_and_a_list_holds_from_its_instant_on() -> None:
    publications = MemoryPublications([])
    assert ListPackages(publications, FixedClock(NOW))() is None
    publications.publish(packages_publication(version="v1", effective_at=NOW))
    publications.publish(packages_publication(version="v2", effective_at=NOW + timedelta(days=1), monthly=1090))
    before, after = (
        ListPackages(publications, FixedClock(NOW + span))() for span in (timedelta(hours=23), timedelta(days=1))
    )
    assert before is not None
    assert after is not None
    assert (before.package("month").monthly("USD"), after.package("month").monthly("USD")) == (990, 1090)


def changed(change: str) -> dict[str, Any]:
    body: dict[str, Any] = copy.deepcopy(dict(packages_publication().body))
    package = body["packages"][0]
    match change:
        case "unknown mode":
            package["prices"][0]["mode"] = "week"
        case "a year without its month":
            package["prices"] = [price for price in package["prices"] if price["mode"] != "monthly"]
        case "the same price twice":
            package["prices"].append(package["prices"][0])
        case "the same package twice":
            body["packages"].append(package)
        case "a currency that is not charged":
            package["prices"][0]["currency"] = "XTS"
        case "an odd third decimal":
            package["prices"].append({"mode": "monthly", "currency": "KWD", "amount": 2995})
        case "too small to be charged":
            package["prices"][0]["amount"] = 20
        case "an id that is none":
            package["id"] = "30 Days"
        case "a title that cannot be printed":
            package["title"] = "30 days \u0007"
        case "an unknown field":
            package["colour"] = "red"
        case "no days":
            package["retention_days"] = 0
        case "no grace":
            del body["grace_days"]
    return body


@pytest.mark.parametrize(
    "change",
    [
        "unknown mode",
        "a year without its month",
        "the same price twice",
        "the same package twice",
        "a currency that is not charged",
        "an odd third decimal",
        "too small to be charged",
        "an id that is none",
        "a title that cannot be printed",
        "an unknown field",
        "no days",
        "no grace",
    ],
)
def test_a_list_that_could_not_be_sold_by_is_refused(change: str) -> None:
    with pytest.raises(InvalidFields):
        check_packages(Publication(PACKAGES, "v1", NOW, changed(change)))
