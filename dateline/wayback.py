"""How a Wayback-style archive names its copies: `{service}/web/{14 digits}/{address}`.

The digits are the moment of the copy, in UTC: year, month, day, hour, minute, second. With `id_`
after them the archive gives the bytes as it received them, without a bar of its own and with the
links unchanged.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from msgspec import Struct

from dateline import linkplaces


class Memento(Struct, frozen=True):
    """A copy: the service that has it, its moment, and the address that it is of."""

    service: str
    stamp: str
    url: str

    @property
    def page(self) -> str:
        """The address for readers."""
        return f"{self.service}/web/{self.stamp}/{self.url}"

    @property
    def raw(self) -> str:
        """The address of the bytes as the archive received them."""
        return f"{self.service}/web/{self.stamp}id_/{self.url}"

    @property
    def date(self) -> str:
        """The day of the copy, in UTC, as YYYY-MM-DD."""
        return f"{self.stamp[:4]}-{self.stamp[4:6]}-{self.stamp[6:8]}"


def saving(service: str, url: str) -> str:
    """Return the address that has a copy made when it is asked for."""
    return f"{service}/save/{linkplaces.asked(url)}"


def memento(service: str, address: str) -> Memento | None:
    """Return the copy that an address names; None if it is none of this service's."""
    bare = re.escape(re.sub(r"(?i)^https?://", "", service))
    found = re.fullmatch(rf"(?i:https?://{bare})/web/(\d{{14}})(?:[a-z]{{2}}_)?/(\S+)", address)
    if not found or not _is_moment(found[1]):
        return None
    url = found[2] if re.match(r"(?i)https?://", found[2]) else f"http://{found[2]}"
    return Memento(service, found[1], url)


def named(service: str, asked: str, headers: Mapping[str, str]) -> Memento | None:
    """Return the copy that the answer to the address `asked` names, the latest if it names several.

    It stands in `Content-Location`, in `Location` or in a `Link` whose relation is `memento`
    (RFC 7089, 2.2). `headers` has small letters only.
    """
    for name in ("content-location", "location"):
        if found := memento(service, urljoin(asked, headers.get(name, ""))):
            return found
    linked = (memento(service, urljoin(asked, to)) for to in _mementos(headers.get("link", "")))
    return max(filter(None, linked), key=lambda one: one.stamp, default=None)


def _is_moment(stamp: str) -> bool:
    try:
        datetime.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=datetime.UTC)
    except ValueError:
        return False
    return True


def _mementos(header: str) -> Iterator[str]:
    """Yield the addresses of a `Link` header whose relation is `memento` (RFC 8288, 3)."""
    for found in re.finditer(r"<([^<>]*)>((?:[^\"<,]|\"[^\"]*\")*)", header):
        relation = re.search(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([\w-]+))", found[2])
        if relation and "memento" in (relation[1] or relation[2]).lower().split():
            yield found[1]
