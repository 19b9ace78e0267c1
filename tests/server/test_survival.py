"""The scenario of benchmarks/survival.py, small: server and workers are killed while two forums submit posts."""

from benchmarks.survival import survive


def test_no_accepted_post_is_lost_or_doubled_when_processes_are_killed():
    done = survive(posts=60, kills=2, seed=3, clients=3)
    assert done.faults == ()
    assert (done.accepted, done.kills) == (60, 2)
