"""The texts of a music licence agreement, row by row, in English."""

from __future__ import annotations

from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.money import money
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.letters.words import Row, licensor_lines
from allmytracks.memberships.rules_rights import Right

TITLE = "Music licence agreement"
_PROHIBITED = {
    "sublicensing": "Licences under this agreement cannot be sublicensed.",
    "delegation": "Nobody but the end user whom a licence letter names may use a work under it.",
    "enforcement": "A licence gives no right to enforce the rights in a work against others.",
    "source_file_resale": "Source files must not be resold or passed on.",
    "source_file_publication": "Source files must not be published or offered for download.",
    "unlawful_occasions": (
        "No work may be used in illegal or pornographic occasions, illegal political propaganda, or illegal medical or"
        " health-care propaganda."
    ),
}


def rows(of: MusicAgreement, wording: Wording) -> list[list[Row]]:
    """The whole agreement, in groups of labelled rows."""
    return [_parties(of, wording), _membership(of, wording), _uses(of, wording), _terms(of, wording), _order(of)]


def _parties(of: MusicAgreement, wording: Wording) -> list[Row]:
    licensee = [of.licensee.name, wording.kinds[of.licensee.kind]]
    licensee += [of.licensee.address] if of.licensee.address else []
    licensee += [wording.tax.format(of.licensee.tax_id)] if of.licensee.tax_id else []
    return [
        ("Licensor", licensor_lines(of.licensor, wording)),
        ("Licensee", licensee),
        _end_user(of, wording),
    ]


def _end_user(of: MusicAgreement, wording: Wording) -> Row:
    if of.designated_user is not None:
        return ("Designated user", [of.designated_user.name, wording.joint_liability])
    named = wording.only_licensee if of.end_user else "The one whom the first licence letter of this account names"
    return ("End user", [named])


def _membership(of: MusicAgreement, wording: Wording) -> list[Row]:
    return [
        ("Membership", [of.plan_name, wording.codes[of.catalogue]]),
        ("From", [day_and_time(of.period.starts_at)]),
        ("To", [day_and_time(of.period.ends_at)]),
        ("Downloads", [f"{of.daily_downloads} a day while the membership runs"]),
    ]


def _uses(of: MusicAgreement, wording: Wording) -> list[Row]:
    def named(permitted: bool) -> list[str]:  # noqa: FBT001 - the two halves of one list
        return [wording.listed(purpose) for purpose, right in of.rights.items() if (right is not Right.NO) is permitted]

    return [("Permitted uses", named(permitted=True)), ("Not permitted", named(permitted=False))]


def _terms(of: MusicAgreement, wording: Wording) -> list[Row]:
    codes = wording.codes
    each = "A licence letter for a download names its one project and one purpose; only then may the work be used."
    return [
        ("Audience", [codes[of.audience]]),
        ("Period of use", [f"{codes[of.license_period]} of what was licensed; it outlasts the membership."]),
        ("Territory", [codes[of.territory]]),
        ("Scope", [each]),
        ("Prohibited", [_PROHIBITED[term] for term in of.prohibitions]),
        ("Publicity", ["The licensor may show works made under its licences to promote its service."]),
    ]


def _order(of: MusicAgreement) -> list[Row]:
    price = money(of.amount, of.currency)
    return [("References", [f"Order {of.order_id}", f"Terms {of.terms_id}", f"Price {price}"])]
