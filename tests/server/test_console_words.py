"""Every word that the console shows is written in both languages."""

import re
from pathlib import Path

import server.console
from linter.finding import Entity, Kind
from linter.post import LANGUAGES
from server.moderation.dismissals import Why
from server.problem import KINDS
from server.store.tables import State
from server.words import words

CONSOLE = Path(server.console.__file__).parent
SAID = re.compile(r'say(?:\.html)?\("(\w+\.[\w.-]+)"[),]')
COUNTED = re.compile(r'say\.plural\("(\w+\.\w+)"')


def test_every_word_of_the_console_is_written():
    said = {f"console.entity_{e.value}" for e in Entity} | {f"console.kind_{k.value}" for k in Kind}
    said |= {f"console.why_{w.value}" for w in Why} | {f"console.state_{s.value}" for s in State}
    said |= {f"problem.{kind}" for kind in KINDS}
    for path in (*CONSOLE.rglob("*.html"), *CONSOLE.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        said |= set(SAID.findall(text))
        said |= {f"{key}.{n}" for key in COUNTED.findall(text) for n in ("one", "other")}
    assert len(said) > 150
    for lang in LANGUAGES:
        assert said <= words(lang).known.keys()
