"""Cognito: the user pool, its clients, groups and identity providers."""

from __future__ import annotations

from collections.abc import Mapping

from infra.localcloud.provision.resources import Created, Creator, Place, Properties

_POOL = (
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "LambdaConfig",
    "MfaConfiguration",
    "Policies",
    "Schema",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTier",
    "UsernameAttributes",
    "UsernameConfiguration",
    "VerificationMessageTemplate",
)
_CLIENT = (
    "UserPoolId",
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AuthSessionValidity",
    "CallbackURLs",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "GenerateSecret",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
)


def _user_pool(place: Place, properties: Properties) -> Created:
    name = properties.take("UserPoolName", place.name())
    pool = place.client("cognito-idp").create_user_pool(PoolName=name, **properties.take_present(*_POOL))["UserPool"]
    provider = f"cognito-idp.{place.cloud.region}.amazonaws.com/{pool['Id']}"
    attributes = {
        "Arn": pool["Arn"],
        "UserPoolId": pool["Id"],
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
    }
    return Created(pool["Id"], attributes)


def _client(place: Place, properties: Properties) -> Created:
    name = properties.take("ClientName", place.name())
    wanted = properties.take_present(*_CLIENT)
    client = place.client("cognito-idp").create_user_pool_client(ClientName=name, **wanted)["UserPoolClient"]
    attributes = {"ClientId": client["ClientId"], "Name": name}
    if "ClientSecret" in client:
        attributes["ClientSecret"] = client["ClientSecret"]
    return Created(client["ClientId"], attributes)


def _group(place: Place, properties: Properties) -> Created:
    name = properties.take("GroupName", place.name())
    wanted = properties.take_present("UserPoolId", "Description", "Precedence", "RoleArn")
    place.client("cognito-idp").create_group(GroupName=name, **wanted)
    return Created(name)


def _provider(place: Place, properties: Properties) -> Created:
    name = properties.take("ProviderName")
    wanted = properties.take_present(
        "UserPoolId", "ProviderType", "ProviderDetails", "AttributeMapping", "IdpIdentifiers"
    )
    place.client("cognito-idp").create_identity_provider(ProviderName=name, **wanted)
    return Created(name)


def _domain(place: Place, properties: Properties) -> Created:
    wanted = properties.take_present("UserPoolId", "Domain", "CustomDomainConfig", "ManagedLoginVersion")
    place.client("cognito-idp").create_user_pool_domain(**wanted)
    return Created(wanted["Domain"])


CREATORS: Mapping[str, Creator] = {
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Cognito::UserPoolClient": _client,
    "AWS::Cognito::UserPoolGroup": _group,
    "AWS::Cognito::UserPoolIdentityProvider": _provider,
    "AWS::Cognito::UserPoolDomain": _domain,
}
