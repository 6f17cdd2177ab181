"""Every artwork policy keeps the contract, and every built-in one is held to it."""

from __future__ import annotations

from matinee.artwork.policies.default import Default
from matinee.data.register import FAMILIES
from matinee.parts import load, names
from matinee.testing import ArtworkPolicyContract


class TestDefault(ArtworkPolicyContract):
    name = "default"
    policy = Default()


def test_every_built_in_policy_has_a_contract_class() -> None:
    built_in = {
        name
        for name in names("artwork")
        if load("artwork", name).__module__.startswith(FAMILIES["artwork"])
    }
    assert built_in == {cls.name for cls in ArtworkPolicyContract.__subclasses__()}
