"""A worker: takes work from the table until it is told to stop. Any number of them may run, and any may be killed."""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from threading import Event, Thread

import urllib3
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from linter.verdict import Verdict
from server.checker import post_of
from server.config import Config
from server.core import Core, open_core
from server.log import log
from server.moderation import contents, decisions, erasure, intake
from server.store import jobs
from server.store.jobs import LEASE_MS, Claim, Task
from server.store.tables import Decision, Forum, Item, now
from server.work.delivery import deliver

_ATTEMPTS = 4
"""Of work that fails: a file that kills its worker again and again must not go round for ever."""
_LONGEST_PAUSE_MS = 600_000
_PAUSE_S = 0.5
"""Between two looks at an empty table."""
_DOWN_S = 5.0
"""Between two looks at a database that does not answer."""
_PURGE_S = 3_600.0
_HANDS = ((Task.SETTLE, Task.DEADLINE), (Task.EXAMINE,), *[(Task.CALLBACK,)] * 4)
"""What does not wait for one another: files take seconds, and so does a forum that does not answer."""


class Worker:
    """One worker with a thread for each of `_HANDS`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stop = Event()
        self._http = urllib3.PoolManager(num_pools=10, maxsize=2)

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`."""
        hands = [Thread(target=self._loop, args=(kinds,), daemon=True) for kinds in _HANDS]
        hands.append(Thread(target=self._purges, daemon=True))
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    def once(self, kinds: Sequence[Task] = tuple(Task)) -> bool:
        """Do one piece of work if there is any; whether there was."""
        db = self._core.db
        if not jobs.waiting(db, kinds):
            return False
        claimed = jobs.claim(db, self._name, kinds)
        if claimed is None:
            return False
        stop = Event()
        alive = Thread(target=self._alive, args=(claimed, stop), daemon=True)
        alive.start()
        try:
            _DO[claimed.kind](self, claimed)
        except Exception as fault:  # noqa: BLE001 # whatever it was: the work is put back, and the worker goes on
            self._failed(claimed, type(fault).__name__)
        finally:
            stop.set()
        return True

    def _loop(self, kinds: Sequence[Task]) -> None:
        while not self._stop.is_set():
            try:
                busy = self.once(kinds)
            except SQLAlchemyError as fault:  # locked, full or gone: it may come back
                log("worker.database", fault=type(fault).__name__)
                self._stop.wait(_DOWN_S)
                continue
            if not busy:
                self._stop.wait(_PAUSE_S)

    def _alive(self, claimed: Claim, stop: Event) -> None:
        while not stop.wait(LEASE_MS / 3000):
            try:
                jobs.keep(self._core.db, claimed)
            except SQLAlchemyError:
                continue

    def _failed(self, claimed: Claim, error: str) -> None:
        log("worker.failed", task=claimed.kind.value, job=claimed.id, fault=error)
        with self._core.db.writing() as session:
            if not jobs.still_mine(session, claimed):
                return
            if claimed.attempts < _ATTEMPTS or claimed.kind is not Task.EXAMINE:
                pause = min(2_000 * 2 ** min(claimed.attempts, 10), _LONGEST_PAUSE_MS)
                jobs.again(session, claimed, now() + pause, error)
                return
            jobs.dead(session, claimed, error)
            item = _present(session, claimed)
            if item:
                intake.examined(self._core, session, item, None)

    def _purges(self) -> None:
        while not self._stop.is_set():
            try:
                done = erasure.purge(self._core)
                log("worker.purged", erased=done.erased, held=done.held)
            except Exception as fault:  # noqa: BLE001 # erasure must not end with one fault
                log("worker.database", fault=type(fault).__name__)
            self._stop.wait(_PURGE_S)

    def _examine(self, claimed: Claim) -> None:
        """Look at the files of a post."""
        if claimed.attempts > _ATTEMPTS:  # its workers died one after the other
            self._failed(claimed, "WorkerDied")
            return
        verdict = self._verdict(claimed)
        with self._core.db.writing() as session:
            if not jobs.still_mine(session, claimed):
                return
            item = _present(session, claimed)
            if item and verdict:
                intake.examined(self._core, session, item, verdict)
            jobs.done(session, claimed)

    def _verdict(self, claimed: Claim) -> Verdict | None:
        core = self._core
        with core.db.reading() as session:
            item = session.get(Item, claimed.item)
            if item is None or str(item.revision) != claimed.ref or item.key is None:
                return None
            post = contents.post(core, session, item)
            files = contents.files(core, session, item)
            forum = session.get_one(Forum, item.forum)
            policy, lang = forum.policy, forum.lang
        told = post_of(post.text, post.lang, post.date, post.place, likely=lang)
        return core.checker.check(policy, told, files)

    def _deadline(self, claimed: Claim) -> None:
        with self._core.db.writing() as session:
            if not jobs.still_mine(session, claimed):
                return
            item = _present(session, claimed)
            if item:
                intake.overdue(session, item, session.get_one(Forum, item.forum))
            jobs.done(session, claimed)

    def _settle(self, claimed: Claim) -> None:
        with self._core.db.writing() as session:
            if not jobs.still_mine(session, claimed):
                return
            known = session.get(Decision, claimed.ref)
            if known:
                item, made = decisions.locked(session, known)
                decisions.settle(self._core, session, made, item)
            jobs.done(session, claimed)

    def _callback(self, claimed: Claim) -> None:
        deliver(self._core, self._http, claimed)


_DO: dict[Task, Callable[[Worker, Claim], None]] = {
    Task.EXAMINE: Worker._examine,  # noqa: SLF001 # its own
    Task.DEADLINE: Worker._deadline,  # noqa: SLF001
    Task.SETTLE: Worker._settle,  # noqa: SLF001
    Task.CALLBACK: Worker._callback,  # noqa: SLF001
}


def _present(session: Session, claimed: Claim) -> Item | None:
    """The item, locked, if the work is about its present revision."""
    item = session.get(Item, claimed.item, with_for_update=True)
    if item is None or str(item.revision) != claimed.ref or item.key is None:
        return None
    return item


def main() -> None:
    """Run a worker with the settings of the environment."""
    core = open_core(Config.read())
    try:
        run(core)
    finally:
        core.close()


def run(core: Core) -> None:
    """Run a worker until a signal comes."""
    worker = Worker(core)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop())
    if os.environ.get("HIPPOLINT_PARENT"):
        Thread(target=_with_parent, args=(worker,), daemon=True).start()
    worker.run()


def _with_parent(worker: Worker) -> None:
    """End with the process that started this one: its pipe closes however it dies."""
    # Not by `sys.stdin.buffer`: its lock, held while it waits, is missed when the interpreter ends first.
    while os.read(sys.stdin.fileno(), 1):
        pass
    worker.stop()


if __name__ == "__main__":
    main()
