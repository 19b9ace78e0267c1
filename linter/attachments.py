"""What was seen in attachments becomes findings, by the rules of rules/files."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from linter.datafile import Data, rules_root, validate
from linter.duty import Duty, duties_for
from linter.finding import Box, Entity, Finding, Severity, Span, Subject
from linter.post import Attachment, Language
from linter.rule import AttachmentMatch, Rule, Text
from linter.seen import Examined, Line, Origin, Seen, What

_READ = (Origin.PICTURE, Origin.DOCUMENT)
_UNSEEN: Mapping[Origin, Literal["metadata", "payload"]] = {
    Origin.METADATA: "metadata",
    Origin.PAYLOAD: "payload",
}
_COLON: Mapping[Language, str] = {"fr": " : ", "en": ": "}


class _Words(Data):
    id: str
    words: dict[str, Text]
    ways: dict[str, Text]


class AttachmentRules:
    """The rules for files, by what they are about."""

    def __init__(
        self,
        rules: Sequence[Rule],
        duties: Mapping[str, Duty],
        root: Traversable | Path | None = None,
    ) -> None:
        self._rules = {
            r.match.when: (r, r.match.score) for r in rules if isinstance(r.match, AttachmentMatch)
        }
        self._duties = dict(duties)
        path = (root or rules_root()) / "exposed.yaml"
        said = validate(_Words, path, "rules/exposed.yaml", id="exposed")
        self._words, self.ways = said.words, said.ways

    def findings(self, seen: Sequence[Seen], number: int, lang: Language) -> tuple[Finding, ...]:
        """One finding for each thing seen in attachment `number`; what was not looked at is one finding."""
        left = tuple(dict.fromkeys(f for s in seen if s.what is What.UNCHECKED for f in s.fields))
        told = [s for s in seen if s.what not in {What.UNCHECKED, What.TEXT, What.SKIN}]
        told += [s for s in seen if s.what is What.SKIN][:1]  # to be done once, whatever the page
        if any(s.what is What.TEXT for s in seen):
            told.append(Seen(What.TEXT))
        if any(s.what is What.UNCHECKED for s in seen):
            more = sum(s.left for s in seen)
            told.append(Seen(What.UNCHECKED, fields=left, left=more))
        return tuple(f for s in told if (f := self._finding(s, number, lang)))

    def _finding(self, seen: Seen, number: int, lang: Language) -> Finding | None:
        if seen.what not in self._rules:
            return None
        rule, score = self._rules[seen.what]
        return Finding(
            rule=rule.id,
            entity=Entity(rule.entity),
            subject=rule.subject or Subject.PATIENT,
            severity=rule.severity,
            score=round(score * seen.score, 4),
            span=None,
            message=self._message(rule, seen, lang),
            duties=duties_for(rule.duties, self._duties, lang),
            action=rule.advice.of(lang),
            source=f"attachment:{number}",
            box=seen.box,
            page=seen.sheet,
        )

    def advised(self, finding: Finding, lang: Language) -> Finding:
        """A finding of a rule for text, with what to do about it in a file: what a post can reword, a picture cannot."""
        kept = finding.severity is Severity.NOTE or finding.axis != "confidentiality"
        if finding.source == "text" or kept or finding.rule.startswith("files/"):
            return finding
        return replace(finding, action=self.ways[finding.unseen].of(lang))

    def retold(self, message: str, rule: Rule, lang: Language, to: Language) -> str:
        """A message of these rules in another language; any other comes back as it is."""
        said = rule.message.of(lang).rstrip(".") + _COLON[lang]
        if message == _sentence(rule, (), lang):
            return _sentence(rule, (), to)
        if not message.startswith(said):
            return message
        names = list(self._named(message[len(said) :].rstrip("."), lang, to))
        return _sentence(rule, names, to)

    def _named(self, rest: str, lang: Language, to: Language) -> Iterator[str]:
        """The names of an enumeration in order, in another language; some hold commas themselves."""
        known = sorted(self._words.values(), key=lambda w: -len(w.of(lang)))
        while rest:
            for word in known:
                pattern = re.escape(word.of(lang)).replace(r"\{\}", r"(\d+)")
                if found := re.match(rf"{pattern}(?:, |\Z)", rest):
                    break
            else:
                return
            yield word.of(to).format(*found.groups())
            rest = rest[found.end() :]

    def _message(self, rule: Rule, seen: Seen, lang: Language) -> str:
        names = [self._words[f].of(lang) for f in seen.fields if f in self._words]
        if seen.left:
            names.append(self._words["left"].of(lang).format(seen.left))
        return _sentence(rule, names, lang)


def _sentence(rule: Rule, names: Sequence[str], lang: Language) -> str:
    said = rule.message.of(lang).rstrip(".")
    return f"{said}{_COLON[lang]}{', '.join(names)}." if names else f"{said}."


@dataclass(frozen=True, slots=True)
class Recognised:
    """The words of one attachment, joined by line ends, with the place of each line."""

    text: str
    lines: tuple[tuple[int, Line], ...]
    """Where each line starts, and the line."""
    unseen: Literal["", "metadata", "payload"] = ""
    """What holds them, if no page shows them."""

    def place(self, span: Span) -> tuple[int | None, Box | None]:
        """Page, and box around the lines that a span touches; the first page where it runs over several."""
        first = bisect_right(self.lines, span.start, key=_start) - 1
        last = bisect_left(self.lines, span.end, key=_start)
        touched = [
            line
            for at, line in self.lines[max(0, first) : last]
            if span.start < at + len(line.text)
        ]
        page = next((line.sheet for line in touched if line.sheet is not None), None)
        boxes = [line.box for line in touched if line.box and line.sheet == page]
        return page, Box.around(boxes) if boxes else None


def _start(placed: tuple[int, Line]) -> int:
    return placed[0]


def recognised(examined: Examined) -> Recognised:
    """The words read in the pictures and pages of an attachment."""
    return _joined(line for p in examined.parts if p.origin in _READ for line in p.lines)


def beside(examined: Examined) -> tuple[Recognised, ...]:
    """The texts that nobody sees on the page: what codes say, and metadata."""
    return tuple(
        replace(_joined(p.lines), unseen=_UNSEEN[p.origin])
        for p in examined.parts
        if p.origin in _UNSEEN
    )


def in_name(findings: Sequence[Finding], number: int) -> tuple[Finding, ...]:
    """What was found in the name of an attachment, as findings about that attachment."""
    return tuple(
        replace(f, source=f"attachment:{number}", span=None, replacement=None, unseen="name")
        for f in findings
    )


def in_text(finding: Finding, number: int, text: Recognised, *, shown: bool) -> Finding:
    """A finding in a text of an attachment; its offsets are told where the caller gets that text."""
    page, box = text.place(finding.span) if finding.span else (None, None)
    return replace(
        finding,
        source=f"attachment:{number}",
        span=finding.span if shown else None,
        page=page,
        box=box,
        replacement=None,
        unseen=text.unseen,
    )


_PICTURES = frozenset(
    ".jpg .jpeg .jfif .jp2 .png .webp .gif .tif .tiff .bmp .heic .heif .avif .dcm".split()
)


def pictured(attachment: Attachment, examined: Examined) -> bool:
    """Whether an attachment is a photo; of one that could not be opened its name tells."""
    if examined.sheets:
        return examined.photos > 0
    return Path(attachment.name).suffix.lower() in _PICTURES


_MARGINS = {Entity.FACE: 0.2, Entity.CODE: 0.1}
"""What is covered around a finding, as a share of its box: hair and ears, the quiet zone of a code."""
_SHORT = 1.5
"""The same at the ends of a line, in heights of its letters."""
_MARGIN = 4
"""The same around words, in pixels."""


def covers(findings: Sequence[Finding], number: int) -> dict[int, list[Box]]:
    """What a safe copy of attachment `number` hides, by page: what may identify a patient, and every code."""
    out: dict[int, list[Box]] = {}
    for f in findings:
        hidden = f.severity is not Severity.NOTE or f.entity is Entity.CODE
        if f.source == f"attachment:{number}" and f.box and f.page is not None and hidden:
            share = _MARGINS.get(f.entity, 0)
            wide, high = f.box.x1 - f.box.x0, f.box.y1 - f.box.y0
            x, y = max(_MARGIN, round(share * wide)), max(_MARGIN, round(share * high))
            if f.span:  # the detector of lines may stop short of the last letters
                x = max(x, round(_SHORT * min(wide, high)))
            box = Box(max(0, f.box.x0 - x), max(0, f.box.y0 - y), f.box.x1 + x, f.box.y1 + y)
            out.setdefault(f.page, []).append(box)
    return out


def _joined(lines: Iterator[Line] | tuple[Line, ...]) -> Recognised:
    placed, at = [], 0
    for line in lines:
        placed.append((at, line))
        at += len(line.text) + 1
    return Recognised("\n".join(line.text for _, line in placed), tuple(placed))
