"""Stock Presidio as a system; loads the spaCy models."""

import socket

import pytest

from linter.evaluation.baseline import HELD_AND_NUMBERS, StockPresidio
from linter.post import Post
from linter.verdict import Decision


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_stock_presidio_finds_in_both_languages_without_network(caplog):
    text = "Contact: jean.dupont@hopital.example, 192.168.3.4."
    french = "Bonjour, faut-il doser la TSH ?"
    english = "NHS number 943 476 5919, is that valid?"
    posts = [Post(text, "1", "fr"), Post(french, "2", "fr"), Post(english, "3", "en")]
    first, second, third = StockPresidio(HELD_AND_NUMBERS).check_many(posts)
    found = {
        (f.rule, text[f.span.start : f.span.end]) for f in first.findings if f.severity == "error"
    }
    assert found >= {
        ("presidio/EMAIL_ADDRESS", "jean.dupont@hopital.example"),
        ("presidio/IP_ADDRESS", "192.168.3.4"),
    }
    assert (first.id, first.decision, second.decision) == ("1", Decision.BLOCK, Decision.ALLOW)
    assert "NATIONAL_ID" in {f.entity for f in third.findings}
    assert not caplog.records


def test_the_language_must_be_named():
    with pytest.raises(ValueError, match="needs the language"):
        list(StockPresidio().check_many([Post("Bonjour")]))


def test_a_model_that_is_absent_is_an_error_and_no_download(monkeypatch):
    monkeypatch.setattr("linter.evaluation.baseline.MODELS", {"fr": "absent_model"})
    with pytest.raises(RuntimeError, match="absent_model is not installed"):
        list(StockPresidio().check_many([Post("Bonjour", lang="fr")]))
