"""A build that is killed, or that the machine fails, at every system call of its last part.

`strace` makes the n-th call of a kind fail, or kills the build there, as the system itself would.
Each trial starts from a copy of a project, so that every call is met in the state that matters.
DATELINE_SWEEP=full tries every call; without it every few of them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import conftest
import projects
import pytest

from dateline import output, swap

RECIPE = """
from dateline import cli
from dateline.artifacts import Artifact, Site

def build(project):
    texts = sorted(path for path in project.content.rglob("*") if path.is_file())
    names = [path.relative_to(project.content).as_posix() for path in texts]
    pages = zip(names, texts, strict=True)
    return Site({name: Artifact.of(text.read_bytes()) for name, text in pages})

if __name__ == "__main__":
    raise SystemExit(cli.main(build))
"""
"""A recipe that is quick: it copies content/ as it is."""

OLD = {"index": "old home", "same": "same", "gone/a": "a", "media": "a file", "deep/b": "b"}
NEW = {"index": "new home", "same": "same", "new/c": "c", "media/d": "in a folder", "deep/b": "b"}
OLDER = {"index": "older home", "same": "same", "older": "o", "deep/b": "b"}

ACTS = (
    "mkdir,rmdir,link,linkat,unlink,rename,renameat2,openat,write,fchmod,chmod,utimensat,"
    "flock,ftruncate,getdents64"
)
"""The calls that a build's end consists of, but for those that only look."""

FULL = os.environ.get("DATELINE_SWEEP") == "full"
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(projects.ROOT), sysconfig.get_path("platlib")]),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # the same calls in the same order
}


def edit(project: Path, pages: dict[str, str]) -> None:
    """Give a project this content."""
    shutil.rmtree(project / "content", ignore_errors=True)
    write(project / "content", pages)


def write(folder: Path, pages: dict[str, str]) -> None:
    """Write files with these texts."""
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def build(project: Path, *before: str) -> subprocess.CompletedProcess:
    """Build a project in a process of its own, perhaps started by another program."""
    return subprocess.run(
        [*before, sys.executable, "-S", project / "build.py"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=project,
        env=ENVIRONMENT,
    )


def built(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a site but the record, with its bytes and its mode; empty without one."""
    return {
        name: (data, (folder / name).stat().st_mode & 0o7777)
        for name, data in projects.files(folder).items()
        if name != output.RECORD
    }


def site_of(pages: dict[str, str]) -> dict[str, tuple[bytes, int]]:
    """The site that is made of this content."""
    return {name: (text.encode(), 0o644) for name, text in pages.items()}


@dataclass(frozen=True)
class Start:
    """A project before a build: its folder, and the site that it has."""

    project: Path
    site: dict[str, tuple[bytes, int]]


@pytest.fixture(scope="module")
def starts(tmp_path_factory) -> dict[str, Start]:
    """Projects that have never been built, have been once, and have been again and again."""
    tracing = ["strace", "-f", "-o", os.devnull, "true"]
    if not shutil.which("strace") or subprocess.run(tracing, check=False).returncode:
        conftest.missing("strace", "run 'make test' once, where tracing is allowed")
    made = {}
    for name, history in (("first", []), ("second", [OLD]), ("third", [OLDER, OLD])):
        project = tmp_path_factory.mktemp(name) / "project"
        project.mkdir()
        (project / "build.py").write_text(RECIPE)
        for pages in history:
            edit(project, pages)
            done = build(project)
            assert (done.returncode, done.stderr) == (0, "")
        edit(project, NEW)
        made[name] = Start(project, site_of(history[-1]) if history else {})
    return made


def build_traced(project: Path, *options: str) -> subprocess.CompletedProcess:
    """Build a project under strace."""
    return build(project, "strace", "-f", "-qq", *options)


def copy(start: Start, to: Path) -> Path:
    """Copy a project, with the hard links between its folders."""
    subprocess.run(["cp", "-a", start.project, to], check=True)
    return to


def calls(start: Start, scratch: Path) -> list[tuple[str, int]]:
    """Every call of a build's last part: its name, and the how manieth of this name it is."""
    project = copy(start, scratch / "traced")
    log = scratch / "calls"
    done = build_traced(project, "-o", str(log), "-e", f"trace={ACTS}")
    assert done.returncode == 0, done.stderr
    seen, found, begun = Counter[str](), [], False
    for line in log.read_text("utf-8", "replace").splitlines():
        name = re.match(r"\d+ +(\w+)\(", line)
        if name:
            seen[name[1]] += 1
            # Not at what a build keeps of the content, which it looks at before it reads that.
            begun = begun or bool(re.search(r'\.dateline(/site|")', line))
            if begun and "write(1," not in line:  # what it says at last is no part of the site
                found.append((name[1], seen[name[1]]))
    assert len(found) > 30
    return found


def trials(
    start: Start, scratch: Path, faults: list[str], every: int
) -> Iterator[tuple[str, Path, subprocess.CompletedProcess]]:
    """Build with one call after the other failing in one of these ways; two builds at a time."""

    def attempt(number: int, name: str, nth: int, fault: str):
        what = f"{name}:{fault}:when={nth}"
        project = copy(start, scratch / f"{number}-{fault.partition('=')[2]}")
        return what, project, build_traced(project, "-o", os.devnull, "-e", f"inject={what}")

    found = list(enumerate(calls(start, scratch)))
    step = 1 if FULL else every
    tried = [(number, *call, fault) for number, call in found for fault in faults]
    # From the last, which comes after the exchange. The steps are odd, so each fault is met.
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda one: attempt(*one), tried[::-step])


def assert_mended(project: Path, what: str) -> None:
    """Build again: the site is whole, and nothing is left lying about."""
    done = build(project)
    assert (done.returncode, done.stderr) == (0, ""), what
    assert built(project / "site") == site_of(NEW), what
    names = {path.name for path in project.iterdir()}
    assert names == {"build.py", "content", "site", ".dateline"}, what
    hidden = {path.name for path in (project / ".dateline/site").iterdir()}
    assert hidden <= {"lock", "memory.json", "next", "pending.json"}, what


@pytest.mark.parametrize(("state", "every"), [("first", 5), ("second", 5), ("third", 3)])
def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one(starts, tmp_path, state, every):
    """Whatever it was doing; and the next build mends what it left."""
    start = starts[state]
    outcomes = set()
    for what, project, done in trials(start, tmp_path, ["signal=KILL"], every):
        assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), what
        found = built(project / "site")
        assert found in (start.site, site_of(NEW)), what
        outcomes.add(found == start.site)
        assert_mended(project, what)
    assert outcomes == {True, False}, "the sweep met the build before and after the exchange"


@pytest.mark.parametrize(("state", "every"), [("first", 23), ("second", 19), ("third", 11)])
def test_a_build_that_the_machine_fails_says_so_in_one_line(starts, tmp_path, state, every):
    """No room, a broken disk, no permission: the site is as it was, and the exit status is 3."""
    start = starts[state]
    statuses = set()
    for what, project, done in trials(
        start, tmp_path, ["error=ENOSPC", "error=EIO", "error=EACCES"], every
    ):
        statuses.add(done.returncode)
        if done.returncode:
            assert done.returncode == 3, (what, done.stderr)
            assert re.fullmatch(r"dateline: /.*: .*\n", done.stderr), (what, done.stderr)
            assert built(project / "site") == start.site, what
        else:
            assert built(project / "site") == site_of(NEW), what
        assert_mended(project, what)
    assert 3 in statuses


@pytest.mark.parametrize("state", ["second", "third"])
def test_where_names_cannot_be_exchanged_an_interrupted_build_is_mended(starts, tmp_path, state):
    """Killed between two renamings there is no site for once: the old one comes back."""
    start = starts[state]
    lost = 0
    last = "inject=rename:signal=KILL:when="
    for nth in range(3, 7):
        project = copy(start, tmp_path / str(nth))
        inject = ["-e", "inject=renameat2:error=EINVAL", "-e", f"{last}{nth}"]
        build_traced(project, "-o", os.devnull, *inject)
        found = built(project / "site")
        assert found in (start.site, site_of(NEW), {})
        lost += not found
        assert_mended(project, f"rename {nth}")
    assert lost == 1


def test_without_exchange_a_build_ends_well(starts, tmp_path):
    """The two folders change places one after the other."""
    project = copy(starts["third"], tmp_path / "project")

    done = build_traced(project, "-o", os.devnull, "-e", "inject=renameat2:error=ENOSYS")

    assert (done.returncode, done.stderr) == (0, "")
    assert built(project / "site") == site_of(NEW)
    assert_mended(project, "without exchange")


def test_without_hard_links_files_are_copied(starts, tmp_path):
    """Some file systems have none; the copy has the time of the file."""
    project = copy(starts["second"], tmp_path / "project")
    before = (project / "site/same").stat().st_mtime_ns

    inject = ["-e", "inject=link,linkat:error=EPERM"]
    done = build_traced(project, "-o", os.devnull, *inject)

    assert (done.returncode, done.stderr) == (0, "")
    assert built(project / "site") == site_of(NEW)
    assert (project / "site/same").stat().st_mtime_ns == before
    assert (project / "site/same").stat().st_nlink == 1
    assert_mended(project, "without links")


SHARED = """
import time
from dateline import cli, output
from dateline.artifacts import Artifact, Made, Site

output.SHARED_FROM, output.BATCH = 2, 1

def build(project):
    site = Site()
    for path in sorted(path for path in project.content.rglob("*") if path.is_file()):
        artifact = Artifact.of(path.read_bytes())
        make = lambda artifact=artifact: time.sleep(0.02) or artifact.make()
        name = path.relative_to(project.content).as_posix()
        site |= {name: Made(artifact.key, make)}
    return site

if __name__ == "__main__":
    raise SystemExit(cli.main(build, ["build", "--jobs", "3"]))
"""
"""A recipe that shares even so little among processes, slowly enough that each gets some."""


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("signal=KILL", {128 + signal.SIGKILL}), ("error=EIO", {0, 3})],
)
def test_several_processes_end_as_one_does(starts, tmp_path, fault, expected):
    """The first is killed, or any fails: the site is the old one or the new one, and is mended."""
    tried = [("first", "mkdir", 4), ("first", "write", 8), ("third", "unlink", 4)]
    outcomes = set()
    for state, name, most in tried:
        for nth in range(1, most + 1):
            project = copy(starts[state], tmp_path / f"{state}-{name}-{nth}")
            (project / "build.py").write_text(SHARED)
            what = f"inject={name}:{fault}:when={nth}"
            done = build_traced(project, "-o", os.devnull, "-e", what)
            found = built(project / "site")
            assert found in (starts[state].site, site_of(NEW)), what
            if done.returncode == 3:
                assert re.fullmatch(r"dateline: /.*: .*\n", done.stderr), (what, done.stderr)
            outcomes.add(128 - done.returncode if done.returncode < 0 else done.returncode)
            (project / "build.py").write_text(RECIPE)
            assert_mended(project, what)
    assert outcomes == expected


# Disks and permissions as they are.


@pytest.fixture
def project(tmp_path):
    """A project that is built, and has been edited since."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "build.py").write_text(RECIPE)
    edit(folder, OLD)
    assert build(folder).returncode == 0
    edit(folder, NEW)
    return folder


def as_a_user(project: Path) -> subprocess.CompletedProcess:
    """Build without the rights of root, which may write everywhere."""
    if os.geteuid():
        return build(project)
    if not shutil.which("setpriv"):
        conftest.missing("setpriv", "it comes with util-linux")
    return build(project, "setpriv", "--bounding-set=-all", "--inh-caps=-all")


@pytest.mark.parametrize("closed", [".dateline/site", ".dateline/site/next", ".dateline"])
def test_a_folder_that_may_not_be_written_to_is_named(project, closed):
    """The site is as it was, and the next build has the right again."""
    edit(project, OLDER)
    assert build(project).returncode == 0
    edit(project, NEW)
    (project / closed).chmod(0o500)

    done = as_a_user(project)

    if closed != ".dateline/site":  # nothing new comes into the one; the other's mode is mended
        assert done.returncode == 0
    else:
        assert done.returncode == 3
        expected = (
            rf"dateline: {project}/{closed}/.*: Permission denied; the site is as it was: .*\n"
        )
        assert re.fullmatch(expected, done.stderr)
        assert built(project / "site") == site_of(OLDER)
    (project / closed).chmod(0o700)
    assert_mended(project, closed)


def test_a_project_that_may_not_be_written_to_is_named(tmp_path):
    """Before the first build."""
    (tmp_path / "build.py").write_text(RECIPE)
    edit(tmp_path, NEW)
    tmp_path.chmod(0o500)

    done = as_a_user(tmp_path)

    tmp_path.chmod(0o700)
    assert done.returncode == 3
    assert done.stderr == (
        f"dateline: {tmp_path}/.dateline: Permission denied; the site is as it was: "
        "see to the permission, and build again\n"
    )


def test_the_modes_of_files_and_folders_are_put_right(project):
    """A file that nobody may read, and a folder that everyone may write to."""
    (project / "site/index").chmod(0)
    (project / "site/deep").chmod(0o777)

    done = as_a_user(project)

    assert (done.returncode, done.stderr) == (0, "")
    assert built(project / "site") == site_of(NEW)
    assert (project / "site/deep").stat().st_mode & 0o7777 == 0o755


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own with 256 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        conftest.missing("the right to mount a small disk", "run the tests as root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_leaves_the_old_site_and_is_mended_by_the_next_build(
    small_disk, tmp_path_factory
):
    """One line says what to do; with less to write the next build finds room."""
    project, site = small_disk / "project", small_disk / "project/site"
    content = tmp_path_factory.mktemp("content")
    project.mkdir()
    (project / "build.py").write_text(RECIPE)
    (project / "content").symlink_to(content)
    write(content, OLD)
    assert build(project).returncode == 0
    write(content, {f"large/{n}": f"{n}" * 30_000 for n in range(10)})

    done = build(project)

    assert done.returncode == 3
    assert re.fullmatch(
        rf"dateline: {project}/.*: No space left on device; the site is as it was: "
        r"make room on the disk, and build again\n",
        done.stderr,
    )
    assert built(site) == site_of(OLD)
    shutil.rmtree(content / "large")
    write(content, {"index": "new"})
    assert (build(project).returncode, built(site)) == (0, site_of(OLD | {"index": "new"}))


def test_a_disk_that_is_read_only_is_said_to_be(small_disk):
    """And where else one may write."""
    (small_disk / "build.py").write_text(RECIPE)
    edit(small_disk, OLD)
    assert build(small_disk).returncode == 0
    edit(small_disk, NEW)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    done = build(small_disk)

    assert done.returncode == 3
    assert "Read-only file system; the site is as it was: give another folder" in done.stderr
    assert done.stderr.count("\n") == 1
    assert built(small_disk / "site") == site_of(OLD)


def test_an_output_on_another_disk_than_its_parent_is_refused(small_disk):
    """Nothing could take its place at once."""
    with pytest.raises(OSError, match="on another file system than"):
        output.write(output.Site(), small_disk)
    assert list(small_disk.iterdir()) == []


# Two builds at once.


def test_builds_at_once_end_well_with_one_of_the_sites(tmp_path):
    """Six builds of two contents into one folder: each waits for its turn."""
    site = tmp_path / "site"
    for name, pages in (("one", OLD), ("two", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "build.py").write_text(RECIPE)
        edit(tmp_path / name, pages)

    def run(name: str) -> subprocess.CompletedProcess:
        words = [sys.executable, "-S", tmp_path / name / "build.py", "--output", site]
        return subprocess.run(
            words, check=False, capture_output=True, encoding="utf-8", env=ENVIRONMENT
        )

    with ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(run, ["one", "two"] * 3))

    assert [(done.returncode, done.stderr) for done in ended] == [(0, "")] * 6
    assert built(site) in (site_of(OLD), site_of(NEW))


def test_a_build_that_waits_too_long_says_for_whom(project, monkeypatch):
    """Which process holds the lock; then the site is left alone."""
    monkeypatch.setattr(swap, "WAIT", 0.1)
    holding = swap.alone(project / ".dateline/site", project / "site")

    with holding, pytest.raises(BlockingIOError) as raised:
        output.write(output.Site(), project / "site")

    said = f"another build is writing it, process {os.getpid()}; wait for its end, or stop it"
    assert raised.value.strerror == said
    assert raised.value.filename == str(project / "site")
    assert built(project / "site") == site_of(OLD)
    assert build(project).returncode == 0


def test_the_lock_of_a_killed_build_holds_nobody_up(project):
    """It is the system's, and ends with the process."""
    script = (
        "import sys, os; from pathlib import Path; from dateline import swap\n"
        "with swap.alone(Path(sys.argv[1]), Path('site')): print(flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", script, project / ".dateline/site"]
    holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)
    holder.stdout.readline()
    holder.kill()
    holder.communicate()

    began = time.monotonic()
    assert build(project).returncode == 0
    assert time.monotonic() - began < swap.WAIT
