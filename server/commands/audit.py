"""`hippolint audit`: the log of who submitted, saw, decided, exported and erased."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from server.commands.opening import data_option, opened
from server.moderation.audit import Checkpoint, parse_checkpoint
from server.moderation.audit import verify as verified
from server.store.tables import Audit


@click.group()
def audit() -> None:
    """Verify and read the log of who did what."""


@audit.command()
@click.option(
    "--expect",
    metavar="CHECKPOINT",
    help="An earlier end, as this command printed it, that must be in the chain.",
)
@data_option
@click.pass_context
def verify(ctx: click.Context, expect: str | None, data: Path | None) -> None:
    """Check that no row was changed, added or removed. Keep the end that it prints in another place."""
    earlier: Checkpoint | None = None
    if expect:
        try:
            earlier = parse_checkpoint(expect)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--expect") from None
    with opened(data) as core:
        found = verified(core, earlier)
    click.echo(f"{found.rows:,} rows, end {found.end}")
    if found.fault:
        click.echo(f"hippolint: {found.fault}", err=True)
        ctx.exit(1)


@audit.command("list")
@click.option("--object", "object_id", help="Of one post, key or account.")
@click.option("--last", default=100, show_default=True, type=click.IntRange(1, 100_000))
@data_option
def list_rows(object_id: str | None, last: int, data: Path | None) -> None:
    """Print the last rows as JSON lines, oldest first."""
    query = select(Audit).order_by(Audit.seq.desc()).limit(last)
    if object_id:
        query = query.where(Audit.object == object_id)
    with opened(data) as core, core.db.reading() as session:
        for row in reversed(session.scalars(query).all()):
            told = {
                "seq": row.seq,
                "at": datetime.fromtimestamp(row.at / 1000, UTC).isoformat(),
                "actor": row.actor,
                "action": row.action,
                "object": row.object,
                "detail": row.detail,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
