"""Cognito's checks in front of moto, which accepts any code and ignores validity, revocation and disabled users.

Users, pools, clients and groups are kept by moto; the operations below are handled here, all others by moto.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from moto.cognitoidp.exceptions import InvalidPasswordException
from moto.cognitoidp.models import CognitoIdpBackend, UserStatus, cognitoidp_backends
from moto.cognitoidp.utils import check_secret_hash
from moto.core.exceptions import JsonRESTError

from infra.localcloud.front.challenges import Challenges, Invoke, Visit, require_confirmed
from infra.localcloud.front.codes import HOUR, Codes, CognitoError, Lockouts
from infra.localcloud.front.mail import Mailbox
from infra.localcloud.front.tokens import Tokens

_DEFAULT_SUBJECT = "Your verification code"
_DEFAULT_MESSAGE = "Your confirmation code is {####}"
_LONGEST_PASSWORD = 256


class Cognito:
    """Handles operations by name; call it under moto's lock."""

    def __init__(self, account_id: str, region: str, mailbox: Mailbox, invoke: Invoke) -> None:
        self._account_id, self._region = account_id, region
        self._mailbox = mailbox
        self.tokens = Tokens(region)
        self._confirmations = Codes(24 * HOUR)
        self._resets = Codes(HOUR)
        self._lockouts = Lockouts()
        self._challenges = Challenges(region, invoke)
        self._operations: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "SignUp": self._sign_up,
            "ConfirmSignUp": self._confirm_sign_up,
            "AdminConfirmSignUp": self._admin_confirm,
            "ResendConfirmationCode": self._resend,
            "ForgotPassword": self._forgot,
            "ConfirmForgotPassword": self._confirm_forgot,
            "InitiateAuth": self._initiate_auth,
            "AdminInitiateAuth": self._initiate_auth,
            "GetTokensFromRefreshToken": self._rotate,
            "RevokeToken": self._revoke,
            "GlobalSignOut": self._global_sign_out,
            "AdminUserGlobalSignOut": self._admin_sign_out,
        }

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The response, or None if moto handles the operation; raises CognitoError."""
        try:
            if operation in self._operations:
                return self._operations[operation](request)
            if "AccessToken" in request:
                self.tokens.claims(request["AccessToken"])
        except InvalidPasswordException:
            raise CognitoError("InvalidPasswordException", "Password did not conform with policy") from None
        except JsonRESTError as error:
            raise CognitoError(error.error_type, str(error.message)) from error
        return None

    def kept(self) -> tuple[object, ...]:
        """What the next start needs, beside moto's pools: tokens, codes and lockouts."""
        return self.tokens, self._confirmations, self._resets, self._lockouts

    def restore(self, kept: tuple[Any, ...]) -> None:
        """Go on with what an earlier run kept."""
        self.tokens, self._confirmations, self._resets, self._lockouts = kept

    def challenge(
        self, operation: str, request: Mapping[str, Any], lock: AbstractContextManager[Any]
    ) -> dict[str, Any] | None:
        """The response to custom authentication, or None for any other request; takes moto's `lock` as it needs it.

        Raises CognitoError.
        """
        if operation == "RespondToAuthChallenge":
            with lock:
                _, client = self._client({**request, "AuthParameters": request.get("ChallengeResponses", {})})
            return self._challenges.answer(client, request, self._signed_in)
        if operation != "InitiateAuth" or request.get("AuthFlow") != "CUSTOM_AUTH":
            return None
        with lock:
            pool, client = self._client(request)
            user, name = self._user(pool, request), self._user_name(pool, request)
            require_confirmed(user)
        return self._challenges.begin(pool, client, name, user)

    def _signed_in(self, visit: Visit) -> dict[str, Any]:
        require_confirmed(visit.user)
        tokens = self.tokens.sign_in(visit.pool, visit.client, visit.user)
        return {"ChallengeParameters": {}, "AuthenticationResult": tokens}

    @property
    def _backend(self) -> CognitoIdpBackend:
        return cognitoidp_backends[self._account_id][self._region]

    def _client(self, request: Mapping[str, Any]) -> tuple[Any, Any]:
        """The pool and client that the request names; its secret hash is checked where the client has a secret."""
        client_id = str(request.get("ClientId"))
        for pool in self._backend.user_pools.values():
            client = pool.clients.get(client_id)
            if client is None:
                continue
            name = self._user_name(pool, request)
            given = request.get("SecretHash") or request.get("AuthParameters", {}).get("SECRET_HASH")
            if client.generate_secret and name and not check_secret_hash(client.secret, client.id, name, given):
                raise CognitoError("NotAuthorizedException", "SecretHash does not match for the client")
            if client.generate_secret and not name and request.get("ClientSecret") != client.secret:
                raise CognitoError("NotAuthorizedException", "Unable to verify secret for client")
            return pool, client
        raise CognitoError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")

    def _user_name(self, pool: Any, request: Mapping[str, Any]) -> str:
        name = str(request.get("Username") or request.get("AuthParameters", {}).get("USERNAME") or "")
        sensitive = pool.extended_config.get("UsernameConfiguration", {}).get("CaseSensitive", True)
        return name if sensitive else name.lower()

    def _user(self, pool: Any, request: Mapping[str, Any]) -> Any:
        return pool._get_user(self._user_name(pool, request))  # noqa: SLF001 (moto looks up by e-mail here only)

    def _sign_up(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, _ = self._client(request)
        policy = pool.extended_config.setdefault("Policies", {}).setdefault("PasswordPolicy", {})
        policy.setdefault("MaximumLength", _LONGEST_PASSWORD + 1)  # moto's own limit is 98
        name = self._user_name(pool, request)
        attributes = [dict(attribute) for attribute in request.get("UserAttributes", [])]
        if pool._get_user(name):  # noqa: SLF001 (as above)
            raise CognitoError("UsernameExistsException", "User already exists")
        user, _ = self._backend.sign_up(str(request["ClientId"]), name, str(request["Password"]), attributes)
        answer: dict[str, Any] = {"UserConfirmed": False, "UserSub": user.id}
        if "email" in user.attribute_lookup:
            answer["CodeDeliveryDetails"] = self._send(pool, user, self._confirmations)
        return answer

    def _confirm_sign_up(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        user = self._user(pool, request)
        if user is None:
            raise _unknown(client, "ExpiredCodeException", "Invalid code provided, please request a code again.")
        if user.status != UserStatus.UNCONFIRMED:
            status = getattr(user.status, "value", user.status)
            raise CognitoError("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}")
        self._confirmations.redeem(user.id, str(request["ConfirmationCode"]))
        user.status = UserStatus.CONFIRMED
        user.update_attributes([{"Name": "email_verified", "Value": "true"}])
        return {}

    def _admin_confirm(self, request: Mapping[str, Any]) -> dict[str, Any]:
        user = self._backend.admin_get_user(str(request["UserPoolId"]), str(request["Username"]))
        if user.status != UserStatus.UNCONFIRMED:
            status = getattr(user.status, "value", user.status)
            raise CognitoError("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}")
        user.status = UserStatus.CONFIRMED
        return {}

    def _resend(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        user = self._user(pool, request)
        if user is None:
            return self._simulated(client, pool, request)
        if user.status != UserStatus.UNCONFIRMED:
            raise CognitoError("InvalidParameterException", "User is already confirmed.")
        return {"CodeDeliveryDetails": self._send(pool, user, self._confirmations)}

    def _forgot(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        user = self._user(pool, request)
        if user is None or not user.enabled or user.attribute_lookup.get("email_verified") != "true":
            return self._simulated(client, pool, request)
        return {"CodeDeliveryDetails": self._send(pool, user, self._resets)}

    def _confirm_forgot(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        user = self._user(pool, request)
        if user is None or not user.enabled:
            message = "Invalid verification code provided, please try again."
            raise _unknown(client, "CodeMismatchException", message)
        self._backend._validate_password(pool.id, str(request["Password"]))  # noqa: SLF001 (moto's only check)
        self._resets.redeem(user.id, str(request["ConfirmationCode"]))
        user.password = str(request["Password"])
        user.status = UserStatus.CONFIRMED
        self._lockouts.succeeded(user.id)
        return {}

    def _initiate_auth(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        flow = str(request["AuthFlow"])
        allowed = client.extended_config.get("ExplicitAuthFlows", [])
        if flow in {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}:
            _require_flow(allowed, "REFRESH_TOKEN_AUTH")
            token = request["AuthParameters"].get("REFRESH_TOKEN", "")
            return {"AuthenticationResult": self._refreshed(pool, client, token)}
        if flow not in {"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"}:
            raise CognitoError("InvalidParameterException", f"the local cloud does not know the flow {flow}")
        _require_flow(allowed, flow)
        user = self._user(pool, request)
        if user is None:
            raise _unknown(client, "NotAuthorizedException", "Incorrect username or password.")
        self._lockouts.check(user.id)
        if user.password != request["AuthParameters"].get("PASSWORD"):
            self._lockouts.failed(user.id)
            raise CognitoError("NotAuthorizedException", "Incorrect username or password.")
        self._lockouts.succeeded(user.id)
        if not user.enabled:
            raise CognitoError("NotAuthorizedException", "User is disabled.")
        if user.status == UserStatus.UNCONFIRMED:
            raise CognitoError("UserNotConfirmedException", "User is not confirmed.")
        if user.status == UserStatus.RESET_REQUIRED:
            raise CognitoError("PasswordResetRequiredException", "Password reset required for the user")
        if user.status != UserStatus.CONFIRMED:
            raise CognitoError("InvalidParameterException", "the local cloud knows no sign-in challenges")
        return {"ChallengeParameters": {}, "AuthenticationResult": self.tokens.sign_in(pool, client, user)}

    def _refreshed(self, pool: Any, client: Any, token: str) -> dict[str, Any]:
        session = self.tokens.session(token, client.id)
        user = pool.users.get(session.user_name)
        if user is None:
            raise CognitoError("NotAuthorizedException", "Refresh Token has been revoked")
        if not user.enabled:
            raise CognitoError("NotAuthorizedException", "User is disabled.")
        return self.tokens.refreshed(pool, client, user, session)

    def _rotate(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pool, client = self._client(request)
        result = self._refreshed(pool, client, str(request["RefreshToken"]))
        if client.extended_config.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED":
            result["RefreshToken"] = self.tokens.rotated(str(request["RefreshToken"]))
        return {"AuthenticationResult": result}

    def _revoke(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _, client = self._client(request)
        if not client.extended_config.get("EnableTokenRevocation", True):
            raise CognitoError("UnsupportedOperationException", "Token revocation is not enabled for this client.")
        self.tokens.revoke(str(request["Token"]), client.id)
        return {}

    def _global_sign_out(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.tokens.sign_out(self.tokens.claims(str(request["AccessToken"]))["sub"])
        return {}

    def _admin_sign_out(self, request: Mapping[str, Any]) -> dict[str, Any]:
        user = self._backend.admin_get_user(str(request["UserPoolId"]), str(request["Username"]))
        self.tokens.sign_out(user.id)
        return {}

    def _send(self, pool: Any, user: Any, codes: Codes) -> dict[str, str]:
        address = user.attribute_lookup["email"]
        code = codes.issue(user.id)
        template = pool.extended_config.get("VerificationMessageTemplate", {})
        subject = template.get("EmailSubject") or pool.extended_config.get("EmailVerificationSubject")
        message = template.get("EmailMessage") or pool.extended_config.get("EmailVerificationMessage")
        text = (message or _DEFAULT_MESSAGE).replace("{####}", code)
        self._mailbox.put(address, subject or _DEFAULT_SUBJECT, text, text if "<" in text else "")
        return _delivery(address)

    def _simulated(self, client: Any, pool: Any, request: Mapping[str, Any]) -> dict[str, Any]:
        """The simulated response for an address without an account."""
        if client.extended_config.get("PreventUserExistenceErrors") != "ENABLED":
            raise CognitoError("UserNotFoundException", "Username/client id combination not found.")
        return {"CodeDeliveryDetails": _delivery(self._user_name(pool, request))}


def _delivery(address: str) -> dict[str, str]:
    local, _, domain = address.partition("@")
    return {
        "Destination": f"{local[:1]}***@{domain[:1]}***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }


def _unknown(client: Any, code: str, message: str) -> CognitoError:
    if client.extended_config.get("PreventUserExistenceErrors") == "ENABLED":
        return CognitoError(code, message)
    return CognitoError("UserNotFoundException", "User does not exist.")


def _require_flow(allowed: list[str], flow: str) -> None:
    if f"ALLOW_{flow}" not in allowed and flow not in allowed:
        raise CognitoError("InvalidParameterException", f"{flow} flow not enabled for this client")
