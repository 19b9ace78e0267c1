"""Attachments: their names are read like text; what is inside is not read, and that is said."""

from collections.abc import Sequence
from dataclasses import replace

from linter.duty import Duty, duties_for
from linter.finding import Finding, Subject
from linter.post import Language, Post
from linter.rule import AttachmentMatch, Rule


def unchecked(
    post: Post, rules: Sequence[Rule], known: dict[str, Duty], lang: Language
) -> tuple[Finding, ...]:
    """One finding for each attachment that nobody looked into."""
    if not post.attachments:
        return ()
    rule = next((r for r in rules if isinstance(r.match, AttachmentMatch)), None)
    if rule is None or not isinstance(rule.match, AttachmentMatch):
        return ()
    duties = duties_for(rule.duties, known, lang)
    return tuple(
        Finding(
            rule=rule.id,
            entity=rule.entity,
            subject=Subject.PATIENT,
            severity=rule.severity,
            score=rule.match.score,
            span=None,
            message=rule.message.of(lang),
            duties=duties,
            action=rule.advice.of(lang),
            source=f"attachment:{number}",
        )
        for number in range(len(post.attachments))
    )


def in_name(findings: Sequence[Finding], number: int) -> tuple[Finding, ...]:
    """What was found in the name of an attachment, as findings about that attachment."""
    return tuple(replace(f, source=f"attachment:{number}", replacement=None) for f in findings)


_PICTURES = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".png",
        ".webp",
        ".gif",
        ".tif",
        ".tiff",
        ".bmp",
        ".heic",
        ".heif",
        ".avif",
        ".dcm",
    }
)


def pictured(post: Post) -> bool:
    """Whether a picture is joined to a post, by the names of its files."""
    return any(a.path.suffix.lower() in _PICTURES for a in post.attachments)
