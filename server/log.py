"""The log: one JSON object a line on standard error, of known names only. Nothing of a post is ever among them."""

import json
import sys
import time

_NAMES = frozenset(
    "method route status ms bytes rules request task job fault erased held port workers pid data actor reason".split()
)
"""What a line may hold. Values are numbers, or words of our own: never a path, a query or a body."""


def log(event: str, **told: str | float | None) -> None:
    """Write one line.

    Raises:
        ValueError: a name that is not on the list.
    """
    if unknown := told.keys() - _NAMES:
        raise ValueError(f"not to be logged: {', '.join(sorted(unknown))}")
    line = {"at": round(time.time(), 3), "event": event, **told}
    print(json.dumps(line, separators=(",", ":")), file=sys.stderr, flush=True)  # noqa: T201
