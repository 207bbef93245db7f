"""The texts of a letter, row by row. Submitted text has lines of its own, so that writing directions do not mix."""

from __future__ import annotations

from datetime import UTC

from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.rules import License

ATTACHMENT = "license.jws"

Row = tuple[str, list[str]]


def rows(of: License, wording: Wording) -> list[list[Row]]:
    """The whole letter, in groups of labelled rows."""
    labels = wording.labels
    groups = [_parties(of, wording), _work(of), _use(of, wording), _grant(of, wording), _references(of, wording)]
    return [[(labels[label], lines) for label, lines in group] for group in groups]


def _parties(of: License, wording: Wording) -> list[Row]:
    licensee = [of.licensee.name, wording.kinds[of.licensee.kind]]
    licensee += [of.licensee.address] if of.licensee.address else []
    licensee += [wording.tax.format(of.licensee.tax_id)] if of.licensee.tax_id else []
    stated: list[Row] = [
        ("licensor", [of.licensor.name, wording.registration.format(of.licensor.registration)]),
        ("licensee", licensee),
    ]
    if of.designated_user is None:
        return [*stated, ("end_user", [wording.only_licensee])]
    user = [of.designated_user.name, *([of.designated_user.address] if of.designated_user.address else [])]
    return [*stated, ("designated_user", [*user, wording.joint_liability])]


def _work(of: License) -> list[Row]:
    stated: list[Row] = [("work", [of.work.title])]
    if of.work.artist:
        stated.append(("artist", [of.work.artist]))
    return [
        *stated,
        ("track", [f"{of.work.track_id}, {of.work.rendition}"]),
        ("checksum", [of.work.rendition_sha256]),
    ]


def _use(of: License, wording: Wording) -> list[Row]:
    purpose, group, examples = wording.purpose(of.purpose)
    stated: list[Row] = [
        ("project", [of.project.name, wording.project_kinds[of.project.kind]]),
        ("purpose", [wording.use.format(purpose=purpose, examples=examples)]),
    ]
    if of.platform:
        stated.append(("platform", [of.platform]))
    right = wording.row.format(purpose=purpose, group=group, right=wording.rights[of.terms.right])
    return [*stated, ("plan", [of.plan_name, wording.codes[of.terms.catalogue]]), ("rights", [right])]


def _grant(of: License, wording: Wording) -> list[Row]:
    terms, codes = of.terms, wording.codes
    if of.designated_user is not None:
        # Such a letter names no other end user: the designated user is the end user.
        codes = {**codes, "delegation": codes["delegation_by_designated_user"]}
    return [
        ("audience", [codes[terms.audience]]),
        ("period", [codes[terms.period]]),
        ("territory", [codes[terms.territory]]),
        ("scope", [codes[terms.scope]]),
        ("prohibited", [codes[each] for each in terms.prohibitions]),
        ("publicity", [codes[terms.publicity]]),
    ]


def _references(of: License, wording: Wording) -> list[Row]:
    replaced = [wording.supersedes.format(of.supersedes)] if of.supersedes else []
    return [("references", [wording.order.format(of.order_id), wording.download.format(of.download_id), *replaced])]


def issued(of: License | MusicAgreement, wording: Wording) -> str:
    """The line under the number."""
    return wording.issued.format(of.issued_at.astimezone(UTC))


def signed(of: License | MusicAgreement, key_id: str, keys: str, wording: Wording) -> list[str]:
    """The signature block."""
    return [
        of.licensor.name,
        wording.signed_by,
        wording.signed_file,
        wording.signed_terms.format(attachment=ATTACHMENT, key=key_id),
        wording.keys,
        keys,
    ]
