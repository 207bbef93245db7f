"""The smoke test as a function that runs every hour (infra/smoke.yaml); a failed run is one of Lambda's errors."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import asdict

from infra.demo.site import Site
from infra.ops.smoke.program import Failed, run
from infra.ops.smoke.steps import Member, steps_of_an_existing_member


@dataclass(frozen=True)
class Smoke:
    """The handler; `credentials` gives the e-mail address and the password of the member."""

    url: str
    credentials: Callable[[], Mapping[str, str]]

    def __call__(self, _event: object, _context: object) -> None:
        """Logs each step, without the member's address or password. Raises Failed with the first step that failed."""
        found = self.credentials()
        with Site(self.url, password=found["password"]) as site:
            for each in run(site, steps_of_an_existing_member(Member(found["email"], lasting=True))):
                print(json.dumps({"message": "smoke", **asdict(each)}))
                if each.problem:
                    raise Failed(f"{each.step}: {each.problem}")


def _read_secret() -> Mapping[str, str]:
    import boto3  # Lambda has it

    secrets: Any = boto3.client("secretsmanager")
    found: Mapping[str, str] = json.loads(
        secrets.get_secret_value(SecretId=os.environ["SMOKE_SECRET_ARN"])["SecretString"]
    )
    return found


def handle(event: object, context: object) -> None:
    """The function's entry."""
    Smoke(os.environ["PUBLIC_URL"], _read_secret)(event, context)
