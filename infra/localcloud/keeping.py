"""What `KEEP=1` keeps between two starts: all stores together, as they were when the last run ended, or none of them.

A run works on a copy of DynamoDB's files, and what it leaves replaces the whole folder at its end. A run that crashes
therefore leaves what there was before it.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from infra.localcloud.deployment import Deployment
from infra.localcloud.template_yaml import parse

SOURCES = Path(__file__).parent
Positions = Mapping[tuple[str, str], Mapping[str, str]]
"""By a stream mapping's function and stream: the last record of each shard that was handled."""


class KeptError(Exception):
    """What was kept cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run leaves beside the stores: `clock` in seconds, and what the product gave."""

    deployment: Deployment
    positions: Positions
    clock: float
    product: object


class Keeper:
    """The folder of what is kept."""

    def __init__(self, folder: Path, stamp: str) -> None:
        """`stamp` is of all that has to be as it was (see `stamp_of`)."""
        self._folder, self._stamp = folder / "kept", stamp
        self._fresh = folder / "kept.new"
        self.data = folder / "dynamodb"
        self.front = self._folder / "front"

    def found(self) -> Run | None:
        """What the last run left, with its DynamoDB files copied to `data`; None where none was kept. Raises KeptError.

        `front` then is the file of what the AWS front kept.
        """
        shutil.rmtree(self._fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        if not self._folder.is_dir():
            self.data.mkdir(parents=True)
            return None
        if (self._folder / "stamp").read_text(encoding="ascii") != self._stamp:
            raise KeptError(
                f"The data in {self._folder} were kept with other templates, parameters, libraries or another local "
                f"cloud, and cannot go on with these. To begin anew: rm -r {self._folder}"
            )
        shutil.copytree(self._folder / "dynamodb", self.data)
        run: Run = pickle.loads((self._folder / "run").read_bytes())  # noqa: S301 - our own file
        return run

    def keep(self, run: Run, front: bytes) -> None:
        """Replaces what was kept; DynamoDB has ended."""
        self._fresh.mkdir(parents=True)
        (self._fresh / "run").write_bytes(pickle.dumps(run))
        (self._fresh / "front").write_bytes(front)
        (self._fresh / "stamp").write_text(self._stamp, encoding="ascii")
        self.data.rename(self._fresh / "dynamodb")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._fresh.rename(self._folder)


def stamp_of(template: Path, port: int, parameters: Mapping[str, str]) -> str:
    """Of what resources and addresses are made of: templates, parameters, port, the local cloud and its libraries."""
    made_of = hashlib.sha256(f"{sys.version} {version('moto')} {template.resolve()} {port}".encode())
    made_of.update(repr(sorted(parameters.items())).encode())
    for text in _templates(template):
        made_of.update(text.encode())
    for source in sorted(SOURCES.rglob("*.py")):
        made_of.update(source.read_bytes())
    return made_of.hexdigest()


def _templates(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield text
    for resource in parse(text).get("Resources", {}).values():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            yield from _templates(path.parent / resource["Properties"]["TemplateURL"])
