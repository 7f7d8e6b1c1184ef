"""Asking servers: what their answers mean, and how politely they are asked."""

import asyncio
import itertools
import socket
import time

import odd_server
import pytest

from dateline import linkplaces, verdicts, visits

TOO_SLOW = "gave no answer in time"
TOO_MUCH = "answers 429 (too many requests) and asks to come back after '86400'"
QUICK = visits.Manners(timeout=0.9, pause=0.01, retries=2)
PATIENT = visits.Manners(timeout=9, pause=0.01, retries=2)


@pytest.fixture(scope="module")
def shared():
    """A server that several tests may ask, as none of them looks into its log."""
    with odd_server.running() as server:
        yield server


@pytest.fixture
def server():
    """A server of its own for each test."""
    with odd_server.running() as server:
        yield server


def visit(*urls: str, manners: visits.Manners = QUICK) -> list[verdicts.Verdict]:
    """Visit addresses, all at once; return the verdicts in their order."""

    async def all_at_once():
        async with visits.Visitor(manners) as visitor:
            return await asyncio.gather(*map(visitor.visit, urls))

    return asyncio.run(all_at_once())


@pytest.mark.parametrize(
    ("path", "outcome", "said"),
    [
        ("/page", "ok", "answers 200 (fine)"),
        ("/204", "ok", "answers 204"),
        ("/no-head/405", "ok", "answers 200 (fine)"),
        ("/no-head/501", "ok", "answers 200 (fine)"),
        ("/no-head/403", "ok", "answers 200 (fine)"),
        ("/no-head/404", "ok", "answers 200 (fine)"),
        ("/no-head/500", "ok", "answers 200 (fine)"),
        ("/head-drops", "ok", "answers 200 (fine)"),
        ("/moved/301", "moved", "has moved for good to {base}/page/new"),
        ("/moved/308", "moved", "has moved for good to {base}/page/new"),
        ("/moved/302", "ok", "answers 200 (fine) at {base}/page/new"),
        ("/moved/303", "ok", "answers 200 (fine) at {base}/page/new"),
        ("/moved/307", "ok", "answers 200 (fine) at {base}/page/new"),
        ("/chain/3", "moved", "has moved for good to {base}/chain/0"),
        ("/chain/10", "moved", "has moved for good to {base}/chain/0"),
        ("/chain/11", "broken", "leads on more than 10 times at {base}/chain/1"),
        ("/loop/a", "broken", "leads round in a circle at {base}/loop/b"),
        ("/endless", "broken", "leads on more than 10 times at {base}/endless/10"),
        ("/to-home", "moved", "leads to the home page {base}/"),
        ("/to-gone", "dead", "answers 404 (not found) at {base}/404"),
        ("/to-file", "broken", "leads to 'file:///etc/passwd', which is not followed"),
        ("/to-script", "broken", "leads to 'javascript:alert(1)', which is not followed"),
        ("/to-rubbish", "broken", "leads to 'http://[', which is not followed"),
        ("/404", "dead", "answers 404 (not found)"),
        ("/410", "dead", "answers 410 (gone)"),
        ("/401", "blocked", "answers 401 (a password is needed)"),
        ("/403", "blocked", "answers 403 (forbidden)"),
        ("/429", "blocked", "answers 429 (too many requests)"),
        ("/451", "blocked", "answers 451 (not for legal reasons)"),
        ("/wall", "blocked", "answers 503 with a test for programs"),
        ("/captcha", "blocked", "answers 404 with a test for programs"),
        ("/much-later", "blocked", TOO_MUCH),
        ("/flaky/3", "ok", "answers 200 (fine)"),
        ("/500", "broken", "answers 500 (an error of the server)"),
        ("/503", "broken", "answers 503 (not available)"),
        ("/418", "broken", "answers 418"),
        ("/drop", "broken", "answers with what is not HTTP, or hangs up"),
        ("/rubbish", "broken", "answers with what is not HTTP, or hangs up"),
        ("/huge-headers", "broken", "answers with what is not HTTP, or hangs up"),
        ("/silent", "timed out", TOO_SLOW),
        ("/slow-head", "timed out", TOO_SLOW),
        ("/slow-body/200", "ok", "answers 200 (fine)"),
        ("/slow-body/404", "dead", "answers 404 (not found)"),
        ("/endless-body/200", "ok", "answers 200 (fine)"),
        ("/endless-body/404", "dead", "answers 404 (not found)"),
    ],
)  # fmt: skip
def test_every_answer_has_its_outcome(shared, path, outcome, said):
    """Whatever a server does, the outcome and its reason are told within the time."""
    began = time.monotonic()
    manners = QUICK if path.startswith(("/silent", "/slow")) else PATIENT
    (verdict,) = visit(shared.url(path), manners=manners)

    assert verdict.said == said.format(base=shared.url(""))
    assert verdict.outcome == outcome
    assert time.monotonic() - began < odd_server.SILENCE


def test_a_redirect_keeps_the_way_it_took(shared):
    """Each address on the way stands with its status."""
    (verdict,) = visit(shared.url("/chain/2"))

    way = [(hop.url, hop.status) for hop in verdict.chain]
    assert way == [
        (shared.url("/chain/2"), 301),
        (shared.url("/chain/1"), 301),
        (shared.url("/chain/0"), 200),
    ]
    assert verdict.to == shared.url("/chain/0")


def test_a_host_that_asks_for_patience_is_given_it(server):
    """429 with `Retry-After: 1` is asked again a second later, not sooner, and then is fine."""
    (verdict,) = visit(server.url("/later/429"), manners=PATIENT)

    first, second = server.log
    assert verdict.outcome == "ok"
    assert (first.method, second.method) == ("HEAD", "GET")
    assert second.began - first.ended > 0.9


def test_a_host_that_asks_for_too_much_patience_is_left_alone(server):
    """After `Retry-After: 86400` the host is asked for nothing more; another one still is."""

    async def one_after_the_other():
        async with visits.Visitor(QUICK) as visitor:
            await visitor.visit(server.url("/much-later"))
            return await visitor.visit(server.url("/page")), await visitor.visit(
                server.url("/page", host="localhost")
            )

    here, elsewhere = asyncio.run(one_after_the_other())

    assert here.outcome == "not checked"
    assert elsewhere.outcome == "ok"
    assert server.paths() == ["/much-later", "/page"]


def test_one_host_is_asked_for_one_thing_at_a_time(server):
    """However many addresses of a host there are, no two requests overlap, and a pause is between.

    Redirects to the host count too.
    """
    manners = visits.Manners(timeout=20, pause=0.1)
    visit(*(server.url(f"/chain/{number}?{number}") for number in range(4)), manners=manners)

    assert len(server.log) == 4 + 3 + 2 + 1
    for earlier, later in itertools.pairwise(sorted(server.log, key=lambda one: one.began)):
        assert later.began >= earlier.ended
        assert later.began - earlier.began > 0.05


def test_hosts_do_not_wait_for_each_other(server):
    """While one host is silent, another one is asked."""
    manners = visits.Manners(timeout=3, pause=5, retries=0)
    visit(server.url("/silent"), server.url("/page", host="localhost"), manners=manners)

    asked = {request.path: request for request in server.log}
    assert asked["/page"].began - asked["/silent"].began < 0.8


def test_no_more_than_jobs_requests_are_under_way(server):
    """With one job, hosts are asked one after the other too."""
    manners = visits.Manners(timeout=3, pause=5, retries=0, jobs=1)
    visit(server.url("/silent"), server.url("/page", host="localhost"), manners=manners)

    silent, page = server.log
    assert (silent.path, page.path) == ("/silent", "/page")
    assert page.began - silent.began > 0.5


def test_a_server_learns_who_asks_and_nothing_else(server):
    """The tool names itself; cookies, passwords and fragments are not sent."""
    address = server.url("/page").replace("//", "//user:secret@")
    visit(f"{address}#part", server.url("/page?2"))

    for request in server.log:
        assert request.headers["user-agent"].startswith("Dateline/")
        assert not {"cookie", "authorization", "referer"} & set(request.headers)
    assert {request.path for request in server.log} == {"/page", "/page?2"}


def test_http_at_a_port_for_https_is_broken(shared):
    """The reason names TLS."""
    (verdict,) = visit(shared.url("/page").replace("http:", "https:"))

    assert verdict.outcome == "broken"
    assert verdict.said.startswith("speaks no TLS that we understand")


def test_a_port_where_nobody_listens_is_broken():
    """The reason names the host."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (verdict,) = visit(f"http://127.0.0.1:{port}/")

    assert (verdict.outcome, verdict.said) == (
        "broken",
        "is refused: nothing answers at '127.0.0.1'",
    )


def test_a_host_that_is_no_more_is_dead():
    """A name that does not exist is told from one that cannot be looked up now."""
    try:
        socket.getaddrinfo("nowhere.invalid", 80)
    except socket.gaierror as error:
        now = error.errno == socket.EAI_AGAIN
    (verdict,) = visit("http://nowhere.invalid/page")

    assert verdict.outcome == ("broken" if now else "dead")
    assert "'nowhere.invalid'" in verdict.said


@pytest.mark.parametrize(
    "url", ["http://[", "http://a b/", "http://exa_mple..org:99999/", "http:///x"]
)
def test_an_address_that_cannot_be_asked_is_broken(url):
    """It is told, and nothing is raised."""
    (verdict,) = visit(url)

    assert verdict.outcome in ("broken", "dead")


@pytest.mark.parametrize(
    ("url", "location", "to"),
    [
        ("https://a.example/b/c", "/d", "https://a.example/d"),
        ("https://a.example/b/c", "d?e=1", "https://a.example/b/d?e=1"),
        ("https://a.example/b", "//b.example/", "https://b.example/"),
        ("https://a.example/b", "ftp://a.example/", ""),
        ("https://a.example/b", "data:text/html,x", ""),
        ("https://a.example/b", "http://127.0.0.1:8080/", ""),
        ("https://a.example/b", "http://192.168.1.1/off", ""),
        ("https://a.example/b", "http://169.254.169.254/", ""),
        ("https://a.example/b", "http://[::1]/", ""),
        ("https://a.example/b", "http://2130706433/", ""),
        ("https://a.example/b", "http://localhost/", ""),
        ("http://127.0.0.1/b", "http://127.0.0.1/c", "http://127.0.0.1/c"),
        ("https://a.example/b", "http://10.example/", "http://10.example/"),
        ("https://a.example/b", "http://172.32.0.1/", "http://172.32.0.1/"),
    ],
)
def test_only_web_addresses_outside_are_followed(url, location, to):
    """A page cannot send us to another scheme, nor into the net of this machine."""
    assert linkplaces.target(url, location) == to
