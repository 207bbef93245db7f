"""The API answers at PublicUrl, which letters print for good."""

from __future__ import annotations

from http import HTTPStatus

import httpx

from infra.ops.client import why
from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether the domain leads to this API, DNS and TLS included."""
    stack = of(deployment)
    url = stack.parameters["PublicUrl"]
    if not stack.parameters.get("CertificateArn"):
        return does_not_apply("this stage has no domain")
    host = url.rpartition("/")[2]
    domain = stack.aws("apigatewayv2", "GetDomainName", DomainName=host)["DomainNameConfigurations"][0]
    if domain["DomainNameStatus"] != "AVAILABLE":
        return missing(f"{host} is {domain['DomainNameStatus']}", "wait some minutes; then see the domain's message")
    mend = f"set a DNS record of {host} (CNAME, or ALIAS in Route 53) to {domain['ApiGatewayDomainName']}"
    try:
        answer = deployment.site.http.get(f"{url}/v1/status")
    except httpx.TransportError as error:
        return missing(f"{url} does not answer{why(error)}", mend)
    if answer.status_code != HTTPStatus.OK:
        return missing(f"{url}/v1/status is answered {answer.status_code}", mend)
    return ok(f"{url} answers")
