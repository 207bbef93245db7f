"""`allmytracks certificates …`"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.ops.commands import Commands, Yes
from infra.ops.telling import connected, require_yes, tell, wants_json

app = Commands("Certificates of the key that seals letters.")
Key = Annotated[str, typer.Argument(metavar="KEY_ARN", help="The key in KMS; the first of the stack's LicenseKeyArns.")]
Named = Annotated[str, typer.Option("--name", help="The name that readers of letters are shown.")]
Organisation = Annotated[str, typer.Option(help="The company.")]


def _country(code: str) -> str:
    """Raises BadParameter for what is no country's two letters."""
    from allmytracks.foundation.countries import country_of
    from allmytracks.foundation.errors import InvalidFields

    try:
        return country_of("country", code)
    except InvalidFields as error:
        raise typer.BadParameter(error.problems[0].message) from None


Country = Annotated[str, typer.Option(help="Two letters.", callback=_country)]


@app.command("request")
def request_one(
    context: typer.Context, key: Key, name: Named, organisation: Organisation, country: Country = "HK"
) -> None:
    """Print a request for a certificate authority (PKCS #10), signed in KMS with your AWS identity."""
    from infra.ops.certifying import certificate_request, key_in_kms

    with key_in_kms(key) as held:
        _print(context, certificate_request(held, name, organisation, country))


@app.command("self-sign")
def self_sign(
    context: typer.Context, key: Key, name: Named, organisation: Organisation, country: Country = "HK", days: int = 365
) -> None:
    """Print a certificate that nobody vouches for, for development and staging."""
    from infra.ops.certifying import key_in_kms, self_signed

    now = datetime.now(UTC).replace(microsecond=0)
    with key_in_kms(key) as held:
        _print(context, self_signed(held, name, organisation, country, now, days))


@app.command("publish")
def publish(
    context: typer.Context,
    chain: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="PEM: the key's certificate first.")],
    effective_at: Annotated[str | None, typer.Option(help="RFC 3339; at once where left out.")] = None,
    *,
    yes: Yes = False,
) -> None:
    """Publish a certificate with its chain; letters are sealed with the newest one of the key that signs."""
    from allmytracks.foundation.instants import parse_rfc3339, rfc3339
    from infra.ops.certifying import serial_of

    try:
        text = chain.read_text(encoding="ascii")
        serial = serial_of(text)
    except ValueError:
        raise typer.BadParameter(f"{chain} holds no certificate (PEM)") from None
    try:
        at = parse_rfc3339(effective_at) if effective_at else datetime.now(UTC).replace(microsecond=0)
    except ValueError:
        raise typer.BadParameter("give --effective-at as in 2026-12-01T00:00:00Z") from None
    require_yes(context, f"Publish certificate {serial}?", yes=yes)
    publication = {"kind": "certificates", "version": serial, "effective_at": rfc3339(at), "body": {"chain": text}}
    with connected(context) as client:
        done = client.call("POST", "/publications", json=publication)
    tell(context, done, f"published certificate {serial}, effective {publication['effective_at']}")


def _print(context: typer.Context, pem: str) -> None:
    if wants_json(context):
        tell(context, {"pem": pem})
    else:
        typer.echo(pem, nl=False)
