"""What comes in: a post and the files joined to it."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def language_of(told: str | None) -> Language | None:
    """The language of a code; None where it is none of ours."""
    return next((one for one in LANGUAGES if one == told), None)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file joined to a post; its name is checked like text.

    called: its name, where the file lies under another one.
    """

    path: Path = field(repr=False)
    called: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The file name without its folders."""
        return self.path.name if self.called is None else self.called


@dataclass(frozen=True, slots=True)
class Post:
    """What a doctor wrote. The text stays out of `repr`, so that no log can hold it."""

    text: str = field(repr=False)
    id: str | None = None
    lang: Language | Literal["auto"] = "auto"
    attachments: tuple[Attachment, ...] = ()
    posted: date | None = None
    """When it was posted: readers can then tell which day "hier" was."""
    place: str | None = field(default=None, repr=False)
    """The author's town: patients are taken to live around it when the post names no place."""
    likely: Language | None = None
    """The language where `lang` is `auto` and the text does not tell: that of the forum, say."""
