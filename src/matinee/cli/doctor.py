"""`matinee doctor`: look the installation over, and say how to mend what is wrong."""

from __future__ import annotations

from dataclasses import asdict

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["doctor"]


def doctor(*, home: Home = HOME, json: Json = None) -> None:
    """Check folder, disk, settings, keys, events, models and site. Exit code 1: not all well."""
    from matinee.cli.checks import examine
    from matinee.cli.clock import now

    screen = Screen(json)
    findings = []
    for finding in examine(home, now=now()):
        findings.append(finding)
        screen.say(f"{'ok ' if finding.ok else 'BAD'}  {finding.check:<12} {finding.detail}")
        if finding.remedy:
            screen.say(f"     {'':<12} → {finding.remedy}")
    well = all(finding.ok for finding in findings)
    screen.report({"ok": well, "findings": [asdict(one) | {"ok": one.ok} for one in findings]})
    if not well:
        raise typer.Exit(CHECK_FAILED)
