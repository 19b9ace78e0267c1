"""Files of a post on the console: pictures are made anew, what was uploaded is never served."""

import io
import json
import re

import pytest
from console_kit import Person
from PIL import Image, ImageDraw, ImageFont
from server_kit import HARMLESS, submission

EVIL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EVIL_HTML = b"<!doctype html><script>alert(1)</script><p>Mme Huguette Palanque</p>"
COMMENT = b"comment-of-the-camera"


def photo():
    """A picture with a name to read, and metadata."""
    picture = Image.new("RGB", (800, 300), "white")
    font = ImageFont.load_default(40)
    ImageDraw.Draw(picture).text((40, 120), "Mme Huguette PALANQUE", "black", font)
    out = io.BytesIO()
    picture.save(out, "JPEG", comment=COMMENT)
    return out.getvalue()


@pytest.fixture
def marie(app, account):
    account("marie")
    return Person(app, "marie")


@pytest.fixture
def submit(api, work):
    """Hands in a post with files, has them looked at, and gives its id."""

    def one(*files, look=True):
        form = {
            "post": json.dumps(submission(HARMLESS)),
            "attachments": [(io.BytesIO(data), name) for name, data in files],
        }
        told = api.post("/v1/posts", data=form)
        assert told.status_code == 201, told.json
        if look:
            work()
        return told.json["id"]

    return one


def test_a_picture_is_shown_as_a_new_jpeg_with_frames_around_findings(marie, submit):
    post = submit(("ecg.jpg", photo()))
    page = marie.get(f"/console/posts/{post}")
    assert f'/console/posts/{post}/files/0/0.jpg"' in page
    assert 'class="reveal sr"' in page
    shown = marie.open(f"/console/posts/{post}/files/0/0.jpg")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert Image.open(io.BytesIO(shown.data)).format == "JPEG"
    assert COMMENT not in shown.data
    frames = marie.open(f"/console/posts/{post}/files/0/0.svg")
    assert frames.mimetype == "image/svg+xml"
    drawn = frames.get_data(as_text=True)
    assert 'viewBox="0 0 800 300"' in drawn
    assert drawn.count("<rect") >= 3
    assert "alanque" not in drawn.lower()


def test_the_safe_copy_hides_what_was_found(marie, submit):
    post = submit(("ecg.jpg", photo()))
    plain = Image.open(io.BytesIO(marie.open(f"/console/posts/{post}/files/0/0.jpg").data))
    seen = marie.open(f"/console/posts/{post}/files/0/safe/0.jpg")
    safe = Image.open(io.BytesIO(seen.data))
    assert safe.size == plain.size
    assert safe.tobytes() != plain.tobytes()
    saved = marie.open(f"/console/posts/{post}/files/0/safe")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="safe-0.jpg"'
    assert COMMENT not in saved.data


@pytest.mark.parametrize(
    ("name", "data"), [("x.svg", EVIL_SVG), ("x.html", EVIL_HTML), ("x.jpg", EVIL_HTML)]
)
def test_uploaded_markup_is_never_served(marie, submit, name, data):
    post = submit((name, data))
    page = marie.get(f"/console/posts/{post}")
    assert "<script>alert" not in page
    for path in ("0.jpg", "safe/0.jpg", "safe", "0.svg"):
        told = marie.open(f"/console/posts/{post}/files/0/{path}")
        assert b"alert(1)" not in told.data, path
        assert told.status_code == 404 or told.mimetype in ("image/jpeg", "image/svg+xml"), path
        assert told.headers["X-Content-Type-Options"] == "nosniff"


def test_text_read_in_a_file_is_marked(marie, submit):
    post = submit(("cr.txt", b"Compte rendu de Mme Huguette Palanque"))
    page = marie.get(f"/console/posts/{post}")
    assert re.search(r"<mark[^>]*>Mme Huguette Palanque</mark>", page)
    assert "<img" not in page
    assert marie.open(f"/console/posts/{post}/files/0/0.jpg").status_code == 404


def test_names_of_files_are_text(marie, submit):
    post = submit(("<img src=x>.txt", b"bonjour"))
    assert "<img src=x>" not in marie.get(f"/console/posts/{post}")


def test_files_that_were_not_looked_at_are_said_to_be_so(marie, submit):
    post = submit(("ecg.jpg", photo()), look=False)
    assert "en cours" in marie.get(f"/console/posts/{post}")
    assert "pas encore vérifiée" in marie.get(f"/console/posts/{post}")
    assert "non vérifié" in marie.get("/console/?state=checking")
    assert marie.open(f"/console/posts/{post}/files/0/safe").status_code == 404


@pytest.mark.parametrize("path", ["7/0.jpg", "0/9.jpg", "0/5000.jpg", "0/x.jpg", "-1/0.jpg"])
def test_what_is_not_there_is_not_found(marie, submit, path):
    post = submit(("ecg.jpg", photo()))
    assert marie.open(f"/console/posts/{post}/files/{path}").status_code == 404
