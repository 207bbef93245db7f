"""Reading untrusted PDFs in a process with resource limits."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from allmytracks.verification import extraction as letter_extraction
from allmytracks.verification.ports import Reading
from allmytracks.verification.rules import UnreadableDocument

SECONDS = 7.0
TOO_MUCH = "Reading this file takes more time or memory than a letter of ours needs."


@dataclass(frozen=True)
class SandboxedLetterReader:
    """A file that loops or unpacks endlessly costs its own process some seconds, and this one nothing."""

    program: Path = Path(letter_extraction.__file__)
    seconds: float = SECONDS

    def read(self, document: bytes) -> Reading:
        command = [sys.executable, "-S", "-P", str(self.program)]
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and file
                command,
                input=document,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self.seconds,
                check=False,
                # Only the library paths, nothing else of this process's environment.
                env={"PYTHONPATH": ":".join(sys.path), "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"},
            )
        except subprocess.TimeoutExpired:
            raise UnreadableDocument(TOO_MUCH) from None
        if done.returncode == letter_extraction.OVER_LIMIT or done.returncode < 0:  # ended at a limit
            raise UnreadableDocument(TOO_MUCH)
        done.check_returncode()  # a defect of ours
        return msgspec.json.decode(done.stdout, type=Reading)
