"""Settings of forums on the console: tried before they are saved."""

import re

import pytest
from console_kit import Person
from server_kit import NAMED, submission

from server.actor import Role
from server.moderation import forums
from server.store.tables import Forum, Item

SECRET = "s3cret-of-the-forum"  # noqa: S105 # of tests


@pytest.fixture
def chief(app, account):
    account("chief", Role.ADMIN)
    return Person(app, "chief")


@pytest.fixture
def form(chief):
    """The fields of a forum's page, as a browser would send them."""

    def read(forum="f"):
        page = chief.get(f"/console/forums/{forum}")
        told = {}
        for tag in re.findall(r"<input[^>]+>", page):
            name = re.search(r'name="([^"]+)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name and value:
                told[name.group(1)] = value.group(1)
        told |= {"lang": "fr", "files_late": "hold", "redress": "", "callback_url": ""}
        return {k: v for k, v in told.items() if k not in ("csrf", "next", "username")}

    return read


def saved(core, name="f"):
    with core.db.reading() as session:
        return session.get_one(Forum, name)


def test_thresholds_are_tried_on_decisions_before_they_are_saved(chief, form, api, core):
    post = api.post("/v1/posts", json=submission(NAMED)).json["id"]
    chief.decide(post, "reject")
    told = chief.post("/console/forums/f", **form() | {"block": "1", "review": "1", "do": "try"})
    page = told.get_data(as_text=True)
    assert told.status_code == 200
    assert "Essayé sur 1 message" in page
    assert "<strong>1</strong> passeraient" in page
    assert f'href="/console/posts/{post}"' in page
    assert saved(core).policy == {}
    tried = re.search(r'name="tried" value="(\w+)"', page).group(1)
    other = chief.post(
        "/console/forums/f", **form() | {"block": "0.9", "do": "save", "tried": tried}
    )
    assert "Essayé sur" in other.get_data(as_text=True)
    assert saved(core).policy == {}
    done = chief.post(
        "/console/forums/f",
        **form() | {"block": "1", "review": "1", "do": "save", "tried": tried},
    )
    assert done.status_code == 303
    assert saved(core).policy == {"block": 1, "review": 1}


def test_saving_without_a_trial_must_be_said(chief, form, core):
    told = chief.post(
        "/console/forums/f", **form() | {"combination.few": "5", "name": "Neuf", "do": "force"}
    )
    assert told.status_code == 303
    assert saved(core).policy == {"combination": {"few": 5}}
    assert saved(core).name == "Neuf"
    assert "enregistré" in chief.get(told.location)
    back = chief.post("/console/forums/f", **form() | {"combination.few": "11", "do": "force"})
    assert back.status_code == 303
    assert saved(core).policy == {}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("block", "2"),
        ("block", "nan"),
        ("block", ""),
        ("review", "0.9"),
        ("several_mild", "1.5"),
        ("several_mild", "inf"),
        ("combination.public", "x<script>"),
        ("name", ""),
        ("retention_days", "0"),
        ("grace_seconds", "many"),
        ("callback_url", "https://forum.example/hook"),
        ("files_late", "perhaps"),
    ],
)
def test_wrong_values_are_told_beside_their_field(chief, form, core, field, typed):
    told = chief.post("/console/forums/f", **form() | {field: typed, "do": "force"})
    page = told.get_data(as_text=True)
    assert told.status_code == 422
    assert "<script>" not in page.replace('<script src="/static', "")
    if field != "files_late":
        assert 'aria-invalid="true"' in page
    assert saved(core).policy == {}
    assert saved(core).version == 1


def test_a_change_by_another_is_explained(chief, form, core):
    old = form()
    chief.post("/console/forums/f", **old | {"name": "Un", "do": "force"})
    told = chief.post("/console/forums/f", **old | {"name": "Deux", "do": "force"})
    assert told.status_code == 409
    assert "entre-temps" in told.get_data(as_text=True)
    assert saved(core).name == "Un"


def test_a_secret_is_put_and_never_shown(chief, form, core):
    assert chief.post("/console/forums/f/secret", secret=SECRET[:5]).status_code == 422
    told = chief.post("/console/forums/f/secret", secret=SECRET)
    assert told.status_code == 303
    assert SECRET not in chief.get("/console/forums/f")
    assert forums.secret(core, saved(core)) == SECRET.encode()
    url = {"callback_url": "https://forum.example/hook", "do": "force"}
    assert chief.post("/console/forums/f", **form() | url).status_code == 303
    assert saved(core).callback_url == "https://forum.example/hook"


def test_the_form_says_that_posts_already_here_keep_their_date(chief, app, account):
    assert "gardent leur échéance" in chief.get("/console/forums/f")
    account("head", Role.ADMIN, lang="en")
    assert "keep the date they were given" in Person(app, "head").get("/console/forums/f")


def test_another_retention_leaves_posts_as_they_are(chief, form, api, core):
    post = api.post("/v1/posts", json=submission(NAMED)).json["id"]
    with core.db.reading() as session:
        before = session.get_one(Item, post).expires
    chief.post("/console/forums/f", **form() | {"retention_days": "1", "do": "force"})
    assert saved(core).retention_days == 1
    with core.db.reading() as session:
        assert session.get_one(Item, post).expires == before


def test_a_forum_is_made(chief, core):
    told = chief.post("/console/forums", id="new", name="Nouveau", lang="en")
    assert told.status_code == 303
    assert saved(core, "new").lang == "en"
    assert chief.post("/console/forums", id="new", name="Encore").status_code == 422
    assert chief.post("/console/forums", id="../x", name="Encore").status_code == 422
    assert "Nouveau" in chief.get("/console/forums")


def test_only_administrators_of_a_forum_set_it(app, account, core):
    account("marie")
    account("other", Role.ADMIN, forums=["g"])
    marie, other = Person(app, "marie"), Person(app, "other")
    assert marie.open("/console/forums").status_code == 403
    assert marie.post("/console/forums/f", do="force").status_code == 403
    assert other.open("/console/forums/f").status_code == 404
    assert other.post("/console/forums", id="h", name="H").status_code == 403
    assert "Forum" not in re.findall(r"<tbody>(.*?)</tbody>", other.get("/console/forums"))
    assert saved(core).version == 1
