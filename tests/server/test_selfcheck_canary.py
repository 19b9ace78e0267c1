"""Nothing of a draft stays anywhere: unusual words are posted every way, with and without a fault, and looked for."""

import gc
import io
import logging
import os
import tempfile
from pathlib import Path

import pytest
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

WORDS = "Zwirnfaden Quoxalbrume", "Vrettigane-Oulmadour", "Mirtazuphile"
PHONE = "06 39 98 41 07"
TEXT = f"Mme Huguette {WORDS[0]}, suivie au CHU de {WORDS[1]}, tél. {PHONE}."
NAME = f"{WORDS[2]}-{PHONE}.png"
LOOKED_FOR = [*(w.encode() for w in WORDS), b"Quoxalbrume", PHONE.encode()]


def picture():
    """With the words in its pixels and in its metadata."""
    image = Image.new("RGB", (900, 200), "white")
    font = ImageFont.truetype(str(Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")), 32)
    ImageDraw.Draw(image).text((30, 60), f"Mme Huguette {WORDS[0]}", "black", font)
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", WORDS[0])
    data = io.BytesIO()
    image.save(data, "PNG", pnginfo=told)
    return data.getvalue()


PICTURE = picture()


def upload():
    return (io.BytesIO(PICTURE), NAME)


def requests(client):
    """Every way in which a draft comes."""
    form = {"text": TEXT, "place": WORDS[1], "posted": "2026-11-20"}
    yield client.post("/check", data=form)
    yield client.post("/check", data=form | {"do": "all"})
    yield client.post("/check", data=form | {"attachments": upload()})
    yield client.post("/check/live", json={"text": TEXT, "place": WORDS[1]})
    yield client.post("/check/live", data=form | {"attachments": upload()})
    yield client.post("/check/share", data={"text": TEXT, "attachments": upload()})


def found_in(folder, known=frozenset()):
    """The canaries in names and bytes of all files under a folder; files that were there before are left out."""
    out = []
    for base, _, names in os.walk(folder):
        for name in names:
            path = Path(base, name)
            if path in known or path.is_socket() or path.is_fifo():
                continue
            try:
                data = os.fsencode(path) + path.read_bytes()
            except OSError:
                continue
            out += [w for w in LOOKED_FOR if w in data]
    return out


def files_under(folder):
    return {Path(base, name) for base, _, names in os.walk(folder) for name in names}


@pytest.mark.parametrize("fault", [None, "checker", "copy"])
def test_nothing_of_a_draft_stays(app, core, capfd, caplog, monkeypatch, tmp_path, fault):
    places = [Path(p) for p in ("/dev/shm", tempfile.gettempdir()) if Path(p).is_dir()]  # noqa: S108
    known = {place: files_under(place) for place in places}
    caplog.set_level(logging.DEBUG)
    if fault == "checker":
        from linter.pipeline import Linter

        real = Linter.check

        def failing(self, post, *args):
            real(self, post, *args)
            raise RuntimeError(post.text + str(post.attachments[:1] and post.attachments[0].name))

        monkeypatch.setattr(Linter, "check", failing)
    if fault == "copy":

        def broken(*_, **__):
            raise OSError(28, TEXT, NAME)

        monkeypatch.setattr(core.checker._files, "copy", broken)
    for told in requests(app.test_client()):
        assert told.status_code in ({200} if not fault else {200, 500, 503})
        assert told.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in told.headers
        assert not any(w.decode() in str(told.headers) for w in LOOKED_FOR)
        if fault == "checker":
            assert told.status_code == 500
            assert WORDS[0] in told.text  # it went back to its author
    gc.collect()
    out, err = capfd.readouterr()
    written = (out + err + caplog.text).encode()
    assert b'"route":"/check/live"' in written
    assert [w for w in LOOKED_FOR if w in written] == []
    assert found_in(tmp_path) == []
    for place in places:
        assert found_in(place, known[place]) == []
