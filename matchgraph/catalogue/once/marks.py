"""What an artifact is known by wherever it is spoken of: its repository, page, packages, name, maker and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matchgraph.catalogue.origin import SAME_AS
from matchgraph.catalogue.quantities import listed
from matchgraph.catalogue.records import Artifact, ArtifactType

_FORGES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "gitee.com")
# What is under these paths of a host has one name there, as a package has in its registry.
_REGISTRIES = (
    ("pypi", re.compile(r"pypi\.org/project/([^/]+)")),
    ("npm", re.compile(r"npmjs\.com/package/((?:@[^/]+/)?[^/]+)")),
    ("ollama", re.compile(r"ollama\.com/library/([^/]+)")),
    ("huggingface-datasets", re.compile(r"huggingface\.co/datasets/([^/]+(?:/[^/]+)?)")),
    ("huggingface", re.compile(r"huggingface\.co/(?!datasets/|spaces/|docs/|papers/)([^/]+/[^/]+)")),
)
_PACKAGE_FACTS = {"pypi": "pypi", "pypi_package": "pypi", "npm": "npm", "npm_package": "npm"}
# Importers give these ids; what follows is the whole name there, where it is one.
_REGISTRY_IDS = (
    ("pypi", re.compile(r"pypi:(.+)")),
    ("npm", re.compile(r"npm:(.+)")),
    ("huggingface", re.compile(r"hf:([^/]+/[^/]+)")),
    ("huggingface-datasets", re.compile(r"hfds:(.+)")),
)
_ADDRESS = re.compile(r"(?:git\+|https?://|ssh://|git@)+(?:www\.)?([^/:?#@\s]+)(?::\d+)?[/:]?([^?#\s]*)", re.IGNORECASE)
_WITHIN = re.compile(r"/(?:-/)?(?:tree|blob|src)/[^/]+/(.+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:[bmk]\b)?")
_OWNED = re.compile(r"\s*@?[\w.-]+/([\w.-]+)\s*")
_NOTES = re.compile(r"\([^)]*\)|\[[^]]*\]")
_WORD = re.compile(r"[^\W_]{3,}")
_ENDING = re.compile(r"(?:ings?|ers?|ed|es|s|e)$")
_STEM = 3  # letters that a word keeps whatever its ending
_LEAST = 5  # letters of a name that is not chosen twice for a domain
_MOST_WORDS = 80  # of a description; what a thing is stands at its front

# Words that descriptions of unlike things share.
_COMMON = listed(
    "able about access across advanced all allow also alternative and any app application are automatic base "
    "based best better build building business but can client cloud code company complete control create custom "
    "customizable data designed desktop develop developer development device different docker each easily easy "
    "effortless engine every experience fast feature flexible focus for framework free friendly from full has "
    "have help high host hosted ide includ instance integration interface into its keep like local lot make "
    "manage management many mobile modern more most multiple need network new next nice not offline one online "
    "open organize other over own performance personal platform powerful privacy private product productivity "
    "provid python real run scalable secure security self server service set simple simplify small software "
    "solution source stack start such support system team than that the them these this those tool use user using "
    "via way web website when where which who with without work workflow world write written you your"
)


class Kind(StrEnum):
    """Which things can be one: those of two kinds never are, though they stand in one repository."""

    SOFTWARE = "software"
    MODEL = "model"
    DATA = "dataset"
    SERVER = "mcp-server"
    AGENT = "agent"
    API = "api"
    TEXT = "text"


_KINDS = {
    ArtifactType.MODEL: Kind.MODEL,
    ArtifactType.FINE_TUNE: Kind.MODEL,
    ArtifactType.DATASET: Kind.DATA,
    ArtifactType.BENCHMARK: Kind.DATA,
    ArtifactType.MCP_SERVER: Kind.SERVER,
    ArtifactType.AGENT: Kind.AGENT,
    ArtifactType.API: Kind.API,
    ArtifactType.PROMPT: Kind.TEXT,
    ArtifactType.SKILL: Kind.TEXT,
    ArtifactType.TEMPLATE: Kind.TEXT,
    ArtifactType.WORKFLOW: Kind.TEXT,
}


def kind_of(type_: ArtifactType) -> Kind:
    """Which kind of thing an artifact of that type is."""
    return _KINDS.get(type_, Kind.SOFTWARE)


@dataclass(frozen=True, slots=True)
class Marks:
    """What one artifact is known by; None or nothing where it is not stated."""

    artifact_id: str
    kind: Kind
    type: ArtifactType
    name: str  # its letters and digits
    numbers: frozenset[str]  # in the name: versions and sizes
    coined: bool  # whether no dictionary has the name: of several words, or with capitals inside
    source: str | None
    maker: str | None
    repository: str | None  # host/owner/name
    part: str | None  # the folder of the repository that it is
    package: str | None  # as its source calls it, without the scope
    packages: frozenset[tuple[str, str]]  # registry and name there
    page: str | None  # its own, host/path
    called: frozenset[str]  # ids among its aliases
    stands_for: frozenset[str]  # ids that were merged into it before
    linked: frozenset[str]  # ids that it declares a link to
    artifact: Artifact  # which the words are taken from, where they are asked for

    @property
    def words(self) -> frozenset[str]:
        """The words that tell what it is, without endings."""
        return telling_words(self.artifact)

    @property
    def others(self) -> frozenset[str]:
        """Ids that it is also known by, or may be."""
        return self.called | self.stands_for

    @property
    def home(self) -> str | None:
        """The host of its page, where that is its own: it has no path, or the name is in it."""
        host, _, path = (self.page or "").partition("/")
        return host or None if not path or self.name in re.sub(r"[^a-z0-9]", "", host) else None

    @property
    def whole(self) -> bool:
        """Whether it goes by nothing but the name of its repository."""
        return bool(self.repository) and self.names_repository and not (self.part or self.package)

    @property
    def names_repository(self) -> bool:
        """Whether its repository, where it states one, has its name."""
        return not self.repository or self.name == name_key(self.repository.rpartition("/")[2])

    @property
    def owns_repository(self) -> bool:
        """Whether its repository, where it states one, has its name, or is of an owner who has."""
        if not self.repository:
            return True
        owner, name = map(name_key, self.repository.split("/")[1:])
        return owner + name == self.name or any(_begins(self.name, each) for each in (owner, name))

    @property
    def owns_domain(self) -> bool:
        """Whether its page is on a domain of its name, and the name is long enough for that to say something."""
        labels = (self.home or "").rsplit(".", 2)[:-1]
        return len(self.name) >= _LEAST and bool(labels) and re.sub(r"[^a-z0-9]", "", labels[-1]) == self.name


def marks_of(artifact: Artifact) -> Marks:
    """What the artifact is known by."""
    host, path = _address(artifact.url)
    repository = repository_in(_text(artifact, "github")) or repository_in(artifact.url)
    within = _WITHIN.search(path) if host in _FORGES else None
    own_page = artifact.url if host and host not in _FORGES else _text(artifact, "homepage")
    package = _text(artifact, "package_name")
    name = name_key(artifact.name)
    return Marks(
        artifact_id=artifact.artifact_id,
        kind=kind_of(artifact.type),
        type=artifact.type,
        name=name,
        numbers=frozenset(_NUMBER.findall(_unowned(artifact.name).casefold())),
        coined=bool(re.search(r"\S\s+\S|[a-z0-9][A-Z]|[A-Z]{2}[a-z]|\w[.!]\w", artifact.name.strip())),
        source=artifact.source,
        maker=" ".join((artifact.maker or "").casefold().split()) or None,
        repository=repository,
        part=within[1].strip("/").casefold() if within else None,
        package=_unowned(package).casefold() if package else None,
        packages=_packages(artifact),
        page=_page(own_page),
        called=frozenset(each for each in artifact.aliases if re.search(r"[:/]", each)),
        stands_for=frozenset(key.removeprefix(SAME_AS) for key in artifact.facts if key.startswith(SAME_AS)),
        linked=frozenset(link.target for link in artifact.links),
        artifact=artifact,
    )


def name_key(name: str) -> str:
    """The name as its letters and digits, in one case, without its owner and notes in brackets; 1.3 is not 13.

    >>> name_key("Hi.Events (Archived)"), name_key("acme/OPT-1.3B")
    ('hievents', 'opt1.3b')
    """
    plain = re.sub(r"(?<!\d)\.|\.(?!\d)", "", _NOTES.sub("", _unowned(name)).casefold())
    return "".join(letter for letter in plain if letter.isalnum() or letter == ".") or name.casefold().strip()


def _unowned(name: str) -> str:
    owned = _OWNED.fullmatch(name)
    return owned[1] if owned else name


def _begins(one: str, other: str) -> bool:
    """Whether the shorter of two names is the beginning of the longer."""
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and long.startswith(short)


def telling_words(artifact: Artifact) -> frozenset[str]:
    """The words of a description and its tags that say what the thing is, without endings."""
    said = " ".join((artifact.description, *artifact.tags)).casefold()
    return frozenset(map(_stem, _WORD.findall(said)[:_MOST_WORDS])) - _STEMS


def _stem(word: str) -> str:
    bare = _ENDING.sub("", word)
    bare = bare[:-1] if bare != word and bare[-2:-1] == bare[-1:] else bare
    return bare if len(bare) >= _STEM else word


_STEMS = frozenset(map(_stem, _COMMON)) | _COMMON


def _text(artifact: Artifact, key: str) -> str | None:
    fact = artifact.facts.get(key)
    return fact.value.strip() or None if fact is not None and isinstance(fact.value, str) else None


def _address(url: str | None) -> tuple[str, str]:
    """Host and path of an address, the host in small letters."""
    found = _ADDRESS.match((url or "").strip())
    return (found[1].casefold(), found[2].strip("/")) if found else ("", "")


def repository_in(stated: str | None) -> str | None:
    """Host, owner and name of a repository that is stated as an address, or as owner/name on GitHub."""
    host, path = _address(stated)
    if not host and stated and re.fullmatch(r"[\w.-]+/[\w.-]+", stated):
        host, path = "github.com", stated
    parts = path.casefold().removesuffix(".git").split("/")
    return f"{host}/{parts[0]}/{parts[1].removesuffix('.git')}" if host in _FORGES and len(parts) > 1 else None


def _packages(artifact: Artifact) -> frozenset[tuple[str, str]]:
    """The names that registries have it under: by its facts, its address and its id."""
    host, path = _address(artifact.url)
    found = {(index, name) for key, index in _PACKAGE_FACTS.items() if (name := _text(artifact, key))}
    for index, form in _REGISTRIES:
        if match := form.fullmatch(f"{host}/{path}"):
            found.add((index, match[1]))
    for index, form in _REGISTRY_IDS:
        if match := form.fullmatch(artifact.artifact_id):
            found.add((index, match[1]))
    return frozenset((index, _spelled(index, name)) for index, name in found)


def _spelled(index: str, name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold() if index == "pypi" else name.casefold()


def _page(url: str | None) -> str | None:
    host, path = _address(url)
    return f"{host}/{re.sub(r'/?index[.]html?$', '', path)}".rstrip("/") if host and host not in _FORGES else None
