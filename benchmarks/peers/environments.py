"""A virtual environment for each library, outside the repository; made once, kept."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Library:
    """What is installed, and how its process is told to use two cores."""

    package: str
    version: str
    blas: int = 2
    """Threads of its linear algebra; implicit asks for one and brings threads of its own."""

    @property
    def pin(self) -> str:
        return f"{self.package}=={self.version}"


LIBRARIES = {
    "implicit": Library("implicit", "0.7.3", blas=1),
    "irspack": Library("irspack", "0.5.2"),
    "cornac": Library("cornac", "3.0.1"),
    "rectools": Library("rectools", "0.19.0"),
    "lightfm": Library("lightfm-next", "1.19.0"),
    "kindling": Library("kindling-rec", "1.0.4"),
}
OURS = "matinee"


def python_of(library: str, cache: Path) -> Path:
    """Return the interpreter of a library, after installing it if it is not there.

    Raises:
        RuntimeError: pip cannot install it; the message is its own last line.
    """
    if library == OURS:
        return Path(sys.executable)
    said = LIBRARIES[library]
    folder = cache / "environments" / said.pin
    python, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, said.pin], capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no word why"]
            msg = f"{said.pin} cannot be installed: {lines[-1]}"
            raise RuntimeError(msg)
        stamp.touch()
    return python


def surroundings(library: str) -> dict[str, str]:
    """Return the environment variables that give a library's process two cores."""
    blas = "2" if library == OURS else str(LIBRARIES[library].blas)
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return {
        **kept,
        **dict.fromkeys(names, blas),
        "OMP_NUM_THREADS": "2",
        "NUMBA_NUM_THREADS": "2",
        "RAYON_NUM_THREADS": "2",
        "PYTHONPATH": str(HERE),
    }
