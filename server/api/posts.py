"""Posts: checked, submitted, changed, read."""

from server.actor import Scope
from server.api.endpoint import Api, Call, Reply
from server.api.models import (
    AppealIn,
    CheckIn,
    NoticeOut,
    NoticeQuery,
    PostEdit,
    PostFull,
    PostIn,
    PostList,
    PostOut,
    PostQuery,
    VerdictOut,
)
from server.api.shown import post_full, post_out, verdict_out
from server.checker import post_of
from server.moderation import appeals, audit, contents, decisions, forums, intake, queue
from server.moderation.contents import Submission
from server.moderation.intake import Place
from server.moderation.notice import notice
from server.moderation.queue import Filter
from server.problem import Problem
from server.safe_copy import safe_copy
from server.web import weight, whole


def routes(api: Api) -> None:
    """Declare the endpoints."""
    tag, readers = "posts", (Scope.MODERATE, Scope.SUBMIT)
    api.route(
        "POST", "/v1/check", "Check a post and forget it",
        tag="check", scopes=(Scope.CHECK,), body=CheckIn, files=True, answers={200: VerdictOut}, problems=("not-found",),
    )(check)  # fmt: skip
    api.route(
        "POST", "/v1/posts", "Submit a post for moderation",
        tag=tag, scopes=(Scope.SUBMIT,), body=PostIn, files=True, idempotent=True,
        answers={201: PostOut, 200: PostOut}, problems=("not-found", "exists", "idempotency-key-reused"),
    )(submit)  # fmt: skip
    api.route(
        "GET", "/v1/posts", "List posts, gravest first",
        tag=tag, scopes=(Scope.MODERATE,), query=PostQuery, answers={200: PostList},
    )(list_posts)  # fmt: skip
    api.route(
        "GET", "/v1/posts/{post}", "Read a post",
        tag=tag, scopes=readers, answers={200: PostFull}, problems=("gone",),
    )(read_post)  # fmt: skip
    api.route(
        "PUT", "/v1/posts/{post}", "Change a post",
        tag=tag, scopes=(Scope.SUBMIT,), body=PostEdit, files=True, answers={200: PostOut}, problems=("gone",),
    )(edit_post)  # fmt: skip
    api.route(
        "DELETE", "/v1/posts/{post}", "Delete a post",
        tag=tag, scopes=(Scope.SUBMIT,), answers={200: PostOut},
    )(delete_post)  # fmt: skip
    api.route(
        "GET", "/v1/posts/{post}/notice", "Statement of reasons for the author",
        tag=tag, scopes=readers, query=NoticeQuery, answers={200: NoticeOut}, problems=("conflict",),
    )(read_notice)  # fmt: skip
    api.route(
        "POST", "/v1/posts/{post}/appeal", "Appeal against a decision, for the author",
        tag=tag, scopes=(Scope.SUBMIT,), body=AppealIn, answers={201: PostOut},
        problems=("conflict", "exists", "gone"),
    )(appeal_post)  # fmt: skip
    api.route(
        "GET", "/v1/posts/{post}/files/{number}/safe", "Safe copy of an attachment",
        tag=tag, scopes=readers, answers={200: None}, media="application/octet-stream",
        problems=("gone",),
    )(read_safe_copy)  # fmt: skip


def check(call: Call) -> Reply:
    """The verdict on a text and its attachments. Nothing of it is stored or logged."""
    told: CheckIn = call.body
    _weighed(call, told.text)
    policy, likely = {}, None
    if told.forum:
        with call.core.db.reading() as session:
            forum = forums.get(session, call.actor, told.forum)
            policy, likely = forum.policy, forum.lang
    post = post_of(told.text, told.lang, told.date, told.author.place, told.id, likely)
    verdict = call.core.checker.check(policy, post, call.files)
    return Reply(verdict_out(verdict), headers={"Cache-Control": "no-store"})


def submit(call: Call) -> Reply:
    """Check a post and keep it, sealed, until it is decided and its time is over.

    The text is checked at once; files are looked at afterwards, and the forum's callback tells what came of it.
    `action` says what to do with the post now. The same request under the same Idempotency-Key is taken in once.
    """
    told: PostIn = call.body
    _weighed(call, told.text)
    place = Place(told.forum, told.external_id, told.thread, told.audience)
    item, new = intake.submit(
        call.core, call.actor, place, _submission(told), call.files, call.idempotency_key
    )
    return Reply(post_out(item), 201 if new else 200, {"Location": f"/v1/posts/{item.id}"})


def list_posts(call: Call) -> Reply:
    """One page of the queue; `next` is the cursor of the following one."""
    told: PostQuery = call.query
    wanted = Filter(
        state=told.state,
        forum=told.forum,
        verdict=told.verdict,
        axis=told.axis,
        rule=told.rule,
        thread=told.thread,
        external=told.external_id,
        claimed=told.claimed,
    )
    with call.core.db.reading() as session:
        page = queue.listed(session, call.actor, wanted, told.limit, told.cursor)
    return Reply(PostList(posts=[post_out(item) for item in page.items], next=page.next))


def read_post(call: Call) -> Reply:
    """A post with its words, verdict and timeline. The reading is written into the audit log."""
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"])
        moderator = call.actor.may(Scope.MODERATE)
        told = post_full(call.core, session, item, moderator=moderator)
        audit.record(call.core, session, call.actor, "post.read", item.id)
    return Reply(told, headers={"Cache-Control": "no-store"})


def edit_post(call: Call) -> Reply:
    """Put new words in the place of the old; what was decided on these no longer stands."""
    told: PostEdit = call.body
    _weighed(call, told.text)
    item = intake.edit(call.core, call.actor, call.path["post"], _submission(told), call.files)
    return Reply(post_out(item))


def delete_post(call: Call) -> Reply:
    """Forget a post. Its key is deleted at once unless a legal hold is on."""
    return Reply(post_out(intake.delete(call.core, call.actor, call.path["post"])))


def read_notice(call: Call) -> Reply:
    """What the author is told about the decision in force. It never repeats the identifying facts."""
    told: NoticeQuery = call.query
    with call.core.db.reading() as session:
        item = intake.own(session, call.actor, call.path["post"])
        made = decisions.last(session, item)
        if made is None or made.state == "pending":
            raise Problem("conflict", "Nothing is decided yet that can no longer be undone.")
        return Reply(NoticeOut.model_validate(notice(call.core, session, item, made, told.lang)))


def appeal_post(call: Call) -> Reply:
    """Ask for a second reading, by another moderator."""
    told: AppealIn = call.body
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"], lock=True)
        appeals.appeal(call.core, session, call.actor, item, told.text)
        return Reply(post_out(item), 201)


def read_safe_copy(call: Call) -> Reply:
    """The attachment with everything that was found covered, and no metadata."""
    number = whole(call.path["number"], digits=3)
    if number is None:
        raise Problem("not-found")
    with call.core.db.writing() as session:
        item = intake.own(session, call.actor, call.path["post"])
        verdict = contents.verdict(call.core, session, item)
        name, data = contents.file(call.core, session, item, number)
        audit.record(call.core, session, call.actor, "post.read-file", item.id, {"file": number})
    if verdict is None or not item.checked:
        raise Problem("not-found", "Its files were not looked at.")
    made = safe_copy(call.core.checker, verdict, number, (name, data))
    if made is None:
        raise Problem("not-found", "No safe copy can be made of this kind of file.")
    return Reply(
        made.data, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


def _submission(told: PostEdit) -> Submission:
    return Submission(told.text, told.lang, told.date, told.author.place, told.author.id, told.url)


def _weighed(call: Call, text: str) -> None:
    """Refuse a text that is too long; a long one counts as several requests."""
    most = call.core.config.max_text
    if len(text) > most:
        raise Problem("too-large", f"A post has at most {most:,} characters.")
    call.limiter.hit(call.actor.id, weight(text), counted=1)
