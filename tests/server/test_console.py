"""The moderators' console: the queue, the page of a post, decisions and their undoing."""

import html
import re

import pytest
from console_kit import Person
from server_kit import HARMLESS, NAMED, submission
from sqlalchemy import select, update

from server.actor import SYSTEM, Role
from server.moderation import forums
from server.moderation.forums import ForumSettings
from server.store.tables import Audit, Item
from server.store.tables import Session as SignIn


@pytest.fixture
def person(app, account):
    """Makes somebody who is signed in."""

    def make(login="marie", role=Role.MODERATOR, **more):
        account(login, role, name=login.capitalize(), **more)
        return Person(app, login)

    return make


@pytest.fixture
def graceful(core):
    """A forum `g` whose decisions can be undone for ten minutes."""
    with core.db.writing() as session:
        forums.put(core, session, SYSTEM, "g", ForumSettings(name="Forum Deux", grace_seconds=600))


@pytest.fixture
def submit(api):
    """Hands a post in and gives its id."""

    def one(text=NAMED, external="1", **more):
        told = api.post("/v1/posts", json=submission(text, external, **more))
        assert told.status_code == 201, told.json
        return told.json["id"]

    return one


def audited(core, item):
    with core.db.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.object == item).order_by(Audit.seq))
        return [row.action for row in rows]


def test_the_queue_lists_what_waits_and_shows_no_words_of_posts(person, submit):
    named, harmless = submit(), submit(HARMLESS, "2")
    page = person().get("/console/")
    assert f"/console/posts/{named}" in page
    assert f"/console/posts/{harmless}" not in page
    assert "1 message attend" in page
    assert "Palanque" not in page
    assert "anticoagulant" not in page


def test_filters_use_columns(person, submit):
    first, second = submit(), submit("Quel toxico, ce patient ! Encore un simulateur.", "2")
    marie = person()
    assert first in (page := marie.get("/console/?verdict=block")), page
    assert second not in page
    assert first not in marie.get("/console/?external=2")
    assert "Aucun message" in marie.get("/console/?forum=other")
    assert "Aucun message" in marie.get("/console/?rule=direct/no-such-rule")
    assert first not in marie.get("/console/?claimed=me")
    marie.get(f"/console/posts/{first}")
    assert first in marie.get("/console/?claimed=me")
    assert marie.open("/console/?cursor=nonsense").status_code == 422


def test_pages_follow_one_another(person, submit, monkeypatch):
    monkeypatch.setattr("server.console.queue._PAGE", 2)
    wanted = {submit(external=str(n)) for n in range(5)}
    marie, found, path = person(), [], "/console/?verdict=block"
    while path:
        page = marie.get(path)
        found += re.findall(r'class="open" href="/console/posts/(\w+)', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(following.group(1)) if following else None
    assert len(found) == 5
    assert set(found) == wanted


def test_opening_a_post_claims_it_and_is_written_down(person, submit, core):
    post = submit()
    page = person().get(f"/console/posts/{post}")
    assert "Ce message est à vous" in page
    assert audited(core, post)[-2:] == ["post.claim", "post.read"]
    assert re.search(r'<mark class="error"[^>]*>Mme Huguette Palanque</mark>', page)
    assert "<ins>la patiente</ins>," in page


def test_another_moderator_is_told_who_has_it_and_cannot_decide(person, submit):
    post = submit()
    person().get(f"/console/posts/{post}")
    paul = person("paul")
    page = paul.get(f"/console/posts/{post}")
    assert "Marie lit ce message" in page
    assert 'name="action"' not in page
    told = paul.post(f"/console/posts/{post}/decide", action="approve", version="1")
    assert told.status_code == 409
    assert "Un autre modérateur lit ce message" in told.get_data(as_text=True)
    assert paul.post(f"/console/posts/{post}/release").status_code == 409


def test_an_administrator_takes_a_post_over(person, submit):
    post = submit()
    person().get(f"/console/posts/{post}")
    chief = person("chief", Role.ADMIN)
    assert "Le reprendre" in chief.get(f"/console/posts/{post}")
    assert chief.post(f"/console/posts/{post}/release").status_code == 303
    assert "Ce message est à vous" in chief.get(f"/console/posts/{post}")


def test_a_decision_on_an_older_version_is_explained(person, submit, core):
    post, marie = submit(), person()
    version = marie.version(post)
    with core.db.writing() as session:
        session.execute(update(Item).where(Item.id == post).values(version=Item.version + 1))
    told = marie.decide(post, "approve", version=version)
    assert told.status_code == 409
    assert "Rien n&#39;a été enregistré" in told.get_data(as_text=True)
    assert marie.decide(post, "approve").status_code == 303


@pytest.mark.parametrize("action", ["approve", "reject", "return"])
@pytest.mark.usefixtures("graceful")
def test_decisions_are_undone_within_the_grace_period(person, submit, core, action):
    post, marie = submit(forum="g"), person()
    told = marie.decide(post, action)
    assert told.status_code == 303
    page = marie.get(told.location)
    made = re.search(r'name="decision" value="(\w+)"', page).group(1)
    assert "data-left=" in page
    undone = marie.post(f"/console/posts/{post}/undo", decision=made)
    assert "Décision annulée" in marie.get(undone.location)
    with core.db.reading() as session:
        assert session.get_one(Item, post).state == "waiting"
    again = marie.post(f"/console/posts/{post}/undo", decision=made)
    assert again.status_code == 409


def test_only_the_ticked_rules_carry_a_decision(person, submit, api):
    post, marie = submit(), person()
    page = marie.get(f"/console/posts/{post}")
    rules = re.findall(r'name="rule" value="([^"]+)" checked', page)
    assert rules
    marie.decide(post, "reject", rule=[rules[0]])
    assert api.get(f"/v1/posts/{post}").json["decision"]["rules"] == [rules[0]]


@pytest.mark.usefixtures("graceful")
def test_several_posts_are_decided_and_taken_back_together(person, submit, core):
    posts = [submit(external=str(n), forum="g") for n in range(3)]
    marie, paul = person(), person("paul")
    paul.get(f"/console/posts/{posts[2]}")
    ticked = re.findall(r'name="post" value="([^"]+)"', marie.get("/console/"))
    told = marie.post("/console/bulk", action="reject", post=ticked, filter="forum=g")
    assert told.location.startswith("/console/?forum=g&refused=1")
    page = marie.get(told.location)
    assert "2 messages décidés" in page
    assert "1 message n'a pas suivi" in page.replace("&#39;", "'")
    made = re.findall(r'name="decision" value="(\w+)"', page)
    assert len(made) == 2
    assert 'name="decision"' not in paul.get(told.location)
    back = marie.post("/console/bulk/undo", decision=made)
    assert "annulé" in marie.get(back.location)
    with core.db.reading() as session:
        assert {session.get_one(Item, p).state for p in posts} == {"waiting"}


@pytest.mark.parametrize("form", [{}, {"csrf": "guessed"}])
def test_forms_of_others_are_refused(person, submit, form):
    post, marie = submit(), person()
    for path in (
        f"/console/posts/{post}/decide",
        f"/console/posts/{post}/undo",
        f"/console/posts/{post}/claim",
        f"/console/posts/{post}/release",
        f"/console/posts/{post}/notes",
        f"/console/posts/{post}/dismiss",
        f"/console/posts/{post}/evidence",
        "/console/bulk",
        "/console/bulk/undo",
    ):
        assert marie.client.post(path, data=form).status_code == 403, path
        other = {"csrf": marie.csrf}
        told = marie.client.post(path, data=other, headers={"Origin": "https://evil.example"})
        assert told.status_code == 403, path


@pytest.mark.usefixtures("graceful")
def test_posts_of_other_forums_are_invisible(person, submit):
    post = submit()
    other = person("other", forums=["g"])
    assert post not in other.get("/console/?state=any")
    for path in ("", "/files/0/0.jpg", "/files/0/0.svg", "/files/0/safe", "/files/0/safe/0.jpg"):
        assert other.open(f"/console/posts/{post}{path}").status_code == 404, path
    for path in ("decide", "undo", "claim", "release", "notes", "dismiss", "evidence"):
        told = other.post(f"/console/posts/{post}/{path}", version="1", action="approve")
        assert told.status_code == 404, path
    told = other.post("/console/bulk", action="approve", post=[f"{post}:1"])
    assert "refused=1" in told.location


def test_who_is_not_signed_in_or_an_auditor_sees_no_post(app, person, submit):
    post = submit()
    stranger = app.test_client()
    for path in ("/console/", f"/console/posts/{post}"):
        assert stranger.get(path).location.startswith("/console/sign-in")
    assert stranger.post(f"/console/posts/{post}/decide").status_code == 401
    auditor = person("audit", Role.AUDITOR)
    assert auditor.open("/console/").location == "/console/figures"
    assert auditor.open(f"/console/posts/{post}").status_code == 403
    assert auditor.post("/console/bulk", action="approve").status_code == 403
    assert person().post("/console/bulk", action="delete").status_code == 422
    assert person("paul").post("/console/bulk", post=f"{post}:1").location == "/console/"


def test_an_appeal_is_settled_by_another_moderator(person, submit, api):
    post, marie = submit(), person()
    marie.decide(post, "reject")
    api.post(f"/v1/posts/{post}/appeal", json={"text": "Elle m'a donné son accord <b>écrit</b>."})
    page = marie.get(f"/console/posts/{post}")
    assert "son accord &lt;b&gt;écrit&lt;/b&gt;" in page
    assert "un autre modérateur doit relire" in page
    assert 'name="action"' not in page
    assert (
        marie.post(f"/console/posts/{post}/decide", action="approve", version="3").status_code
        == 409
    )
    paul = person("paul")
    assert "contestation" in paul.get("/console/")
    assert "à vous de trancher" in paul.get(f"/console/posts/{post}")
    assert paul.decide(post, "approve").status_code == 303
    assert api.get(f"/v1/posts/{post}").json["state"] == "approved"


def test_a_note_that_came_too_late_is_given_back(person, submit, core, capfd):
    post, marie = submit(), person()
    path = f"/console/posts/{post}/notes"
    form = {"csrf": marie.csrf, "words": "à relire </textarea><b>"}
    with core.db.writing() as session:
        session.execute(update(SignIn).values(expires=0))
    came = {"Referer": f"http://localhost/console/posts/{post}?said=claim"}
    told = marie.client.post(path, data=form, headers=came)
    page = told.get_data(as_text=True)
    assert (told.status_code, told.headers["Cache-Control"]) == (401, "no-store")
    assert "à relire &lt;/textarea&gt;&lt;b&gt;</textarea>" in page
    assert "n&#39;a pas été enregistré" in page
    assert f'href="/console/sign-in?next=/console/posts/{post}" target="_blank"' in page
    english = marie.client.post(path, data=form, headers={"Accept-Language": "en"})
    assert "was not saved" in english.text
    assert f"next={path}" in english.text
    for head in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        other = marie.client.post(path, data=form, headers=head)
        assert other.status_code == 401
        assert "à relire" not in other.text
    elsewhere = {"Referer": "https://evil.example/console/x"}
    assert "evil" not in marie.client.post(path, data=form, headers=elsewhere).text
    assert "à relire" not in "".join(capfd.readouterr())


def test_a_note_from_a_page_that_is_too_old_is_given_back(person, submit):
    post, marie = submit(), person()
    told = marie.post(f"/console/posts/{post}/notes", csrf="of yesterday", words="à relire")
    assert told.status_code == 403
    assert "à relire</textarea>" in told.text


def test_words_of_a_post_are_text(person, submit):
    evil = NAMED + """ <script>alert("x")</script> "'><img src=x onerror=alert(1)> {{ 7*7 }}"""
    post = submit(evil, author={"id": "<i>a</i>"}, thread="<u>")
    marie = person()
    marie.post(f"/console/posts/{post}/notes", words="<script>note</script>")
    page = marie.get(f"/console/posts/{post}")
    assert "<script>alert" not in page
    assert "<script>note" not in page
    assert "<img src=x" not in page
    assert "<i>a</i>" not in page
    assert "{{ 7*7 }}" in page
    assert html.unescape(re.sub(r"<[^>]+>", "", page)).count('alert("x")') >= 2
    assert not re.search(r'\s(style|on\w+)="', page)


def test_a_dismissed_finding_is_counted_on_other_posts(person, submit):
    first, second, marie = submit(), submit(external="2"), person()
    told = marie.post(f"/console/posts/{first}/dismiss", finding="0", why="not_a_person")
    assert told.location.endswith("#findings")
    assert "écarté" in marie.get(f"/console/posts/{first}")
    again = marie.post(f"/console/posts/{first}/dismiss", finding="0", why="not_a_person")
    assert again.status_code == 409
    assert "Écarté 1 fois auparavant" in marie.get(f"/console/posts/{second}")
    assert (
        marie.post(f"/console/posts/{first}/dismiss", finding="99", why="other").status_code == 404
    )
    assert marie.post(f"/console/posts/{first}/dismiss", finding="0", why="?").status_code == 422


def test_notes_hold_and_evidence(person, submit, core):
    post, marie, chief = submit(), person(), person("chief", Role.ADMIN)
    told = marie.post(f"/console/posts/{post}/notes", words="à relire à deux")
    assert "à relire à deux" in marie.get(told.location)
    assert marie.post(f"/console/posts/{post}/notes", words=" ").status_code == 422
    assert marie.post(f"/console/posts/{post}/hold", held="yes").status_code == 403
    assert chief.post(f"/console/posts/{post}/hold", held="yes").status_code == 303
    with core.db.reading() as session:
        assert session.get_one(Item, post).legal_hold
    given = marie.post(f"/console/posts/{post}/evidence")
    assert given.mimetype == "application/zip"
    assert audited(core, post)[-1] == "post.export"


def test_what_was_erased_cannot_be_held(person, submit, api, core):
    post, chief = submit(), person("chief", Role.ADMIN)
    api.delete(f"/v1/posts/{post}")
    told = chief.post(f"/console/posts/{post}/hold", held="yes")
    assert told.status_code == 410
    with core.db.reading() as session:
        assert not session.get_one(Item, post).legal_hold


def test_the_author_is_told_in_her_language_without_names(person, submit):
    post = submit("Any advice on Mrs Harriet Pelham, 84, who refuses her anticoagulant?")
    page = person().get(f"/console/posts/{post}")
    letters = re.findall(r'<p class="post letter" lang="en">(.*?)</p>', page, re.DOTALL)
    assert len(letters) == 3
    assert all("Pelham" not in letter for letter in letters)


def test_the_notice_follows_the_ticked_rules(person, submit):
    post, marie = submit(), person()
    whole = marie.get(f"/console/posts/{post}")
    told = marie.post(f"/console/posts/{post}/preview", rule=["quasi/fr-age", "no/such-rule"])
    page = told.get_data(as_text=True)
    assert 'value="quasi/fr-age" checked' in page
    assert page.count('name="rule"') == whole.count('name="rule"')
    assert "Plusieurs détails" in page
    assert "Plusieurs détails" not in whole
    none = marie.post(f"/console/posts/{post}/preview").get_data(as_text=True)
    assert "aucune règle automatique" in none


def test_what_was_erased_leaves_its_timeline(person, submit, api):
    post, marie = submit(), person()
    marie.post(f"/console/posts/{post}/notes", words="note à oublier")
    api.delete(f"/v1/posts/{post}")
    told = marie.open(f"/console/posts/{post}")
    page = told.get_data(as_text=True)
    assert told.status_code == 410
    assert "effacé" in page
    assert "supprimé" in page
    assert "note à oublier" not in page
    assert "Palanque" not in page


def test_a_post_that_the_linter_could_not_read_is_shown_whole(person, submit, monkeypatch):
    monkeypatch.setattr("server.moderation.intake.check_text", lambda *_: None)
    post = submit("Un texte <b>entier</b>")
    page = person().get(f"/console/posts/{post}")
    assert "à lire en entier" in page
    assert "Un texte &lt;b&gt;entier&lt;/b&gt;" in page


def test_other_posts_of_author_and_thread_are_listed(person, submit):
    first = submit(author={"id": "m1"}, thread="t1")
    second = submit(external="2", author={"id": "m1"})
    third = submit(external="3", thread="t1")
    page = person().get(f"/console/posts/{first}")
    author, thread = page.index('id="author-title"'), page.index('id="thread-title"')
    assert second in page[author:thread]
    assert third not in page[author:thread]
    assert third in page[thread:]


def test_pages_are_kept_in_no_cache_and_words_in_no_log(person, submit, capsys):
    post, marie = submit(), person()
    told = marie.open(f"/console/posts/{post}")
    assert told.headers["Cache-Control"] == "no-store"
    marie.post(f"/console/posts/{post}/notes", words="zébulon")
    out = "".join(capsys.readouterr())
    assert "Palanque" not in out
    assert "zébulon" not in out
    assert post not in out


def test_pages_speak_english_too(person, submit):
    post, marie = submit(), person(lang="en")
    assert "1 post waiting" in marie.get("/console/")
    page = marie.get(f"/console/posts/{post}")
    assert "Send to author with the rewrite" in page
    assert '<html lang="en">' in page


def test_how_many_people_match_is_said_in_the_readers_language(person, submit):
    post = submit("Patiente de 34 ans, facteur à Guéret, triplés, maladie de Wilson : quel suivi ?")
    french, english = person("fr", lang="fr"), person("en", lang="en")

    def crowd(reader):
        page = html.unescape(reader.get(f"/console/posts/{post}"))
        return re.search(r'<section class="crowd".*?</section>', page, re.DOTALL).group()

    assert "correspond" in crowd(french)
    assert "en France" in crowd(french)
    told = crowd(english)
    assert "in France match" in told
    assert "correspond" not in told
    assert '<td lang="fr">' in told
    ways = told.rpartition("</table>")[2]  # the table quotes titles of sources
    assert ":" in ways
    assert not re.search(r"</span> :|\d[ \u202f]\d", ways)


def test_a_released_post_is_free(person, submit, core):
    post, marie = submit(), person()
    marie.get(f"/console/posts/{post}")
    told = marie.post(f"/console/posts/{post}/release", filter="forum=f&x=1%0d%0aSet-Cookie")
    assert told.location == "/console/?forum=f&said=release"
    assert "est libre" in marie.get(told.location)
    with core.db.reading() as session:
        assert session.get_one(Item, post).claimed_by is None


@pytest.mark.parametrize("path", ["posts/x/decide", "posts/x/notes", "bulk", "audit/verify"])
def test_the_address_of_a_form_leads_back(person, path):
    assert person().open(f"/console/{path}").status_code == 303
