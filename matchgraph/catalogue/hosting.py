"""Whether a thing can be run without anybody's server, as far as its listing, its type and its licence tell."""

from __future__ import annotations

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import Known
from matchgraph.catalogue.licenses import LicenseClass, license_class
from matchgraph.catalogue.records import ArtifactType

# What one holds in one's hands once it is downloaded, and what is a service whoever runs it.
_HELD = frozenset(
    {
        ArtifactType.MODEL,
        ArtifactType.FINE_TUNE,
        ArtifactType.DATASET,
        ArtifactType.BENCHMARK,
        ArtifactType.REPOSITORY,
        ArtifactType.PACKAGE,
        ArtifactType.FRAMEWORK,
        ArtifactType.CLI,
        ArtifactType.PROMPT,
        ArtifactType.TEMPLATE,
    }
)
_SERVED = frozenset({ArtifactType.API, ArtifactType.PLATFORM})
# What a listing says outright counts before what follows from type and licence; of two sayings the later here.
_FLAGS = (("remote", True, False), ("open_weights", False, False), ("open_weights", True, True))
_TAGS = (
    (frozenset({"hosted", "hosted api", "saas", "cloud only"}), False),
    (frozenset({"runs offline", "offline", "self-hosted", "self hosted", "on-device", "open weights"}), True),
)


def runs_offline(kind: str, license: str | None) -> bool | None:
    """Whether it runs offline; None where that does not follow from type and licence.

    >>> runs_offline("model", "MIT"), runs_offline("api", "MIT"), runs_offline("model", None)
    (True, False, None)
    """
    if kind in _SERVED:
        return False
    held = license_class(license)
    if kind not in _HELD or held is None:
        return None
    return held is not LicenseClass.CLOSED


def offline(catalogue: Catalogue) -> Known:
    """Which artifacts run offline: by their own flags and tags, else by type and licence."""
    types, licenses = catalogue.column("type"), catalogue.column("license")
    pairs, which = np.unique(types.codes * len(licenses.texts) + licenses.codes, return_inverse=True)
    follows = [
        runs_offline(str(types.texts[pair // len(licenses.texts)]), licenses.texts[pair % len(licenses.texts)])
        for pair in pairs
    ]
    met = np.array([bool(each) for each in follows])[which]
    stated = np.array([each is not None for each in follows])[which]
    for key, flag, meaning in _FLAGS:
        places, rows = catalogue.observed(key)
        said = places[np.array([each is flag for each in rows["flag"].to_pylist()], bool)]
        met[said], stated[said] = meaning, True
    for tags, meaning in _TAGS:
        said = catalogue.column("tags").holding(tags.__contains__)
        met[said], stated[said] = meaning, True
    return Known(met, stated)
