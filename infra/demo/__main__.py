"""`make demo`: runs the main flow against a running local cloud and says what each request came to."""

from __future__ import annotations

import argparse
import json
import sys

import httpx
from rich.console import Console
from rich.markup import escape

from infra.demo.site import Site
from infra.demo.story import Surprise, tell
from infra.demo.summaries import HIDDEN, summary

LONGEST = 600


def main() -> int:
    """Exit status 0 if every response was as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:3000", help="where `make run` answers")
    parser.add_argument("--raw", action="store_true", help="each request and response as JSON")
    given = parser.parse_args()
    url = given.url
    console = Console(soft_wrap=given.raw)

    def watch(request: httpx.Request, answer: httpx.Response) -> None:
        colour = "green" if answer.status_code < 400 else "yellow"
        status = f"[{colour}]{answer.status_code}[/{colour}]"
        asked = f"   [bold]{request.method}[/bold] {escape(request.url.raw_path.decode())}"
        if given.raw:
            console.print(f"{asked} {_shown(request.content)}")
            console.print(f"   {status} {_shown(answer.content)}")
        else:
            console.print(asked, status, no_wrap=True, overflow="ellipsis")
            if said := summary(answer.content):
                console.print(f"       {escape(said)}", no_wrap=True, overflow="ellipsis")

    def say(line: str) -> None:
        console.print(f"\n[bold cyan]{line}[/bold cyan]" if line[0].isdigit() else line)

    try:
        with Site(url, watch) as site:
            tell(site, say)
    except httpx.TransportError:
        console.print(f"Nothing answers at {url}: start it with `make run`, and give its address with --url.")
        return 1
    except Surprise as surprise:
        console.print(f"[red]{escape(str(surprise))}[/red]")
        return 1
    console.print("\n[bold green]Everything was as it should be.[/bold green]")
    return 0


def _shown(content: bytes) -> str:
    """A body in one line, secrets masked, long ones truncated."""
    try:
        text = json.dumps(_hidden(json.loads(content)), ensure_ascii=False)
    except ValueError:
        return f"({len(content)} bytes)" if content else ""
    return escape(text if len(text) <= LONGEST else text[:LONGEST] + " ...")


def _hidden(body: object) -> object:
    if isinstance(body, dict):
        return {name: "..." if name in HIDDEN else _hidden(value) for name, value in body.items()}
    return [_hidden(each) for each in body] if isinstance(body, list) else body


if __name__ == "__main__":
    sys.exit(main())
