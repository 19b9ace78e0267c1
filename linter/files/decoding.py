"""Decoders at work on bytes from strangers: whatever they raise comes out as `Unreadable`."""

from collections.abc import Iterator
from contextlib import contextmanager
from warnings import catch_warnings, simplefilter

from PIL import Image

from linter.files.content import Unreadable
from linter.seen import Reason


@contextmanager
def guarded(*passing: type[Exception]) -> Iterator[None]:
    """Turns every fault within into `Unreadable`, but for the exceptions to be let through.

    Decoders raise whatever damaged bytes lead them to (`struct.error`, `AssertionError`, `KeyError` …), and warn where
    they should refuse. The message of the fault is dropped: it may quote the file. Filters of warnings belong to the
    process: for one thread at a time.

    Raises:
        Unreadable: TOO_LARGE, MEMORY or UNREADABLE.
    """
    through: tuple[type[Exception], ...] = (Unreadable, *passing)
    with catch_warnings():
        simplefilter("ignore")
        simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except through:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unreadable(Reason.TOO_LARGE) from None
        except MemoryError:
            raise Unreadable(Reason.MEMORY) from None
        except Exception:  # noqa: BLE001 # see above
            raise Unreadable(Reason.UNREADABLE) from None
