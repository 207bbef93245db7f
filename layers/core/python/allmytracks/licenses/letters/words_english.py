"""The words of letters in English."""

from __future__ import annotations

from allmytracks.accounts.rules_end_users import LicenseeKind
from allmytracks.documents.fonts import HONG_KONG
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind, Right

ENGLISH = Wording(
    page=HONG_KONG,
    lang="en",
    region=None,
    title="Licence letter",
    issued="Issued {}",
    labels={
        "licensor": "Licensor",
        "licensee": "Licensee",
        "end_user": "End user",
        "designated_user": "Designated user",
        "work": "Work",
        "artist": "Artist",
        "composer": "Composer and author",
        "recording": "Recording",
        "track": "Track and file",
        "checksum": "SHA-256 of the file",
        "project": "Project",
        "purpose": "Purpose",
        "platform": "Platform",
        "channel": "Published at",
        "plan": "Plan",
        "rights": "Rights",
        "conditions": "Conditions",
        "audience": "Audience",
        "period": "Period",
        "territory": "Territory",
        "scope": "Scope",
        "prohibited": "Prohibited",
        "publicity": "Publicity",
        "claims": "Content ID claims",
        "agreement": "Agreement",
        "law": "Law and language",
        "references": "References",
        "signature": "Signed for the licensor",
    },
    kinds={LicenseeKind.INDIVIDUAL: "An individual", LicenseeKind.ENTERPRISE: "An enterprise"},
    project_kinds={ProjectKind.PERSONAL: "A personal project", ProjectKind.ENTERPRISE: "An enterprise project"},
    purposes={purpose: words.english for purpose, words in PURPOSE_WORDS.items()},
    rights={
        Right.YES: "permitted by this plan",
        Right.PERSONAL: "permitted by this plan for the licensee's own personal work only",
        Right.NO: "not permitted",
    },
    codes={
        "whole_catalogue": "The plan covers the whole catalogue, music and sound effects.",
        "unlimited": "No limit",
        "perpetual_synchronisation": "Perpetual synchronisation",
        "outlasts_membership": "The licence continues after the membership ends.",
        "worldwide": "Worldwide",
        "one_project_one_purpose": (
            "One download serves one project under one purpose: this licence is for the project and purpose above only."
        ),
        "sublicensing": "This licence cannot be sublicensed.",
        "delegation": "Nobody but the end user named above may use the work under it.",
        "delegation_by_designated_user": "Nobody but the designated user named above may use the work under it.",
        "enforcement": "This licence gives no right to enforce the rights in the work against others.",
        "source_file_resale": "The source file must not be resold or passed on.",
        "source_file_publication": "The source file must not be published or offered for download.",
        "unlawful_occasions": (
            "The work must not be used in illegal or pornographic occasions, illegal political propaganda, or illegal"
            " medical or health-care propaganda."
        ),
        "resulting_works_may_be_shown": "The licensor may show works made under this licence to promote its service.",
        "may_be_named": "It may use the licensee's name, trademark and logo for this.",
        "not_to_be_named": "It must not use the licensee's name, trademark or logo for this.",
        "content_id": (
            "This licence is the permission to use the work in the project above. If a platform claims the project's"
            " sound, dispute the claim with the licence number and this address:"
        ),
        "hong_kong": "The law of Hong Kong applies; its courts decide.",
        "en": "Letters are issued in several languages; the English wording prevails.",
    },
    conditions={
        "monetisation": ("The project may earn money.", "The project must not earn money."),
        "editing": (
            "The music may be cut, looped and mixed for the project.",
            "The music must not be edited, other than to cut it to length.",
        ),
        "attribution": (
            "The project must name the work and its artist.",
            "The work and its artist need not be named.",
        ),
    },
    contact="Contact: {}",
    registration="Registration number {}",
    tax="Tax number {}",
    only_licensee="The licensee, and nobody else",
    joint_liability="Licensee and designated user are both bound by this licence and jointly liable for its use.",
    use="{purpose}: {examples}",
    row="{purpose} ({group}): {right}",
    order="Order {}",
    download="Download {}",
    supersedes="Takes the place of licence {}",
    check="Check this letter: scan the code, or open",
    code="QR code that leads to the verification of licence {}",
    signed_by="Issued electronically; valid without a handwritten signature.",
    signatory="By {}",
    agreement="{title}, version {version}",
    agreement_text="Its text is at",
    price_list="Under the rights row of price list {list}, which continues to apply to this licence ({terms}).",
    isrc="ISRC {}",
    no_society="In no performing rights society's repertoire",
    societies="Performing rights: {}",
    signed_file="This file is signed (PAdES): a reader of PDF files shows by whom, and whether it was changed since.",
    signed_terms="All terms are signed again in its attachment {attachment} (JWS, ES256). Key:",
    keys="The public keys are at",
)
