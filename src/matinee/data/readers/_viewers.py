"""Names for viewers whose data set knows them by number only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matinee.types import Account, Profile

__all__ = ["accounts_and_profiles", "viewer_names"]

_NAMES = """
Abeni Ada Adil Agnes Aiko Aino Alba Aldo Alina Alma Amadou Amara Ambrose Amina Anders Anneke
Anouk Anton Anwar Ari Aria Arlo Asa Asha Astrid Atlas Aurelio Aya Ayo Azra Bao Basil Bea Benno
Bibi Bilal Birgit Bo Bram Brigid Bruno Calla Camille Caspian Cato Celia Chidi Chiyo Clem Cleo
Cosima Cyrus Dalia Damaris Dania Dario Daya Delphine Demir Desta Dilan Dimitri Dina Dorian Edda
Edith Efua Eira Ekon Elian Elif Elio Ella Eloise Elva Emeka Emil Emre Enzo Esme Etta Ewa Ezra
Fadi Faro Fatou Faye Felix Fenna Fern Finn Fleur Flora Floris Freya Frida Gaia Gideon Gita Greta
Gus Hana Hanne Haru Hedda Hugo Ida Idris Ilse Imre Ines Ingrid Iona Ira Iris Isak Isla Ivo Jaya
Jet Joaquin Jonas Joss Juna Juno Kai Kaito Kamal Kari Kasper Kaya Keiko Kenji Kian Kiri Kofi
Kyra Lale Lars Leda Leif Leila Lena Leo Levi Lieve Lila Lior Liv Lorcan Lotte Lou Lucan Luna
Maeve Magnus Mai Malik Malin Malu Manon Mara Marek Margot Marisol Marlo Mateo Maud Mei Mercy
Mika Milan Milo Mina Mira Moa Moss Nadia Naoki Nara Nasim Nell Neve Nia Nico Nils Nina Noa Noor
Nora Obi Odile Ola Olive Omar Ona Orla Oscar Otis Otto Oumar Paloma Pau Pax Pelle Perla Petra
Pia Pim Piper Priya Quill Quincy Rafa Rana Ravi Remy Renske Rhea Rina Roan Roos Rosa Rowan Rumi
Runa Saba Sadie Sami Sana Sander Saskia Selma Sem Senna Sera Signe Silas Simone Siri Sol Soren
Suki Sunniva Suri Sven Tadeo Tamsin Tariq Tess Thea Theo Tilda Timo Tove Uma Una Uri Vada Vera
Vesna Vida Viggo Wanda Wes Wren Xan Ximena Yara Yuki Yusuf Zadie Zaid Zara Zeno Zia Zofia Zora
"""
_FIRST_NAMES = tuple(_NAMES.split())
_INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"


def viewer_names(count: int, *, seed: int) -> list[str]:
    """Return distinct friendly names: first names while they last, then with an initial.

    After some 6,000 of those, the rounds are numbered.
    """
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(_FIRST_NAMES))
    shuffled = [_FIRST_NAMES[place] for place in order]
    return [shuffled[k % len(shuffled)] + _ending(k // len(shuffled)) for k in range(count)]


def accounts_and_profiles(
    users: Sequence[str], *, prefix: str, seed: int
) -> Iterator[tuple[Account, Profile]]:
    """Yield an account and a profile for each user; profile ids are `prefix` + user."""
    for user, name in zip(users, viewer_names(len(users), seed=seed), strict=True):
        account = Account(account_id=f"{prefix}{user}-account", name=f"{name}’s household")
        yield (
            account,
            Profile(profile_id=f"{prefix}{user}", account_id=account.account_id, name=name),
        )


def _ending(turn: int) -> str:
    if turn == 0:
        return ""
    return f" {_INITIALS[turn - 1]}." if turn <= len(_INITIALS) else f" {turn}"
