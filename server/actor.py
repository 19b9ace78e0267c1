"""Who asks: a program with a key, a person who signed in, or the server itself."""

from dataclasses import dataclass
from enum import StrEnum

from server.problem import Problem


class Scope(StrEnum):
    """What a key may do."""

    CHECK = "check"
    SUBMIT = "submit"
    MODERATE = "moderate"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person may do."""

    MODERATOR = "moderator"
    ADMIN = "admin"
    AUDITOR = "auditor"
    """Reads figures and the audit log; sees no post."""


SCOPES: dict[Role, frozenset[Scope]] = {
    Role.MODERATOR: frozenset({Scope.CHECK, Scope.MODERATE}),
    Role.ADMIN: frozenset(Scope),
    Role.AUDITOR: frozenset({Scope.CHECK}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and what is open to them."""

    id: str
    """`account:…`, `key:…` or `system`."""
    name: str
    scopes: frozenset[Scope]
    forums: frozenset[str] | None = None
    """The forums that they see; None: all."""
    role: Role | None = None

    def may(self, scope: Scope) -> bool:
        """Whether a scope is theirs."""
        return scope in self.scopes

    def need(self, *scopes: Scope) -> None:
        """Refuse who has none of these scopes."""
        if not any(map(self.may, scopes)):
            raise Problem("forbidden", f"The scope `{scopes[0].value}` is needed.")

    def sees(self, forum: str) -> bool:
        """Whether a forum is theirs."""
        return self.forums is None or forum in self.forums


SYSTEM = Actor("system", "hippolint", frozenset(Scope))
