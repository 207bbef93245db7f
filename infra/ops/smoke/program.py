"""Steps one after the other, each timed; the first that fails ends the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import httpx
from msgspec import Struct

from infra.demo.site import Site


class Failed(Exception):
    """An answer was not as it should be; the message says what and where."""


class Outcome(Struct, frozen=True):
    """A step that was done; `problem` is empty where it succeeded."""

    step: str
    milliseconds: int
    problem: str


Step = Callable[[Site], None]


def run(site: Site, steps: Sequence[tuple[str, Step]]) -> Iterator[Outcome]:
    """What came of each step, up to the first that failed."""
    for name, step in steps:
        started = time.perf_counter()
        try:
            step(site)
        except (Failed, TimeoutError, LookupError) as error:
            problem = str(error) or type(error).__name__
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
        else:
            problem = ""
        yield Outcome(name, round((time.perf_counter() - started) * 1000), problem)
        if problem:
            return


def expect(answer: httpx.Response, *statuses: int) -> dict[str, object]:
    """The answer's JSON; empty where it has none. Raises Failed for another status; neither mail nor token is shown."""
    is_json = "json" in answer.headers.get("content-type", "")
    if answer.status_code not in statuses:
        code = answer.json().get("code", "") if is_json else ""
        raise Failed(
            f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code} {code}".strip()
        )
    body: dict[str, object] = answer.json() if is_json and answer.content else {}
    return body
