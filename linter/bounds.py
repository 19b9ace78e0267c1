"""What the system lets a process have."""

from contextlib import suppress


def bound(resource_name: str, most: int) -> None:
    """Bound a resource of this process and of those that it starts, where the system can.

    Args:
        resource_name: as in the module `resource`, such as `RLIMIT_CORE`.
        most: in the resource's own unit; never above what is allowed already.
    """
    try:
        import resource  # noqa: PLC0415 # not on Windows
    except ImportError:
        return
    limit = getattr(resource, resource_name)
    _, hard = resource.getrlimit(limit)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # macOS knows RLIMIT_AS and refuses it
        resource.setrlimit(limit, (wanted, hard))


def no_core_dump() -> None:
    """Have no picture of the memory written when this process dies."""
    bound("RLIMIT_CORE", 0)
