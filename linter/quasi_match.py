"""Kinds of rules for details that identify nobody alone: ages, moments, bodies, places, facilities, listed things.

Their expressions run over the folded text: lower case without accents. `{number}` in an expression stands for
a number in figures or words. What they propose is weighed with what the learned reader says.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linter.datafile import Data
from linter.expressions import check_bounded

NUMBER = "{number}"
_AS_LONG_AS = "0" * 40
"""Stands for a number when an expression is checked: the longest number in words has as many letters."""


def _bounded(regex: str) -> str:
    check_bounded(regex.replace(NUMBER, f"(?:{_AS_LONG_AS}|0)"))
    return regex


Expression = Annotated[str, AfterValidator(_bounded)]


class AgeMatch(Data):
    """An age. Groups: `years`, `months`, `weeks`, `days`, `born`, `decade`, each with `to` for a range; `stage`."""

    kind: Literal["age"]
    regex: tuple[Expression, ...]
    stages: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """Words that are an age, and from which to which year they mean."""
    doubt: tuple[str, ...] = ()
    """Words near which it is a duration rather: 24 characters before, 24 after."""


class MomentMatch(Data):
    """A moment. Groups: `day`, `month`, `year`, `weekday`, `relative`, `season`; what is told decides how narrow it is."""

    kind: Literal["moment"]
    regex: tuple[Expression, ...] = ()
    feasts: bool = False
    """Whether the named days of rules/populations/moments.txt count."""
    doubt: tuple[str, ...] = ()


class BodyMatch(Data):
    """A size. Groups: `metres` and `centimetres`, `cm`, `kilos`, `bmi`, `feet` and `inches`, `stone`, `pounds`, `grams`."""

    kind: Literal["body"]
    regex: tuple[Expression, ...]


class PlaceMatch(Data):
    """A named place of the tables, a place beside a job (in no table, or the author's own), or a phrase that tells a size."""

    kind: Literal["place"]
    source: Literal["names", "settings", "beside", "home"]
    doubt: tuple[str, ...] = ()


class FacilityMatch(Data):
    """A hospital of the table; a facility word with a name; a ward, a room, a bed by number (`regex`)."""

    kind: Literal["facility"]
    source: Literal["hospitals", "words", "rooms"]
    regex: tuple[Expression, ...] = ()


class ListedMatch(Data):
    """A name or phrase of a table of rules/populations."""

    kind: Literal["listed"]
    table: Literal[
        "conditions", "occupations", "family", "ties", "marks", "origins", "events", "outlets"
    ]
    doubt: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    """Words just before that say that it is not there."""
