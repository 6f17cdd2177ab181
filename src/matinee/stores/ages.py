"""How old bundles are by what they know: one that an erasure wrote anew is no newer for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from matinee.stores.manifest import created
from matinee.stores.protocols import BundleStore
from matinee.types import BundleId, Moment

__all__ = ["Aged", "by_age"]


class Aged(NamedTuple):
    """A bundle, and the moment up to which its models know."""

    at: Moment
    bundle: BundleId
    manifest: Mapping[str, Any]
    """Empty where it cannot be read."""


def by_age(bundles: BundleStore) -> list[Aged]:
    """Return every bundle, the one that knows least of late first; damaged ones by their names."""
    found = []
    for bundle in bundles.all():
        try:
            manifest = bundles.manifest(bundle)
        except LookupError:  # removed meanwhile
            continue
        except ValueError:
            manifest = {}
        found.append(Aged(_known(bundle, manifest), bundle, manifest))
    return sorted(found, key=lambda one: one.at)


def _known(bundle: BundleId, manifest: Mapping[str, Any]) -> Moment:
    try:
        return Moment.parse(manifest["data"]["at"])
    except (KeyError, TypeError, ValueError):  # saved by somebody who did not say
        return created(bundle, manifest)
