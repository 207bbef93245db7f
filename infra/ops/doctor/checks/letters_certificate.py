"""Letters can be sealed: the key that signs has a certificate that lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.x509 import load_pem_x509_certificates
from joserfc.jwk import ECKey, KeySet, KeySetSerialization

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

LEFT = timedelta(days=30)
MEND = "allmytracks certificates request KEY_ARN, have an authority sign it, allmytracks certificates publish chain.pem"


def check(deployment: Deployment) -> Finding:
    """Whether the newest certificate in force is of a key in /.well-known/jwks.json, and does not end soon."""
    now = deployment.service_time()
    items = deployment.ops.call("GET", "/publications", query={"kind": "certificates"})["items"]
    in_force = [each for each in items if datetime.fromisoformat(each["effective_at"]) <= now]
    if not in_force:
        return missing("no certificate is published: no letter is issued", MEND)
    newest = max(in_force, key=lambda each: datetime.fromisoformat(each["effective_at"]))
    certificate = load_pem_x509_certificates(newest["body"]["chain"].encode())[0]
    keys = KeySet.import_key_set(deployment.site.get("/.well-known/jwks.json", KeySetSerialization)).keys
    if certificate.public_key() not in [key.public_key for key in keys if isinstance(key, ECKey)]:
        return missing("the newest certificate is of no key that signs", MEND)
    ends = certificate.not_valid_after_utc
    if ends - now < LEFT:
        return missing(f"the certificate ends at {ends:%Y-%m-%d}", MEND)
    return ok(f"certified until {ends:%Y-%m-%d}")
