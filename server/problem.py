"""What can go wrong for a caller, as RFC 9457 problem details: a kind, a status, a sentence; never words of a post."""

from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/problem+json"
KINDS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "unauthorized": (401, "A valid API key is needed"),
    "forbidden": (403, "This key or account may not do that"),
    "not-found": (404, "There is no such thing here"),
    "method-not-allowed": (405, "This address does not take that method"),
    "not-acceptable": (406, "None of the accepted media types is on offer"),
    "timeout": (408, "The request came too slowly"),
    "conflict": (409, "Somebody else was faster"),
    "exists": (409, "There is one already"),
    "claimed": (409, "Another moderator has this post"),
    "too-late": (409, "This can no longer be undone"),
    "another-moderator": (409, "An appeal is read by another moderator"),
    "gone": (410, "The content was erased"),
    "too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "This media type is not taken here"),
    "invalid": (422, "The request does not say what is needed"),
    "idempotency-key-reused": (422, "This Idempotency-Key belongs to another request"),
    "too-many-requests": (429, "Too many requests"),
    "fault": (500, "The server failed"),
    "unavailable": (503, "The server cannot do this now"),
}
"""Kind of problem → HTTP status and title."""


@dataclass(frozen=True)
class Field:
    """One part of a request that is wrong. `at` names it by position and known names only."""

    at: str
    message: str


class Problem(Exception):  # noqa: N818 # the standard's word
    """Refuse a request.

    Args:
        kind: a key of `KINDS`.
        detail: one sentence on what to do; made of our own words only.
        fields: which parts are wrong.
        retry_after: in how many seconds to ask again; None: nobody knows.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        fields: tuple[Field, ...] = (),
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status, self.title = KINDS[kind]
        self.detail = detail
        self.fields = fields
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The problem as JSON."""
        told: dict[str, Any] = {
            "type": f"urn:hippolint:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            told["detail"] = self.detail
        if self.fields:
            told["errors"] = [{"at": f.at, "message": f.message} for f in self.fields]
        return told
