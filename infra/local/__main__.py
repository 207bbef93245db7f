"""`python -m infra.local`: the whole product on this machine, as template.yaml describes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console

from infra.local.product import AllMyTracks, third_party_issuer
from infra.localcloud.cloud import Options
from infra.localcloud.command import DEFAULT_PORT, isolate, parser, run

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
SOURCES = (ROOT / "functions", ROOT / "layers" / "core" / "python")


def main() -> int:
    """Parse the command line, run, and return the exit status."""
    words = parser("infra.local", __doc__)
    words.add_argument("--no-demo", dest="demo", action="store_false", help="start with an empty catalogue")
    words.add_argument("--reload", action="store_true", help="functions run changed code from their next request on")
    arguments = words.parse_args()
    isolate()
    console = Console(soft_wrap=True)
    url = f"http://127.0.0.1:{arguments.port}"
    folder = arguments.folder or ROOT / ".local" / ("" if arguments.port == DEFAULT_PORT else str(arguments.port))
    options = Options(
        port=arguments.port,
        template=TEMPLATE,
        folder=folder,
        parameters=parameters(url),
        dynamodb=arguments.dynamodb,
        keep=arguments.keep,
        sources=SOURCES if arguments.reload else (),
        product=AllMyTracks(url, demo=arguments.demo, folder=folder),
        tell=lambda text: console.print(text, markup=False),
    )
    places = (
        ("its documentation", f"{url}/docs"),
        ("mailbox", f"{url}/_local/mailbox"),
        ("everything local", f"{url}/_local"),
        ("operators' API", f"{url}/ops"),
        ("sign-in by another provider", third_party_issuer(url)),
        ("payments", "a checkout_url opens the pay page"),
    )
    return run(console, options, places)


def parameters(url: str) -> dict[str, str]:
    """The parameters of template.yaml for the local cloud at `url`."""
    return {
        "Stage": "dev",
        "SiteUrl": os.environ.get("SITE_URL", url),
        "PublicUrl": url,
        "MailSender": "service@allmytracks.example",
        "OidcIssuer": third_party_issuer(url),
        "PaymentApiBase": f"{url}/_local/stripe",
        "LicensorName": "AllMyTracks (local)",
        "LicensorRegistration": "local",
        "LicensorContact": "rights@allmytracks.example",
        "LicensorSignatory": "Ada Chan, Director of Licensing",
        "SellerAddress": "1 Harbour Road; Wan Chai; Hong Kong",
    }


if __name__ == "__main__":
    sys.exit(main())
