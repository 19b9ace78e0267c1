"""Parts that the bodies of requests share."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from server.moderation.forums import FORUM_ID

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
"""An id or a name that the forum's software made up."""
ForumId = Annotated[str, StringConstraints(pattern=FORUM_ID)]
Lang = Literal["fr", "en", "auto"]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", max_length=40),
]


def iso(at: int) -> str:
    """A time as RFC 3339 writes it."""
    return (
        datetime.fromtimestamp(at / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


Time = Annotated[
    int,
    PlainSerializer(iso, return_type=str),
    Field(json_schema_extra={"type": "string", "format": "date-time"}),
]
"""Milliseconds since 1970, written as RFC 3339."""


class In(BaseModel):
    """What a caller sends: nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(frozen=True)
