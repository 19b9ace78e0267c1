"""Asks a provider: within bounds of time and size, over HTTPS, and nowhere else."""

import ipaddress
import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit

import urllib3

from server.oidc import ProviderError, Reason

_TIMEOUT = urllib3.Timeout(connect=5, read=5)
_LONGEST_S = 10.0
"""For one answer, however slowly it drips."""
_MOST_BYTES = 512_000
_CHUNK = 16_384


def read(http: urllib3.PoolManager, url: str) -> object:
    """What a page says as JSON; None where it is none.

    Raises:
        ProviderError: no answer, or another status than 200.
    """
    status, told = ask(http, "GET", url, {})
    if status != 200:
        raise ProviderError(Reason.DOWN, str(status))
    return told


def ask(
    http: urllib3.PoolManager,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> tuple[int, object]:
    """Status and JSON of an answer. No redirection is followed: it would carry the code elsewhere.

    Raises:
        ProviderError: no answer in time, or too large a one.
    """
    end = time.monotonic() + _LONGEST_S
    try:
        answer = http.request(
            method,
            url,
            body=body,
            headers={"Accept": "application/json", "User-Agent": "hippolint", **headers},
            timeout=_TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            return answer.status, _json(_bounded(answer, end))
        finally:
            answer.close()
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError):
        raise ProviderError(Reason.DOWN, "no answer") from None


def trustworthy(url: str, *, loopback: bool) -> bool:
    """Whether an address is https, or leads to this machine where that is enough."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return loopback and parts.scheme == "http" and _local(host)


def _local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bounded(answer: urllib3.BaseHTTPResponse, end: float) -> bytes:
    data = bytearray()
    while chunk := answer.read1(_CHUNK, decode_content=False):
        data += chunk
        if len(data) > _MOST_BYTES:
            raise ProviderError(Reason.DOWN, "too large")
        if time.monotonic() > end:
            raise ProviderError(Reason.DOWN, "too slow")
    return bytes(data)


def _json(data: bytes) -> object:
    """What an answer says; None where it is no JSON, as errors of proxies are."""
    try:
        told: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return told
