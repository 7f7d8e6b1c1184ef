"""View -> HTML, by Jinja. Reads templates; a page is a pure function of its view and these.

Content is data: everything a view holds is escaped, but for what `markdown` made. A name that a
template uses and a view does not have is a fault with the template's file and line.
"""

from __future__ import annotations

import contextlib
import threading
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dateline import __version__, later, policy, progress
from dateline.artifacts import Artifact, Bundle
from dateline.hashing import blake2b
from dateline.language import Language
from dateline.plans import Group, Plan
from dateline.problems import Document, Faults, Problems, Spot
from dateline.routes import file
from dateline.views import View

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment, Template
    from jinja2.bccache import Bucket
    from jinja2.runtime import Context

    from dateline.model import File


MOST_AGAIN = 12
"""How often some pages of a group are planned again until all are: the others keep alive the whole
timeline that they were planned with."""
INLINE = "parts/theme.html"
"""The template whose scripts and styles a browser may run where they stand, in the page."""


class Templates:
    """The templates of a project, for pages in one language."""

    def __init__(self, folders: Sequence[Path], language: Language, program: str = "") -> None:
        """Look for templates in these folders, the first that has a file wins.

        `program` is a key of what makes the views: if that is another, so is every page's key.
        """
        self.folders, self.language, self._program = tuple(folders), language, program

    def artifacts(self, plans: Iterable[Plan | Group]) -> ChainMap[str, Artifact]:
        """Return every page that is planned, by file; none is rendered before it is needed.

        A group that was planned before with the same key, by the same templates, is not planned
        again: what would have made its pages then still makes the same. Raises ValueError if two
        pages of no group have one address; `Site` refuses any other two.
        """
        progress.begin("planning pages")
        others = Bundle()
        found = [others]
        for plan in plans:
            if isinstance(plan, Group):
                found.append(self._group(plan))
                progress.step(len(found[-1]))
            else:
                path, page = self._artifact(plan)
                if others.setdefault(path, page) is not page:
                    raise ValueError(f"two pages have the address '{plan.address}'")
        progress.step(len(others))
        return ChainMap(*found)

    def _group(self, group: Group) -> Bundle:
        """Return the pages of a group, those that were planned before if they are the same."""
        last: _Planned | None = group.memory.get("artifacts")
        key, base = self.version + group.key, self.version + group.base
        if last is not None and last.key == key:
            return last.bundle
        changed = None
        if last is not None and group.base and last.base == base and last.again < MOST_AGAIN:
            changed = group.differing(last.files)
        if last is None or group.again is None or changed is None:
            now = _Planned(key, base, group.files, self._planned(group, key))
        else:
            bundle = Bundle(last.bundle)
            bundle.update(map(self._artifact, group.again(changed)))
            now = _Planned(key, base, group.files, bundle, last.again + 1)
        group.memory["artifacts"] = now
        return now.bundle

    def _planned(self, group: Group, key: str) -> Bundle:
        """Return the pages of a group, with the keys that were noted down when it was the same."""
        if group.notes is None:
            return Bundle(map(self._artifact, group.plans()))
        before, *keys = group.notes.get("pages", "").split("\n")
        if before == key:
            with contextlib.suppress(ValueError):  # there are as many, unless somebody forged them
                return Bundle(map(self._artifact, group.plans(keys)))
        plans = list(group.plans())
        group.notes["pages"] = "\n".join([key, *(plan.key for plan in plans)])
        return Bundle(map(self._artifact, plans))

    def _artifact(self, plan: Plan) -> tuple[str, Artifact]:
        # The keys are joined, not hashed: there are ten thousand of them.
        return file(plan.address), _Page(self._mark + plan.key, self, plan.view)

    def page(self, view: View) -> str:
        """Return the HTML of a view. Raises Problems if a template has a fault."""
        return self._printed(view.template, page=view, policy=self._policy)

    @cached_property
    def _policy(self) -> str:
        """The policy as it stands in every page, with its quotes as they are: 200 bytes less."""
        from markupsafe import Markup

        return Markup(policy.text(self.inline, file=True))  # noqa: S704 - nothing of the content

    @cached_property
    def inline(self) -> policy.Hashes:
        """The scripts and styles that may stand in a page: those of one template, `INLINE`.

        It is printed without a view, so that nothing of the content can be among them. Raises
        Problems if it has a fault.
        """
        return policy.hashes(self._printed(INLINE) if INLINE in self._files else "")

    def _printed(self, name: str, **values: object) -> str:
        """Return what a template makes of values. Raises Problems if a template has a fault."""
        import jinja2

        try:
            with _left.tidied():
                return self._environment.get_template(name).render(values)
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
        digest = blake2b(digest_size=16)
        digest.update(f"{__version__} {self.language.code} {self._program}".encode())
        for name, (_, data) in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + data + b"\0")
        return digest.hexdigest()

    @cached_property
    def _mark(self) -> str:
        """The part of that which stands in the key of each page."""
        return self.version[:16]

    @cached_property
    def _files(self) -> Mapping[str, tuple[Path, bytes]]:
        """Every file that a template may include, a drawing too, by name.

        Read once: a page that is made later, while somebody edits, is still that of its key.
        """
        found: dict[str, tuple[Path, bytes]] = {}
        for folder in self.folders:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                if name not in found:
                    found[name] = (path, path.read_bytes())
        return found

    def _source(self, name: str) -> tuple[str, str, None] | None:
        """Return a template's text and path, for Jinja; None if there is none."""
        path, data = self._files.get(name, (None, b""))
        return (data.decode("utf-8"), str(path), None) if path else None

    @cached_property
    def _environment(self) -> Environment:
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(self._source),
            bytecode_cache=_compiled(),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        environment.template_class = _template()
        environment.context_class = _context()
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


@cache
def _compiled() -> BytecodeCache:
    """Return the templates that were compiled already, for the next build of a running preview."""
    import jinja2

    class Compiled(jinja2.BytecodeCache):
        def __init__(self) -> None:
            self._code: dict[str, tuple[str, CodeType]] = {}

        def load_bytecode(self, bucket: Bucket) -> None:
            checksum, code = self._code.get(bucket.key, ("", None))
            if checksum == bucket.checksum:
                bucket.code = code

        def dump_bytecode(self, bucket: Bucket) -> None:
            if bucket.code:
                self._code[bucket.key] = (bucket.checksum, bucket.code)

    return Compiled()


@cache
def _template() -> type[Template]:
    """Return templates that escape a text in a third of the time, as pages do so all the time.

    What a template prints is joined at once, so it need not be wrapped into a Markup before.
    """
    import jinja2
    from markupsafe import escape

    def escaped(value: object) -> str:
        if type(value) is not str:
            return escape(value)
        # The same as MarkupSafe writes; `&` comes first.
        if "&" in value:
            value = value.replace("&", "&amp;")
        if "<" in value:
            value = value.replace("<", "&lt;")
        if ">" in value:
            value = value.replace(">", "&gt;")
        if "'" in value:
            value = value.replace("'", "&#39;")
        if '"' in value:
            value = value.replace('"', "&#34;")
        return value

    class Quick(jinja2.Template):
        @classmethod
        def from_code(
            cls,
            environment: Environment,
            code: CodeType,
            globals: MutableMapping[str, Any],  # noqa: A002 - so Jinja calls it
            uptodate: Callable[[], bool] | None = None,
        ) -> Template:
            template = super().from_code(environment, code, globals, uptodate)
            # The compiled code calls `escape` for what it prints, and for nothing else.
            template.root_render_func.__globals__["escape"] = escaped
            return template

        def _get_default_module(self, ctx: Context | None = None) -> Any:
            # It is kept for other pages that import it, and so is its context.
            with _left.kept():
                return super()._get_default_module(ctx)

    return Quick


class _Left(threading.local):
    """The contexts that rendering a page in this thread has left behind.

    A context has the macros of its template, and these have it: a circle, which only a look for
    garbage would find. With such a look after every thousand pages it would take a third of the
    time of rendering, and without one some 50 kB a page.
    """

    def __init__(self) -> None:
        self.contexts: list[Context] = []

    @contextlib.contextmanager
    def tidied(self) -> Iterator[None]:
        """Break the circles of all contexts that are made meanwhile."""
        with self.kept():
            try:
                yield
            finally:
                for context in self.contexts:
                    context.vars.clear()

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Leave alone the contexts that are made meanwhile."""
        before, self.contexts = self.contexts, []
        try:
            yield
        finally:
            self.contexts = before


_left = _Left()


@cache
def _context() -> type[Context]:
    """Return contexts that can be tidied up once their page is rendered."""
    import jinja2.runtime

    class Noted(jinja2.runtime.Context):
        def __init__(self, *args: Any, **others: Any) -> None:
            super().__init__(*args, **others)
            _left.contexts.append(self)

    return Noted


def _fault(folders: Sequence[Path], name: str, line: int, message: str) -> Problems:
    faults = Faults()
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    document = Document(f"templates/{name}", path.read_text("utf-8", "replace") if path else "")
    faults.add(Spot(document, line), message[:1].lower() + message[1:])
    return Problems(faults)


class _Planned(Struct, frozen=True):
    """The pages of a group as they were planned."""

    key: str
    base: str
    files: tuple[File, ...]
    bundle: Bundle
    again: int = 0
    """How often some of them were planned again since all of them were."""


class _Page(Artifact, gc=True):
    """A page on its way from its plan to its bytes."""

    _templates: Templates
    _make: Callable[[], View]
    _view: View | None = None

    def exact(self) -> str:
        """Return a key of its view: its values, and the template that prints them."""
        self._view = self._view or self._make()
        return later.key(self._templates.version, self._view.template, self._view)

    def make(self) -> bytes:
        """Render it. The view goes then: ten thousand of them would need much room."""
        view, self._view = self._view or self._make(), None
        return self._templates.page(view).encode()
