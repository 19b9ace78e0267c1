"""Figures for Prometheus: counts and times, nothing of a post."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from server.core import Core
from server.store.tables import Callback, Item, Job

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What one process counts, and what the tables say when asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "hippolint_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "hippolint_request_seconds",
            "Time to answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._posts = Gauge(
            "hippolint_posts", "Posts by state.", ("state",), registry=self._registry
        )
        self._jobs = Gauge("hippolint_jobs", "Work by state.", ("state",), registry=self._registry)
        self._callbacks = Gauge(
            "hippolint_callbacks", "Messages by state.", ("state",), registry=self._registry
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. `route` is the rule, with the names of its parts, never the path."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self, core: Core) -> bytes:
        """The figures in Prometheus' text format."""
        with core.db.reading() as session:
            for gauge, column in (
                (self._posts, Item.state),
                (self._jobs, Job.state),
                (self._callbacks, Callback.state),
            ):
                gauge.clear()
                for state, count in session.execute(select(column, func.count()).group_by(column)):
                    gauge.labels(state).set(count)
        return generate_latest(self._registry)
