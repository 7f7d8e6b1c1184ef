"""Work that is shared among processes, one for each core.

    for number, result in workers.run(task, batches, jobs=2):
        …                               # the result of batches[number], in no particular order

The processes are forks of this one, so each has all that was read and worked out so far, in memory
that they share until one of them changes it. They take one batch after the other from a common
queue, this process too, so no core is idle while there is work.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NoReturn, TypeVar, cast

from msgspec import Struct, field

from dateline import progress

_Batch = TypeVar("_Batch")
_Result = TypeVar("_Result")

MOST = 10_000
"""How many batches there may be at the most: their numbers wait in a pipe, which holds 64 kB."""
LIFE = 400
"""After how many batches a process ends, and another takes its place. Whatever a process looks at
becomes a copy of its own, as Python counts who looks; a new one shares all of it again."""
_NUMBER = struct.Struct("=i")
_RETIRED, _DONE = -1, 0
"""The last word of a process, where the length of a message would stand."""
_READ = 1 << 16


def cores() -> int:
    """Return how many cores this process may use; 1 where it cannot share its work."""
    if not _can_fork():
        return 1
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def can_share() -> bool:
    """Say whether this process can share its work now: it must be able to, and have one thread."""
    return _can_fork() and threading.active_count() == 1


def run(
    task: Callable[[_Batch], _Result], batches: Sequence[_Batch], jobs: int
) -> Iterator[tuple[int, _Result]]:
    """Yield the number of each batch and what the task makes of it, as soon as it is known.

    At most `jobs` processes work at once, this one included. It works alone if that is 1, where
    processes cannot be forked, and while other threads run: a fork would copy their locks and not
    them. What a task raises is raised here, and the other processes end at once; so they do if
    the caller stops. Raises ChildProcessError if one was ended from outside.
    """
    if len(batches) > MOST:
        raise ValueError(f"{len(batches)} batches are more than {MOST}")
    jobs = min(jobs, len(batches))
    if jobs > 1 and can_share():
        yield from _shared(task, batches, jobs)
    else:
        for number, batch in enumerate(batches):
            yield number, task(batch)


class Beside(Generic[_Result]):
    """A task that another process does while this one goes on."""

    def __init__(self, task: Callable[[], _Result]) -> None:
        """Begin it. Raises OSError if there is no room for another process."""
        self._worker: _Worker | None = _start(lambda _: task(), [None], _queue(1), [])

    def result(self) -> _Result | None:
        """Wait for what the task returns; None if it raised an error or its process was ended."""
        if self._worker is None:
            return None
        try:
            while not self._worker.done:
                for _, result in _received([self._worker], wait=True):
                    return cast("_Result", result)
        except Exception:  # noqa: BLE001 - whatever it was, it can be done here again
            return None
        finally:
            self.end()
        return None

    def end(self) -> None:
        """End it, if nobody needs it any more."""
        worker, self._worker = self._worker, None
        if worker is not None:
            _end(worker)


def _can_fork() -> bool:
    # A fork of a process that has used Apple's frameworks may fail in them (Python issue 33725).
    return hasattr(os, "fork") and sys.platform != "darwin"


class _Worker(Struct):
    """A process that works for this one: where its results come from, and what came so far."""

    pid: int
    pipe: int
    came: bytearray = field(default_factory=bytearray)
    done: bool = False
    retired: bool = False
    """Whether it is done though there may be more to do."""


def _shared(
    task: Callable[[Any], Any], batches: Sequence[Any], jobs: int
) -> Iterator[tuple[int, Any]]:
    queue = _queue(len(batches))
    crew: list[_Worker] = []
    collecting = gc.isenabled()
    gc.disable()  # a collection writes to every object, which would copy all the memory
    gc.freeze()
    try:
        _man(crew, jobs - 1, task, batches, queue)
        while (number := _next(queue)) is not None:
            yield number, task(batches[number])
            yield from _received(crew, wait=False)
            for worker in [worker for worker in crew if worker.retired]:
                crew.remove(worker)
                _end(worker)
                _man(crew, len(crew) + 1, task, batches, queue)
        while not all(worker.done for worker in crew):
            yield from _received(crew, wait=True)
    finally:
        os.close(queue)
        for worker in crew:
            _end(worker)
        gc.unfreeze()
        if collecting:
            gc.enable()


def _man(
    crew: list[_Worker],
    number: int,
    task: Callable[[Any], Any],
    batches: Sequence[Any],
    queue: int,
) -> None:
    """Start processes until there are so many, or there is no room for another."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or each process would say again what waits there
    with contextlib.suppress(OSError):
        while len(crew) < number:
            crew.append(_start(task, batches, queue, crew))


def _queue(length: int) -> int:
    """Return a pipe with so many numbers to take; each is taken by one process only."""
    queue, entrance = os.pipe()
    try:
        os.write(entrance, b"".join(map(_NUMBER.pack, range(length))))
    finally:
        os.close(entrance)
    return queue


def _next(queue: int) -> int | None:
    """Take the next number; None if there is none left."""
    taken = os.read(queue, _NUMBER.size)
    return int(_NUMBER.unpack(taken)[0]) if taken else None


def _start(
    task: Callable[[Any], Any], batches: Sequence[Any], queue: int, crew: list[_Worker]
) -> _Worker:
    results, entrance = os.pipe()
    # Ctrl-C reaches every process; the first one ends the others. It waits until they are two.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
    except OSError:
        os.close(results)
        raise
    else:
        if not pid:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for fellow in (results, *(worker.pipe for worker in crew)):
                os.close(fellow)
            with progress.told_to(None):  # the first process tells of it
                _work(task, batches, queue, entrance)
    finally:
        os.close(entrance)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return _Worker(pid, results)


# In a worker.


def _work(
    task: Callable[[Any], Any], batches: Sequence[Any], queue: int, entrance: int
) -> NoReturn:
    """Do what there is to do, and end: nothing of this process's own end may run here."""
    unsent, last_word = bytearray(), _RETIRED
    try:
        # It waits for its results to be read only when there is nothing else to do.
        os.set_blocking(entrance, False)
        for _ in range(LIFE):
            if (number := _next(queue)) is None:
                last_word = _DONE
                break
            unsent += _message((number, task(batches[number]), None))
            _send(entrance, unsent)
    except BrokenPipeError:  # the first process is gone
        os._exit(1)
    except BaseException as error:  # noqa: BLE001 - it is raised there
        unsent, last_word = unsent + _message((0, None, _portable(error))), _DONE
    with contextlib.suppress(OSError):
        os.set_blocking(entrance, True)
        unsent += _NUMBER.pack(last_word)  # it did not just vanish
        while unsent:
            _send(entrance, unsent)
    os._exit(0)


def _message(content: tuple[int, Any, BaseException | None]) -> bytes:
    data = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return _NUMBER.pack(len(data)) + data


def _send(entrance: int, unsent: bytearray) -> None:
    """Send as much as there is room for."""
    with contextlib.suppress(BlockingIOError):
        while unsent:
            del unsent[: os.write(entrance, unsent)]


def _portable(error: BaseException) -> BaseException:
    """Return an error as it can be sent to another process, with the place it came from."""
    if isinstance(error, MemoryError):
        return OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    import traceback

    said = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, a moment ago
    except Exception:  # noqa: BLE001 - whatever its class does
        return RuntimeError(said)
    if not isinstance(error, OSError):
        error.add_note(f"in another process:\n{said}")
    return error


# In the first process.


def _received(crew: list[_Worker], *, wait: bool) -> Iterator[tuple[int, Any]]:
    """Yield the results that came; raise what a worker raised."""
    poll = select.poll()
    working = {worker.pipe: worker for worker in crew if not worker.done}
    for pipe in working:
        poll.register(pipe, select.POLLIN)
    for pipe, _ in poll.poll(None if wait else 0):
        worker = working[pipe]
        data = os.read(pipe, _READ)
        if not data:
            raise _vanished(worker)
        worker.came += data
        yield from _messages(worker)


def _messages(worker: _Worker) -> Iterator[tuple[int, Any]]:
    """Yield the results of a worker that came whole."""
    while len(worker.came) >= _NUMBER.size:
        (length,) = _NUMBER.unpack_from(worker.came)
        end = _NUMBER.size + length
        if length in (_RETIRED, _DONE):
            worker.done, worker.retired = True, length == _RETIRED
            return
        if len(worker.came) < end:
            return
        data = bytes(worker.came[_NUMBER.size : end])
        del worker.came[:end]
        number, result, error = pickle.loads(data)  # noqa: S301 - a process of our own made it
        if error is not None:
            raise error
        yield number, result


def _vanished(worker: _Worker) -> ChildProcessError:
    """Return the error that a worker ended in the middle of its work."""
    _, status = os.waitpid(worker.pid, 0)
    worker.pid = 0
    code = os.waitstatus_to_exitcode(status)
    how = f"by signal {-code}" if code < 0 else f"with status {code}"
    why = ", perhaps for want of memory" if code == -signal.SIGKILL else ""
    return ChildProcessError(errno.ECHILD, f"a process of the build was ended {how}{why}")


def _end(worker: _Worker) -> None:
    """End a worker, whatever it does, and wait until it is gone."""
    os.close(worker.pipe)
    if worker.pid:
        if not worker.done:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
