"""Words, verdicts and files of an item, sealed with its key."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from linter.post import Language
from linter.verdict import Verdict
from server.checker import Upload, dumped, loaded
from server.core import Core
from server.crypto import opened, seal
from server.problem import Problem
from server.store.tables import Content, File, Item


@dataclass(frozen=True, slots=True)
class Submission:
    """A post as a forum hands it over."""

    text: str = field(repr=False)
    lang: Language | Literal["auto"] = "auto"
    date: str | None = None
    place: str | None = field(default=None, repr=False)
    author: str | None = field(default=None, repr=False)
    """The author's id or pseudonym on the forum."""
    url: str | None = field(default=None, repr=False)


def item_key(core: Core, item: Item) -> bytes:
    """The key of an item.

    Raises:
        Problem: it was erased.
    """
    if item.key is None:
        raise Problem("gone")
    return core.keys.unwrap(item.key, item.id)


def store(
    core: Core,
    session: Session,
    item: Item,
    post: Submission,
    verdict: Verdict | None,
    files: tuple[Upload, ...],
) -> None:
    """Write one revision."""
    key, place = item_key(core, item), _place(item.id, item.revision)
    session.add(
        Content(
            item=item.id,
            revision=item.revision,
            sealed_post=seal(key, json.dumps(asdict(post)).encode(), f"post:{place}"),
            sealed_verdict=_sealed_verdict(key, verdict, place),
        )
    )
    for number, (name, data) in enumerate(files):
        session.add(
            File(
                item=item.id,
                revision=item.revision,
                number=number,
                sealed_name=seal(key, name.encode(), f"name:{place}:{number}"),
                sealed_bytes=seal(key, data, f"file:{place}:{number}"),
                size=len(data),
            )
        )


def put_verdict(core: Core, session: Session, item: Item, verdict: Verdict) -> None:
    """Put a newer verdict on the present revision."""
    row = _row(session, item, item.revision)
    row.sealed_verdict = _sealed_verdict(
        item_key(core, item), verdict, _place(item.id, item.revision)
    )


def post(core: Core, session: Session, item: Item, revision: int | None = None) -> Submission:
    """The words of a revision, the present one unless said."""
    number = item.revision if revision is None else revision
    row = _row(session, item, number)
    told: dict[str, Any] = json.loads(
        opened(item_key(core, item), row.sealed_post, f"post:{_place(item.id, number)}")
    )
    return Submission(**told)


def verdict(
    core: Core, session: Session, item: Item, revision: int | None = None
) -> Verdict | None:
    """What the linter said of a revision, the present one unless said; None: it could not."""
    number = item.revision if revision is None else revision
    row = _row(session, item, number)
    place = _place(item.id, number)
    told = opened(item_key(core, item), row.sealed_verdict, f"verdict:{place}")
    return loaded(told) if told else None


def names(core: Core, session: Session, item: Item, revision: int | None = None) -> tuple[str, ...]:
    """What the files of a revision are called, of the present one unless said."""
    number = item.revision if revision is None else revision
    key, place = item_key(core, item), _place(item.id, number)
    rows = session.execute(
        select(File.number, File.sealed_name)
        .where(File.item == item.id, File.revision == number)
        .order_by(File.number)
    )
    return tuple(opened(key, name, f"name:{place}:{n}").decode() for n, name in rows)


def files(
    core: Core, session: Session, item: Item, revision: int | None = None
) -> tuple[Upload, ...]:
    """The files of a revision, of the present one unless said."""
    count = len(names(core, session, item, revision))
    return tuple(file(core, session, item, number, revision) for number in range(count))


def file(
    core: Core, session: Session, item: Item, number: int, revision: int | None = None
) -> Upload:
    """One file of a revision, of the present one unless said.

    Raises:
        Problem: there is none of that number.
    """
    of = item.revision if revision is None else revision
    row = session.get(File, (item.id, of, number))
    key, place = item_key(core, item), _place(item.id, of)
    if row is None:
        raise Problem("not-found")
    name = opened(key, row.sealed_name, f"name:{place}:{number}").decode()
    return name, opened(key, row.sealed_bytes, f"file:{place}:{number}")


def drop_older_files(session: Session, item: Item) -> None:
    """Forget the files of earlier revisions: their author took them away."""
    session.execute(delete(File).where(File.item == item.id, File.revision < item.revision))


def sealed_words(core: Core, item: Item, words: str, place: str) -> bytes:
    """A note, an appeal: words that go with the item."""
    return seal(item_key(core, item), words.encode(), f"{place}:{item.id}")


def opened_words(core: Core, item: Item, sealed: bytes, place: str) -> str:
    """What `sealed_words` made."""
    return opened(item_key(core, item), sealed, f"{place}:{item.id}").decode()


def _row(session: Session, item: Item, revision: int) -> Content:
    row = session.get(Content, (item.id, revision))
    if row is None:
        raise Problem("gone")
    return row


def _sealed_verdict(key: bytes, told: Verdict | None, place: str) -> bytes:
    return seal(key, dumped(told) if told else b"", f"verdict:{place}")


def _place(item: str, revision: int) -> str:
    return f"{item}:{revision}"
