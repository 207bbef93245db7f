"""The texts of a letter, row by row. Submitted text has lines of its own, so that writing directions do not mix."""

from __future__ import annotations

from allmytracks.documents.rules_dates import day_and_time
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.rules import Credits, License, Licensor

ATTACHMENT = "license.jws"

Row = tuple[str, list[str]]


def rows(of: License, wording: Wording, verification: str) -> list[list[Row]]:
    """The whole letter, in groups of labelled rows; `verification` is the address of the page that checks it."""
    labels = wording.labels
    groups = [
        _parties(of, wording),
        _work(of, wording),
        _use(of, wording),
        _grant(of, wording, verification),
        _law(of, wording),
    ]
    return [[(labels[label], lines) for label, lines in group] for group in groups]


def _parties(of: License, wording: Wording) -> list[Row]:
    licensee = [of.licensee.name, wording.kinds[of.licensee.kind]]
    licensee += [of.licensee.address] if of.licensee.address else []
    licensee += [wording.tax.format(of.licensee.tax_id)] if of.licensee.tax_id else []
    stated: list[Row] = [("licensor", licensor_lines(of.licensor, wording)), ("licensee", licensee)]
    if of.designated_user is None:
        return [*stated, ("end_user", [wording.only_licensee])]
    user = [of.designated_user.name, *([of.designated_user.address] if of.designated_user.address else [])]
    return [*stated, ("designated_user", [*user, wording.joint_liability])]


def licensor_lines(of: Licensor, wording: Wording) -> list[str]:
    """The company: name, number, address, contact."""
    lines = [of.name, wording.registration.format(of.registration)]
    lines += [", ".join(of.address)] if of.address else []
    return [*lines, wording.contact.format(of.contact)] if of.contact else lines


def _work(of: License, wording: Wording) -> list[Row]:
    stated: list[Row] = [("work", [of.work.title])]
    if of.work.artist:
        stated.append(("artist", [of.work.artist]))
    known, length = of.work.credits, ""
    if known is not None:
        length = f", {minutes(known.duration_seconds)}"
        if known.composer:
            stated.append(("composer", [known.composer]))
        recording = _recording(known, wording)
        if recording:
            stated.append(("recording", recording))
    return [
        *stated,
        ("track", [f"{of.work.track_id}, {of.work.rendition}{length}"]),
        ("checksum", [of.work.rendition_sha256]),
    ]


def _recording(of: Credits, wording: Wording) -> list[str]:
    lines = [wording.isrc.format(of.isrc)] if of.isrc else []
    if of.performing_rights == "none":
        return [*lines, wording.no_society]
    return [*lines, wording.societies.format(of.performing_rights)] if of.performing_rights else lines


def minutes(seconds: float) -> str:
    """A length as people read it: `3:05`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _use(of: License, wording: Wording) -> list[Row]:
    purpose, group, examples = wording.purpose(of.purpose)
    stated: list[Row] = [
        ("project", [of.project.name, wording.project_kinds[of.project.kind]]),
        ("purpose", [wording.use.format(purpose=purpose, examples=examples)]),
    ]
    if of.platform:
        stated.append(("platform", [of.platform]))
    if of.channel:
        stated.append(("channel", [of.channel]))
    right = [wording.row.format(purpose=purpose, group=group, right=wording.rights[of.terms.right])]
    if of.terms.price_list:
        right.append(wording.price_list.format(list=of.terms.price_list, terms=of.terms_id))
    stated += [("plan", [of.plan_name, wording.codes[of.terms.catalogue]]), ("rights", right)]
    said = of.terms.conditions
    if said is None:
        return stated
    named = {"monetisation": said.monetisation, "editing": said.editing, "attribution": said.attribution}
    return [*stated, ("conditions", [wording.conditions[each][value != "yes"] for each, value in named.items()])]


def _grant(of: License, wording: Wording, verification: str) -> list[Row]:
    terms, codes = of.terms, wording.codes
    if of.designated_user is not None:
        # Such a letter names no other end user: the designated user is the end user.
        codes = {**codes, "delegation": codes["delegation_by_designated_user"]}

    def stated(*terms: str | None) -> list[str]:
        return [codes[each] for each in terms if each is not None]

    grant = [
        ("audience", stated(terms.audience)),
        ("period", stated(terms.period, terms.after_membership)),
        ("territory", stated(terms.territory)),
        ("scope", stated(terms.scope)),
        ("prohibited", stated(*terms.prohibitions)),
        ("publicity", stated(terms.publicity, terms.name_publicity)),
    ]
    return [*grant, ("claims", [codes[terms.claims], verification])] if terms.claims else grant


def _law(of: License, wording: Wording) -> list[Row]:
    """What governs the letter, and the references of the order and the download."""
    terms, agreement, codes = of.terms, of.agreement, wording.codes
    stated: list[Row] = []
    if agreement is not None:
        named = wording.agreement.format(title=agreement.title, version=agreement.version)
        stated.append(("agreement", [named, f"{wording.agreement_text} {agreement.url}"]))
    law = [codes[each] for each in (terms.governing_law, terms.prevailing_language) if each is not None]
    if law:
        stated.append(("law", law))
    replaced = [wording.supersedes.format(of.supersedes)] if of.supersedes else []
    references = [wording.order.format(of.order_id), wording.download.format(of.download_id), *replaced]
    return [*stated, ("references", references)]


def issued(of: License | MusicAgreement | SpecialLicense, wording: Wording) -> str:
    """The line under the number."""
    return wording.issued.format(day_and_time(of.issued_at, wording.lang, seconds=True))


def signed(of: License | MusicAgreement | SpecialLicense, key_id: str, keys: str, wording: Wording) -> list[str]:
    """The signature block."""
    signatory = [wording.signatory.format(of.licensor.signatory)] if of.licensor.signatory else []
    return [
        of.licensor.name,
        *signatory,
        wording.signed_by,
        wording.signed_file,
        wording.signed_terms.format(attachment=ATTACHMENT),
        key_id,
        f"{wording.keys} {keys}",
    ]
