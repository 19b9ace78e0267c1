"""`hippolint admin`: keys, accounts, forums, backups, erasure."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from sqlalchemy import select

from server.actor import SYSTEM, Role, Scope
from server.commands.opening import data_option, opened
from server.core import Core
from server.moderation import access, backup, erasure, forums
from server.moderation.forums import FORUM_ID, ForumSettings
from server.problem import Problem
from server.store.tables import Account, ApiKey, Forum, now

_DAY = 86_400_000


@click.group()
def admin() -> None:
    """Keys, accounts, forums, backups and erasure of the server on this machine."""


@admin.group()
def key() -> None:
    """API keys."""


@key.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([s.value for s in Scope])
)
@click.option("--forum", help="The one forum that the key is for; all unless given.")
@click.option("--days", type=click.IntRange(1, 3650), help="When it ends; never unless given.")
@data_option
def key_add(
    name: str, scopes: tuple[str, ...], forum: str | None, days: int | None, data: Path | None
) -> None:
    """Make a key and print it, once."""
    with opened(data) as core, core.db.writing() as session:
        if forum:
            forums.get(session, SYSTEM, forum)
        end = now() + days * _DAY if days else None
        made = access.new_key(core, session, SYSTEM, name, [Scope(s) for s in scopes], forum, end)
        click.echo(made.token)


@key.command("list")
@data_option
def key_list(data: Path | None) -> None:
    """List the keys, without their words."""
    with opened(data) as core, core.db.reading() as session:
        for k in session.scalars(select(ApiKey).order_by(ApiKey.created)):
            over = k.revoked or (k.expires and k.expires < now())
            state = "ended" if over else f"until {_day(k.expires)}" if k.expires else "in use"
            click.echo(f"{k.id}  {state:16}  {k.forum or '*':12}  {','.join(k.scopes)}  {k.name}")


@key.command("rotate")
@click.argument("key_id")
@data_option
def key_rotate(key_id: str, data: Path | None) -> None:
    """Print a new key with the same rights; the old one goes on for 24 hours."""
    with opened(data) as core, core.db.writing() as session:
        click.echo(access.rotate_key(core, session, SYSTEM, key_id).token)


@key.command("revoke")
@click.argument("key_id")
@data_option
def key_revoke(key_id: str, data: Path | None) -> None:
    """End a key at once."""
    with opened(data) as core, core.db.writing() as session:
        access.revoke_key(core, session, SYSTEM, key_id)


@admin.group()
def account() -> None:
    """Accounts of moderators, administrators and auditors."""


@account.command("add")
@click.argument("login")
@click.option(
    "--role",
    type=click.Choice([r.value for r in Role]),
    default=Role.MODERATOR.value,
    show_default=True,
)
@click.option("--name", default="", help="As it is shown to other moderators.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option(
    "--forum", "forum_ids", multiple=True, help="A forum that the account sees; all unless given."
)
@click.option("--no-password", is_flag=True, help="Sign-in at the identity provider only.")
@data_option
def account_add(
    login: str,
    role: str,
    name: str,
    lang: str,
    forum_ids: tuple[str, ...],
    data: Path | None,
    *,
    no_password: bool,
) -> None:
    """Make an account. The password is asked for, or read from standard input."""
    with opened(data) as core:
        password = None if no_password else _password()
        with core.db.writing() as session:
            for forum in forum_ids:
                forums.get(session, SYSTEM, forum)
            access.new_account(
                core, session, SYSTEM, login, Role(role), password,
                name=name, lang=lang, forums=forum_ids,
            )  # fmt: skip


@account.command("list")
@data_option
def account_list(data: Path | None) -> None:
    """List the accounts."""
    with opened(data) as core, core.db.reading() as session:
        for a in session.scalars(select(Account).order_by(Account.login)):
            state = "disabled" if a.disabled else "in use"
            click.echo(
                f"{a.login:20}  {a.role:10}  {state:9}  {','.join(a.forums) or '*'}  {a.name}"
            )


@account.command("password")
@click.argument("login")
@data_option
def account_password(login: str, data: Path | None) -> None:
    """Change a password; all sign-ins with the old one end."""
    with opened(data) as core:
        password = _password()
        with core.db.writing() as session:
            found = session.merge(_account(core, login))
            access.set_password(core, session, SYSTEM, found, password)


@account.command("disable")
@click.argument("login")
@data_option
def account_disable(login: str, data: Path | None) -> None:
    """End an account; what it did stays in the audit log."""
    with opened(data) as core, core.db.writing() as session:
        found = session.merge(_account(core, login))
        access.disable(core, session, SYSTEM, found)


@admin.group()
def forum() -> None:
    """Forums; the console has all their settings."""


@forum.command("add")
@click.argument("forum_id", metavar="ID")
@click.option("--name", required=True)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--callback", "callback_url", default="", help="Where decisions are sent.")
@click.option("--secret-file", type=click.File(), help="File with the secret that signs callbacks.")
@data_option
def forum_add(
    forum_id: str,
    name: str,
    lang: str,
    callback_url: str,
    secret_file: IO[str] | None,
    data: Path | None,
) -> None:
    """Make a forum with the default policy."""
    if not re.fullmatch(FORUM_ID, forum_id):
        raise click.BadParameter("lower-case letters, figures, - and _", param_hint="ID")
    secret = secret_file.read().strip() if secret_file else None
    try:
        settings = ForumSettings.model_validate(
            {"name": name, "lang": lang, "callback_url": callback_url, "callback_secret": secret}
        )
    except ValueError:
        raise click.UsageError(
            "name, callback address or secret (16 to 200 characters) is wrong"
        ) from None
    with opened(data) as core, core.db.writing() as session:
        forums.put(core, session, SYSTEM, forum_id, settings, version=0)


@forum.command("list")
@data_option
def forum_list(data: Path | None) -> None:
    """List the forums."""
    with opened(data) as core, core.db.reading() as session:
        for f in session.scalars(select(Forum).order_by(Forum.id)):
            click.echo(f"{f.id:20}  {f.retention_days:>4} days  {f.name}")


@admin.command("backup")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@data_option
@click.pass_context
def backup_command(ctx: click.Context, target: Path, data: Path | None) -> None:
    """Write all tables to a file while the server runs. The master key is not in it: keep that elsewhere.

    Exit status 1: the backup is written, but the audit log is not whole.
    """
    with opened(data) as core:
        kept = backup.save(core, target, _progress)
    click.echo(f"{kept.rows:,} rows; audit log up to {kept.end}")
    _warn(ctx, kept.fault)


@admin.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@click.pass_context
def restore_command(ctx: click.Context, source: Path, data: Path | None) -> None:
    """Put a backup into an empty data folder or database, with the master key that it was made under.

    Exit status 1: all is restored, but the audit log is not whole.
    """
    with opened(data, first=lambda config: backup.check_key(source, config.data)) as core:
        kept = backup.restore(core, source, _progress)
    click.echo(f"{kept.rows:,} rows; audit log verified up to {kept.end}")
    _warn(ctx, kept.fault)


@admin.command("purge")
@data_option
def purge(data: Path | None) -> None:
    """Erase now what is past its time; the server does it every hour."""
    with opened(data) as core:
        done = erasure.purge(core)
    posts = "post" if done.erased == 1 else "posts"
    click.echo(f"{done.erased:,} {posts} erased, {done.held:,} kept by a legal hold")


@admin.command("worker")
@data_option
def worker(data: Path | None) -> None:
    """Run one worker, where `hippolint serve` does not start them (gunicorn)."""
    from server.work.worker import run  # noqa: PLC0415

    with opened(data) as core:
        run(core)


def _warn(ctx: click.Context, fault: str | None) -> None:
    """Tell of a harmed audit log, by exit status too: nobody reads what cron prints."""
    if fault:
        click.echo(f"hippolint: the audit log is not as it was written: {fault}", err=True)
        ctx.exit(1)


def _account(core: Core, login: str) -> Account:
    with core.db.reading() as session:
        found = session.scalars(select(Account).where(Account.login == login.casefold())).first()
    if found is None:
        raise Problem("not-found", "There is no such account.")
    return found


def _password() -> str:
    if sys.stdin.isatty():
        told: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return told
    return sys.stdin.readline().rstrip("\n")


def _progress(table: str, rows: int) -> None:
    if sys.stderr.isatty() and rows % 100 == 0:
        click.echo(f"\r{table}: {rows:,} rows", err=True, nl=False)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
