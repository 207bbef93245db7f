"""Packages that npm fetches for tests and for the local cloud: to the user's cache, verified, never redistributed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_FETCH_SECONDS = 300


class UnavailableError(Exception):
    """A program that runs beside the product is not available on this machine; the message says why."""


def default_cache() -> Path:
    """Where it is kept between runs: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "aws-localcloud"


@dataclass(frozen=True, slots=True)
class Package:
    """One version of one package, known by the digest of its archive (base64, as npm writes it)."""

    name: str
    version: str
    sha512: str

    @property
    def title(self) -> str:
        return f"{self.name}@{self.version}"

    def place(self, cache: Path) -> Path:
        """Where it is kept."""
        return cache / f"{self.name.replace('/', '-').removeprefix('@')}-{self.version}"

    def obtain(self, cache: Path, prepare: Callable[[Path], Path]) -> Path:
        """The folder that `prepare` makes of the unpacked package, fetched if the cache does not hold it.

        Raises UnavailableError.
        """
        folder = self.place(cache)
        if folder.is_dir():
            return folder
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            with tarfile.open(self._fetch(Path(temporary))) as archive:
                archive.extractall(temporary, filter="data")
            prepared = prepare(Path(temporary) / "package")
            try:
                # Atomically: a concurrent run finds all of it or nothing.
                prepared.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
        return folder

    def _fetch(self, folder: Path) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            raise UnavailableError(f"npm is not on the PATH, and {self.name} is fetched with it")
        command = [npm, "pack", self.title, "--pack-destination", str(folder), "--fetch-retries=1"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_FETCH_SECONDS, check=False)  # noqa: S603 (our own words)
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"npm did not fetch {self.title} within {_FETCH_SECONDS} s") from None
        tarballs = list(folder.glob("*.tgz"))
        if done.returncode != 0 or not tarballs:
            errors = [line for line in done.stderr.decode(errors="replace").splitlines() if "code" in line]
            reason = errors[0].removeprefix("npm error").strip() if errors else f"exit status {done.returncode}"
            raise UnavailableError(f"npm could not fetch {self.title} ({reason})")
        digest = base64.b64encode(hashlib.sha512(tarballs[0].read_bytes()).digest()).decode()
        if digest != self.sha512:
            raise UnavailableError(f"{self.title} as fetched is not the known one (SHA-512 differs)")
        return tarballs[0]
