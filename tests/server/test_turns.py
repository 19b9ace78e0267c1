"""Whose turn it is: one at a time, visitors last, nobody for ever."""

import threading
import time

import pytest

from server.problem import Problem
from server.turns import Turns


def start(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(true):
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_programs_go_before_visitors_who_came_earlier():
    turns, order = Turns(), []

    def work(name, visitor):
        with turns.turn(visitor=visitor):
            order.append(name)

    with turns.turn():
        threads = [start(lambda: work("visitor", visitor=True))]
        until(lambda: turns._visitors == 1)
        threads += [start(lambda: work("program", visitor=False)) for _ in range(3)]
        until(lambda: turns._before == 3)
    for thread in threads:
        thread.join(5)
    assert order == ["program"] * 3 + ["visitor"]


@pytest.mark.parametrize("visitor", [False, True])
def test_nobody_waits_without_end(visitor):
    turns = Turns(wait=0.05, visitor_wait=0.05)
    with turns.turn(), pytest.raises(Problem, match="unavailable"), turns.turn(visitor=visitor):
        pass
    with turns.turn(visitor=True):
        pass
    assert (turns._before, turns._visitors) == (0, 0)


def test_one_visitor_too_many_is_sent_away_at_once_and_may_come_back():
    turns = Turns(visitor_wait=5, visitors=2)
    went = []

    def visit():
        with turns.turn(visitor=True):
            went.append(1)

    with turns.turn():
        threads = [start(visit) for _ in range(2)]
        until(lambda: turns._visitors == 2)
        began = time.monotonic()
        with pytest.raises(Problem, match="unavailable"):
            visit()
        assert time.monotonic() - began < 1
    for thread in threads:
        thread.join(5)
    visit()
    assert len(went) == 3


def test_a_fault_gives_the_turn_back():
    turns = Turns(wait=0.05)
    for visitor in (True, False):
        with pytest.raises(ZeroDivisionError), turns.turn(visitor=visitor):
            raise ZeroDivisionError
    with turns.turn():
        pass
