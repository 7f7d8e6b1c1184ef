"""Work that several processes share, and what becomes of it when one of them fails."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import projects
import pytest

from dateline import workers
from dateline.problems import Document, Faults, Misuse, Problems


def squares(numbers: list[int]) -> tuple[int, list[int]]:
    """Which process did it, and the squares; slow enough that the others get their share."""
    time.sleep(0.005)
    return os.getpid(), [number**2 for number in numbers]


BATCHES = [[number, number + 1] for number in range(0, 80, 2)]


def children() -> set[int]:
    """The processes that this one has started, and that are not gone."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())],
        check=False,
        capture_output=True,
        text=True,
    )
    return {int(pid) for pid in found.stdout.split() if alive(int(pid))}


@pytest.mark.parametrize("jobs", [1, 2, 4, 1000])
def test_every_batch_is_done_once_however_many_share_the_work(jobs):
    """The first process does its share too."""
    done = list(workers.run(squares, BATCHES, jobs))

    assert sorted(number for number, _ in done) == list(range(len(BATCHES)))
    assert {number: result for number, (_, result) in done} == {
        number: [one**2 for one in batch] for number, batch in enumerate(BATCHES)
    }
    processes = {process for _, (process, _) in done}
    assert len(processes) <= jobs
    assert (len(processes) > 1) == (jobs > 1)
    assert os.getpid() in processes or jobs > 4  # too many to get a turn


def test_a_worker_that_has_done_much_makes_room_for_another(monkeypatch):
    """Each has memory of its own for what it looked at, which goes with it."""
    monkeypatch.setattr(workers, "LIFE", 5)

    done = list(workers.run(squares, BATCHES, 2))

    assert sorted(number for number, _ in done) == list(range(len(BATCHES)))
    shares = Counter(process for _, (process, _) in done)
    others = [share for process, share in shares.items() if process != os.getpid()]
    assert len(others) > 1
    assert max(others) == 5
    assert children() == set()


def test_results_may_be_larger_than_a_pipe():
    """A worker goes on while what it made waits to be taken."""
    done = dict(workers.run(lambda size: b"x" * size, [1_000_000] * 20, 3))

    assert {len(result) for result in done.values()} == {1_000_000}
    assert len(done) == 20


def test_there_may_be_nothing_to_do():
    """And one batch needs no second process."""
    assert list(workers.run(squares, [], 4)) == []
    ((_, (process, _)),) = workers.run(squares, [[1]], 4)
    assert process == os.getpid()


def test_while_other_threads_run_there_is_one_process():
    """A fork has none of the threads, but all the locks they held."""
    leave = threading.Event()
    thread = threading.Thread(target=leave.wait)
    thread.start()

    done = list(workers.run(squares, BATCHES, 4))

    leave.set()
    thread.join()
    assert {process for _, (process, _) in done} == {os.getpid()}


def elsewhere(act):
    """A task that does this in another process than this one."""
    first = os.getpid()

    def task(_number):
        time.sleep(0.01)
        if os.getpid() != first:
            act()

    return task


def refuse() -> None:
    """Refuse, with a hint."""
    raise Misuse("no", "ask again")


def find() -> None:
    """Find two faults."""
    with Faults() as faults:
        spot = Document("a.yaml", "b: c").spot(1, 4)
        faults.add(spot, "unknown value 'c'", hint="did you mean 'd'?")
        faults.add(spot, "too short")


@pytest.mark.parametrize(
    ("act", "kind"), [(refuse, Misuse), (find, Problems), (lambda: {}["x"], KeyError)]
)
def test_what_a_worker_raises_is_raised_as_it_is(act, kind):
    """With all that it says."""
    with pytest.raises(kind) as expected:
        act()
    with pytest.raises(kind) as raised:
        list(workers.run(elsewhere(act), range(40), 2))

    assert raised.value.args == expected.value.args
    assert getattr(raised.value, "hint", "") == getattr(expected.value, "hint", "")
    assert getattr(raised.value, "problems", ()) == getattr(expected.value, "problems", ())
    assert children() == set()


def test_an_error_that_cannot_be_sent_is_told_of():
    """Its class is unknown outside, so its text must do."""

    class OwnError(Exception):
        pass

    def act() -> None:
        raise OwnError("of its own kind")

    with pytest.raises(RuntimeError, match="OwnError: of its own kind"):
        list(workers.run(elsewhere(act), range(40), 2))


def test_a_worker_without_memory_is_an_error_of_the_machine():
    """Not a bug, which a traceback would make it look like."""

    def act() -> None:
        raise MemoryError

    with pytest.raises(OSError, match="Cannot allocate memory"):
        list(workers.run(elsewhere(act), range(40), 2))


@pytest.mark.parametrize(
    ("act", "how"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "by signal 9, perhaps for want of memory"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), "by signal 15"),
        (lambda: os._exit(7), "with status 7"),
    ],
)
def test_a_worker_that_is_killed_is_an_error_and_not_a_hang(act, how):
    """It says how the process ended; the others are gone too."""
    with pytest.raises(ChildProcessError, match=f"a process of the build was ended {how}"):
        list(workers.run(elsewhere(act), range(40), 3))
    assert children() == set()


def test_whoever_stops_listening_ends_the_workers():
    """They are gone at once, whatever they were about to do."""
    began = time.monotonic()
    for _ in workers.run(elsewhere(lambda: time.sleep(60)), range(40), 3):
        break

    assert time.monotonic() - began < 5
    assert children() == set()


STOPPED = r"""
import os, sys, time
from dateline import workers

def task(number):
    os.write(1, f"{os.getpid()}\n".encode())
    time.sleep(60 if number else 1)

try:
    list(workers.run(task, range(40), 3))
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def alive(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_with_the_first_process_the_others_end(number):
    """Ctrl-C ends all at once; if the first is killed, the others find nobody to report to."""
    script = STOPPED if number == signal.SIGINT else STOPPED.replace("60", "1")
    running = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)},
        start_new_session=True,
    )
    processes = {int(running.stdout.readline()) for _ in range(3)}
    if number == signal.SIGINT:
        os.killpg(running.pid, number)  # as a terminal does it
    else:
        running.kill()
    said, wrong = running.communicate(timeout=20)

    assert wrong == ""
    assert (said.splitlines()[-1:] == ["stopped"]) == (number == signal.SIGINT)
    until = time.monotonic() + 10
    while any(map(alive, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(processes) == 3
    assert not any(map(alive, processes))
