"""Whether a thing can be run without anybody's server, as far as its type and licence tell."""

from __future__ import annotations

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


def runs_offline(kind: str, license: str | None) -> bool | None:
    """Whether it runs offline; None where that does not follow from what is stated.

    >>> runs_offline("model", "MIT"), runs_offline("api", "MIT"), runs_offline("model", None)
    (True, False, None)
    """
    if kind in _SERVED:
        return False
    held = license_class(license)
    if kind not in _HELD or held is None:
        return None
    return held is not LicenseClass.CLOSED
