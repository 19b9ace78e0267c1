"""An evidence file: a post, what was said and done about it, and its files, with hashes, in one ZIP.

The present revision stands on top, earlier ones in folders `revision-1`, `revision-2`, … with what is still kept of them.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from linter import __version__
from linter.post import LANGUAGES, language_of
from linter.report.as_json import verdict_dict
from server.actor import Actor
from server.core import Core
from server.moderation import appeals, audit, contents
from server.moderation.notice import notice
from server.moderation.timeline import timeline
from server.store.tables import Appeal, Decision, Item


def evidence(core: Core, session: Session, actor: Actor, item: Item) -> bytes:
    """Make the file and write down who took it; `manifest.json` holds SHA-256 of each part and a code over them."""
    parts = _parts(core, session, item)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    signed = json.dumps(hashes, sort_keys=True).encode()
    manifest = {
        "post": item.id,
        "made": _time(int(datetime.now(UTC).timestamp() * 1000)),
        "engine": __version__,
        "sha256": hashes,
        "hmac_sha256": hmac.new(core.keys.chain, signed, hashlib.sha256).hexdigest(),
    }
    audit.record(core, session, actor, "post.export", item.id, {"code": manifest["hmac_sha256"]})
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in {**parts, "manifest.json": _json(manifest)}.items():
            archive.writestr(name, data)
    return out.getvalue()


def _parts(core: Core, session: Session, item: Item) -> dict[str, bytes]:
    query = select(Decision).where(Decision.item == item.id).order_by(Decision.id)
    made = session.scalars(query).all()
    names, now = _revision(core, session, item, item.revision)
    about = {
        "id": item.id,
        "forum": item.forum,
        "external_id": item.external,
        "state": item.state,
        "created": _time(item.created),
        "revisions": [
            asdict(contents.post(core, session, item, n)) for n in range(1, item.revision + 1)
        ],
        "files": names,
    }
    told = [
        {"at": _time(t.at), "actor": t.actor, "kind": t.kind, "detail": t.detail, "note": t.note}
        for t in timeline(core, session, item)
    ]
    parts = {
        "post.json": _json(about),
        **now,
        "decisions.json": _json([_decided(d) for d in made]),
        "timeline.json": _json(told),
    }
    if complaints := _appeals(core, session, item):
        parts["appeals.json"] = _json(complaints)
    if letters := _notices(core, session, item, made):
        parts["notices.json"] = _json(letters)
    for n in range(1, item.revision):
        parts |= _earlier(core, session, item, n)
    return parts


def _decided(d: Decision) -> dict[str, Any]:
    return {
        "id": d.id,
        "revision": d.revision,
        "actor": d.actor,
        "action": d.action,
        "rules": d.rules,
        "automated": d.automated,
        "made": _time(d.made),
        "state": d.state,
        "appeal": d.appeal,
    }


def _earlier(core: Core, session: Session, item: Item, revision: int) -> dict[str, bytes]:
    """Words, verdict and files of a revision that another one replaced."""
    names, parts = _revision(core, session, item, revision)
    words = asdict(contents.post(core, session, item, revision))
    parts["post.json"] = _json(words | {"files": names})
    return {f"revision-{revision}/{name}": data for name, data in parts.items()}


def _revision(
    core: Core, session: Session, item: Item, revision: int
) -> tuple[list[str], dict[str, bytes]]:
    """Names of the files of a revision, and its verdict and files as parts."""
    told = contents.verdict(core, session, item, revision)
    files = contents.files(core, session, item, revision)
    parts = {"verdict.json": _json(verdict_dict(told, __version__) if told else {})}
    # Files go under numbers: their names may hold what they should not, and paths.
    parts |= {f"files/{n}": data for n, (_, data) in enumerate(files)}
    return [name for name, _ in files], parts


def _appeals(core: Core, session: Session, item: Item) -> list[dict[str, Any]]:
    """What the author wrote, and the answer; the decision on an appeal names it."""
    rows = session.scalars(select(Appeal).where(Appeal.item == item.id).order_by(Appeal.id))
    return [
        {
            "id": a.id,
            "decision": a.decision,
            "words": appeals.words(core, item, a),
            "made": _time(a.made),
            "state": a.state,
            "actor": a.actor,
            "decided": _time(a.decided) if a.decided else None,
        }
        for a in rows
    ]


def _notices(
    core: Core, session: Session, item: Item, made: Sequence[Decision]
) -> list[dict[str, Any]]:
    """The statements of reasons of what was decided for good, in the language of the post."""
    lang = language_of(item.lang) or LANGUAGES[0]
    done = [d for d in made if d.state == "done"]
    return [{"decision": d.id, **notice(core, session, item, d, lang)} for d in done]


def _json(value: Any) -> bytes:  # noqa: ANN401 # whatever JSON takes
    return json.dumps(value, indent=2, ensure_ascii=False, default=str).encode()


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat()
