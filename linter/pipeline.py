"""The whole flow of a post on one screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Self

from linter.attachments import (
    AttachmentRules,
    Recognised,
    beside,
    covers,
    in_name,
    in_text,
    pictured,
    recognised,
)
from linter.denylist import Denylist
from linter.describe import Describer
from linter.duty import Duty, duties_for
from linter.fault import guarded
from linter.files.fingerprint import of_payload
from linter.files.sandbox import FileReader, Sandbox
from linter.finding import PROTECTED, Box, Entity, Finding, Span, in_order
from linter.policy import Policy, graver, load_policy
from linter.post import LANGUAGES, Attachment, Language, Post
from linter.rewrite import Rewriter
from linter.rule import Rule
from linter.seen import Examined, Seen, What
from linter.text.engine import TextEngine
from linter.text.language import detect_language
from linter.text.one_language import Found
from linter.text.quasi.clues import Clue
from linter.verdict import MAX_TEXT, Attached, Decision, PostError, Verdict

_READINGS = 2
"""How often a rewrite is read again where a combination holds a post."""


class Linter:
    """Checks posts. Share one Linter, it keeps no state of them.

    Models are loaded when a language or a picture first occurs.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        rules: tuple[Rule, ...] | None = None,
        root: Traversable | Path | None = None,
        engine: TextEngine | None = None,
        files: FileReader | None = None,
        denylist: Denylist | None = None,
    ) -> None:
        self.policy = policy or load_policy(root=root)
        self._text = engine or TextEngine(rules, root)
        self._files = files or Sandbox()
        self._denylist = denylist or Denylist()
        self._attachments = AttachmentRules(self.rules, self._text.duties, root)
        self._describer = Describer(self._text.populations, self.policy.combination)
        self._rewriter = Rewriter()
        self._by_id = {r.id: r for r in self.rules}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the process that opens attachments; it starts anew when one comes."""
        self._files.close()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force."""
        return self._text.rules

    @property
    def duties(self) -> dict[str, Duty]:
        """The duties that rules cite, by reference."""
        return self._text.duties

    def inhabitants(self, country: str) -> float:
        """How many people live in a country that a count is about."""
        return self._text.populations.totals[country]

    def retold(self, finding: Finding, lang: Language, to: Language) -> Finding:
        """A finding for a reader of another language than the post's.

        Args:
            finding: as told in `lang`; one whose rule is no more, or has other words now, stays as it is.
            lang: of the post.
            to: of the reader.
        """
        rule = self._by_id.get(finding.rule)
        if rule is None or lang == to:
            return finding
        known = (rule.message, rule.advice, self._text.notes.get(finding.subject))
        twins = {t.of(lang): t.of(to) for t in (*known, *self._attachments.ways.values()) if t}
        message, action = finding.message, finding.action
        return replace(
            finding,
            message=twins.get(message) or self._attachments.retold(message, rule, lang, to),
            action=twins.get(action, action) if action else action,
        )

    def proposals(self, post: Post) -> list[tuple[str, Span]]:
        """For proofs: what the rules for details that identify nobody alone propose, before it is weighed."""
        return self._text.proposals(post.text, self._language(post, ()))

    def about_files(self, seen: Sequence[Seen], lang: Language) -> tuple[Finding, ...]:
        """For proofs: what the rules for files say of things seen."""
        return self._attachments.findings(seen, 0, lang)

    def check_many(self, posts: Iterable[Post]) -> Iterator[Verdict]:
        """Verdicts in the order of the posts, each as soon as it is ready."""
        return map(self.check, posts)

    def examine(self, post: Post) -> tuple[Examined, ...]:
        """What is seen in the files of a post: the slow part of `check`, and safe to run beside it."""
        prints = bool(self._denylist.entries)
        return tuple(self._files.examine(a.path, prints=prints) for a in post.attachments)

    def check(self, post: Post, examined: Sequence[Examined] | None = None) -> Verdict:
        """The verdict on one post and what is joined to it.

        Args:
            post: what to check.
            examined: what `examine` saw in its files, if that is known already.

        Raises:
            PostError: the post is longer than `MAX_TEXT`.
        """
        if len(post.text) > MAX_TEXT:
            raise PostError(
                f"the post has {len(post.text):,} characters; the limit is {MAX_TEXT:,}"
            )
        verdict = self._judge(post, self.examine(post) if examined is None else examined)
        told = verdict.anonymity
        if not told or self.policy.combination.decide(told) is Decision.ALLOW:
            return verdict
        return replace(verdict, fixed=self._passing(post, verdict))

    def _passing(self, post: Post, verdict: Verdict) -> str:
        """The rewrite, with what a further reading of it would still replace: one detail hides behind another."""
        text = verdict.fixed
        for _ in range(_READINGS):
            again = self._judge(replace(post, text=text, lang=verdict.lang, attachments=()), ())
            if again.decision is Decision.ALLOW or again.fixed == text:
                break
            text = again.fixed
        return text

    def _judge(self, post: Post, files: Sequence[Examined]) -> Verdict:
        texts = [recognised(f) for f in files]
        lang = self._language(post, texts)
        found = self._found(post, files, texts, lang)
        clues = found.clues if post.posted else tuple(map(_without_day, found.clues))
        town = self._text.town(post.place, lang) if post.place else None
        described = guarded(self._describer.describe, (*clues, town) if town else clues, lang)
        photos = [n for n, f in enumerate(files) if pictured(post.attachments[n], f)]
        told = found.findings + self._marked(described.findings, photos, lang)
        if described.minor or photos:
            told = graver(told)
        findings = in_order(told + described.findings)
        return Verdict(
            id=post.id,
            lang=lang,
            decision=self.policy.decide(findings, described.anonymity),
            risk=self.policy.assess(findings, described.anonymity),
            anonymity=described.anonymity,
            findings=findings,
            fixed=self._rewriter.fix(post.text, findings, lang),
            policy=self.policy.id,
            attachments=tuple(
                Attached(t.text, f.sheets) for t, f in zip(texts, files, strict=True)
            ),
        )

    def _found(
        self, post: Post, files: Sequence[Examined], texts: Sequence[Recognised], lang: Language
    ) -> Found:
        """What is in the text, in the names of attachments, and in the attachments."""
        names = [a.name for a in post.attachments]
        hidden = [(n, t) for n, f in enumerate(files) for t in beside(f)]
        read = self._text.find([post.text, *names], lang)
        told = read[0]
        for number, found in enumerate(read[1:]):
            told += Found(in_name(found.findings, number))
        within = [*enumerate(texts), *hidden]
        rest = self._read([t.text for _, t in within], lang)
        for place, ((number, text), found) in enumerate(zip(within, rest, strict=True)):
            told += _in_file(found, number, text, shown=place < len(texts))
        for number, examined in enumerate(files):
            seen = (*examined.seen, *self._leaks(examined))
            told += Found(self._attachments.findings(seen, number, lang))
        findings = tuple(self._attachments.advised(f, lang) for f in told.findings)
        return Found(findings, told.clues) + Found(self._pasted(post.text, lang))

    def _read(self, texts: Sequence[str], lang: Language) -> list[Found]:
        """What is in the texts of files, each by the rules of its own language, told in that of the post."""
        spoken = [detect_language(text, lang) for text in texts]
        out: dict[int, Found] = {}
        for one in LANGUAGES:
            mine = [n for n, told in enumerate(spoken) if told == one]
            told = self._text.find([texts[n] for n in mine], one) if mine else []
            for number, found in zip(mine, told, strict=True):
                out[number] = found if one == lang else self._all_retold(found, one, lang)
        return [out[n] for n in range(len(texts))]

    def _all_retold(self, found: Found, lang: Language, to: Language) -> Found:
        """Findings in the words, and with the duties, of another language."""

        def told(finding: Finding) -> Finding:
            rule = self._by_id.get(finding.rule)
            duties = duties_for(rule.duties, self.duties, to) if rule and finding.duties else ()
            return replace(self.retold(finding, lang, to), duties=duties)

        return Found(
            tuple(map(told, found.findings)),
            tuple(c.mapped(told) for c in found.clues),
        )

    def _pasted(self, text: str, lang: Language) -> tuple[Finding, ...]:
        """Certificates pasted as text that are on the list of known leaks."""
        if not self._denylist.entries:
            return ()
        try:
            from linter.files.certificates import find_in_text  # noqa: PLC0415 # extra `files`
        except ImportError:
            return ()
        return tuple(
            replace(f, source="text", span=Span(start, end), replacement="")
            for start, end, exposed in find_in_text(text)
            if self._denylist.matches([of_payload(i) for i in exposed.ids])
            for f in self._attachments.findings((Seen(What.KNOWN_LEAK),), 0, lang)
        )

    def _leaks(self, examined: Examined) -> tuple[Seen, ...]:
        """Whether a code or a picture is on the list of known leaks."""
        known = self._denylist.matches(examined.payload_ids, examined.views)
        return (Seen(What.KNOWN_LEAK),) if known else ()

    def _marked(
        self, findings: Sequence[Finding], photos: Sequence[int], lang: Language
    ) -> tuple[Finding, ...]:
        """A mark of the patient in the text, and photos in which it may show."""
        marks = [
            f.score
            for f in findings
            if f.entity is Entity.PHYSICAL_MARK and f.subject in PROTECTED and f.source == "text"
        ]
        seen = (Seen(What.MENTIONED_MARK, max(marks, default=0.0)),) if marks else ()
        return tuple(f for n in photos for f in self._attachments.findings(seen, n, lang))

    def safe_copy(
        self, post: Post, verdict: Verdict, number: int, target: Path, *, compare: bool = False
    ) -> Path | None:
        """Write a copy of attachment `number` with all that was found covered, and no metadata.

        The copy is checked in its turn, and what is found there is covered as well: where something is hidden, other
        things may be read that were not before.

        Args:
            post: with the attachment.
            verdict: on that post.
            number: of the attachment, from 0.
            target: where to write, without an ending.
            compare: whether to write a picture of before and after beside it.

        Returns:
            The path written; None where no copy can be made.
        """
        boxes, source = covers(verdict.findings, number), post.attachments[number].path
        made = self._files.copy(source, boxes, target)
        if made is None:
            return None
        left = self._left(replace(post, text="", attachments=(Attachment(made),)))
        if not (left or compare):
            return made
        made.unlink()
        every = {page: boxes.get(page, []) + left.get(page, []) for page in {*boxes, *left}}
        return self._files.copy(source, every, target, compare=compare)

    def _left(self, post: Post) -> dict[int, list[Box]]:
        """What of a safe copy would hold a post."""
        verdict = self.check(post)
        return {} if verdict.decision is Decision.ALLOW else covers(verdict.findings, 0)

    @staticmethod
    def _language(post: Post, texts: Sequence[Recognised]) -> Language:
        if post.lang != "auto":
            return post.lang
        read = post.text if post.text.strip() else "\n".join(t.text for t in texts)
        return detect_language(read, post.likely)


def _in_file(found: Found, number: int, text: Recognised, *, shown: bool) -> Found:
    """What was found in a text of an attachment, as findings and clues about that attachment."""

    def placed(finding: Finding) -> Finding:
        return in_text(finding, number, text, shown=shown)

    return Found(tuple(map(placed, found.findings)), tuple(c.mapped(placed) for c in found.clues))


def _without_day(clue: Clue) -> Clue:
    """A clue such as "hier" tells nothing where the day of the post is not known; it is a detail all the same."""
    return replace(clue, fact=None) if clue.fact and clue.fact.relative else clue
