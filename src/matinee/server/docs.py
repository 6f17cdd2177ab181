"""The API's reference as one plain page made from its description: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

__all__ = ["STYLE", "page"]

STYLE = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font: .9em/1.4 ui-monospace, monospace; }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
h2 code { font-size: 1.05rem; } h2 b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
thead { background: var(--soft); } a { color: inherit; }
"""


def page(description: Mapping[str, Any]) -> str:
    """Return HTML for an OpenAPI description."""
    info = description["info"]
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(info['title'])} API</title>",
            '<link rel="stylesheet" href="/docs.css"></head><body>',
            f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>",
            '<p>The same for machines: <a href="/openapi.json">openapi.json</a>. Errors are ',
            f"{_link('Problem')} as <code>application/problem+json</code>.</p>",
            *_operations(description["paths"]),
            "<h1>Shapes</h1>",
            *_shapes(description["components"]["schemas"]),
            "</body></html>",
        )
    )


def _operations(paths: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, said in methods.items():
            yield f'<section id="{escape(said["operationId"])}"><h2><b>{method.upper()}</b> '
            yield f"<code>{escape(path)}</code></h2><p>{_words(said['summary'])}</p>"
            if "description" in said:
                yield f"<p>{_words(said['description'])}</p>"
            if said["parameters"]:
                yield _table("Parameters", [_parameter(one) for one in said["parameters"]])
            if "requestBody" in said:
                yield f"<p>Body: {_content(said['requestBody'])}</p>"
            yield "<p>Answers: "
            yield ", ".join(f"{s} {_content(said['responses'][s])}" for s in said["responses"])
            yield f". Scope: <code>{escape(said['x-scope'])}</code></p></section>"


def _shapes(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        yield f'<section id="shape-{escape(name)}"><h2><code>{escape(name)}</code></h2>'
        yield f"<p>{_words(schema.get('description', ''))}</p>"
        required = schema.get("required", ())
        rows = [
            (name, _kind(kind), "yes" if name in required else "", kind.get("description", ""))
            for name, kind in schema.get("properties", {}).items()
        ]
        if rows:
            yield _table("Fields", rows)
        yield "</section>"


def _parameter(said: Mapping[str, Any]) -> tuple[str, str, str, str]:
    need = "yes" if said["required"] else ""
    return said["name"], _kind(said["schema"]), need, said.get("description", "")


def _table(caption: str, rows: list[tuple[str, str, str, str]]) -> str:
    lines = [
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{need}</td>"
        f"<td>{_words(words)}</td></tr>"
        for name, kind, need, words in rows
    ]
    return (
        f"<table><caption>{caption}</caption><thead><tr><th>name</th><th>kind</th>"
        f"<th>required</th><th></th></tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _content(said: Mapping[str, Any]) -> str:
    kinds = [_kind(one["schema"]) for one in said.get("content", {}).values()]
    return " or ".join(kinds)


def _kind(schema: Mapping[str, Any]) -> str:
    """Return a schema in a few words of HTML."""
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_kind, schema["anyOf"])))
    if "enum" in schema:
        return " ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = [str(schema.get("type", "anything"))]
    words += [f"{sign} {schema[key]}" for key, sign in _BOUNDS.items() if key in schema]
    if schema.get("default") is not None:
        words.append(f"(default {schema['default']})")
    return escape(" ".join(words))


_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "format": ""}


def _link(name: str) -> str:
    return f'<a href="#shape-{escape(name)}"><code>{escape(name)}</code></a>'


def _words(text: str) -> str:
    """Return text with `code` marked up."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
