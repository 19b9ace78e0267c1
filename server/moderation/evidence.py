"""An evidence file: a post, what was said and done about it, and its files, with hashes, in one ZIP."""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from linter import __version__
from linter.report.as_json import verdict_dict
from server.actor import Actor
from server.core import Core
from server.moderation import audit, contents
from server.moderation.timeline import timeline
from server.store.tables import Decision, Item


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
    verdict = contents.verdict(core, session, item)
    made = session.scalars(select(Decision).where(Decision.item == item.id).order_by(Decision.id))
    files = contents.files(core, session, item)
    about = {
        "id": item.id,
        "forum": item.forum,
        "external_id": item.external,
        "state": item.state,
        "created": _time(item.created),
        "revisions": [
            asdict(contents.post(core, session, item, n)) for n in range(1, item.revision + 1)
        ],
        "files": [name for name, _ in files],
    }
    decided = [
        {
            "id": d.id,
            "revision": d.revision,
            "actor": d.actor,
            "action": d.action,
            "rules": d.rules,
            "automated": d.automated,
            "made": _time(d.made),
            "state": d.state,
        }
        for d in made
    ]
    told = [
        {"at": _time(t.at), "actor": t.actor, "kind": t.kind, "detail": t.detail, "note": t.note}
        for t in timeline(core, session, item)
    ]
    parts = {
        "post.json": _json(about),
        "verdict.json": _json(verdict_dict(verdict, __version__) if verdict else {}),
        "decisions.json": _json(decided),
        "timeline.json": _json(told),
    }
    # Files go under numbers: their names may hold what they should not, and paths.
    return parts | {f"files/{n}": data for n, (_, data) in enumerate(files)}


def _json(value: Any) -> bytes:  # noqa: ANN401 # whatever JSON takes
    return json.dumps(value, indent=2, ensure_ascii=False, default=str).encode()


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat()
