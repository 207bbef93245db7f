"""What a plan's rights row permits (attachment to the Premium agreement; M-A.rights, M-II.1)."""

from __future__ import annotations

from enum import StrEnum


class ProjectKind(StrEnum):
    """Whose work a download is for."""

    PERSONAL = "personal"
    ENTERPRISE = "enterprise"


class Right(StrEnum):
    """One cell of the rights matrix: allowed, allowed for the member's own personal work only, prohibited."""

    YES = "yes"
    PERSONAL = "personal"
    NO = "no"


class Purpose(StrEnum):
    """The rows of the rights matrix; a licence is for exactly one of them (M-III.6.2)."""

    SOCIAL_MEDIA = "social_media"
    STREAMING_RADIO = "streaming_radio"
    EDUCATIONAL_CURRICULA = "educational_curricula"
    ACADEMIC = "academic"
    AUDIOVISUAL = "audiovisual"
    ADS_PROMOS = "ads_promos"
    SOFTWARE_EMBEDDING = "software_embedding"
    HARDWARE_EMBEDDING = "hardware_embedding"
    OFFLINE_VENUE = "offline_venue"


def permits(right: Right, kind: ProjectKind | None) -> bool:
    """Whether a cell permits a project of `kind`; with no kind declared yet, whether it permits any project."""
    if right is Right.NO:
        return False
    return right is Right.YES or kind is not ProjectKind.ENTERPRISE
