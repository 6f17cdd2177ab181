"""Who and what an import meets: rows of those that are known, bare records for those to be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matinee.data.readers import Batch
from matinee.service.tally import ImportStores
from matinee.types import Account, Index, Profile, Title

__all__ = ["Roster"]


@dataclass(slots=True)
class Roster:
    """Asks the stores for all profiles at once, and again only when there may be new ones.

    What it says may be old: a profile that is unknown here is asked for again by the log.
    """

    stores: ImportStores
    _rows: dict[str, int] = field(default_factory=dict)
    _asked: bool = False

    def profiles(self, names: Sequence[str]) -> Index:
        """Return the row of each profile, −1 where it is unknown, int32."""
        if not self._asked:
            self.forget()
            self._rows = {name: row for row, name in enumerate(self.stores.profiles.ids())}
            self._asked = True
        find = self._rows.get
        return np.fromiter((find(name, -1) for name in names), np.int32, len(names))

    def titles(self, names: Sequence[str]) -> Index:
        """Return the row of each title, −1 where it is unknown, int32."""
        return self.stores.catalogue.snapshot().vocabulary.rows(names)

    def forget(self) -> None:
        """Ask the stores anew: profiles were made."""
        self._asked = False

    def missing(self, profiles: Iterable[str], titles: Iterable[str]) -> Batch:
        """Return bare records for those of these that nobody knows, named by their ids."""
        people, things = list(dict.fromkeys(profiles)), list(dict.fromkeys(titles))
        new = [name for name, row in zip(people, self.profiles(people), strict=True) if row < 0]
        bare = [name for name, row in zip(things, self.titles(things), strict=True) if row < 0]
        return Batch(
            titles=tuple(Title(title_id=name, name=name) for name in bare),
            accounts=tuple(Account(account_id=f"{name}-account") for name in new),
            profiles=tuple(
                Profile(profile_id=name, account_id=f"{name}-account", name=name) for name in new
            ),
        )
