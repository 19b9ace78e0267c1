"""Texts from elsewhere: false alarms on published cases, leaks in hospital-document snippets.

Run from the folder of the project: `python -m benchmarks.outside`. The texts are no part of the project:
they are looked for in the folder of HIPPOLINT_SHARED, or in ../shared. README.md says what the columns mean.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.common import ROOT, Figure, figures, say, table
from linter.evaluation.baseline import HELD_AND_NUMBERS, StockPresidio
from linter.evaluation.evaluate import System
from linter.finding import DIRECT, Finding, Severity, Span
from linter.pipeline import Linter
from linter.policy import load_policy
from linter.post import LANGUAGES, Language, Post
from linter.verdict import Decision, Verdict

MAX_WORDS = 300
LABELS = "NOM PRENOM DATE_NAISSANCE TEL ADRESSE MAIL SECU IPP NDA".split()
"""Labels of the snippets that identify a person by themselves."""

INITIALS = frozenset({"direct/initials"})
"""Rules that find what stands in a few of the cases: "Mme A. R", "Mr B."."""

_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|\n|\Z)\s*", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """A marked identifier of a snippet."""

    label: str
    span: Span


@dataclass(frozen=True)
class Snippet:
    """A snippet with its direct identifiers."""

    post: Post
    marks: tuple[Mark, ...]


@dataclass
class Alarms:
    """What was held or marked in texts where nothing should be."""

    posts: int = 0
    words: int = 0
    held: int = 0
    held_but_initials: int = 0
    sentences: int = 0
    degrading: int = 0
    """Findings of degrading language above a note."""
    false: list[tuple[Post, Finding]] = field(default_factory=list)

    def figures(self, name: str) -> list[Figure]:
        """Share held, and false spans by words."""
        return [
            Figure(f"{name}: posts", self.posts, ""),
            Figure(f"{name}: held", 100 * self.held / self.posts, "%", 2),
            Figure(f"{name}: held, initials aside", 100 * self.held_but_initials / self.posts, "%"),
            Figure(f"{name}: false spans", 1000 * len(self.false) / self.words, "/1,000 words", 1),
            Figure(f"{name}: sentences", self.sentences, ""),
            Figure(
                f"{name}: told as degrading, above a note",
                100 * self.degrading / self.sentences,
                "% of sentences",
                0.5,
            ),
        ]


@dataclass
class Leaks:
    """What a system let through in the snippets."""

    closed: int = 0
    marks: Counter[str] = field(default_factory=Counter)
    leaked: list[tuple[Snippet, Mark]] = field(default_factory=list)

    def recall(self, label: str) -> float:
        """Share of the marks of a label that a finding overlaps, in percent."""
        missed = sum(mark.label == label for _, mark in self.leaked)
        return 100 * (1 - missed / self.marks[label]) if self.marks[label] else 100.0


def cut(text: str, limit: int = MAX_WORDS) -> Iterator[str]:
    """Pieces of up to `limit` words that end where a sentence does; a longer sentence stays whole."""
    piece, words = "", 0
    for match in _SENTENCE.finditer(text):
        size = len(match[0].split())
        if piece and words + size > limit:
            yield piece
            piece, words = "", 0
        piece, words = piece + match[0], words + size
    if piece.strip():
        yield piece


def read_cases(file: Path, lang: Language) -> list[Post]:
    """Published cases as posts."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Post(piece.rstrip(), f"{row['id']}-{n}", lang)
        for row in rows
        for n, piece in enumerate(cut(row["text"]), 1)
    ]


def read_snippets(file: Path) -> list[Snippet]:
    """Snippets that hold a direct identifier at least."""
    snippets = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = tuple(
            Mark(s["label"], Span(s["start"], s["end"]))
            for s in row["spans"]
            if s["label"] in LABELS
        )
        if marks:
            snippets.append(Snippet(Post(row["text"], row["id"], row["lang"]), marks))
    return snippets


def alarms(system: System, posts: Sequence[Post]) -> Alarms:
    """What a system holds or marks for a direct identifier."""
    policy, found = load_policy(), Alarms()
    for post, verdict in zip(posts, system.check_many(posts), strict=True):
        direct = tuple(f for f in verdict.findings if f.entity in DIRECT)
        found.posts += 1
        found.words += len(post.text.split())
        found.held += policy.decide(direct) is not Decision.ALLOW
        named = tuple(f for f in direct if f.rule not in INITIALS)
        found.held_but_initials += policy.decide(named) is not Decision.ALLOW
        found.sentences += sum(1 for _ in _SENTENCE.finditer(post.text))
        found.degrading += sum(
            f.axis == "dignity" and f.severity is not Severity.NOTE for f in verdict.findings
        )
        found.false += [(post, f) for f in direct if f.severity is not Severity.NOTE]
    return found


def leaks(snippets: Sequence[Snippet], verdicts: Sequence[Verdict], *, any_entity: bool) -> Leaks:
    """Marks that no finding overlaps: findings of direct entities, or of any; notes count."""
    found = Leaks()
    for snippet, verdict in zip(snippets, verdicts, strict=True):
        told = [f.span for f in verdict.findings if f.span and (any_entity or f.entity in DIRECT)]
        missed = [m for m in snippet.marks if not any(m.span.overlaps(s) for s in told)]
        found.closed += not missed
        found.marks.update(m.label for m in snippet.marks)
        found.leaked += [(snippet, m) for m in missed]
    return found


def show_alarms(found: Alarms) -> None:
    """Print each false span: for the person who tunes rules; the texts are published."""
    for post, finding in sorted(found.false, key=lambda f: f[1].rule):
        if finding.span:
            place = finding.span
            print(
                f"{finding.rule}  {finding.entity}  {finding.severity} {finding.score:.2f}  {post.id}  "
                f"{_around(post.text, place)}"
            )


def show_leaks(found: Leaks) -> None:
    """Print each leak by label."""
    for snippet, mark in sorted(found.leaked, key=lambda leak: leak[1].label):
        print(f"{mark.label}  {snippet.post.id}  {_around(snippet.post.text, mark.span)}")


def _around(text: str, place: Span) -> str:
    before, after = text[max(0, place.start - 35) : place.start], text[place.end : place.end + 25]
    return f"{before}⟦{text[place.start : place.end]}⟧{after}".replace("\n", "⏎")


def cases_part(folder: Path, linter: Linter, *, show: bool) -> list[Figure]:
    """Part (a): published clinical cases."""
    found: list[Figure] = []
    for lang in LANGUAGES:
        say(f"published cases, {lang}")
        told = alarms(linter, read_cases(folder / f"clinical_cases_{lang}.jsonl", lang))
        found += told.figures(f"cases {lang}")
        rules = Counter(f"cases {lang}: {f.rule}" for _, f in told.false)
        found += [Figure(name, count, "spans") for name, count in rules.most_common()]
        if show:
            show_alarms(told)
    return found


def snippets_part(folder: Path, linter: Linter, *, show: bool) -> dict[str, Leaks]:
    """Part (b): hospital-document snippets, by system."""
    snippets = read_snippets(folder / "clinical_headers_fr.jsonl")
    posts = [s.post for s in snippets]
    say("snippets, hippolint")
    ours = leaks(snippets, list(linter.check_many(posts)), any_entity=False)
    if show:
        show_leaks(ours)
    say("snippets, stock Presidio")
    stock = list(StockPresidio(HELD_AND_NUMBERS).check_many(posts))
    return {
        "hippolint": ours,
        "Presidio": leaks(snippets, stock, any_entity=False),
        "Presidio, any entity": leaks(snippets, stock, any_entity=True),
    }


def snippet_rows(systems: dict[str, Leaks]) -> list[list[str]]:
    """Rows of shares and recalls, a column a system."""
    some = next(iter(systems.values()))
    whole = len({s.post.id for s, _ in some.leaked}) + some.closed
    rows = [
        ["none leaked", str(whole), *(f"{100 * s.closed / whole:.0f} %" for s in systems.values())]
    ]
    for label in LABELS:
        recalls = [f"{s.recall(label):.0f} %" for s in systems.values()]
        rows.append([f"recall {label}", str(some.marks[label]), *recalls])
    return rows


def shared_folder() -> Path:
    """Where the texts are, if they are there."""
    return Path(os.environ.get("HIPPOLINT_SHARED", ROOT.parent / "shared")) / "testdata"


@click.command()
@click.option("--show", is_flag=True, help="Print the words of false spans and leaks.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def main(*, show: bool, as_json: bool) -> None:
    """False alarms on published cases, and leaks in hospital-document snippets."""
    folder = shared_folder()
    if not folder.is_dir():
        say(f"{folder}: not there, nothing to measure; set HIPPOLINT_SHARED")
        sys.exit(0)
    linter = Linter()
    found = cases_part(folder, linter, show=show)
    systems = snippets_part(folder, linter, show=show)
    rows = snippet_rows(systems)
    share = Figure(
        "snippets with none leaked", float(rows[0][2].split()[0]), "%", 85, at_least=True
    )
    head = ["snippets", "n", *systems]
    if as_json:
        told = {"figures": {f.name: f.as_dict() for f in [*found, share]}}
        snippets = [dict(zip(head, row, strict=True)) for row in rows]
        print(json.dumps({**told, "snippets": snippets}, ensure_ascii=False, indent=2))
    else:
        print(figures([*found, share]), table(head, rows), sep="\n\n")


if __name__ == "__main__":
    main()
