"""The command line of a local cloud: runs it in the foreground and prints the addresses."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.localcloud.cloud import Options, StartError
from infra.localcloud.intrinsics import TemplateError
from infra.localcloud.provision.resources import ProvisionError
from infra.localcloud.supervisor import serve

DEFAULT_PORT = 3000


def parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """The options of every local cloud; a product adds its own."""
    made = argparse.ArgumentParser(prog=program, description=description)
    made.add_argument("--port", type=int, default=DEFAULT_PORT, help="the gateway's; the next three are used as well")
    made.add_argument("--dynamodb", choices=("auto", "local", "moto"), default="auto")
    made.add_argument("--keep", action="store_true", help="keep all data for the next start with --keep")
    made.add_argument("--folder", type=Path, help="for logs, clock and the record of calls (.local)")
    return made


def isolate() -> None:
    """Remove settings of the real AWS, and of proxies, from this process: no request leaves the machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1,localhost",
        no_proxy="127.0.0.1,localhost",
    )


def run(console: Console, options: Options, places: Iterable[tuple[str, str]] = ()) -> int:
    """Run until Ctrl-C and return the exit status; `places` are the product's pages and their addresses."""
    console.print("Starting the local cloud ...")
    try:
        return serve(options, lambda ready: _show(console, ready, options.folder, places))
    except (StartError, TemplateError, ProvisionError) as error:
        console.print(str(error), style="red", markup=False)
        return 1


def _show(console: Console, ready: Mapping[str, Any], folder: Path, places: Iterable[tuple[str, str]]) -> None:
    stores = {"dynamodb-local": "DynamoDB Local", "moto": "moto (in place of DynamoDB Local)"}[ready["dynamodb"]]
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    aws = ("AWS", f"{ready['aws']} (DynamoDB: {stores})")
    for name, value in (("API", str(ready["url"])), *places, aws, ("logs", str(folder / "logs"))):
        table.add_row(name, value)
    console.print(table)
    data = "keeps all data for the next start" if ready["kept"] else "all data are gone then"
    console.print(f"Ready in {ready['seconds']} s. Ctrl-C ends everything, and {data}.", style="bold green")
