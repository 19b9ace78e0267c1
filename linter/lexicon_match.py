"""kind: lexicon. Words that degrade, with their clinical exceptions, wording instead, and proof, as data."""

from typing import Literal

from pydantic import Field, model_validator

from linter.datafile import Data
from linter.finding import Severity

Grade = Literal["severe", "moderate", "mild"]
SEVERITIES: dict[Grade, Severity] = {
    "severe": Severity.ERROR,
    "moderate": Severity.WARNING,
    "mild": Severity.NOTE,
}


class Instead(Data):
    """A neutral wording: for a man, for a woman, or for either; empty where nothing clinical is left."""

    m: str | None = None
    f: str | None = None
    any: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Instead":
        if self.any is None and (self.m is None or self.f is None):
            raise ValueError("give `any`, or both `m` and `f`")
        return self


class Entry(Data):
    """One expression in its forms.

    tier: A contempt whoever is meant; B needs a patient; C is ambiguous and needs a word of `cues` in the sentence.
    """

    id: str
    words: tuple[str, ...] = Field(min_length=1)
    """Forms: `*` ends a word that may go on, `_` is one to three words."""
    tier: Literal["A", "B", "C"]
    severity: Grade
    cues: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """Words of the sentence with which it is harmless."""
    instead: Instead
    source: str
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    """What ought to be told and is not yet."""
    alarms: tuple[str, ...] = ()
    """What is told and ought not to be."""

    @model_validator(mode="after")
    def _proved(self) -> "Entry":
        if not (self.match or self.missed) or not (self.no_match or self.alarms):
            raise ValueError("give a sentence that degrades and a harmless one with the same words")
        return self


class LexiconMatch(Data):
    """Expressions of one kind in one language."""

    kind: Literal["lexicon"]
    entries: tuple[Entry, ...] = Field(min_length=1)
