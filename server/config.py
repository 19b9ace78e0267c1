"""Settings of the server: one frozen value, read once from the command line and the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_PREFIX = "HIPPOLINT_"


class ConfigError(ValueError):
    """A setting is wrong; the message names it and never its value, which may be a secret."""


class Oidc(BaseModel):
    """Sign-in at an identity provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: str
    client_secret: str = Field(repr=False)
    name: str = "OpenID Connect"
    """What the button says."""


class Config(BaseModel):
    """How the server runs. Secrets stay out of `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    """Folder of the database and of the master key."""
    database_url: str = Field(default="", repr=False)
    """`sqlite:///…` or `postgresql+psycopg://…`; empty: `hippolint.db` in the data folder."""
    public_url: str = ""
    """Where readers reach the server, for links; empty: as the request says."""
    secure_cookies: bool = False
    """Cookies over HTTPS only."""
    proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies of one's own stand in front; their X-Forwarded headers are believed."""
    selfcheck: Literal["open", "members"] = "open"
    """Who may use the self-check page: anybody who reaches the server, or who has signed in."""
    max_body: int = Field(default=30_000_000, ge=1_000, le=1_000_000_000)
    """Bytes of a request."""
    max_text: int = Field(default=50_000, ge=1_000, le=2_000_000)
    """Characters of a post: a longer one would keep others waiting for seconds."""
    max_file: int = Field(default=20_000_000, ge=1_000, le=500_000_000)
    """Bytes of an attachment."""
    max_files: int = Field(default=10, ge=0, le=100)
    rate: str = "600/minute"
    """Requests of one API key, or of one address without a key."""
    login_rate: str = "20/minute"
    """Attempts to sign in from one address."""
    session_hours: int = Field(default=12, ge=1, le=168)
    idle_minutes: int = Field(default=60, ge=1, le=1440)
    claim_minutes: int = Field(default=15, ge=1, le=1440)
    """How long a moderator keeps a post for herself."""
    denylist: Path | None = None
    """Another list of known leaks."""
    oidc: Oidc | None = None

    @field_validator("rate", "login_rate")
    @classmethod
    def _a_rate(cls, value: str) -> str:
        from limits import parse  # noqa: PLC0415 # slow to import; a command that needs no server reads settings too

        try:
            parse(value)
        except ValueError:
            raise ValueError("write a rate such as 600/minute") from None
        return value

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.data / 'hippolint.db'}"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **given: object) -> Self:
        """Settings given, then HIPPOLINT_… of the environment, then DATABASE_URL; …_FILE names a file with a secret.

        Raises:
            ConfigError: a setting is unknown to its type, or a file cannot be read.
        """
        env = os.environ if environment is None else environment
        found: dict[str, object] = {
            name: value
            for name in cls.model_fields
            if name != "oidc" and (value := _value(env, _PREFIX + name.upper()))
        }
        if url := _value(env, "DATABASE_URL"):
            found.setdefault("database_url", url)
        oidc = {
            name: value
            for name in Oidc.model_fields
            if (value := _value(env, f"{_PREFIX}OIDC_{name.upper()}"))
        }
        if oidc:
            found["oidc"] = oidc
        found |= {name: value for name, value in given.items() if value is not None}
        found.setdefault("data", default_data())
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = "_".join(str(p) for p in first["loc"]).upper()
            raise ConfigError(f"{_PREFIX}{name}: {first['msg']}") from None


def default_data() -> Path:
    """Where data lie when nothing else is said: the user's own folder for such."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "hippolint"


def _value(env: Mapping[str, str], name: str) -> str | None:
    """A setting, or what is in the file that `name`_FILE names."""
    if value := env.get(name):
        return value
    path = env.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{name}_FILE: the file cannot be read") from None
