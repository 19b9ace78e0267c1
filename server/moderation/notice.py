"""What an author is told: a statement of reasons with the fields of Regulation (EU) 2022/2065, art. 17(3).

It is made from rules and never from words of the post: a statement that repeats the identifying facts is a second leak.
Field names follow the public schema of the DSA Transparency Database.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linter.duty import duties_for
from linter.finding import QUASI, Entity
from linter.post import LANGUAGES, Language, language_of
from linter.rule import Rule
from server.core import Core
from server.store.tables import Decision, File, Forum, Item
from server.words import words

_VISIBILITY = {
    "reject": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "return": "DECISION_VISIBILITY_CONTENT_DISABLED",
}
_PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"


def notice(
    core: Core, session: Session, item: Item, made: Decision, lang: Language
) -> dict[str, Any]:
    """The statement of reasons for a decision, as fields and as a text for the author."""
    forum = session.get_one(Forum, made.forum)
    rules = _cited(core, forum, made)
    facts = _facts(rules, made, lang)
    against = made.action != "approve"
    duties = sorted({d for r in rules for d in _duties(core, forum, r)})
    pictures = session.scalar(
        select(func.count()).where(File.item == item.id, File.revision == made.revision)
    )
    speech = bool(rules) and all(r.entity is Entity.DEGRADING for r in rules)
    return {
        "lang": lang,
        "text": _text(made, forum, facts, duties, lang),
        "post": item.external,
        "puid": made.id,
        "decision_visibility": [_VISIBILITY[made.action]] if made.action in _VISIBILITY else [],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT" if against else "",
        "incompatible_content_ground": _ground(duties, lang) if against else "",
        "incompatible_content_explanation": " ".join(facts) if against else "",
        "decision_facts": " ".join(facts),
        "category": (_SPEECH if speech else _PRIVACY) if against else "",
        "content_type": ["CONTENT_TYPE_TEXT", *(["CONTENT_TYPE_IMAGE"] if pictures else [])],
        "content_language": item.lang.upper(),
        "content_date": _day(item.created),
        "application_date": _day(made.effective),
        "territorial_scope": [],
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_FULLY"
        if made.automated
        else "AUTOMATED_DECISION_NOT_AUTOMATED",
        "rules": list(made.rules),
        "redress": [words(lang)("notice.redress"), *([forum.redress] if forum.redress else [])]
        if against
        else [],
    }


def _cited(core: Core, forum: Forum, made: Decision) -> list[Rule]:
    known = {r.id: r for r in core.checker.linter(forum.policy).rules}
    return [known[name] for name in made.rules if name in known]


def _facts(rules: list[Rule], made: Decision, lang: Language) -> list[str]:
    """One sentence a rule, each once; details that identify nobody alone are one sentence together."""
    say = words(lang)
    alone = [r.message.of(lang) for r in rules if r.entity not in QUASI]
    together = [say("notice.together")] if any(r.entity in QUASI for r in rules) else []
    return list(dict.fromkeys((*alone, *together))) or [
        say("notice.unread" if made.automated else "notice.no_rule")
    ]


def _duties(core: Core, forum: Forum, rule: Rule) -> tuple[str, ...]:
    """The duties of the forum's country, whatever language its reader asks for."""
    known = core.checker.linter(forum.policy).duties
    return duties_for(rule.duties, known, language_of(forum.lang) or LANGUAGES[0])


def _ground(duties: list[str], lang: Language) -> str:
    say = words(lang)
    return say("notice.ground", duties=", ".join(duties)) if duties else say("notice.ground_plain")


def _text(made: Decision, forum: Forum, facts: list[str], duties: list[str], lang: Language) -> str:
    say = words(lang)
    if made.action == "approve":
        lines = [say("notice.approve")]
    else:
        lines = [
            say(f"notice.{made.action}"),
            say("notice.duration"),
            "",
            say("notice.facts"),
            *(f"- {fact}" for fact in facts),
            "",
            say("notice.own_initiative"),
        ]
    lines += [
        say("notice.automated_detection"),
        say("notice.automated" if made.automated else "notice.not_automated"),
        *([say("notice.after_appeal")] if made.appeal else []),
    ]
    if made.action != "approve":
        lines += ["", _ground(duties, lang), say("notice.redress")]
        if forum.redress:
            lines.append(say("notice.redress_here", where=forum.redress))
        lines.append(say("notice.not_advice"))
    return "\n".join(lines)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
