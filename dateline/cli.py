"""Arguments, printing, progress and exit codes.

Exit status: 0 built, 1 faults in the content, 2 wrong usage, 3 the machine failed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from dateline import __version__, linkoptions, permalinks, problems, progress
from dateline.artifacts import Site
from dateline.problems import Misuse, Problem, Problems
from dateline.project import Project

if TYPE_CHECKING:
    from dateline.output import Report

BUILT, FAULTS, MISUSE, MACHINE = 0, 1, 2, 3
Build = Callable[[Project], Site]
"""The recipe: `build` in build.py."""


def program(build: Build) -> NoReturn:
    """Run the command of the process's arguments with a recipe, and end the process.

    It ends at once. Python would take all that a build has made apart before, object by object,
    which takes a tenth of the time of the build itself.
    """
    gc.disable()  # as for a build, and there is none of it after that
    status = main(build)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


def main(build: Build, arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Run the command of the arguments with a recipe; return the exit status.

    `arguments` are those of the process unless given, `root` is the folder of the recipe's file.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Python does so for the error stream: a terminal that lacks a letter shows its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    root = root or _folder_of(build)
    given = _with_command(arguments)
    options = _parser(given[0]).parse_args(given)
    project = Project(
        root=root,
        output=_below(options.output) if options.output else root / "site",
        base_url=_base_url(options.base_url),
        drafts=options.drafts,
        evidence=options.evidence or options.strict,
        cache=options.cache,
    )
    build = _compared(build, options.since) if options.since is not None else build
    build = _strictly(build) if options.strict else build
    try:
        command: Callable[[Build, Project, argparse.Namespace], int] = options.run
        return command(build, project, options)
    except Problems as error:
        _show(error.problems, options.format)
        _say_count(error.problems)
        return FAULTS
    except Misuse as error:
        print(f"dateline: {error}", file=sys.stderr)
        return MISUSE
    except OSError as error:
        print(f"dateline: {_os_error(error)}", file=sys.stderr)
        return MACHINE
    except MemoryError:
        print("dateline: there is not enough memory: build with --jobs 1", file=sys.stderr)
        return MACHINE
    except KeyboardInterrupt:
        return 130


def command() -> int:
    """Run the `build.py` of the working folder: what the installed `dateline` does."""
    recipe = Path("build.py").resolve()
    if not recipe.is_file():
        print(
            "dateline: there is no build.py in this folder\n"
            "   hint: go to the folder of a Dateline project, the one with content/ and build.py",
            file=sys.stderr,
        )
        return MISUSE
    names: dict[str, object] = {"__name__": "recipe", "__file__": str(recipe)}
    sys.path.insert(0, str(recipe.parent))
    exec(compile(recipe.read_bytes(), recipe, "exec"), names)  # noqa: S102 - the recipe is trusted
    if not callable(names.get("build")):
        print(
            "dateline: the build.py in this folder has no function 'build'\n"
            "   hint: see the build.py that comes with Dateline",
            file=sys.stderr,
        )
        return MISUSE
    return main(names["build"], root=recipe.parent)  # type: ignore[arg-type]


def _compared(build: Build, revision: str) -> Build:
    """Return a recipe that warns too of what was corrected in silence since a revision."""

    def compared(project: Project) -> Site:
        from dateline import history, source, uncorrected

        before = history.content(project, revision)
        site = build(project)
        faults = problems.Faults()
        now = source.read(project.content, problems.Faults())
        uncorrected.look(now, before, revision, faults)
        site.warnings = tuple(sorted({*site.warnings, *faults}))
        return site

    return compared


def _strictly(build: Build) -> Build:
    """Return a recipe that raises Problems for every warning too."""

    def strict(project: Project) -> Site:
        try:
            site = build(project)
        except Problems as error:
            raise Problems(_as_faults(error.problems)) from None
        if site.warnings:
            raise Problems(_as_faults(site.warnings))
        return site

    return strict


def _as_faults(found: Sequence[Problem]) -> list[Problem]:
    return [replace(problem, level="fault") for problem in found]


def _build(build: Build, project: Project, options: argparse.Namespace) -> int:
    """Build the site and say in one line what was done."""
    began = time.perf_counter()
    with _measured(options):
        site, report, new = _built(build, project, options)
    _show(site.warnings, options.format)
    if not options.quiet and options.format == "text":
        for note in site.notes:
            print(f"note: {note}")
        if new:
            print(f"added {_count(new)} to content/{permalinks.FILE}: commit it with the rest")
        print(
            f"built {len(site)} files in {_shown(project.output)}: {report.written} written, "
            f"{report.unchanged} unchanged, {report.removed} removed, "
            f"in {time.perf_counter() - began:.2f} s"
        )
    return BUILT


def _built_from_known(build: Build, project: Project, jobs: int = 1) -> Site:
    """Build a site from what is known of the content already, and what has changed since."""
    from dateline import cache

    known = cache.opened(project)
    cache.ahead(project, known, jobs)
    with known.used():
        return build(project)


def _built(
    build: Build, project: Project, options: argparse.Namespace
) -> tuple[Site, Report, Sequence[str]]:
    """Build and write the site; return it, what was done, and the addresses that are new."""
    from dateline import output, workers

    jobs = options.jobs or workers.cores()
    lock = project.content / permalinks.FILE
    output.refuse(project.output, _precious(project))
    looking = output.ahead(project.output, jobs)
    try:
        site = _built_from_known(build, project, jobs)
        text = lock.read_text("utf-8") if lock.is_file() else ""
        # A draft is not published: what only drafts have is not promised.
        new = () if project.drafts else permalinks.new(text, site.addresses)
        if new and options.locked:
            faults = problems.Faults()
            faults.add(*permalinks.refused(text, new))
            raise Problems(faults)
        _keep(project)  # before files are made, which need the room that it has in memory
    except BaseException:
        if looking:
            looking.end()
        raise
    report = output.write(
        site,
        project.output,
        keep_out_of=_precious(project),
        jobs=jobs,
        looking=looking,
    )
    if new:
        output.put(lock, permalinks.added(text, new).encode(), home=project.root)
    return site, report, new


def _keep(project: Project) -> None:
    """Keep what was read for the next build, which is only slower if that cannot be done."""
    from dateline import cache, history

    progress.begin("keeping what was read")
    with contextlib.suppress(OSError):
        seen = history.record(project)
        if seen is not None:
            from dateline import linkbook

            linkbook.put(project.root / history.CACHE, seen)
        cache.save(project, cache.opened(project))


@contextlib.contextmanager
def _measured(options: argparse.Namespace) -> Iterator[None]:
    """Show how far it is meanwhile, and where the time went if that was asked for."""
    from dateline import meter

    shown = not options.quiet and options.format == "text"
    listener = meter.Meter(sys.stderr, shown=shown)
    # A build keeps nearly all that it makes until its end: to look again and again for what could
    # go takes a third of its time, and finds nothing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with progress.told_to(listener):
            yield
    finally:
        if collecting:
            gc.enable()
        listener.close()
    if options.timings:
        print(listener.table(), file=sys.stderr)


def _count(new: Sequence[str]) -> str:
    return f"{len(new)} address{'' if len(new) == 1 else 'es'}"


def _check(build: Build, project: Project, options: argparse.Namespace) -> int:
    """Make every page but write nothing, and say what was found."""
    from dateline import output, workers

    with _measured(options):
        jobs = options.jobs or workers.cores()
        site = _built_from_known(build, project, jobs)
        output.rehearse(site, project.output, jobs=jobs)
    _show(site.warnings, options.format)
    if not options.quiet and options.format == "text":
        warnings = len(site.warnings)
        print(f"no faults, {warnings} warning{'' if warnings == 1 else 's'}")
    return BUILT


def _serve(build: Build, project: Project, options: argparse.Namespace) -> NoReturn:
    """Show the site as it is edited, drafts included; it is built in memory, and never written."""
    from dateline import cache, preview, workers

    gc.disable()  # `preview` looks for garbage when nobody waits for it
    shown = replace(project, drafts=True)
    # Now, as work can be shared only while there are no threads. What files hold is read again by
    # the first build, as it may have changed by then; and a preview stores nothing.
    known = cache.opened(shown)
    with contextlib.suppress(OSError):  # the first build tells of it, if it is one still
        cache.ahead(shown, known, workers.cores())
    known.fresh.clear()
    known.unsaved.clear()
    known.marks.clear()
    watched = [project.content, project.root / "templates", *project.templates]
    preview.serve(
        lambda: _built_from_known(build, shown),
        list(dict.fromkeys(watched)),
        program=[Path(build.__code__.co_filename).resolve(), Path(__file__).parent],
        host=options.host,
        port=options.port,
        open_browser=options.open,
        poll=options.poll,
        # Whoever reads it through a pipe gets each line when it is said.
        say=_silence if options.quiet else partial(print, flush=True),
        warn=partial(print, file=sys.stderr, flush=True),
    )


def _links(_build: Build, project: Project, options: argparse.Namespace) -> int:
    """Check the addresses of the sources, or have copies of the sources kept in an archive."""
    from dateline import keeping, links

    quiet = options.quiet or options.format != "text"
    say = _silence if quiet else partial(print, flush=True)
    entries = links.read(project, options.only)
    plan = links.plan(project, options)
    if options.table:
        output = Path(options.entries) if options.entries else None
        done = keeping.take_over(project, entries, Path(options.table), output)
    elif options.archive:
        known = links.book(project)
        done = keeping.archive(project, entries, known, plan, options.archive, say)
    else:
        done = links.check(entries, links.book(project), plan, say, show=not quiet)
    _show(done.problems, options.format)
    for line in done.lines:
        say(line)
    return FAULTS if done.left else BUILT


def _silence(line: str) -> None:
    """Say nothing, for `--quiet`."""


def _precious(project: Project) -> list[Path]:
    """Return what a build must never write into or over."""
    return [project.content, project.root / "templates", *project.templates, Path(__file__).parent]


def _parser(named: str = "") -> argparse.ArgumentParser:
    """Return what reads arguments: of the command that they name, or of all if that is none."""
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Turn content/ into a static timeline site. Without a command: build.",
        epilog="Each command has a --help of its own. Exit status: 0 built, 1 faults in the "
        "content, 2 wrong usage, 3 the machine failed.",
    )
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    parser.set_defaults(cache=True, strict=False, evidence=False, since=None)
    commands = parser.add_subparsers(
        title="commands", metavar="build | serve | check | links", prog="build.py"
    )
    # To prepare all four takes as long as to read the content of a small site.
    for name in (named,) if named in _COMMANDS else _COMMANDS:
        run, words, add = _COMMANDS[name]
        command = commands.add_parser(name, help=words, description=run.__doc__)
        command.set_defaults(run=run)
        add(command)
    return parser


def _of_build(parser: argparse.ArgumentParser) -> None:
    _of_site(parser)
    _of_run(parser)
    parser.add_argument("--output", metavar="FOLDER", help="where to write (default: site)")
    parser.add_argument(
        "--locked",
        action=argparse.BooleanOptionalAction,
        default=os.environ.get("CI") in ("true", "1"),
        help="fail if an address is new to content/permalinks.lock (default where CI=true)",
    )


def _of_serve(parser: argparse.ArgumentParser) -> None:
    _of_site(parser)
    parser.set_defaults(format="text", output=None, drafts=True)
    parser.add_argument("--host", default="127.0.0.1", help="listen here (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=5500, help="at this port (default: 5500)")
    parser.add_argument("--open", action="store_true", help="open a browser")
    parser.add_argument(
        "--poll", action="store_true", help="look for changes again and again (network folders)"
    )


def _of_check(parser: argparse.ArgumentParser) -> None:
    _of_site(parser)
    _of_run(parser)
    parser.set_defaults(output=None, evidence=True)
    parser.add_argument(
        "--since",
        metavar="REVISION",
        help="warn of what changed since this branch, tag or commit without a correction",
    )


def _of_links(parser: argparse.ArgumentParser) -> None:
    linkoptions.add(parser)
    parser.set_defaults(base_url=None, output=None, drafts=True)


def _of_site(parser: argparse.ArgumentParser) -> None:
    """Add the options of all commands that make the site."""
    parser.add_argument("--base-url", metavar="URL", help="the address the site is published at")
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="read all of the content, and keep nothing for the next build",
    )
    parser.add_argument("--quiet", action="store_true", help="print faults and warnings only")


def _of_run(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that make it once."""
    parser.add_argument("--strict", action="store_true", help="make every warning a fault")
    parser.add_argument("--drafts", action="store_true", help="show what is marked 'draft: true'")
    parser.add_argument(
        "--format",
        choices=list(problems.FORMATS),
        default="text",
        help="how faults are printed: for people, for tools, or for a forge's checks",
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="use so many processes (default: one for each core)",
    )
    parser.add_argument("--timings", action="store_true", help="print where the time went")


_COMMANDS: dict[str, tuple[Callable[..., int], str, Callable[[argparse.ArgumentParser], None]]] = {
    "build": (_build, "build the site", _of_build),
    "serve": (_serve, "preview it while you edit", _of_serve),
    "check": (_check, "look for faults, write nothing", _of_check),
    "links": (_links, "check the sources' addresses, have copies kept", _of_links),
}
"""By name, what runs each command, what it does in a few words, and what adds its options."""


def _jobs(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to 999")
    return int(text)


def _with_command(arguments: Sequence[str] | None) -> list[str]:
    """Return the arguments with `build` in front unless they name a command or ask for help."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (not given[0].startswith("-") or given[0] in ("-h", "--help", "--version")):
        return given
    return ["build", *given]


def _folder_of(build: Build) -> Path:
    return Path(build.__code__.co_filename).resolve().parent


def _below(folder: str) -> Path:
    """Return a folder given on the command line, as seen from the working folder."""
    # Not `resolve`: `output` refuses links, so it must see them.
    return Path(os.path.abspath(folder))  # noqa: PTH100


def _base_url(url: str | None) -> str | None:
    if url is not None and not re.fullmatch(r"(?i)https?://[^\s/?#]+[^\s?#]*", url):
        print(
            f"build.py: '{url}' is not the address of a site\n"
            "   hint: it is like https://example.org/timeline/",
            file=sys.stderr,
        )
        raise SystemExit(MISUSE)
    return url


def _show(found: Sequence[Problem], form: str) -> None:
    """Print problems: for people to the error stream, for tools to standard output."""
    if form == "text":
        if found:
            print(problems.text(found), file=sys.stderr)
    elif found or form == "json":
        print(problems.FORMATS[form](found))


def _say_count(found: Sequence[Problem]) -> None:
    faults = sum(problem.level == "fault" for problem in found)
    print(
        f"\n{faults} fault{'' if faults == 1 else 's'}; nothing was written",
        file=sys.stderr,
    )


def _shown(path: Path) -> str:
    """Return a path as seen from the working folder, if it is below it."""
    try:
        return f"{path.relative_to(Path.cwd()).as_posix()}/"
    except ValueError:
        return f"{path}/"


def _os_error(error: OSError) -> str:
    what = error.strerror or str(error)
    return f"{error.filename}: {what}" if error.filename else what
