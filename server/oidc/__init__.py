"""OpenID Connect: what is asked of an identity provider, and what is believed of its answers.

Authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636) and discovery. Nothing that a
provider sends is logged or quoted. `provider` needs the extra `oidc`.
"""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """Why a provider's part failed."""

    DOWN = "down"
    """No answer, or none that can be read."""
    REFUSED = "refused"
    """It does not take the code, or does not take us."""
    UNTRUSTED = "untrusted"
    """Its token does not prove who somebody is."""


class ProviderError(Exception):
    """A provider did not do its part.

    Args:
        reason: which part.
        detail: words of our own for the log.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way. Its secrets stay with the visitor's browser."""

    redirect_uri: str
    """Where the provider sends the visitor back to."""
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls, redirect_uri: str) -> Self:
        """One with fresh secrets."""
        return cls(redirect_uri, *(secrets.token_urlsafe(n) for n in (32, 32, 48)))
