"""The checked-in description is what the code says; run as a program, this file writes it."""

from __future__ import annotations

import json
from pathlib import Path

from matinee.server.health import description
from matinee.server.routes import ENDPOINTS

FILE = Path(__file__).resolve().parents[2] / "openapi.json"


def test_the_checked_in_description_is_what_the_code_says():
    assert FILE.read_bytes() == description(), "stale: run python tests/e2e/test_api_openapi.py"


def test_every_operation_is_described_with_its_answers():
    paths = json.loads(description())["paths"]
    for endpoint in ENDPOINTS:
        said = paths[endpoint.path.replace(":str}", "}")][endpoint.method.lower()]
        assert said["summary"].endswith(".")
        assert {str(int(endpoint.status)), "4XX"} <= set(said["responses"])


def test_every_reference_in_the_description_leads_somewhere():
    tree = json.loads(description())
    names = set(tree["components"]["schemas"])
    found = set()

    def look(node: object) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                found.add(node["$ref"].removeprefix("#/components/schemas/"))
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(tree["paths"])
    look(tree["components"])
    assert found <= names
    assert len(found) > 30


if __name__ == "__main__":
    FILE.write_bytes(description())
