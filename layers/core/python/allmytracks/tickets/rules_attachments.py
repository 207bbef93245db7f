"""Files that come with a ticket: of which kinds, how large, and whether their content is what was said."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields, NotFound

MOST_ATTACHMENTS = 5
# Bytes: a scan of a few pages.
LARGEST = 10_000_000
LONGEST_FILE_NAME = 120
PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
TYPES = (PDF, PNG, JPEG, TEXT)
DIGEST = "Send the SHA-256 of the file: 64 hexadecimal digits in lower case."
_HEX = re.compile(r"[0-9a-f]{64}")


class AttachmentStatus(StrEnum):
    """`awaiting_upload` until a file arrived; nobody gets one that is not `checked`."""

    AWAITING_UPLOAD = "awaiting_upload"
    CHECKED = "checked"
    REFUSED = "refused"


class AttachmentNotFound(NotFound):
    """The ticket has no such file, or it has not arrived, or was refused."""

    code = "attachment_not_found"


class Attachment(Struct, frozen=True):
    """One file; `size` in bytes, `sha256` in hexadecimal."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    status: AttachmentStatus = AttachmentStatus.AWAITING_UPLOAD

    def key(self, owner: str | None, number: str) -> str:
        """Where it lies: with the account that opened the ticket signed in, or with requests without sign-in."""
        return attachment_key(owner, number, self.id) if owner else request_file_key(number, self.id)


def request_file_key(number: str, file_id: str) -> str:
    """Where a file of a request without sign-in lies: its link must not tell whether there is an account."""
    return f"requests/{number}/{file_id}"


def attachment_key(owner: str, number: str, file_id: str) -> str:
    """Where a ticket's file lies."""
    return f"tickets/{owner}/{number}/{file_id}"


def announced(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files that a ticket is to have. Raises InvalidFields, every one that cannot be accepted named."""
    problems = FieldProblems()
    with problems.gathered():
        if len(files) > MOST_ATTACHMENTS:
            message = f"Send at most {MOST_ATTACHMENTS} files with one ticket."
            raise InvalidFields([FieldProblem("attachments", "too_many", message)])
    named = []
    for number, each in enumerate(files[:MOST_ATTACHMENTS]):
        with problems.gathered():
            named.append(announced_file(each, inside=f"attachments.{number}."))
    problems.raise_found()
    return tuple(named)


def announced_file(file: Attachment, types: Sequence[str] = TYPES, inside: str = "") -> Attachment:
    """One file that is to follow. Raises InvalidFields, every field named that cannot be accepted."""
    problems, name = FieldProblems(), ""
    with problems.gathered():
        name = required_line(f"{inside}name", file.name, LONGEST_FILE_NAME)
    for field, code, message, holds in (
        ("media_type", "invalid", f"Send one of: {', '.join(types)}.", file.media_type in types),
        ("bytes", "too_large", f"Send 1 to {LARGEST} bytes.", 0 < file.size <= LARGEST),
        ("sha256", "invalid", DIGEST, _HEX.fullmatch(file.sha256) is not None),
    ):
        if not holds:
            problems.add(FieldProblem(f"{inside}{field}", code, message))
    problems.raise_found()
    return Attachment(file.id, name, file.media_type, file.size, file.sha256)


def check_alone(field: str, value: Any) -> None:
    """Checks one field of a file by its name. Raises InvalidFields."""
    name = field.rpartition(".")[2]
    fine: dict[str, Any] = {"name": "file", "media_type": PDF, "size": 1, "sha256": "0" * 64}
    sent = {**fine, {"bytes": "size"}.get(name, name): value}
    announced_file(Attachment(id="", **sent), inside=field.removesuffix(name))


def checked(file: Attachment, content: bytes) -> AttachmentStatus:
    """Whether what arrived is the file that was announced, and of the kind that it says."""
    whole = len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256
    return AttachmentStatus.CHECKED if whole and _is(content, file.media_type) else AttachmentStatus.REFUSED


def _is(content: bytes, media_type: str) -> bool:
    match media_type:
        case "application/pdf":
            return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
        case "image/png":
            return content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-16:]
        case "image/jpeg":
            return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9")
        case _:
            return _is_text(content)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each in "\t\r\n\ufeff" for each in text)
