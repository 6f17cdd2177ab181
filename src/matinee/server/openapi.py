"""The API's description, OpenAPI 3.1, made from the very types that decode and encode it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from matinee import __version__
from matinee.server.endpoint import Endpoint, NoBody
from matinee.server.problems import MEDIA_TYPE, Problem
from matinee.types import Event, Moment
from matinee.types.event import ABOUT_A_TITLE, EXAMPLES, SearchClick, feedback

__all__ = ["describe", "event_schema"]

_REFERENCE = "#/components/schemas/{name}"
_ID = {"type": "string", "pattern": "^[A-Za-z0-9._~:-]{1,128}$"}
Schema = dict[str, Any]


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the whole description as JSON-ready values; the same code, the same bytes."""
    types = list(dict.fromkeys(_types(endpoints), None))
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_schema, ref_template=_REFERENCE
    )
    of_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = endpoint.path.replace(":str}", "}")
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, of_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Matinee",
            "version": __version__,
            "summary": "A home page of one's own for every viewer.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
        },
    }


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema of every event kind, with what only the log asks for: titles.

    `x-feedback` says of each kind whether it is explicit or implicit; each has an example.
    """
    schema = msgspec.json.schema(Event, schema_hook=_schema)
    for kind in Event.__args__:
        said, tag = schema["$defs"][kind.__name__], kind.__struct_config__.tag
        said["x-feedback"] = feedback(tag)
        said["examples"] = [EXAMPLES[tag]]
        if tag in ABOUT_A_TITLE:
            said["required"] = [*said["required"], "title_id"]
            said["properties"]["title_id"] = _without_null(said["properties"]["title_id"])
        elif kind is SearchClick:
            title = {"type": "string"}
            said["if"] = {"properties": {"entity": {"const": "title"}}}
            said["then"] = {"required": ["title_id"], "properties": {"title_id": title}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _types(endpoints: Iterable[Endpoint]) -> Iterable[Any]:
    yield Problem
    for endpoint in endpoints:
        if endpoint.body is not NoBody:
            yield endpoint.body
        yield endpoint.returns
        for kinds in endpoint.also.values():
            yield from kinds


def _operation(endpoint: Endpoint, of_type: dict[Any, Schema]) -> dict[str, Any]:
    summary, _, rest = (endpoint.run.__doc__ or "").strip().partition("\n")
    said: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": summary,
        "x-scope": endpoint.scope,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        "responses": _responses(endpoint, of_type),
    }
    if rest.strip():
        said["description"] = " ".join(rest.split())
    if endpoint.body is not NoBody:
        content = {"application/json": {"schema": of_type[endpoint.body]}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = [piece[1:].partition(":")[0] for piece in endpoint.path.split("/") if "{" in piece]
    return [{"name": name, "in": "path", "required": True, "schema": _ID} for name in names]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    schema = msgspec.json.schema(endpoint.query, schema_hook=_schema)
    whole = schema["$defs"][endpoint.query.__name__]
    required = whole.get("required", [])
    parameters = []
    for name, kind in whole["properties"].items():
        plain = _without_null(kind)
        entry = {"name": name, "in": "query", "required": name in required, "schema": plain}
        if "description" in plain:
            entry["description"] = plain.pop("description")
        parameters.append(entry)
    return parameters


def _without_null(schema: Schema) -> Schema:
    """Return a query parameter's schema: it is left out, not null."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    plain = {k: v for k, v in schema.items() if k != "anyOf"} | (options[0] if options else {})
    if plain.get("default", ...) is None:
        del plain["default"]
    return plain


def _responses(endpoint: Endpoint, of_type: dict[Any, Schema]) -> dict[str, Any]:
    problem = {"content": {MEDIA_TYPE: {"schema": of_type[Problem]}}}
    responses = {
        str(int(endpoint.status)): {
            "description": endpoint.status.phrase,
            "content": {"application/json": {"schema": of_type[endpoint.returns]}},
        }
    }
    for status, kinds in endpoint.also.items():
        media = MEDIA_TYPE if status >= HTTPStatus.BAD_REQUEST else "application/json"
        content = {media: {"schema": {"anyOf": [of_type[kind] for kind in kinds]}}}
        responses[str(int(status))] = {"description": status.phrase, "content": content}
    responses.setdefault("4XX", {"description": "It cannot be done as asked", **problem})
    return responses


def _schema(kind: type) -> Schema:
    if kind is Moment:
        text = {"type": "string", "format": "date-time"}
        return {"anyOf": [text, {"type": "integer"}], "description": "RFC 3339, or epoch ms"}
    raise NotImplementedError(kind)
