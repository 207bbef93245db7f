"""`python -m infra.local`: the whole product on this machine, as template.yaml describes it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.local.cloud import Options, StartError
from infra.local.intrinsics import TemplateError
from infra.local.provision.resources import ProvisionError
from infra.local.seed import seed
from infra.local.supervisor import serve

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
DEFAULT_PORT = 3000


def main() -> int:
    """Parse the command line, run, and return the exit status."""
    arguments = _arguments()
    _isolate()
    console = Console(soft_wrap=True)
    product = arguments.template == TEMPLATE
    folder = arguments.folder or ROOT / ".local" / ("" if arguments.port == DEFAULT_PORT else str(arguments.port))
    options = Options(
        port=arguments.port,
        template=arguments.template,
        folder=folder,
        parameters=product_parameters(arguments.port) if product else dict(arguments.parameter),
        dynamodb=arguments.dynamodb,
        seed=partial(seed, demo=arguments.demo) if product else None,
        tell=lambda text: console.print(text, markup=False),
    )
    console.print("Starting the local cloud ...")
    try:
        return serve(options, lambda ready: _show(console, ready, folder))
    except (StartError, TemplateError, ProvisionError) as error:
        console.print(str(error), style="red", markup=False)
        return 1


def product_parameters(port: int) -> dict[str, str]:
    """The parameters of template.yaml for the local cloud on `port`."""
    url = f"http://127.0.0.1:{port}"
    return {
        "Stage": "dev",
        "SiteUrl": os.environ.get("SITE_URL", url),
        "PublicUrl": url,
        "MailSender": "service@allmytracks.example",
        "PaymentApiBase": f"{url}/_local/stripe",
        "LicensorName": "AllMyTracks (local)",
        "LicensorRegistration": "local",
        "SellerAddress": "1 Harbour Road; Wan Chai; Hong Kong",
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.local", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the gateway's; the next three are used as well")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="start with an empty catalogue")
    parser.add_argument("--dynamodb", choices=("auto", "local", "moto"), default="auto")
    parser.add_argument("--folder", type=Path, help="for logs, clock and the record of calls (.local)")
    parser.add_argument("--template", type=Path, default=TEMPLATE, help="another template than the product's")
    parser.add_argument("--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _isolate() -> None:
    """Keep what is set up for the real AWS, and proxies, out of the local cloud: nothing here leaves the machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1,localhost",
        no_proxy="127.0.0.1,localhost",
    )


def _show(console: Console, ready: Mapping[str, Any], folder: Path) -> None:
    url = ready["url"]
    stores = {"dynamodb-local": "DynamoDB Local", "moto": "moto (in place of DynamoDB Local)"}[ready["dynamodb"]]
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in (
        ("API", url),
        ("its documentation", f"{url}/docs"),
        ("mailbox", f"{url}/_local/mailbox"),
        ("everything local", f"{url}/_local"),
        ("operators' API", f"{url}/ops"),
        ("payments", "a checkout_url opens the pay page"),
        ("AWS", f"{ready['aws']} (DynamoDB: {stores})"),
        ("logs", str(folder / "logs")),
    ):
        table.add_row(name, value)
    console.print(table)
    console.print(f"Ready in {ready['seconds']} s. Ctrl-C ends everything.", style="bold green")


if __name__ == "__main__":
    sys.exit(main())
