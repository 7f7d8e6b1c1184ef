"""The whole build on one screen: read this first, and change it to extend the build.

python build.py             build site/
python build.py serve       preview it while you edit
python build.py check       look for faults, write nothing
"""

from __future__ import annotations

from dateline import cli
from dateline.artifacts import Site
from dateline.project import Project


def build(project: Project) -> Site:
    """Read, check and place the whole site; write nothing. Raises Problems with every fault."""
    # Imported here and not above, so that `build.py --help` answers at once.
    from dateline import assets, check, colours, history, hosting, pages, render, schema, source
    from dateline.language import Language
    from dateline.problems import Faults

    with Faults() as faults:
        content = source.read(project.content, faults)  # every value with its file:line:column
        timeline = schema.timeline(content, faults, drafts=project.drafts)  # typed and frozen
        check.timeline(timeline, faults, evidence=project.evidence)  # the whole
    # Leaving the block raised Problems if there was any fault; from here on all is well.
    language = Language(timeline.settings.languages[0], project.locale)
    pictures = {name: content.media[name] for name in sorted(timeline.pictured)}
    public = assets.gather(project.templates, pictures, colours.css(timeline.settings.theme))
    views = pages.Pages(
        timeline,
        language,
        stylesheet=public.stylesheet,
        scripts=public.scripts,
        media=public.media,
        base_url=project.base_url or timeline.settings.base_url,
        past=history.read(project, content),  # from git: when each entry last changed
    )

    site = Site(warnings=tuple(faults), addresses=views.lasting, notes=views.left_out)
    templates = render.Templates(project.templates, language, project.program)
    site |= templates.artifacts(views.all())
    site |= views.files(project.program)  # citations for reference managers
    site |= public.files  # the same path twice is an error
    site |= hosting.files(timeline, views.base_url, templates)
    return site


if __name__ == "__main__":
    cli.program(build)
