"""Extracts the signed text from an untrusted PDF; runs as a process of its own, with resource limits.

Imports only the standard library and pypdf: the process starts in a tenth of a second and has no keys and no
credentials. It reads the PDF from stdin and writes JSON, or exits with OVER_LIMIT.
"""

from __future__ import annotations

import json
import resource
import sys
from io import BytesIO

ATTACHMENT = "license.jws"
LONGEST_TEXT = 16_384
CPU_SECONDS = 4
ADDRESS_SPACE = 256 * 1024 * 1024
OVER_LIMIT = 3
DESCRIBED = ("/Title", "/Subject")


def extracted(document: bytes) -> dict[str, str | None]:
    """The attached JWS and the document's description; empty where the file is broken. Raises MemoryError."""
    from pypdf import PdfReader  # noqa: PLC0415 - not before the limits hold

    found: dict[str, str | None] = {"jws": None, "description": ""}
    try:
        reader = PdfReader(BytesIO(document), strict=False)
        for embedded in reader.attachment_list:
            if embedded.name == ATTACHMENT:
                found["jws"] = embedded.content[: LONGEST_TEXT + 1].decode("ascii")
                break
        if reader.metadata is not None:
            described = "\n".join(str(reader.metadata.get(key, ""))[:LONGEST_TEXT] for key in DESCRIBED)
            # Numbers are ASCII; other bytes, cut characters included, are ignored.
            found["description"] = described.encode("ascii", "replace").decode()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - a hostile file makes the library raise anything; partial results are kept
        pass
    if len(found["jws"] or "") > LONGEST_TEXT:
        found["jws"] = None
    return found


def limit() -> None:
    """Sets this process's resource limits: the system ends it where it uses more than a letter needs."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Reads under limits."""
    limit()
    try:
        found = extracted(sys.stdin.buffer.read())
    except MemoryError:
        return OVER_LIMIT
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
