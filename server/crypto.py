"""Keys: one for each item, so that deleting the key erases the item; one master key that wraps them.

The master key never leaves this machine and is not in the database: whoever has a copy of the database alone can
read nothing. AES-256-GCM (NIST SP 800-38D), subkeys by HKDF-SHA256 (RFC 5869).
"""

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE = 12
_FILE = "secret.key"


class KeyringError(Exception):
    """The master key is missing, damaged or not the one that this data was stored with; no content is quoted."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What is derived from the master key."""

    wrapping: bytes = field(repr=False)
    """Wraps the keys of items."""
    chain: bytes = field(repr=False)
    """Keys the chain of the audit log."""
    tokens: bytes = field(repr=False)
    """Keys the hashes of API keys and sessions."""
    words: bytes = field(repr=False)
    """Keys the hashes of dismissed words: short words could be guessed from a plain hash."""

    @classmethod
    def of(cls, master: bytes) -> Self:
        """Derive the keys.

        Raises:
            KeyringError: `master` is not 32 bytes.
        """
        if len(master) != KEY_BYTES:
            raise KeyringError(f"the master key has {len(master)} bytes; it must have {KEY_BYTES}")
        return cls(*(_derived(master, name) for name in ("wrapping", "chain", "tokens", "words")))

    def new_key(self, owner: str) -> tuple[bytes, bytes]:
        """A fresh key, and the same wrapped for its owner's row."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, seal(self.wrapping, key, f"key:{owner}")

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        """The key of an item.

        Raises:
            KeyringError: another master key wrapped it, or it belongs to another item.
        """
        return opened(self.wrapping, wrapped, f"key:{owner}")

    def token_hash(self, token: str) -> str:
        """What is kept of an API key or of a session; hex digits."""
        return _mac(self.tokens, token)

    def words_hash(self, words: str) -> str:
        """What is kept of dismissed words; hex digits."""
        return _mac(self.words, words.casefold())


def seal(key: bytes, data: bytes, context: str) -> bytes:
    """Encrypt; `context` must be the same when opened, so that no sealed part can be put in another's place."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def opened(key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt.

    Raises:
        KeyringError: another key or context, or the bytes were changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise KeyringError("stored data cannot be opened with this master key") from None


def master_key(data: Path, *, make: bool = True) -> bytes:
    """The master key: from HIPPOLINT_MASTER_KEY, from the file in HIPPOLINT_MASTER_KEY_FILE, or of the data folder.

    A new data folder gets a new one, readable by its owner only, if `make`.

    Raises:
        KeyringError: it cannot be read, is no base64 of 32 bytes, or there is none and none may be made.
    """
    if given := os.environ.get("HIPPOLINT_MASTER_KEY"):
        return _decoded(given, "HIPPOLINT_MASTER_KEY")
    named = os.environ.get("HIPPOLINT_MASTER_KEY_FILE")
    path = Path(named) if named else data / _FILE
    if not named and make and not path.exists():
        _create(path)
    try:
        return _decoded(path.read_text(encoding="ascii"), str(path))
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "no text"
        raise KeyringError(f"{path}: the master key cannot be read ({reason})") from None


def _create(path: Path) -> None:
    """Write a new key; of two processes that start at once, one makes it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _decoded(text: str, name: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except (BinasciiError, ValueError):
        raise KeyringError(f"{name}: the master key is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyringError(f"{name}: the master key has {len(key)} bytes; it must have {KEY_BYTES}")
    return key


def _derived(master: bytes, name: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, f"hippolint {name}".encode()).derive(master)


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
