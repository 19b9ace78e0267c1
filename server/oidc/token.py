"""Whether an ID token proves who somebody is."""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

from server.moderation.vouched import Identity
from server.oidc import ProviderError, Reason

ALGORITHMS = ("RS256", "ES256", "PS256")
"""Of signatures; all with keys that the provider alone has."""
_LEEWAY_S = 60
_LEAST_RSA_BITS = 2_048
_LONGEST_SUBJECT = 255


def key_set(told: object) -> KeySet:
    """The keys of a provider that can sign; others are left out.

    Raises:
        ProviderError: there are none.
    """
    listed = told.get("keys") if isinstance(told, dict) else None
    keys = [key for one in listed if (key := _key(one))] if isinstance(listed, list) else []
    if not keys:
        raise ProviderError(Reason.DOWN, "no keys")
    return KeySet(keys)


def verified(
    token: str, keys: KeySet, issuer: str, client_id: str, params: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The claims of an ID token (Core 1.0, section 3.1.3.7).

    Args:
        token: as the provider sent it.
        keys: of the provider.
        issuer: the provider.
        client_id: for whom the token must be.
        params: nonce of the attempt, access token beside.

    Raises:
        InvalidKeyIdError: it is signed with a key that is not among them.
        ProviderError: anything else is wrong with it.
    """
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    expected = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
    }
    try:
        found = jwt.decode(token, keys, registry=registry)
        claims = CodeIDToken(
            found.claims, found.header, expected, {**params, "client_id": client_id}
        )
        claims.validate(leeway=_LEEWAY_S)
    except InvalidKeyIdError:
        raise
    except Exception as fault:  # noqa: BLE001 # whatever it is, its words may be the token's
        raise ProviderError(Reason.UNTRUSTED, type(fault).__name__) from None
    return dict(claims)


def identity(issuer: str, claims: Mapping[str, Any]) -> Identity:
    """Who a verified token is about.

    Raises:
        ProviderError: it does not say.
    """
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise ProviderError(Reason.UNTRUSTED, "subject")
    email = claims.get("email") if claims.get("email_verified") is True else None
    username = claims.get("preferred_username")
    return Identity(
        issuer,
        subject,
        email if isinstance(email, str) else None,
        username if isinstance(username, str) else None,
    )


def _key(told: object) -> Key | None:
    if not isinstance(told, dict) or told.get("use", "sig") != "sig":
        return None
    kind, modulus = told.get("kty"), str(told.get("n"))
    if kind not in ("RSA", "EC") or (kind == "RSA" and len(modulus) * 6 < _LEAST_RSA_BITS):
        return None
    try:
        return import_key(told)
    except Exception:  # noqa: BLE001 # one damaged key; whatever went wrong, the words are the provider's
        return None
