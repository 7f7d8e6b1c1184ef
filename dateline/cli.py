"""Arguments, printing, progress and exit codes.

Exit status: 0 built, 1 faults in the content, 2 wrong usage, 3 the machine failed.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dateline import __version__, problems
from dateline.artifacts import Site
from dateline.problems import Misuse, Problem, Problems
from dateline.project import Project

BUILT, FAULTS, MISUSE, MACHINE = 0, 1, 2, 3
Build = Callable[[Project], Site]
"""The recipe: `build` in build.py."""


def main(build: Build, arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Run the command of the arguments with a recipe; return the exit status.

    `arguments` are those of the process unless given, `root` is the folder of the recipe's file.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Python does so for the error stream: a terminal that lacks a letter shows its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    root = root or _folder_of(build)
    options = _parser().parse_args(_with_command(arguments))
    project = Project(
        root=root,
        output=_below(options.output) if options.output else root / "site",
        base_url=_base_url(options.base_url),
        drafts=options.drafts,
    )
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


def _build(build: Build, project: Project, options: argparse.Namespace) -> int:
    """Build the site and say in one line what was done."""
    from dateline import output

    began = time.perf_counter()
    site = build(project)
    report = output.write(site, project.output, keep_out_of=_precious(project))
    _show(site.warnings, options.format)
    if not options.quiet and options.format == "text":
        for note in site.notes:
            print(f"note: {note}")
        print(
            f"built {len(site)} files in {_shown(project.output)}: {report.written} written, "
            f"{report.unchanged} unchanged, {report.removed} removed, "
            f"in {time.perf_counter() - began:.2f} s"
        )
    return BUILT


def _check(build: Build, project: Project, options: argparse.Namespace) -> int:
    """Make every page but write nothing, and say what was found."""
    site = build(project)
    for artifact in site.files.values():
        artifact.make()
    _show(site.warnings, options.format)
    if not options.quiet and options.format == "text":
        warnings = len(site.warnings)
        print(f"no faults, {warnings} warning{'' if warnings == 1 else 's'}")
    return BUILT


def _serve(build: Build, project: Project, options: argparse.Namespace) -> int:
    """Build into a folder of its own, drafts included, and show the site as it is edited."""
    from dateline import output, preview

    # The published folder is left alone: a preview has drafts in it.
    folder = project.root / ".dateline" / "preview"
    shown = replace(project, drafts=True, output=folder)

    def rebuild() -> None:
        site = build(shown)
        output.write(site, folder, keep_out_of=_precious(shown))
        _show(site.warnings, "text")

    folder.mkdir(parents=True, exist_ok=True)
    watched = [project.content, project.root / "templates", *project.templates]
    preview.serve(
        rebuild,
        folder,
        list(dict.fromkeys(watched)),
        host=options.host,
        port=options.port,
        open_browser=options.open,
        poll=options.poll,
        say=_silence if options.quiet else print,
    )
    return BUILT


def _silence(line: str) -> None:
    """Say nothing, for `--quiet`."""


def _precious(project: Project) -> list[Path]:
    """Return what a build must never write into or over."""
    return [project.content, project.root / "templates", *project.templates, Path(__file__).parent]


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--base-url", metavar="URL", help="the address the site is published at")
    common.add_argument("--quiet", action="store_true", help="print faults and warnings only")
    once = argparse.ArgumentParser(add_help=False)
    once.add_argument("--drafts", action="store_true", help="show what is marked 'draft: true'")
    once.add_argument(
        "--format",
        choices=list(problems.FORMATS),
        default="text",
        help="how faults are printed: for people, for tools, or for a forge's checks",
    )

    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Turn content/ into a static timeline site. Without a command: build.",
        epilog="Each command has a --help of its own. Exit status: 0 built, 1 faults in the "
        "content, 2 wrong usage, 3 the machine failed.",
    )
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="build | serve | check")
    building = commands.add_parser(
        "build", parents=[common, once], help="build the site", description=_build.__doc__
    )
    building.add_argument("--output", metavar="FOLDER", help="where to write (default: site)")
    building.set_defaults(run=_build)
    serving = commands.add_parser(
        "serve", parents=[common], help="preview it while you edit", description=_serve.__doc__
    )
    serving.set_defaults(run=_serve, format="text", output=None, drafts=True)
    serving.add_argument("--host", default="127.0.0.1", help="listen here (default: 127.0.0.1)")
    serving.add_argument("--port", type=int, default=5500, help="at this port (default: 5500)")
    serving.add_argument("--open", action="store_true", help="open a browser")
    serving.add_argument(
        "--poll", action="store_true", help="look for changes again and again (network folders)"
    )
    checking = commands.add_parser(
        "check",
        parents=[common, once],
        help="look for faults, write nothing",
        description=_check.__doc__,
    )
    checking.set_defaults(run=_check, output=None)
    return parser


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
