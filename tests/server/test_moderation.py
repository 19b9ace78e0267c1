"""Claims, decisions, undo, appeals, dismissals: on SQLite and on PostgreSQL."""

import pytest
from server_kit import HARMLESS, NAMED
from sqlalchemy import select

from server.actor import SYSTEM, Actor, Role, Scope
from server.moderation import (
    appeals,
    contents,
    decisions,
    dismissals,
    forums,
    intake,
    opening,
    queue,
    timeline,
)
from server.moderation.contents import Submission
from server.moderation.decisions import Choice
from server.moderation.dismissals import Why
from server.moderation.forums import ForumSettings
from server.moderation.intake import Place
from server.moderation.queue import Filter
from server.problem import Problem
from server.store.tables import Callback, Decision, Forum, Item, State, now

ANNE = Actor("account:anne", "Anne", frozenset({Scope.MODERATE}), None, Role.MODERATOR)
PAUL = Actor("account:paul", "Paul", frozenset({Scope.MODERATE}), None, Role.MODERATOR)
CHIEF = Actor("account:chief", "Chef", frozenset(Scope), None, Role.ADMIN)
ELSEWHERE = Actor("key:x", "x", frozenset(Scope), frozenset({"other"}))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def post(core):
    """Submits a post and gives it."""

    def make(text=NAMED, external="1", **more):
        return intake.submit(core, SYSTEM, Place("f", external), Submission(text, **more))[0]

    return make


def decide(core, actor, item_id, action, version=None):
    with core.db.writing() as session:
        item = intake.own(session, actor, item_id, lock=True)
        choice = Choice(action, item.version if version is None else version)
        return decisions.decide(core, session, actor, item, choice)


def state(core, item_id):
    with core.db.reading() as session:
        return State(session.get(Item, item_id).state)


def settings(core, **more):
    with core.db.writing() as session:
        forums.put(core, session, SYSTEM, "f", ForumSettings(name="Forum", **more))


def refused(kind, work, *args):
    with pytest.raises(Problem) as problem:
        work(*args)
    assert problem.value.kind == kind


def test_the_queue_is_gravest_first_and_pages_by_cursor(core, post):
    ids = [post(text, str(n)).id for n, text in enumerate([NAMED, "Mme A.R., 40 ans ?", NAMED])]
    with core.db.reading() as session:
        first = queue.listed(session, ANNE, Filter(), 2)
        rest = queue.listed(session, ANNE, Filter(), 2, first.next)
        assert queue.counted(session, ANNE, Filter()) == len(first.items) + len(rest.items)
    found = [i.id for i in (*first.items, *rest.items)]
    assert found[:2] == [ids[0], ids[2]]
    assert rest.next is None


def test_filters_use_columns(core, post):
    one = post()
    post(HARMLESS, "2")
    with core.db.reading() as session:
        for wanted, count in (
            (Filter(state=State.APPROVED), 1),
            (Filter(state=None), 2),
            (Filter(verdict="block"), 1),
            (Filter(axis="dignity"), 0),
            (Filter(axis="confidentiality"), 1),
            (Filter(external="1"), 1),
            (Filter(forum="other"), 0),
            (Filter(claimed="me"), 0),
            (Filter(claimed="nobody"), 1),
            (Filter(since=one.created + 1), 0),
            (Filter(rule="direct/nothing"), 0),
        ):
            assert queue.counted(session, ANNE, wanted) == count, wanted


def test_a_post_of_another_forum_is_not_there(core, post):
    item = post()
    with core.db.reading() as session:
        refused("not-found", intake.own, session, ELSEWHERE, item.id)
        assert queue.counted(session, ELSEWHERE, Filter()) == 0


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W10", "WzEsMl0", "W251bGwsICJhIl0", "é"])
def test_a_cursor_of_no_list_is_refused(core, cursor):
    with core.db.reading() as session:
        refused("invalid", queue.listed, session, ANNE, Filter(), 2, cursor)


def test_a_claim_keeps_others_away_until_it_ends(core, post):
    item = post()

    def claim(actor):
        with core.db.writing() as session:
            queue.claim(core, session, actor, intake.own(session, actor, item.id, lock=True))

    claim(ANNE)
    claim(ANNE)
    refused("claimed", claim, PAUL)
    refused("claimed", decide, core, PAUL, item.id, "approve")
    with core.db.writing() as session:
        session.get(Item, item.id).claimed_until = now() - 1
    claim(PAUL)
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        refused("claimed", queue.release, core, session, ANNE, mine)
        queue.release(core, session, CHIEF, mine)
    claim(ANNE)


def test_a_decision_can_be_undone_until_the_forum_hears_of_it(core, post, work):
    settings(core, grace_seconds=600)
    item = post()
    made = decide(core, ANNE, item.id, "reject")
    assert state(core, item.id) is State.REJECTED
    with core.db.writing() as session:
        refused("forbidden", decisions.undo, core, session, PAUL, made.id)
    with core.db.writing() as session:
        decisions.undo(core, session, ANNE, made.id)
    assert state(core, item.id) is State.WAITING
    with core.db.writing() as session:
        refused("too-late", decisions.undo, core, session, ANNE, made.id)
    assert work() == 0


def test_undo_after_a_change_of_mind_gives_back_the_first_state(core, post):
    settings(core, grace_seconds=600)
    item = post()
    decide(core, ANNE, item.id, "reject")
    made = decide(core, ANNE, item.id, "return")
    with core.db.writing() as session:
        decisions.undo(core, session, ANNE, made.id)
    assert state(core, item.id) is State.WAITING


def test_after_the_grace_period_nothing_is_undone(core, post):
    settings(core, grace_seconds=600)
    made = decide(core, ANNE, post().id, "return")
    with core.db.writing() as session:
        late = session.get(Decision, made.id)
        late.effective = now() - 1
    with core.db.writing() as session:
        refused("too-late", decisions.undo, core, session, ANNE, made.id)


def test_the_rules_of_a_decision_are_those_that_were_more_than_notes(core, post):
    made = decide(
        core, ANNE, post("Mme Palanque Huguette va bien, merci au Dr Vasseur.").id, "reject"
    )
    assert made.rules
    assert not any("professional" in r for r in made.rules)


def test_an_appeal_is_read_by_another_moderator(core, post):
    item = post()
    decide(core, ANNE, item.id, "reject")

    def appeal():
        with core.db.writing() as session:
            mine = intake.own(session, SYSTEM, item.id, lock=True)
            return appeals.appeal(core, session, SYSTEM, mine, "Ce nom est inventé.")

    made = appeal()
    refused("exists", appeal)
    assert state(core, item.id) is State.WAITING
    refused("another-moderator", decide, core, ANNE, item.id, "reject")
    with core.db.reading() as session:
        assert appeals.words(core, session.get(Item, item.id), made) == "Ce nom est inventé."
    decided = decide(core, PAUL, item.id, "approve")
    with core.db.reading() as session:
        assert session.get(type(made), made.id).state == "overturned"
        assert decided.appeal == made.id


def test_whose_decision_an_appeal_overturned_does_not_decide_again(core, post):
    settings(core, callback_url="http://127.0.0.1:9/", callback_secret="s" * 16, grace_seconds=0)
    item = post()
    decide(core, ANNE, item.id, "reject")
    with core.db.writing() as session:
        mine = intake.own(session, SYSTEM, item.id, lock=True)
        appeals.appeal(core, session, SYSTEM, mine, "Ce nom est inventé.")
    decide(core, PAUL, item.id, "approve")
    refused("another-moderator", decide, core, ANNE, item.id, "reject")
    assert state(core, item.id) is State.APPROVED
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        refused("another-moderator", queue.claim, core, session, ANNE, mine)
    with core.db.reading() as session:
        assert len(session.scalars(select(Callback)).all()) == 2
    assert not opening.open_post(core, ANNE, item.id).decidable
    assert opening.open_post(core, PAUL, item.id).decidable
    decide(core, CHIEF, item.id, "return")
    refused("another-moderator", decide, core, ANNE, item.id, "reject")
    intake.edit(core, SYSTEM, item.id, Submission(NAMED + " Merci."))
    assert decide(core, ANNE, item.id, "reject")


def test_an_edit_ends_an_appeal_and_opens_the_way_to_a_new_one(core, post):
    item = post()
    decide(core, ANNE, item.id, "reject")

    def appeal():
        with core.db.writing() as session:
            mine = intake.own(session, SYSTEM, item.id, lock=True)
            return appeals.appeal(core, session, SYSTEM, mine, "Pourquoi ?")

    first = appeal()
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        refused("another-moderator", queue.claim, core, session, ANNE, mine)
    intake.edit(core, SYSTEM, item.id, Submission(NAMED + " Merci."))
    refused("conflict", appeal)
    with core.db.reading() as session:
        assert session.get(type(first), first.id).state == "withdrawn"
        assert decisions.last(session, session.get(Item, item.id)) is None
    decide(core, ANNE, item.id, "reject")
    assert appeal().state == "open"
    intake.delete(core, SYSTEM, item.id)
    refused("gone", appeal)


def test_nothing_to_appeal_against(core, post):
    item = post(HARMLESS)
    with core.db.writing() as session:
        mine = intake.own(session, SYSTEM, item.id, lock=True)
        refused("conflict", appeals.appeal, core, session, SYSTEM, mine, "Pourquoi ?")


def test_the_timeline_tells_what_came_first_within_a_millisecond(core, post):
    item, kinds = post(), [f"kind-{n}" for n in range(40)]
    with core.db.writing() as session:
        mine = intake.own(session, SYSTEM, item.id, lock=True)
        for kind in kinds:
            timeline.happened(session, mine, SYSTEM, kind)
    with core.db.reading() as session:
        told = timeline.timeline(core, session, session.get(Item, item.id))
    assert [t.kind for t in told] == ["submitted", *kinds]


def test_a_dismissal_is_remembered_by_rule_and_words(core, post):
    first, second = post(), post(NAMED, "2")
    with core.db.writing() as session:
        item = intake.own(session, ANNE, first.id, lock=True)
        made = dismissals.dismiss(core, session, ANNE, item, 0, Why.NOT_THE_PATIENT)
        refused("exists", dismissals.dismiss, core, session, ANNE, item, 0, Why.OTHER)
        refused("not-found", dismissals.dismiss, core, session, ANNE, item, 99, Why.OTHER)
    told = [(made.rule, made.words)]
    with core.db.reading() as session:
        assert dismissals.before(session, session.get(Item, second.id), told) == {told[0]: 1}
        assert dismissals.before(session, session.get(Item, first.id), told) == {}
        assert dismissals.dismissed(session, session.get(Item, first.id)) == set(told)
    decide(core, ANNE, first.id, "approve")
    decide(core, ANNE, second.id, "reject")
    with core.db.reading() as session:
        rule = {p.rule: p for p in dismissals.precision(session, ["f"])}[made.rule]
    assert (rule.decided, rule.confirmed, rule.dismissed, rule.share) == (2, 1, 1, 0.5)


def test_a_dismissal_on_a_post_that_nobody_decided_is_not_counted(core, post):
    first, second = post(), post(NAMED, "2")
    with core.db.writing() as session:
        item = intake.own(session, ANNE, first.id, lock=True)
        made = dismissals.dismiss(core, session, ANNE, item, 0, Why.NOT_THE_PATIENT)
    decide(core, ANNE, second.id, "reject")
    with core.db.reading() as session:
        rule = {p.rule: p for p in dismissals.precision(session, ["f"])}[made.rule]
    assert (rule.decided, rule.confirmed, rule.dismissed, rule.share) == (1, 1, 0, 1.0)


def test_a_decision_does_not_rest_on_what_was_dismissed(core, post):
    item = post("Avis sur Mme Huguette Palanque et M. Honoré Bastiand, IPP 801234567 ?")
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        verdict = contents.verdict(core, session, mine)
        by_rule: dict[str, list[int]] = {}
        for number, finding in enumerate(verdict.findings):
            by_rule.setdefault(finding.rule, []).append(number)
        name = next(r for r, found in by_rule.items() if len(found) == 2)
        dismissals.dismiss(core, session, ANNE, mine, by_rule[name][0], Why.NOT_THE_PATIENT)
    assert name in opening.open_post(core, ANNE, item.id).resting
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        dismissals.dismiss(core, session, ANNE, mine, by_rule[name][1], Why.NOT_THE_PATIENT)
    resting = opening.open_post(core, ANNE, item.id).resting
    assert resting == by_rule.keys() - {name}
    assert set(decide(core, ANNE, item.id, "reject").rules) == resting


def test_what_the_forum_heard_is_told(core, post):
    nobody = post()
    decide(core, ANNE, nobody.id, "reject")
    assert opening.open_post(core, ANNE, nobody.id).heard == ""
    where = "https://forum.example/hook"
    settings(core, callback_url=where, callback_secret="s" * 32, grace_seconds=0)
    one = post(NAMED, "2")
    decide(core, ANNE, one.id, "reject")
    for became in ("waiting", "done", "dead"):
        with core.db.writing() as session:
            session.scalars(select(Callback).where(Callback.item == one.id)).one().state = became
        assert opening.open_post(core, ANNE, one.id).heard == became


def test_the_forum_is_told_once_a_decision_counts(core, post):
    settings(core, callback_url="http://127.0.0.1:9/", callback_secret="s" * 16, grace_seconds=0)
    item = post()
    decide(core, ANNE, item.id, "reject")
    with core.db.reading() as session:
        (message,) = session.scalars(select(Callback)).all()
    assert message.body["decision"]["action"] == "reject"
    assert message.body["post"]["external_id"] == "1"
    assert "Palanque" not in str(message.body)


def test_an_edit_voids_a_decision_that_nobody_heard_of(core, post):
    settings(core, callback_url="http://127.0.0.1:9/", callback_secret="s" * 16, grace_seconds=600)
    item = post()
    made = decide(core, ANNE, item.id, "reject")
    intake.edit(core, SYSTEM, item.id, Submission(NAMED + " Merci."))
    assert state(core, item.id) is State.WAITING
    with core.db.reading() as session:
        assert session.get(Decision, made.id).state == "undone"


def test_a_forum_changes_only_as_it_was_read(core):
    with core.db.writing() as session:
        forum = session.get(Forum, "f")
        refused(
            "conflict",
            forums.put,
            core,
            session,
            SYSTEM,
            "f",
            ForumSettings(name="x"),
            forum.version + 1,
        )
        refused(
            "invalid",
            forums.put,
            core,
            session,
            SYSTEM,
            "f",
            ForumSettings(name="x", policy={"block": 7}),
        )
        refused(
            "invalid",
            forums.put,
            core,
            session,
            SYSTEM,
            "g",
            ForumSettings(name="x", callback_url="http://a.example"),
        )


def test_a_forum_with_a_gentler_policy_lets_pass(core, post):
    settings(core, policy={"block": 1, "review": 1, "combination": {"few": 1}})
    assert post("Mme A.R. va bien.").state == State.APPROVED
