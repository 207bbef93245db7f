"""What a letter says, in English: a sentence for each term that a licence holds as a code."""

from __future__ import annotations

from datetime import UTC

from allmytracks.domain.downloads import Project
from allmytracks.domain.licensees import LicenseeKind
from allmytracks.domain.licenses import License, Terms
from allmytracks.domain.rights import ProjectKind, Purpose, Right

LANGUAGE = "en"
TITLE = "Licence letter"
PURPOSES = {
    Purpose.SOCIAL_MEDIA: ("Social media", "digital platforms", "channels on social networks and video platforms"),
    Purpose.STREAMING_RADIO: ("Streaming and radio", "digital platforms", "podcasts, audiobooks, radio, live streams"),
    Purpose.EDUCATIONAL_CURRICULA: ("Educational curricula", "education", "online courses, live classes, e-learning"),
    Purpose.ACADEMIC: ("Academic work", "education", "theses and assignments"),
    Purpose.AUDIOVISUAL: ("Audiovisual productions", "media", "film, television, documentaries, animation"),
    Purpose.ADS_PROMOS: ("Advertisements and promotions", "media", "commercials online, on television, in shops"),
    Purpose.SOFTWARE_EMBEDDING: ("Software embedding", "product integration", "games, apps, mini programs"),
    Purpose.HARDWARE_EMBEDDING: ("Hardware embedding", "product integration", "devices, vehicles, toys, consoles"),
    Purpose.OFFLINE_VENUE: ("Offline venues", "offline", "shops, restaurants, bars, cinemas, events"),
}
RIGHTS = {
    Right.YES: "permitted by this plan",
    Right.PERSONAL: "permitted by this plan for the licensee's own personal work only",
    Right.NO: "not permitted",
}
PROJECT_KINDS = {ProjectKind.PERSONAL: "personal project", ProjectKind.ENTERPRISE: "enterprise project"}
LICENSEE_KINDS = {LicenseeKind.INDIVIDUAL: "individual", LicenseeKind.ENTERPRISE: "enterprise"}
CODES = {
    "whole_catalogue": "The plan covers the whole catalogue, music and sound effects.",
    "unlimited": "No limit",
    "perpetual_synchronisation": "Perpetual synchronisation",
    "worldwide": "Worldwide",
    "one_project_one_purpose": (
        "One download serves one project under one purpose: this licence is for the project and purpose above alone."
    ),
    "sublicensing": "This licence cannot be sublicensed.",
    "delegation": "Nobody but the end user named above may use the work under it.",
    "source_file_resale": "The source file must not be resold or passed on.",
    "source_file_publication": "The source file must not be published or offered for download.",
    "resulting_works_may_be_shown": "The licensor may show works made under this licence to promote its service.",
}
JOINT_LIABILITY = "Licensee and designated user are both bound by this licence and jointly liable for its use."


def parties(of: License) -> list[tuple[str, str]]:
    """Who grants, who buys, who uses."""
    licensee = [f"{of.licensee.name} ({LICENSEE_KINDS[of.licensee.kind]})"]
    licensee += [of.licensee.address] if of.licensee.address else []
    licensee += [f"Tax number {of.licensee.tax_id}"] if of.licensee.tax_id else []
    rows = [
        ("Licensor", f"{of.licensor.name}\nRegistration number {of.licensor.registration}"),
        ("Licensee", "\n".join(licensee)),
    ]
    if of.designated_user is None:
        return [*rows, ("End user", "The licensee, and nobody else")]
    designated = [of.designated_user.name, *([of.designated_user.address] if of.designated_user.address else [])]
    return [*rows, ("Designated user", "\n".join([*designated, JOINT_LIABILITY]))]


def work(of: License) -> list[tuple[str, str]]:
    """What is licensed."""
    by = f" by {of.work.artist}" if of.work.artist else ""
    return [
        ("Work", f"{of.work.title}{by}"),
        ("Track and file", f"{of.work.track_id}, {of.work.rendition}"),
        ("SHA-256 of the file", of.work.rendition_sha256),
    ]


def use(of: License) -> list[tuple[str, str]]:
    """What it is licensed for."""
    name, group, examples = PURPOSES[of.purpose]
    rows = [
        ("Project", project(of.project)),
        ("Purpose", f"{name}: {examples}"),
    ]
    if of.platform:
        rows.append(("Platform", of.platform))
    return [
        *rows,
        ("Plan", f"{of.plan_name}\n{CODES[of.terms.catalogue]}"),
        ("Rights", f"{name} ({group}): {RIGHTS[of.terms.right]}"),
    ]


def project(of: Project) -> str:
    """A project with its kind."""
    return f"{of.name} ({PROJECT_KINDS[of.kind]})"


def grant(terms: Terms) -> list[tuple[str, str]]:
    """How far the grant goes, and where it ends."""
    return [
        ("Audience", CODES[terms.audience]),
        ("Period", CODES[terms.period]),
        ("Territory", CODES[terms.territory]),
        ("Scope", CODES[terms.scope]),
        ("Prohibited", "\n".join(CODES[each] for each in terms.prohibitions)),
        ("Publicity", CODES[terms.publicity]),
    ]


def references(of: License) -> list[tuple[str, str]]:
    """What it rests on."""
    return [("References", f"Order {of.order_id}\nDownload {of.download_id}")]


def issued(of: License) -> str:
    """The line under the number."""
    return f"Issued {of.issued_at.astimezone(UTC):%d %B %Y, %H:%M:%S} UTC"


def checking(verification: str) -> list[str]:
    """How a reader checks the letter by its number."""
    return ["Check this letter: scan the code, or open", verification]


def signature(of: License, key_id: str, keys: str) -> list[str]:
    """The block that stands for a signature."""
    return [
        f"Issued electronically by {of.licensor.name}; valid without a handwritten signature.",
        f"All terms are signed (JWS, ES256, key {key_id}) in the attachment license.jws of this file;",
        f"the public keys are at {keys}",
    ]
