"""How far a build is, as a person sees it, and where its time went."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time

import projects
import pytest

from dateline import meter, progress

SLOW = """
import time
from dateline import cli, progress
from dateline.artifacts import Artifact, Site

def build(project):
    for _ in progress.each("reading", range(30)):
        time.sleep(SECONDS)
    return Site({f"page-{n}": Artifact.of(b"a page") for n in range(40)})

if __name__ == "__main__":
    raise SystemExit(cli.main(build))
"""
"""A recipe that takes its time."""


@pytest.fixture
def project(tmp_path):
    """A project whose reading takes a second and a half."""
    (tmp_path / "build.py").write_text(SLOW.replace("SECONDS", "0.05"))
    (tmp_path / "content").mkdir()
    return tmp_path


def on_a_terminal(project, *words: str) -> str:
    """Everything that a terminal of 80 columns gets to see of a build."""
    first, second = pty.openpty()
    fcntl.ioctl(second, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    settings = {"PYTHONPATH": str(projects.ROOT), "TERM": "xterm"}
    running = subprocess.Popen(
        [sys.executable, "build.py", *words],
        cwd=project,
        stdout=second,
        stderr=second,
        env=os.environ | settings,
    )
    os.close(second)
    seen = b""
    while True:
        try:
            data = os.read(first, 4096)
        except OSError:  # so Linux says that nobody has the other end any more
            break
        if not data:
            break
        seen += data
    assert running.wait() == 0
    os.close(first)
    return seen.decode()


def redirected(project, *words: str) -> tuple[str, str]:
    """What a build prints to a file, and to one for errors."""
    done = subprocess.run(
        [sys.executable, "build.py", *words],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)},
    )
    return done.stdout, done.stderr


def test_a_terminal_shows_a_bar_after_a_second(project):
    """The stage, how much of it is done, how fast it goes and how long it will take; then none."""
    seen = on_a_terminal(project)

    bars = re.findall(r"reading: +(\d+)% \|.*?\| (\d+)/30 +([\d.]+)/s, 00:0\d left", seen)
    assert bars
    assert 3 < int(bars[0][0]) <= 100
    assert re.search(r"\rbuilt 40 files in site/: 40 written[^\r]*\r\n$", seen)


class Terminal(io.StringIO):
    """A terminal as far as a program can tell."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize(("before", "shown"), [(0.0, False), (meter.SOON, True)])
def test_a_short_build_shows_no_bar(monkeypatch, before, shown):
    """It would be gone before it could be read."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    found = meter.Meter(terminal, shown=True)
    time.sleep(before)
    found.begin("reading", 3)
    found.step(1)
    found.close()

    assert ("reading" in terminal.getvalue()) == shown


@pytest.mark.parametrize("words", [["--quiet"], ["--format", "github"]])
def test_nobody_sees_a_bar_who_asked_for_silence_or_for_data(project, words):
    """On a terminal too."""
    assert on_a_terminal(project, *words) == ""


def test_a_log_gets_a_line_for_each_long_stage(project):
    """On the error stream; and none for a stage that was short."""
    (project / "build.py").write_text(SLOW.replace("SECONDS", "0.11"))

    said, log = redirected(project)

    assert re.fullmatch(r"reading: \d\.\d s, 30 done\n", log)
    assert re.fullmatch(r"built 40 files .*\n", said)


def test_a_log_of_a_short_build_has_no_such_lines(project):
    """A second and a half is not long."""
    assert redirected(project)[1] == ""


def test_timings_are_a_table_on_the_error_stream(project):
    """Each stage with its seconds and its share; the stages make up the whole."""
    (project / "build.py").write_text(SLOW.replace("SECONDS", "0.01"))

    said, table = redirected(project, "--timings")

    lines = table.splitlines()
    assert re.fullmatch(r"where the time went +seconds +share +number", lines[0])
    rows = dict(re.findall(r"^(\w[\w ]*\w) +([\d.]+)", table, re.MULTILINE))
    stages = [line[:34].strip() for line in lines[1 : lines.index("")]]
    assert stages == [
        "starting",
        "reading",
        "keeping what was read",
        "looking at the site as it is",
        "making files",
        "taking over what is unchanged",
        "publishing",
        "all",
    ]
    assert re.search(r"^reading +0\.[3-9]\d\d +\d+% +30$", table, re.MULTILINE)
    assert re.search(r"^making files +0\.\d{3} +\d+% +40$", table, re.MULTILINE)
    assert sum(float(rows[stage]) for stage in stages[:-1]) == pytest.approx(
        float(rows["all"]), abs=0.01
    )
    assert said.startswith("built 40 files")


def test_a_check_shows_its_timings_too(project):
    """It makes every page, and writes none."""
    (project / "build.py").write_text(SLOW.replace("SECONDS", "0"))

    said, table = redirected(project, "check", "--timings", "--format", "json")

    assert said == "[]\n"
    assert re.search(r"^making files +0\.\d{3} +\d+% +40$", table, re.MULTILINE)


def test_the_slowest_files_are_named():
    """Five of them, and the folders at the top with all of theirs."""
    found = meter.Meter(io.StringIO(), shown=False)
    with progress.told_to(found):
        progress.begin("making files", 8)
        for number in range(8):
            progress.took(f"events/{number}/index.html", number / 4)
        progress.took("index.html", 0.125)
    found.close()

    table = found.table()
    assert re.search(r"^events/ +7\.000 +8$", table, re.MULTILINE)
    assert re.search(r"^index\.html +0\.125 +1$", table, re.MULTILINE)
    slowest = table.partition("slowest files")[2]
    assert re.findall(r"events/(\d)/index.html +([\d.]+)", slowest) == [
        ("7", "1.750"), ("6", "1.500"), ("5", "1.250"), ("4", "1.000"), ("3", "0.750"),
    ]  # fmt: skip


def test_a_stage_in_two_parts_is_one_line():
    """The parts follow each other."""
    found = meter.Meter(io.StringIO(), shown=False)
    with progress.told_to(found):
        for _ in progress.each("checking", [1, 2]):
            time.sleep(0.01)
        for _ in progress.each("checking", [3]):
            time.sleep(0.01)
    found.close()

    assert len(re.findall(r"^checking +0\.\d{3} +\d+% +3$", found.table(), re.MULTILINE)) == 1


def test_without_a_listener_nothing_is_told():
    """A preview builds in silence."""
    progress.begin("reading", 3)
    progress.step()
    progress.took("index.html", 1.0)

    assert list(progress.each("reading", [1, 2])) == [1, 2]
