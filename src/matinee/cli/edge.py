"""The edge of every command: one clear line for what went wrong, and the exit code that says it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

__all__ = ["CHECK_FAILED", "INTERRUPTED", "WRONG_INPUT", "edge"]

CHECK_FAILED = 1
"""It ran, and what it checked did not hold."""
WRONG_INPUT = 2
"""Wrong use or input."""
INTERRUPTED = 130
"""Ctrl-C, as shells count it."""

_OURS = frozenset({KeyError, IndexError, NotImplementedError, RecursionError})

P = ParamSpec("P")


def edge(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what the rooms raise at their border into one line on stderr and an exit code.

    A `KeyError`, say, is a mistake of ours, not of the person's, and keeps its traceback; so
    does everything when MATINEE_TRACEBACK is set.
    """

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            _say("stopped; what was written stays, run the same command again to go on")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except sqlite3.Error as error:
            _explain(error, f"the database cannot be used: {error}; see `matinee doctor`")
        except (OSError, ValueError, LookupError, RuntimeError) as error:
            if type(error) in _OURS:
                raise
            _explain(error, _words(error))

    return guarded


def _explain(error: Exception, words: str) -> None:
    if os.environ.get("MATINEE_TRACEBACK"):
        raise error
    _say(words)
    raise typer.Exit(WRONG_INPUT)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


def _say(words: str) -> None:
    print(f"matinee: {words}", file=sys.stderr)
