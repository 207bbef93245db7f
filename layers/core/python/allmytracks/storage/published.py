"""Published packages of cloud storage: `allmytracks publish storage-packages FILE` (S-7.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from allmytracks.documents.rules_text import require_printable
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.rules_charges import most_of, why_not_charged
from allmytracks.publishing.bodies import Positive, body_of, read_body
from allmytracks.publishing.ports import Publication, Publications
from allmytracks.storage.rules_cover import MOST_RETENTION_DAYS
from allmytracks.storage.rules_packages import Package, PackageList, PackagePrice

PACKAGES = "storage-packages"
_ID = re.compile("[a-z][a-z0-9_]{0,39}", re.ASCII)

_Days = Annotated[int, msgspec.Meta(ge=1, le=MOST_RETENTION_DAYS)]


class _PriceBody(msgspec.Struct):
    mode: str
    currency: str
    amount: Positive


class _PackageBody(msgspec.Struct):
    id: str
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    retention_days: _Days
    quota_gibibytes: Positive
    prices: list[_PriceBody]


class _PackagesBody(msgspec.Struct):
    packages: list[_PackageBody]
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=60)]
    trial_quota_gibibytes: Positive


def check_packages(publication: Publication) -> None:
    """Checks that this version of the code can sell by a list as it is meant. Raises InvalidFields."""
    body = body_of(publication, _PackagesBody)
    problems = list(_problems(body))
    if problems:
        raise InvalidFields(problems)
    for package in body.packages:
        require_printable("title", package.title)


def _problems(body: _PackagesBody) -> Iterator[FieldProblem]:
    modes = [mode.value for mode in Mode]
    if len({package.id for package in body.packages}) < len(body.packages):
        yield FieldProblem("packages", "repeated", "Give each package an id of its own.")
    for package in body.packages:
        if not _ID.fullmatch(package.id):
            yield FieldProblem("id", "invalid", f"{package.id}: name packages in small letters, digits and _.")
        places = {(price.mode, price.currency) for price in package.prices}
        if len(places) < len(package.prices):
            yield FieldProblem("prices", "repeated", f"{package.id}: give each mode one price in a currency.")
        for price in package.prices:
            named = f"{package.id}, {price.mode}, {price.currency} {price.amount}"
            refusal = why_not_charged(price.amount, price.currency)
            if refusal is None and price.amount * 2 > most_of(price.currency):
                refusal = f"With a tax added, this could be more than {most_of(price.currency)} minor units."
            if refusal is not None:
                yield FieldProblem("prices", "not_chargeable", f"{named}: {refusal}")
            if price.mode not in modes:
                yield FieldProblem("mode", "unknown", f"{named}: send one of {', '.join(modes)}.")
            if price.mode == Mode.YEAR and (Mode.MONTHLY.value, price.currency) not in places:
                message = f"{named}: a year is prorated by the monthly price; give one in {price.currency} as well."
                yield FieldProblem("prices", "required", message)


def published_packages(publications: Publications) -> tuple[PackageList, ...]:
    """Every list ever published; modes that this version does not know are left out."""
    return tuple(_list(each) for each in publications.all(PACKAGES))


def _list(publication: Publication) -> PackageList:
    body, modes = read_body(publication, _PackagesBody), {mode.value for mode in Mode}
    packages = tuple(
        Package(
            package.id,
            package.title,
            package.retention_days,
            package.quota_gibibytes,
            tuple(
                PackagePrice(Mode(price.mode), price.currency, price.amount)
                for price in package.prices
                if price.mode in modes
            ),
        )
        for package in body.packages
    )
    return PackageList(
        publication.version, publication.effective_at, packages, body.grace_days, body.trial_quota_gibibytes
    )
