"""The texts of a music licence agreement and of a special licence, row by row."""

from __future__ import annotations

from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.money import money
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.letters.words import Row, licensor_lines
from allmytracks.licenses.letters.words_agreements import AgreementWording
from allmytracks.memberships.rules_rights import Right


def rows(of: MusicAgreement, wording: Wording, words: AgreementWording) -> list[list[Row]]:
    """The whole agreement, in groups of labelled rows."""
    groups = [
        [*_parties(of, wording), _end_user(of, wording, words)],
        _membership(of, wording, words),
        _uses(of, wording),
        _terms(of, wording, words),
        [_law(of.governing_law, wording, words), _order(of, wording, words)],
    ]
    return _labelled(groups, words)


def special_rows(of: SpecialLicense, wording: Wording, words: AgreementWording) -> list[list[Row]]:
    """The whole letter of a special licence; its terms are in the words that they were quoted in."""
    grant, named = of.grant, of.designated_user
    user = [words.only_licensee]
    if named is not None:
        user = [named.name, *([named.address] if named.address else []), wording.joint_liability]
    users: list[Row] = [("designated_user" if named else "end_user", user)]
    if grant.further_users:
        users.append(("further_users", list(grant.further_users)))
    use: list[Row] = [
        ("works", [f"{each.title}, {each.artist} ({each.track_id})" for each in grant.tracks]),
        ("projects", list(grant.projects)),
        ("purpose", [grant.purpose]),
    ]
    terms: list[Row] = [
        ("scope", [grant.scope]),
        ("territory", [grant.territory]),
        ("period", [grant.period]),
    ]
    if grant.conditions:
        terms.append(("conditions", list(grant.conditions)))
    if grant.prohibitions:
        terms.append(("prohibited", [words.prohibited[each] for each in grant.prohibitions]))
    references = [
        wording.order.format(of.order_id),
        words.price.format(money(of.amount, of.currency)),
        words.accepted.format(of.terms_sha256),
    ]
    references += [wording.supersedes.format(of.supersedes)] if of.supersedes else []
    law = _law(of.governing_law, wording, words)
    return _labelled([[*_parties(of, wording), *users], use, terms, [law, ("references", references)]], words)


def _labelled(groups: list[list[Row]], words: AgreementWording) -> list[list[Row]]:
    return [[(words.labels[label], lines) for label, lines in group] for group in groups]


def _parties(of: MusicAgreement | SpecialLicense, wording: Wording) -> list[Row]:
    licensee = [of.licensee.name, wording.kinds[of.licensee.kind]]
    licensee += [of.licensee.address] if of.licensee.address else []
    licensee += [wording.tax.format(of.licensee.tax_id)] if of.licensee.tax_id else []
    return [("licensor", licensor_lines(of.licensor, wording)), ("licensee", licensee)]


def _end_user(of: MusicAgreement, wording: Wording, words: AgreementWording) -> Row:
    if of.designated_user is not None:
        return ("designated_user", [of.designated_user.name, wording.joint_liability])
    return ("end_user", [wording.only_licensee if of.end_user else words.unnamed])


def _membership(of: MusicAgreement, wording: Wording, words: AgreementWording) -> list[Row]:
    return [
        ("membership", [of.plan_name, wording.codes[of.catalogue]]),
        ("from", [day_and_time(of.period.starts_at, of.language)]),
        ("to", [day_and_time(of.period.ends_at, of.language)]),
        ("downloads", [words.a_day.format(of.daily_downloads)]),
    ]


def _uses(of: MusicAgreement, wording: Wording) -> list[Row]:
    def named(permitted: bool) -> list[str]:  # noqa: FBT001 - the two halves of one list
        return [wording.listed(purpose) for purpose, right in of.rights.items() if (right is not Right.NO) is permitted]

    halves = [("permitted", named(permitted=True)), ("not_permitted", named(permitted=False))]
    return [(label, lines) for label, lines in halves if lines]


def _terms(of: MusicAgreement, wording: Wording, words: AgreementWording) -> list[Row]:
    codes = wording.codes
    return [
        ("audience", [codes[of.audience]]),
        ("period", [words.outlasts.format(codes[of.license_period])]),
        ("territory", [codes[of.territory]]),
        ("scope", [words.scope]),
        ("prohibited", [words.prohibited[term] for term in of.prohibitions]),
        ("publicity", [words.publicity]),
    ]


def _law(governing_law: str | None, wording: Wording, words: AgreementWording) -> Row:
    return ("law", [wording.codes[governing_law or "hong_kong"], words.prevails])


def _order(of: MusicAgreement, wording: Wording, words: AgreementWording) -> Row:
    price_list = [words.price_list.format(of.price_list)] if of.price_list else []
    price = words.price.format(money(of.amount, of.currency))
    return ("references", [wording.order.format(of.order_id), words.terms.format(of.terms_id), *price_list, price])
