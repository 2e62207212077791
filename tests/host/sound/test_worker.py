"""What is played, what is left out, and that nobody waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Semaphore

from repclip.cues.types import Priority
from repclip.sound.players import Player
from repclip.sound.worker import Item, Worker


class Slow:
    """Plays a thing for as long as it is not told to go on; ``begun`` counts those that it has begun with."""

    def __init__(self, problem: str | None = None) -> None:
        self.played: list[str] = []
        self.begun = Semaphore(0)
        self.may_end = Semaphore(0)
        self.stopped = Event()
        self._problem = problem

    def play(self, what: str) -> str | None:
        self.played.append(what)
        self.begun.release()
        while not self.stopped.is_set() and not self.may_end.acquire(timeout=0.01):
            pass
        return self._problem

    def stop(self) -> None:
        self.stopped.set()


def item(what: str, until: float = 100.0, priority: Priority = Priority.WORD) -> Item:
    return Item(what, until, priority)


@contextmanager
def working(*players: Player, at_once: int = 1, now: list[float] | None = None) -> Iterator[Worker]:
    times = now or [0.0]
    worker = Worker(players, at_once, lambda: times[0])
    worker.start()
    yield worker
    worker.close(10.0)


def test_one_after_another() -> None:
    slow = Slow()
    with working(slow) as worker:
        worker.offer(item("a"))
        worker.offer(item("b"))
        slow.begun.acquire()
        assert slow.played == ["a"]
        slow.may_end.release(2)
    assert slow.played == ["a", "b"], "what was offered is still played as it closes"


def test_several_at_once() -> None:
    slow = Slow()
    with working(slow, at_once=2) as worker:
        for name in "abc":
            worker.offer(item(name))
        slow.begun.acquire()
        slow.begun.acquire()
        assert sorted(slow.played) == ["a", "b"]
        slow.may_end.release(3)
    assert sorted(slow.played) == ["a", "b", "c"]


def test_what_is_late_is_left_out() -> None:
    slow, now = Slow(), [0.0]
    with working(slow, now=now) as worker:
        worker.offer(item("a", until=1.0))
        slow.begun.acquire()
        worker.offer(item("b", until=2.0))
        worker.offer(item("c", until=3.0))
        now[0] = 2.5
        slow.may_end.release(3)
    assert slow.played == ["a", "c"]


def test_of_too_many_the_least_important_and_oldest_is_left_out() -> None:
    slow = Slow()
    with working(slow) as worker:
        worker.offer(item("a"))
        slow.begun.acquire()
        worker.offer(item("b", priority=Priority.NEWS))
        for name in "cdefg":
            worker.offer(item(name))
        slow.may_end.release(10)
    assert slow.played == ["a", "b", "e", "f", "g"]


def test_who_fails_is_not_asked_again() -> None:
    broken, whole = Slow("it is broken"), Slow()
    broken.may_end.release(10)
    whole.may_end.release(10)
    with working(broken, whole) as worker:
        worker.offer(item("a"))
        worker.offer(item("b"))
    assert broken.played == ["a"]
    assert whole.played == ["a", "b"]
    assert worker.trouble == "it is broken"
    assert worker.works


def test_where_all_fail_nothing_works() -> None:
    broken = Slow("it is broken")
    broken.may_end.release(10)
    with working(broken) as worker:
        worker.offer(item("a"))
        worker.offer(item("b"))
    assert broken.played == ["a"]
    assert not worker.works


def test_an_interruption_forgets_what_waits() -> None:
    slow = Slow()
    with working(slow) as worker:
        worker.offer(item("a"))
        slow.begun.acquire()
        worker.offer(item("b"))
        worker.interrupt()
        worker.offer(item("c"))
        assert slow.stopped.wait(10)
    assert slow.played == ["a", "c"]


def test_closing_does_not_wait_for_ever() -> None:
    slow = Slow()
    worker = Worker([slow], clock=lambda: 0.0)
    worker.start()
    worker.offer(item("a"))
    worker.offer(item("b"))
    slow.begun.acquire()
    worker.close(0.0)
    assert slow.stopped.is_set()
    assert slow.played == ["a"]
