"""Reads routes, authorizers, CORS and throttling from the transformed OpenAPI bodies and their stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.localcloud.deployment import Authorizer, Cors, Payload, Route, Throttle
from infra.localcloud.provision.functions import function_of, refuse_left
from infra.localcloud.provision.resources import Cloud, Properties, ProvisionError, Resource

HTTP_API, REST_API = "AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi"
_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method"}
_UNREAD = {
    HTTP_API: ("Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name", "Tags", "BodyS3Location"),
    REST_API: (
        "ApiKeySourceType",
        "Description",
        "DisableExecuteApiEndpoint",
        "EndpointConfiguration",
        "Mode",
        "Name",
        "Parameters",
        "Policy",
        "SecurityPolicy",
        "Tags",
    ),
}


def routes(cloud: Cloud) -> tuple[Route, ...]:
    """Every route of every API."""
    found: list[Route] = []
    for api in cloud.resources.values():
        if api.type in _UNREAD:
            properties = Properties(api.properties)
            body = properties.take("Body", {})
            properties.take_present(*_UNREAD[api.type])
            refuse_left(properties, api)
            found += _routes_of(cloud, api, body)
    return tuple(found)


def cors(cloud: Cloud) -> Cors | None:
    """The HTTP API's CORS configuration."""
    for body in _http_bodies(cloud):
        written = body.get("x-amazon-apigateway-cors")
        if written is not None:
            return Cors(
                allow_origins=tuple(written.get("allowOrigins", [])),
                allow_methods=tuple(written.get("allowMethods", [])),
                allow_headers=tuple(written.get("allowHeaders", [])),
                expose_headers=tuple(written.get("exposeHeaders", [])),
                allow_credentials=bool(written.get("allowCredentials", False)),
                max_age_seconds=None if written.get("maxAge") is None else int(written["maxAge"]),
            )
    return None


def jwt(cloud: Cloud) -> tuple[str, tuple[str, ...]]:
    """Issuer and audiences of the HTTP API's JWT authorizer; raises ProvisionError unless there is exactly one."""
    found = set()
    for body in _http_bodies(cloud):
        for scheme in _schemes(body).values():
            authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
            if authorizer.get("type") == "jwt":
                configuration = authorizer["jwtConfiguration"]
                audience = configuration["audience"]
                audiences = (audience,) if isinstance(audience, str) else tuple(audience)
                found.add((configuration["issuer"], audiences))
    if len(found) > 1:
        raise ProvisionError("the HTTP APIs have more than one JWT authorizer: the local gateway checks one")
    return found.pop() if found else ("", ())


def _http_bodies(cloud: Cloud) -> Iterator[Mapping[str, Any]]:
    return (api.properties.get("Body", {}) for api in cloud.resources.values() if api.type == HTTP_API)


def _schemes(body: Mapping[str, Any]) -> Mapping[str, Any]:
    schemes = body.get("components", {}).get("securitySchemes") or body.get("securityDefinitions") or {}
    return dict(schemes)


def _routes_of(cloud: Cloud, api: Resource, body: Mapping[str, Any]) -> list[Route]:
    stages = [
        stage
        for stage in cloud.resources.values()
        if stage.properties.get("ApiId" if api.type == HTTP_API else "RestApiId") == api.created.ref
        and stage.type.endswith("::Stage")
    ]
    if len(stages) != 1:
        raise ProvisionError(f"{api.path} ({api.type}): the local gateway wants one stage, not {len(stages)}")
    found = []
    for path, item in body.get("paths", {}).items():
        for method, operation in item.items():
            if method not in _METHODS:
                continue
            where = f"{api.path} {method} {path}"
            integration = operation.get("x-amazon-apigateway-integration", {})
            if method == "options" and integration.get("type", "").lower() == "mock":
                continue  # a REST API's CORS response
            name = "ANY" if method.startswith("x-") else method.upper()
            found.append(
                Route(
                    method=name,
                    path=path,
                    function=_function(cloud, integration, where),
                    authorizer=_authorizer(operation.get("security", body.get("security", [])), body, where),
                    throttle=_throttle(api, stages[0], name, path),
                    payload=_payload(api, integration),
                    api=api.path,
                    stage=stages[0].properties["StageName"],
                    authorization_scopes=_scopes(operation),
                    refusal_headers=_refusal_headers(api, body),
                )
            )
    return found


def _function(cloud: Cloud, integration: Mapping[str, Any], where: str) -> str:
    if integration.get("type", "").lower() != "aws_proxy" or "/functions/" not in integration.get("uri", ""):
        raise ProvisionError(f"{where}: only functions can stand behind a route locally")
    return function_of(cloud, integration["uri"].split("/functions/")[1].split("/invocations")[0], where)


def _payload(api: Resource, integration: Mapping[str, Any]) -> Payload:
    if api.type == REST_API or integration.get("payloadFormatVersion", "1.0") == "1.0":
        return "1.0"
    return "2.0"


def _authorizer(security: list[Mapping[str, Any]], body: Mapping[str, Any], where: str) -> Authorizer | None:
    for requirement in security:
        for name in requirement:
            scheme = _schemes(body).get(name, {})
            authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
            if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4" or name == "AWS_IAM":
                return "iam"
            if authorizer.get("type") == "jwt":
                if authorizer.get("identitySource") != "$request.header.Authorization":
                    raise ProvisionError(f"{where}: the local gateway reads tokens from Authorization only")
                return "jwt"
            if name != "NONE":
                raise ProvisionError(f"{where}: the local gateway does not know the authorizer {name}")
    return None


def _scopes(operation: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        scope for requirement in operation.get("security", []) for scopes in requirement.values() for scope in scopes
    )


def _refusal_headers(api: Resource, body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The headers of a REST API's own responses, the same for every refusal."""
    prefix, found = "gatewayresponse.header.", set()
    responses = body.get("x-amazon-apigateway-gateway-responses", {})
    for name, response in responses.items():
        parameters = response.get("responseParameters", {})
        others = {key for key, value in response.items() if value and key != "responseParameters"}
        others |= {key for key in parameters if not key.startswith(prefix)}
        if others or name not in {"DEFAULT_4XX", "DEFAULT_5XX"}:
            raise ProvisionError(f"{api.path}: the local gateway does not know {others} of the gateway response {name}")
        found.add(tuple((key.removeprefix(prefix), parameters[key].strip("'")) for key in sorted(parameters)))
    if len(found) > 1 or (found and len(responses) == 1):
        raise ProvisionError(f"{api.path}: the local gateway has one set of headers for all that it refuses")
    return found.pop() if found else ()


def _throttle(api: Resource, stage: Resource, method: str, path: str) -> Throttle | None:
    if api.type == HTTP_API:
        settings = {**stage.properties.get("DefaultRouteSettings", {})}
        settings.update(stage.properties.get("RouteSettings", {}).get(f"{method} {path}", {}))
        settings.update(stage.properties.get("RouteSettings", {}).get(path, {}) if path == "$default" else {})
    else:
        settings = {}
        for one in stage.properties.get("MethodSettings", []):
            if one.get("HttpMethod") in {"*", method} and one.get("ResourcePath") in {"/*", path}:
                settings.update(one)
    if "ThrottlingRateLimit" not in settings or "ThrottlingBurstLimit" not in settings:
        return None
    return Throttle(float(settings["ThrottlingRateLimit"]), int(settings["ThrottlingBurstLimit"]))
