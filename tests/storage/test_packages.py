"""Packages of cloud storage are published data (S-7.2)."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Mapping
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


Package = dict[str, Any]


def of(**fields: object) -> Callable[[Package, Package], None]:
    """Puts fields into the package."""
    return lambda _, package: package.update(fields)


def price(**fields: object) -> Callable[[Package, Package], None]:
    """Puts fields into its first price."""
    return lambda _, package: package["prices"][0].update(fields)


def without_months(_: Package, package: Package) -> None:
    package["prices"] = [each for each in package["prices"] if each["mode"] != "monthly"]


CHANGES: Mapping[str, Callable[[Package, Package], object]] = {
    "unknown mode": price(mode="week"),
    "a year without its month": without_months,
    "the same price twice": lambda _, package: package["prices"].append(package["prices"][0]),
    "the same package twice": lambda body, package: body["packages"].append(package),
    "a currency that is not charged": price(currency="XTS"),
    "an odd third decimal": price(mode="monthly", currency="KWD", amount=2995),
    "too small to be charged": price(amount=20),
    "an id that is none": of(id="30 Days"),
    "a title that cannot be printed": of(title="30 days \u0007"),
    "an unknown field": of(colour="red"),
    "no days": of(retention_days=0),
    "no grace": lambda body, _: body.pop("grace_days"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_could_not_be_sold_by_is_refused(change: str) -> None:
    body: dict[str, Any] = copy.deepcopy(dict(packages_publication().body))
    CHANGES[change](body, body["packages"][0])
    with pytest.raises(InvalidFields):
        check_packages(Publication(PACKAGES, "v1", NOW, body))
