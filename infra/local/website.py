"""The reference website (infra/site) on the local cloud: its files as a static host serves them, with its headers."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from infra.localcloud.events import Answer, Request

SITE = Path(__file__).resolve().parents[1] / "site"
PLAYER_STYLE = "'sha256-Y/8t1dAKa3ay+RZEiEFEDr8dFiQhpaFvYXXUfT3p6ZU='"
"""The one style sheet that is no file: what the waveform player puts beside its canvas."""
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml"}


def content_policy(api: str, files: str) -> str:
    """The site's Content-Security-Policy: nothing from any host but its own, the API and our own buckets.

    `api` and `files` are origins, `'self'` where they are the site's own.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "worker-src": "'self'",
        "style-src": f"'self' {PLAYER_STYLE}",
        "img-src": "'self'",
        "connect-src": f"'self' {api} {files}",
        "media-src": f"{api} {files}",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "default",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@dataclass(frozen=True)
class Website:
    """Serves `folder`; `policy` goes with every file."""

    folder: Path
    policy: str

    def __call__(self, request: Request) -> Answer | None:
        """The file at this path, or the page that all addresses of the site begin with; None for what is no page."""
        if request.method not in {"GET", "HEAD"}:
            return None
        wanted = (self.folder / request.path.lstrip("/")).resolve()
        if not wanted.is_file() or not wanted.is_relative_to(self.folder):
            if "text/html" not in (request.header("accept") or "") or request.path.startswith("/v1/"):
                return None
            wanted = self.folder / "index.html"
        kind = _TYPES.get(wanted.suffix) or mimetypes.guess_type(wanted.name)[0] or "application/octet-stream"
        text = kind.startswith("text/")
        headers = (
            ("Content-Type", f"{kind}; charset=utf-8" if text else kind),
            ("Content-Security-Policy", self.policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-cache"),
        )
        return Answer(200, headers, wanted.read_bytes())
