"""A draft checked for its author: marks, replacements, cleaned pictures. It lives in memory for one request."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from linter.finding import Axis, Finding, Severity
from linter.post import Language
from linter.report.as_json import verdict_dict
from linter.report.words import words as report_words
from linter.rewrite import Rewriter
from linter.verdict import Decision, Verdict
from server.checker import Upload, post_of
from server.console.marked import Segment, Shown, segments, shown
from server.core import Core
from server.safe_copy import preview, safe_copy

_POLICY: Mapping[str, Any] = {}
"""The default one: a draft has no forum yet."""
_GRAVITY = tuple(Decision)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to post."""

    text: str = field(default="", repr=False)
    posted: str = field(default="", repr=False)
    """The day, as ISO 8601; empty: not told."""
    place: str = field(default="", repr=False)
    files: tuple[Upload, ...] = field(default=(), repr=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to check."""
        return not self.text.strip() and not self.files


@dataclass(frozen=True, slots=True)
class Point:
    """A finding, and the name under which its replacement is chosen."""

    key: str
    main: bool
    """Whether it is to be looked at; otherwise it is for information."""
    told: Shown

    @property
    def replaces(self) -> bool:
        """Whether there is a replacement that can be accepted."""
        return self.told.file is None and self.told.replacement is not None


@dataclass(frozen=True, slots=True)
class Copy:
    """A cleaned copy, as Base64 for a `data:` address. shown: a JPEG of its first page, empty where there is none."""

    media: str
    suffix: str
    data: str = field(repr=False)
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment: what was found, and its cleaned copy where one can be made."""

    number: int
    called: str = field(repr=False)
    points: tuple[Point, ...]
    copy: Copy | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with everything that is told about it."""

    draft: Draft
    verdict: Verdict
    decision: Decision
    """Of text and attachments."""
    text_decision: Decision
    pictures_decision: Decision
    lead: str
    segments: tuple[Segment, ...]
    points: tuple[Point, ...]
    """Of the text."""
    pictures: tuple[Picture, ...]
    version: str = field(repr=False)
    """The text with every replacement; the text itself where there is none."""
    settled: bool
    """Whether that version can be posted as it is."""

    @property
    def changed(self) -> bool:
        """Whether the version says something else than the text."""
        return self.version != self.draft.text

    @property
    def main(self) -> tuple[Point, ...]:
        """What is to be looked at in the text."""
        return tuple(p for p in self.points if p.main)

    @property
    def others(self) -> tuple[Point, ...]:
        """What is shown for information."""
        return tuple(p for p in self.points if not p.main)

    @property
    def count(self) -> int:
        """How many points are to be looked at, in text and attachments."""
        return len(self.main) + sum(p.main for made in self.pictures for p in made.points)


def check(core: Core, draft: Draft, lang: Language) -> Checked:
    """Everything about a draft.

    Args:
        core: the server.
        draft: what is to be posted.
        lang: of the reader.

    Raises:
        PostError: it cannot be checked; the message is without a word of it.
    """
    checker = core.checker
    linter = checker.linter(_POLICY)
    verdict = _verdict(core, draft, draft.text, lang, draft.files)
    told = shown(draft.text, verdict, linter, lang)
    points = tuple(_point(verdict.findings[t.number], t) for t in told)
    settled = verdict.decision is Decision.ALLOW
    if verdict.fixed != draft.text:
        settled = _verdict(core, draft, verdict.fixed, lang).decision is Decision.ALLOW
    return Checked(
        draft=draft,
        verdict=verdict,
        decision=verdict.decision,
        text_decision=linter.policy.decide(_of(verdict, text=True), verdict.anonymity),
        pictures_decision=linter.policy.decide(_of(verdict, text=False)),
        lead=_lead(verdict, lang),
        segments=tuple(segments(draft.text, verdict.findings)),
        points=tuple(p for p in points if p.told.file is None),
        pictures=tuple(
            Picture(
                number,
                upload[0],
                tuple(p for p in points if p.told.file == number),
                _copy(core, verdict, number, upload),
            )
            for number, upload in enumerate(draft.files)
        ),
        version=verdict.fixed,
        settled=settled,
    )


def apply(
    core: Core, draft: Draft, chosen: Iterable[str] | None, lang: Language
) -> tuple[Draft, int, int]:
    """A draft with replacements put in.

    Args:
        core: the server.
        draft: as it is now.
        chosen: keys of points; None: all that the rewrite would take.
        lang: of the reader.

    Returns:
        The new draft, how many replacements were made, and how many keys belong to no point of this text.
    """
    verdict = _verdict(core, draft, draft.text, lang)
    usable = [f for f in verdict.findings if f.source == "text" and f.replacement is not None]
    if chosen is None:
        made = sum(f.axis != "dignity" or f.severity is not Severity.NOTE for f in usable)
        return replace(draft, text=verdict.fixed), made, 0
    keys = set(chosen)
    picked = [_meant(f) for f in usable if _key(f) in keys]
    text = Rewriter().fix(draft.text, picked, verdict.lang)
    return replace(draft, text=text), len(picked), len(keys) - len(picked)


def graver(one: Decision, other: Decision) -> Decision:
    """The graver of two."""
    return max(one, other, key=_GRAVITY.index)


def as_json(checked: Checked) -> dict[str, Any]:
    """What a program on the page is told."""
    told = verdict_dict(checked.verdict, "")
    return {
        "decision": checked.decision.value,
        "pictures_decision": checked.pictures_decision.value,
        "count": checked.count,
        "lang": checked.verdict.lang,
        "segments": [asdict(s) for s in checked.segments],
        "findings": [
            {"key": p.key, "main": p.main, **asdict(p.told)}
            for p in (*checked.points, *(p for made in checked.pictures for p in made.points))
        ],
        "anonymity": told["confidentiality"]["anonymity"],
        "fixed": checked.version,
        "settled": checked.settled,
    }


def _verdict(
    core: Core, draft: Draft, text: str, lang: Language, files: tuple[Upload, ...] = ()
) -> Verdict:
    post = post_of(text, "auto", draft.posted or None, draft.place or None, likely=lang)
    return core.checker.check(_POLICY, post, files, visitor=True)


def _point(finding: Finding, told: Shown) -> Point:
    return Point(_key(finding), finding.severity is not Severity.NOTE, told)


def _key(finding: Finding) -> str:
    """The same for the same words at the same place: a text that was changed meanwhile has other keys."""
    at = f"{finding.span.start}-{finding.span.end}" if finding.span else finding.source
    return f"{at}-{finding.rule}"


def _meant(finding: Finding) -> Finding:
    """A finding whose replacement was chosen: the rewriter leaves out mere advice, which this no longer is."""
    if finding.severity is Severity.NOTE:
        return replace(finding, severity=Severity.WARNING)
    return finding


def _of(verdict: Verdict, *, text: bool) -> tuple[Finding, ...]:
    """The findings of the text, or those of the attachments."""
    return tuple(f for f in verdict.findings if (f.source == "text") is text)


def _lead(verdict: Verdict, lang: Language) -> str:
    risk = verdict.risk
    axis: Axis = "dignity" if risk.dignity > risk.confidentiality else "confidentiality"
    return report_words(lang).leads.get((verdict.decision, axis), "")


def _copy(core: Core, verdict: Verdict, number: int, upload: Upload) -> Copy | None:
    made = safe_copy(core.checker, verdict, number, upload)
    if made is None:
        return None
    seen = preview(core.checker, 0, (f"copy{made.suffix}", made.data))
    return Copy(
        made.media,
        made.suffix,
        b64encode(made.data).decode(),
        b64encode(seen.data).decode() if seen else "",
    )
