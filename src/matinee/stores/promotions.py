"""Which bundles were made live, one after the other, and which one a rollback returns to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from matinee.types import BundleId, Moment

__all__ = ["Promotion", "appended", "earlier", "nothing_before", "parsed", "written"]

_KEPT = 1000  # promotions that are remembered
_BACK = "back"


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was made live. The newest is the live one."""

    bundle: BundleId
    at: Moment | None = None
    """When, if whoever promoted it said so."""
    back: bool = False
    """Whether it was returned to by a rollback."""


def appended(history: Sequence[Promotion], newest: Promotion) -> list[Promotion]:
    """Return the history with one more; to promote what is live already adds nothing."""
    if history and history[-1].bundle == newest.bundle:
        return list(history)
    return [*history, newest][-_KEPT:]


def earlier(history: Iterable[Promotion], there: Callable[[BundleId], bool]) -> BundleId | None:
    """Return the bundle that was live before the live one was promoted, among those still there.

    A rollback undoes a promotion: another one goes back one further, never forth again.
    """
    stack: list[BundleId] = []
    for one in history:
        if one.back and one.bundle in stack:
            while stack[-1] != one.bundle:
                stack.pop()
        else:
            stack.append(one.bundle)
    live = stack.pop() if stack else None
    return next((bundle for bundle in reversed(stack) if bundle != live and there(bundle)), None)


def nothing_before(live: BundleId | None) -> LookupError:
    """Return the error of a rollback that has nowhere to go."""
    said = f"no bundle was live before {live}" if live else "no bundle was ever live"
    return LookupError(f"{said}; `matinee models list` shows which could be promoted")


def written(history: Sequence[Promotion]) -> str:
    """Return a history as text, a line each, the newest last."""
    return "".join(
        " ".join(
            (one.bundle, "-" if one.at is None else one.at.iso, *([_BACK] if one.back else []))
        )
        + "\n"
        for one in history
    )


def parsed(text: str) -> list[Promotion]:
    """Read what `written` wrote; a line may end after the bundle."""
    found = []
    for line in text.splitlines():
        bundle, at, back = [*line.split(), "-", ""][:3] if line.strip() else ("", "-", "")
        if bundle:
            moment = None if at == "-" else Moment.parse(at)
            found.append(Promotion(bundle=BundleId(bundle), at=moment, back=back == _BACK))
    return found
