"""View -> HTML, by Jinja. Reads templates; a page is a pure function of its view and these.

Content is data: everything a view holds is escaped, but for what `markdown` made. A name that a
template uses and a view does not have is a fault with the template's file and line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import __version__
from dateline.artifacts import Artifact
from dateline.language import Language
from dateline.problems import Document, Faults, Problems, Spot
from dateline.routes import file
from dateline.views import View

if TYPE_CHECKING:
    from jinja2 import Environment


class Templates:
    """The templates of a project, for pages in one language."""

    def __init__(self, folders: Sequence[Path], language: Language) -> None:
        """Look for templates in these folders, the first that has a file wins."""
        self.folders, self.language = tuple(folders), language

    def artifacts(self, views: Iterable[View]) -> dict[str, Artifact]:
        """Return the page of each view, by file; none is rendered before it is needed."""
        found: dict[str, Artifact] = {}
        for view in views:
            path = file(view.frame.address)
            if path in found:
                raise ValueError(f"two pages have the address '{view.frame.address}'")
            found[path] = Artifact(self._key(view), partial(self._bytes, view))
        return found

    def _bytes(self, view: View) -> bytes:
        return self.page(view).encode()

    def page(self, view: View) -> str:
        """Return the HTML of a view. Raises Problems if a template has a fault."""
        import jinja2

        try:
            return self._environment.get_template(view.template).render(page=view)
        except jinja2.TemplateNotFound as error:
            raise _fault(self.folders, str(error.name), 1, "the template is missing") from error
        except jinja2.TemplateSyntaxError as error:
            name = str(error.name)
            raise _fault(self.folders, name, error.lineno, str(error.message)) from error
        except jinja2.TemplateError as error:
            name, line = self._where(error)
            raise _fault(self.folders, name, line, str(error.message)) from error
        except UnicodeDecodeError as error:
            raise _fault(self.folders, self._not_utf8(), 1, "the file is not UTF-8") from error
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            name, line = self._where(error)
            if not name:
                raise
            raise _fault(self.folders, name, line, str(error)) from error

    @cached_property
    def version(self) -> str:
        """A hash of everything but the view that a page depends on."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(f"{__version__} {self.language.code}".encode())
        for folder in self.folders:
            # A template may include a file of any kind, such as a drawing.
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _key(self, view: View) -> str:
        # The repr of frozen dataclasses holds every value that the template can see.
        digest = hashlib.blake2b(self.version.encode(), digest_size=16)
        digest.update(repr(view).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()

    @cached_property
    def _environment(self) -> Environment:
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            self.language.text, self.language.plural, newstyle=True
        )
        environment.globals["number"] = self.language.number
        return environment

    def _not_utf8(self) -> str:
        """Return the first template that is not UTF-8: Jinja does not say which one it read."""
        for folder in self.folders:
            for path in sorted(folder.rglob("*.html")):
                try:
                    path.read_text("utf-8")
                except UnicodeDecodeError:
                    return path.relative_to(folder).as_posix()
        return ""

    def _where(self, error: BaseException) -> tuple[str, int]:
        """Return the template and line that an error came from: the last frame in one."""
        found, trace = ("", 1), error.__traceback__
        while trace:
            path = Path(trace.tb_frame.f_code.co_filename)
            for folder in self.folders:
                if path.is_relative_to(folder):
                    found = (path.relative_to(folder).as_posix(), trace.tb_lineno)
            trace = trace.tb_next
        return found


def _fault(folders: Sequence[Path], name: str, line: int, message: str) -> Problems:
    faults = Faults()
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    document = Document(f"templates/{name}", path.read_text("utf-8", "replace") if path else "")
    faults.add(Spot(document, line), message[:1].lower() + message[1:])
    return Problems(faults)
