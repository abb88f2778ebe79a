"""The pages as answers to requests: what was asked is read, put to the graph, and shown."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from matchgraph.answers.given import whole_given
from matchgraph.answers.recommend import Mode, RecommendAnswer
from matchgraph.doors.web.current import Current
from matchgraph.doors.web.settings import Settings
from matchgraph.doors.web.visitors import NOT_COUNTED, Shown, Visitors, counted, refuses
from matchgraph.errors import MatchGraphError, QuestionError, UnknownArtifact
from matchgraph.pages.plain import plain
from matchgraph.pages.site.assets import assets
from matchgraph.pages.site.filters import filters_of
from matchgraph.pages.site.site import LONGEST_QUERY, MOST_RESULTS, PER_PAGE, RESULTS, Asked, Wanted
from matchgraph.pages.site.slugs import pair_slug, slug, unpair, unslug
from matchgraph.searches.events import Channel

_RECOMMENDED = 8
_NAMES = 8  # names in one field
_NAME = 300  # characters of one name
_YEAR = 365 * 24 * 3600


class Pages:
    """Held by the app: one method a page. Those that think are plain functions, run on threads."""

    def __init__(self, live: Current, settings: Settings, visitors: Visitors) -> None:
        self.live, self.settings, self.visitors = live, settings, visitors

    def home(self, request: Request) -> Response:
        """The search page."""
        asked = self._asked(request)
        return shown(request, self.live.site.home(asked), 422 if asked.error else 200)

    def results(self, request: Request) -> Response:
        """Only the results, for a page that is open already."""
        asked = self._asked(request)
        stated = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
        address = "/" + (f"?{urlencode(stated)}" if stated else "")
        return HTMLResponse(
            self.live.site.results(asked), headers={"HX-Replace-Url": address, "Cache-Control": "no-store"}
        )

    def artifact(self, request: Request) -> Response:
        """The page of one artifact; a name or alias leads on to it."""
        named = _read(request.path_params["slug"])
        site = self.live.site
        artifact_id = site.graph.resolve(named)
        address = site.links.artifact(artifact_id)
        if slug(artifact_id) != request.path_params["slug"]:
            return RedirectResponse(address, 308)
        return shown(request, site.artifact(artifact_id))

    def compare(self, request: Request) -> Response:
        """The page of two, at an address that stays."""
        site, written = self.live.site, request.path_params["pair"]
        named = unpair(written) or tuple(written.split("-vs-"))
        if len(named) != 2:
            raise UnknownArtifact(written)
        left, right = map(site.graph.resolve, named)
        if pair_slug(left, right) != request.path_params["pair"]:
            return RedirectResponse(site.links.compare(left, right), 308)
        need = request.query_params.get("need", "")[:300].strip()
        error = None
        try:
            comparison = site.graph.compare(left, right, need=need or None)
        except MatchGraphError as refused:
            if not need or left == right:
                raise
            comparison, error = site.graph.compare(left, right), str(refused)
        return shown(request, site.compare(comparison, need, error), 422 if error else 200)

    def pair(self, request: Request) -> Response:
        """Which two? Names lead on to their page."""
        site, asked = self.live.site, request.query_params
        left, right = asked.get("left", "")[:500], asked.get("right", "")[:500]
        picked = asked.getlist("pick")[:2]
        if picked:
            left, right = (*picked, "")[:2]
        error = None
        if left.strip() and right.strip():
            try:
                ids = [site.graph.resolve(name) for name in (left, right)]
                if ids[0] != ids[1]:
                    return RedirectResponse(site.links.compare(*ids), 303)
                error = "Those are one and the same: name two different ones."
            except MatchGraphError as refused:
                error = str(refused)
        return shown(request, site.compare_form(plain(left), plain(right), error), 422 if error else 200)

    def recommend(self, request: Request) -> Response:
        """What to take instead."""
        asked = request.query_params
        like, unlike = (_names(asked.getlist(side)) for side in ("like", "unlike"))
        must, prefer, avoid = (filters_of(asked.getlist, side) for side in ("must", "prefer", "avoid"))
        need, mode = plain(asked.get("need", ""))[:LONGEST_QUERY].strip(), asked.get("mode", Mode.SAME_JOB)
        neither, relax = _names(asked.getlist("neither")), _names(asked.getlist("relax"))
        to_replace, seed = (plain(asked.get(name, ""))[:_NAME].strip() for name in ("to_replace", "seed"))
        wanted = Wanted(like, unlike, must, prefer, avoid, need, neither, mode[:40], to_replace, relax, seed)
        if like or need or neither or to_replace:
            try:
                wanted = replace(wanted, answer=self._recommended(wanted))
            except MatchGraphError as refused:
                wanted = replace(wanted, error=str(refused))
        return shown(request, self.live.site.recommend(wanted), 422 if wanted.error else 200)

    def browse(self, request: Request) -> Response:
        """The artifacts of a type."""
        site, page = self.live.site, request.query_params.get("page", "1")
        type_ = request.path_params["type"]
        total = site.types.get(type_, 0)
        at = int(page) if page.isdecimal() and len(page) < 6 else 0
        if not 1 <= at <= -(-total // PER_PAGE):
            return self.missing("There is no such page of artifacts here.")
        return shown(request, site.browse(type_, at))

    def map(self, request: Request) -> Response:
        """The map."""
        return shown(request, self.live.site.map())

    def map_data(self, request: Request) -> Response:
        """The points of the map."""
        return _sent(request, self.live.map(), "application/json", "no-cache")

    def method(self, request: Request) -> Response:
        """How it is made."""
        return shown(request, self.live.site.method())

    def status(self, request: Request) -> Response:
        """What there is, and how much it was asked."""
        return shown(request, self.live.site.status(self.live.graph.counted()))

    def manual(self, request: Request, *, account: Mapping[str, Any]) -> Response:
        """How programs ask, from the API's own account."""
        return shown(request, self.live.site.manual(account))

    def counting(self, request: Request) -> Response:
        """What is counted."""
        refused = refuses(request.headers)
        off = NOT_COUNTED in request.cookies
        return shown(request, self.live.site.counted(off=off, refused=refused))

    async def set_counting(self, request: Request) -> Response:
        """Remember whether a visitor wants to be counted."""
        given = await _form(request)
        answer = RedirectResponse("/counting", 303)
        if given.get("count") == "no":
            answer.set_cookie(NOT_COUNTED, "1", max_age=_YEAR, httponly=True, samesite="strict")
        else:
            answer.delete_cookie(NOT_COUNTED, httponly=True, samesite="strict")
        return answer

    async def choose(self, request: Request) -> Response:
        """Write down what was chosen among what was shown, and lead on to it."""
        given = await _form(request)
        chosen = given.get("chosen", "")
        known = self.visitors.shown(given.get("ticket", ""))
        site = self.live.site
        if chosen not in site.graph.snapshot.catalogue.place:
            return self.missing("There is no such artifact to choose.")
        if known and chosen in known.shown and self.settings.record and counted(request):
            await run_in_threadpool(self._record, known, chosen, self.visitors.actor(request))
        return RedirectResponse(site.links.artifact(chosen), 303)

    def asset(self, request: Request) -> Response:
        """A style, a script or a licence, by its name among those that there are."""
        asset = assets().get(request.path_params["name"])
        if asset is None:
            return self.missing("There is no such file here.")
        lasts = f"public, max-age={_YEAR}, immutable" if request.query_params.get("v") else "no-cache"
        return _sent(request, asset.content, asset.kind, lasts)

    def missing(self, text: str, near: tuple[str, ...] = (), status: int = 404) -> Response:
        """A page that says so."""
        title = "Not here" if status == 404 else "That cannot be answered"
        return HTMLResponse(self.live.site.message(title, text, near), status)

    def _asked(self, request: Request) -> Asked:
        query = " ".join(plain(request.query_params.get("q", "")).split())
        filters = filters_of(request.query_params.getlist)
        without = _names(request.query_params.getlist("without"))
        asked = Asked(query[:LONGEST_QUERY], filters, without)
        if not query:
            return asked
        if len(query) > LONGEST_QUERY:
            return replace(asked, error=f"A query may have {LONGEST_QUERY} characters; this has {len(query):,}.")
        try:
            asked = replace(asked, k=_how_many(request.query_params.get("k", str(RESULTS))))
            explore, seed = self.settings.explore, secrets.randbits(31)
            answer = self.live.graph.search(
                query, asked.k, filters.where(), explore=explore, seed=seed, without=without
            )
        except MatchGraphError as refused:
            return replace(asked, error=str(refused))
        ids = tuple(item.artifact_id for item in answer)
        drawn = tuple(item.artifact_id for item in answer if item.explored)
        # A score with parts switched off is looked at, not trusted: what is chosen by it is no evidence.
        telling = self.settings.record and ids and not without and counted(request)
        ticket = self.visitors.ticket(Shown(query, ids, drawn)) if telling else None
        return replace(asked, answer=answer, ticket=ticket)

    def _recommended(self, wanted: Wanted) -> RecommendAnswer:
        sides = {side: getattr(wanted, side).where() for side in ("must", "prefer", "avoid")}
        if len(wanted.neither) not in (0, 2):
            raise QuestionError("neither: name the two, between commas.")
        neither = (wanted.neither[0], wanted.neither[1]) if wanted.neither else None
        if wanted.seed and not (wanted.seed.isascii() and wanted.seed.isdigit()):
            raise QuestionError(f"the seed is {wanted.seed!r}: wanted a whole number.")
        return self.live.graph.recommend(
            wanted.like,
            wanted.unlike,
            to_replace=wanted.to_replace or None,
            neither=neither,
            need=wanted.need or None,
            mode=wanted.mode,
            **sides,
            relax=wanted.relax,
            k=_RECOMMENDED,
            seed=int(wanted.seed or 0),
        )

    def _record(self, known: Shown, chosen: str, actor: str) -> None:
        place = self.live.graph.snapshot.catalogue.place
        told = [artifact_id for artifact_id in known.shown if artifact_id in place]
        drawn = [artifact_id for artifact_id in known.explored if artifact_id in place]
        self.live.graph.record(
            query=known.query, shown=told, explored=drawn, chosen=chosen, actor=actor, channel=Channel.HUMAN
        )


def shown(request: Request, page: str, status: int = 200) -> Response:
    """A page; one that the browser has already is not sent again."""
    return _sent(request, page.encode(), "text/html; charset=utf-8", "private, no-cache", status)


def _sent(request: Request, content: bytes, kind: str, lasts: str, status: int = 200) -> Response:
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": lasts}
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, kind)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; the first value of each."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _names(values: list[str]) -> tuple[str, ...]:
    parts = (plain(part).strip() for value in values for part in value[:2_000].split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:_NAMES]


def _how_many(written: str) -> int:
    """How many results are asked for, where a page shows so many."""
    stated = int(written) if written.isdecimal() and len(written) < 6 else written
    return whole_given(stated, "k", 1, MOST_RESULTS)


def _read(written: str) -> str:
    """The id that a slug writes, or the text itself where it is no slug."""
    return unslug(written) or written
