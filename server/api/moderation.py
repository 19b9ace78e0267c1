"""What moderators do with a post."""

from server.actor import Scope
from server.api.endpoint import Api, Call, Reply
from server.api.models import (
    DecidedOut,
    DecisionIn,
    DismissalIn,
    HoldIn,
    PostOut,
    WordsIn,
)
from server.api.shown import decision_out, post_out
from server.moderation import decisions, dismissals, erasure, intake, queue
from server.moderation.decisions import Choice
from server.moderation.evidence import evidence
from server.moderation.timeline import note


def routes(api: Api) -> None:
    """Declare the endpoints."""
    tag, who = "moderation", (Scope.MODERATE,)
    api.route(
        "POST", "/v1/posts/{post}/claim", "Keep a post for oneself",
        tag=tag, scopes=who, answers={200: PostOut}, problems=("claimed", "gone"),
    )(claim_post)  # fmt: skip
    api.route(
        "DELETE", "/v1/posts/{post}/claim", "Give a post back",
        tag=tag, scopes=who, answers={200: PostOut}, problems=("claimed",),
    )(release_post)  # fmt: skip
    api.route(
        "POST", "/v1/posts/{post}/decisions", "Decide",
        tag=tag, scopes=who, body=DecisionIn, answers={201: DecidedOut},
        problems=("claimed", "conflict", "another-moderator", "gone"),
    )(decide_post)  # fmt: skip
    api.route(
        "POST", "/v1/decisions/{decision}/undo", "Undo a decision",
        tag=tag, scopes=who, answers={200: PostOut}, problems=("too-late",),
    )(undo_decision)  # fmt: skip
    api.route(
        "POST", "/v1/posts/{post}/notes", "Add a note",
        tag=tag, scopes=who, body=WordsIn, answers={201: PostOut}, problems=("gone",),
    )(note_post)  # fmt: skip
    api.route(
        "POST", "/v1/posts/{post}/dismissals", "Say that a finding is wrong",
        tag=tag, scopes=who, body=DismissalIn, answers={201: PostOut}, problems=("exists", "gone"),
    )(dismiss_finding)  # fmt: skip
    api.route(
        "PUT", "/v1/posts/{post}/legal-hold", "Put a legal hold on a post, or lift it",
        tag=tag, scopes=(Scope.ADMIN,), body=HoldIn, answers={200: PostOut}, problems=("gone",),
    )(hold_post)  # fmt: skip
    api.route(
        "GET", "/v1/posts/{post}/evidence", "Evidence file",
        tag=tag, scopes=who, answers={200: None}, media="application/zip", problems=("gone",),
    )(export_post)  # fmt: skip


def claim_post(call: Call) -> Reply:
    """While the claim lasts, nobody else can decide. Claiming again prolongs it."""
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        queue.claim(call.core, session, call.actor, item)
        return Reply(post_out(item))


def release_post(call: Call) -> Reply:
    """Let others have the post."""
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        queue.release(call.core, session, call.actor, item)
        return Reply(post_out(item))


def decide_post(call: Call) -> Reply:
    """Approve, reject, or return to the author with the safe rewrite.

    The forum's callback is sent when the decision can no longer be undone.
    """
    told: DecisionIn = call.body
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        choice = Choice(told.action, told.version, told.rules)
        made = decisions.decide(call.core, session, call.actor, item, choice)
        return Reply(DecidedOut(decision=decision_out(made), post=post_out(item)), 201)


def undo_decision(call: Call) -> Reply:
    """Take a decision back within the forum's grace period, before its software hears of it."""
    with call.core.db.writing() as session:
        item = decisions.undo(call.core, session, call.actor, call.path["decision"])
        return Reply(post_out(item))


def note_post(call: Call) -> Reply:
    """Write a note for the other moderators; it is sealed with the post and erased with it."""
    told: WordsIn = call.body
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        note(call.core, session, call.actor, item, told.text)
        return Reply(post_out(item), 201)


def dismiss_finding(call: Call) -> Reply:
    """What is kept is the rule and a keyed hash of the words; they feed the figures of each rule."""
    told: DismissalIn = call.body
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        dismissals.dismiss(call.core, session, call.actor, item, told.finding, told.reason)
        return Reply(post_out(item), 201)


def hold_post(call: Call) -> Reply:
    """While a legal hold is on, nothing of the post is erased."""
    told: HoldIn = call.body
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        erasure.hold(call.core, session, call.actor, item, held=told.held)
        return Reply(post_out(item))


def export_post(call: Call) -> Reply:
    """A ZIP with the post, verdict, decisions, timeline and files, and a manifest with their hashes."""
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"])
        made = evidence(call.core, session, call.actor, item)
    name = f'attachment; filename="evidence-{item.id}.zip"'
    return Reply(made, headers={"Content-Disposition": name, "Cache-Control": "no-store"})
