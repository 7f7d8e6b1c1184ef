"""Rules about addresses: what was published stays, and what is retracted is there no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from dateline import model, permalinks, routes, schema
from dateline.model import Timeline
from dateline.problems import Faults, Spot, nearest

FINE = "every published address is there"


def published(timeline: Timeline, faults: Faults) -> None:
    """Every address that was published still leads somewhere, also for those who see drafts.

    What an entry with faults, or a file that cannot be read, would be found at is not doubted.
    """
    if routes.is_fact(timeline, FINE):
        return  # an edit of a text changes no address
    drafts = _drafts(timeline)
    entries = routes.entries(timeline)
    missing = {
        address: spot
        for address, spot in timeline.published.items()
        for kind, id in [routes.named(address)]
        if not kind or id not in entries[kind] or (kind, id) in drafts
    }
    before = len(faults.found)
    if missing:  # to know every address of a large timeline takes time
        _tell(missing, timeline, drafts, faults)
    if len(faults.found) == before:
        routes.note(timeline, FINE)


def _tell(
    missing: Mapping[str, Spot],
    timeline: Timeline,
    drafts: Container[tuple[str, str]],
    faults: Faults,
) -> None:
    """Add a fault for each address that leads nowhere; some that are no entry's lead somewhere."""
    there = routes.lasting(timeline)
    kinds = Counter(_named(address)[0] for address in timeline.published)
    told = set()
    for address, spot in missing.items():
        kind, id = _named(address)
        declared = timeline.declared[kind] if kind else model.Declared()
        if (kind, id) in drafts:
            message = f"'/{address}' was published, and the {kind} '{id}' is a draft now"
            faults.add(spot, message, "take 'draft: true' out there; or retract it, with a reason")
        elif address in there or id in declared or {kind, "retracted"} & timeline.unread:
            continue
        elif routes.of_list(address):
            continue  # Where its list is gone, so is the address that the list begins at.
        elif kind and not declared and kinds[kind] > 1:
            if kind not in told:
                message = f"none of the {kinds[kind]} {kind}s that were published is there any more"
                faults.add(spot, message, _in_place(kind))
            told.add(kind)
        else:
            message = f"nothing is at '/{address}' any more, and it was published"
            faults.add(spot, message, _keep(address, kind, id, timeline))


def retractions(timeline: Timeline, faults: Faults) -> None:
    """What `content/retracted.yaml` lists is not there as well."""
    for address in timeline.retractions:
        spot = timeline.declared["retraction"][address]
        kind, id = routes.named(address)
        other = timeline.declared[kind].get(id) if kind else None
        if other:
            message = f"'{address}' is retracted here, but the {kind} '{id}' is there"
            faults.add(spot, message, f"take one of them out; see {other}")
        elif address in routes.pages(timeline):
            faults.add(spot, f"'{address}' is a page that the site has", "take it out")


def _named(address: str) -> tuple[str, str]:
    """Return the kind and id of the entry at an address; the site's own pages are none's."""
    kind, id = routes.named(address)
    return ("", "") if kind == "page" and id in schema.RESERVED else (kind, id)


def _drafts(timeline: Timeline) -> set[tuple[str, str]]:
    """Return kind and id of every draft, shown or left out, with its earlier ids."""
    shown = {
        (kind, own)
        for kind, entries in (("event", timeline.events), ("page", timeline.pages))
        for entry in entries.values()
        if entry.draft
        for own in (entry.id, *entry.aliases)
    }
    return shown | timeline.drafts


def _in_place(kind: str) -> str:
    """Return the hint for a kind of which nothing is left."""
    where = f"{kind}s/" if kind in ("phase", "page") else f"{kind}s.yaml"
    return f"is content/{where} in its place? content/{permalinks.FILE} lists what was there"


def _keep(address: str, kind: str, id: str, timeline: Timeline) -> str:
    """Return how to keep the promise of an address."""
    went = f"if it went, write '{address}:' into content/retracted.yaml, with 'title' and 'reason'"
    if address == routes.MAP:
        return f"the map needs a place with 'lat' and 'lon'; {went}"
    if not kind:
        return went
    if kind == "event":
        went = "if it does not hold, put it back with 'status: retracted' and a 'reason'"
    now = _now(kind, id, timeline)
    if now:
        return f"if it is '{now}' now, add 'aliases: [{id}]' to '{now}'; {went}"
    return f"put it back, or add 'aliases: [{id}]' to the {kind} that it is now; {went}"


def _now(kind: str, id: str, timeline: Timeline) -> str:
    """Return the entry that an id may have become: a new one rather than one long published."""
    entries = routes.entries(timeline)[kind]
    fresh = [new for new in entries if routes.entry(kind, new) not in timeline.published]
    near = nearest(id, fresh, least=0.5)
    return near or (fresh[0] if len(fresh) == 1 else nearest(id, entries))
