"""The learned reader's weights and what it says."""

import json

import numpy as np
import pytest

from linter.fault import ModelError
from linter.finding import Entity
from linter.text.engine import TextEngine
from linter.text.learned.features import ENTITIES
from linter.text.learned.tagger import WHO, Tags, load_tagger


@pytest.fixture(scope="module")
def shipped():
    from importlib.resources import files

    return files("linter.models") / "reader.npz"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="is missing; reinstall"):
        load_tagger(tmp_path / "none.npz")


def test_a_damaged_file_is_told(tmp_path, shipped):
    data = bytearray(shipped.read_bytes())
    data[len(data) // 2] ^= 0xFF
    for broken in (bytes(data), bytes(data[: len(data) // 3]), b"", b"not a zip"):
        path = tmp_path / "reader.npz"
        path.write_bytes(broken)
        with pytest.raises(ModelError, match="is damaged; reinstall"):
            load_tagger(path)


def test_another_version_is_told(tmp_path, shipped):
    with np.load(shipped) as stored:
        arrays = dict(stored)
    about = json.loads(bytes(arrays["about"]))
    arrays["about"] = np.frombuffer(json.dumps({**about, "format": 99}).encode(), np.uint8)
    np.savez(tmp_path / "reader.npz", **arrays)
    with pytest.raises(ModelError, match="another version"):
        load_tagger(tmp_path / "reader.npz")


def test_weights_stay_small(shipped):
    folder = shipped.parent
    assert sum(p.stat().st_size for p in folder.iterdir() if p.is_file()) < 30e6


def test_chances_are_chances():
    ((_, words),) = TextEngine().described("Mme Palanque, 84 ans, tousse.\nDr Lestrade", "fr")
    tags = load_tagger().read(words)
    assert tags.entities.shape == (len(words.spans), len(ENTITIES))
    assert tags.entities.min() >= 0
    assert tags.entities.sum(1).max() <= 1.001
    assert tags.who.sum(1) == pytest.approx(np.ones(len(words.spans)), abs=1e-4)


def test_nothing_is_said_of_an_empty_text():
    ((_, words),) = TextEngine().described(" ", "fr")
    tags = load_tagger().read(words)
    assert tags.stretches(Entity.PERSON, 0.5) == []
    assert tags.chance(Entity.PERSON, 0, 1) == 0
    assert tags.protected(0, 1) == 0


def test_runs_of_words_are_stretches():
    size = len(ENTITIES)
    entities, first = np.zeros((5, size), np.float32), np.zeros((5, size), np.float32)
    column = ENTITIES.index(Entity.PERSON)
    entities[[0, 1, 2, 4], column] = 0.9, 0.7, 0.8, 0.9
    first[[0, 2, 4], column] = 0.9, 0.8, 0.9
    spans = tuple((n * 4, n * 4 + 3) for n in range(5))
    tags = Tags(
        spans,
        ("",) * 5,
        entities,
        first,
        np.ones((5, len(WHO)), np.float32),
        np.zeros(5, np.float32),
    )
    found = [(s.start, s.end, round(s.chance, 2)) for s in tags.stretches(Entity.PERSON, 0.5)]
    assert found == [(0, 7, 0.8), (8, 11, 0.8), (16, 19, 0.9)]


def test_the_same_post_is_read_the_same_way_alone_and_in_company():
    engine = TextEngine()
    texts = ["Mme Palanque tousse.", "Rien à signaler depuis hier.", "Mme Palanque tousse."]
    alone = [_told(engine.find([t], "fr")[0]) for t in texts]
    assert list(map(_told, engine.find(texts, "fr"))) == alone


def _told(found):
    return found.findings, [(c.finding, c.aside, c.sure) for c in found.clues]


def test_a_damaged_reader_stops_the_check_and_says_so(monkeypatch, capsys, tmp_path):
    from linter import cli
    from linter.text import engine

    path = tmp_path / "reader.npz"
    path.write_bytes(b"broken")
    monkeypatch.setattr(engine, "load_tagger", lambda: load_tagger(path))
    (tmp_path / "post.txt").write_text("Mme Palanque tousse.", "utf-8")
    monkeypatch.setattr("sys.argv", ["hippolint", "check", str(tmp_path / "post.txt")])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert "the weight file is damaged; reinstall hippolint" in said.err
    assert "allow" not in said.out
