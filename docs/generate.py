"""Write docs/reference/ and openapi.json from the code; --check only says what is stale."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args, get_origin

import msgspec
import typer

from matinee import parts
from matinee.cli.main import app
from matinee.cli.settings import described
from matinee.server.health import description
from matinee.service import Config
from matinee.types import Event
from matinee.types.event import ABOUT_A_TITLE, EXAMPLES, GROUPS, EventEnvelope, feedback

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by docs/generate.py from the code: change the code, then run `make docs`. -->"

PROTOCOLS = {
    "source": parts.Source,
    "ranker": parts.Ranker,
    "row": parts.RowMaker,
    "layout": parts.Layout,
    "artwork": parts.ArtworkPolicy,
    "metric": parts.Metric,
    "aspect": parts.Aspect,
    "spread": parts.Spread,
    "protocol": parts.EvaluationProtocol,
    "reader": parts.Reader,
}


def main(arguments: Sequence[str]) -> int:
    """Write every page, or compare; return the exit code."""
    stale = []
    for name, text in written():
        file = ROOT / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"not what the code says: {', '.join(stale)}; run `make docs`", file=sys.stderr)
        return 1
    return 0


def written() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file that is made from the code."""
    yield "openapi.json", description().decode()
    for name, page in PAGES.items():
        yield f"docs/reference/{name}", f"{NOTE}\n\n" + "\n".join(page()).rstrip() + "\n"


def parts_page() -> Iterator[str]:
    """Every registered part of this package, by family, with its settings."""
    yield "# Parts"
    yield ""
    yield "What the engine, training and evaluation are put together from. A setting of a part is"
    yield "a field of its class: in `matinee.toml` write `{ name = { field = value } }` where the"
    yield "name alone would do. Other packages add parts: see [a plug-in](../how-to/plug-in.md)."
    for family in parts.FAMILIES:
        yield from ("", f"## {family}", "", _doc(PROTOCOLS[family]))
        for name in parts.names(family):
            cls = parts.load(family, name)
            if not cls.__module__.startswith("matinee."):
                continue
            yield from ("", f"### `{name}`", "", _doc(cls))
            if family != "reader":  # opened with a path or a folder, not with settings
                yield ""
                yield from _settings(cls)


def settings_page() -> Iterator[str]:
    """Every key of the settings file."""
    yield "# Settings"
    yield ""
    yield "One TOML file, `matinee.toml` in the data folder; `matinee init` writes one with every"
    yield "key as a comment. A key is overridden by the environment as `MATINEE__SECTION__KEY`, and"
    yield "an unknown one is refused with the known ones listed. `matinee config check` says"
    yield "whether all holds, `matinee config show` what holds."
    for section in msgspec.structs.fields(Config):
        yield from ("", f"## `[{section.name}]`", "", _doc(section.type), "")
        yield from ("| key | type | default | |", "|---|---|---|---|")
        documented = _attribute_docs(section.type)
        for field in msgspec.structs.fields(section.type):
            words = described(field.type) or documented.get(field.name, "")
            default = _shown(_struct_default(field))
            yield f"| `{field.encode_name}` | `{_type(field.type)}` | {default} | {_cell(words)} |"


def cli_page() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Command line"
    yield ""
    yield "Exit codes: 0 done; 1 it ran, and what it checked did not hold; 2 wrong use or input;"
    yield "130 stopped by Ctrl-C. `MATINEE_HOME` names the data folder where `--home` does not,"
    yield "`MATINEE__SECTION__KEY` overrides a [setting](settings.md), and `MATINEE_TRACEBACK=1`"
    yield "shows where an error came from."
    yield from _command(typer.main.get_command(app), "matinee")


def events_page() -> Iterator[str]:
    """Every kind of event by group, with its own fields and an example."""
    yield "# Events"
    yield ""
    yield "What `POST /v1/events` takes and the log keeps. Each kind has the fields of the envelope"
    yield "and its own, flat beside them. *Explicit* kinds are opinions that a person meant as"
    yield "such; *implicit* ones tell by what was done. `GET /v1/events/schema` gives the same as"
    yield "JSON Schema, and there `x-feedback` says which of the two a kind is."
    yield from ("", "## Envelope", "", _doc(EventEnvelope), "")
    yield from _struct_table(EventEnvelope, set())
    envelope = {field.name for field in msgspec.structs.fields(EventEnvelope)}
    structs = {kind.__struct_config__.tag: kind for kind in get_args(Event)}
    for group, tags in GROUPS.items():
        yield from ("", f"## {group}")
        for tag in tags:
            needs = " Needs a `title_id`." if tag in ABOUT_A_TITLE else ""
            said = f"{feedback(tag).capitalize()}. {_doc(structs[tag])}{needs}"
            yield from ("", f"### `{tag}`", "", said, "")
            yield from _struct_table(structs[tag], envelope)
            yield from ("", "```json", _example(EXAMPLES[tag]), "```")


def _example(event: Mapping[str, Any]) -> str:
    """Return an event as JSON in lines of at most about 95 characters."""
    pieces = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in event.items()]
    lines, line = [], ""
    for piece in pieces:
        if line and len(line) + len(piece) > 94:
            lines.append(line + ",")
            line = piece
        else:
            line = f"{line}, {piece}" if line else piece
    return "{" + "\n ".join([*lines, line]) + "}"


def api_page() -> Iterator[str]:
    """Every path of the HTTP API."""
    document = json.loads(description())
    yield "# HTTP API"
    yield ""
    yield "The whole of it with all schemas is in `openapi.json`, which a server also gives at"
    yield "`/openapi.json`, and as a page to read at `/docs`."
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            yield from ("", f"## `{method.upper()} {path}`", "")
            said = (operation.get("summary", ""), operation.get("description", ""))
            yield " ".join(_cell(words).rstrip(".") + "." for words in said if words)
            parameters = operation.get("parameters", [])
            if parameters:
                yield from ("", "| parameter | in | |", "|---|---|---|")
            for parameter in parameters:
                need = "required. " if parameter.get("required") else ""
                words = _cell(need + parameter.get("description", ""))
                yield f"| `{parameter['name']}` | {parameter['in']} | {words} |"
            answers = (
                f"{code} {_cell(answer.get('description', ''))}".strip()
                for code, answer in sorted(operation["responses"].items())
            )
            yield from ("", f"Answers: {'; '.join(answers)}.")


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "parts.md": parts_page,
    "settings.md": settings_page,
    "cli.md": cli_page,
    "events.md": events_page,
    "api.md": api_page,
}


def _command(command: Any, path: str) -> Iterator[str]:
    nested = getattr(command, "commands", None)
    if nested is not None:
        if path != "matinee":
            yield from ("", f"## `{path}`", "", inspect.cleandoc(command.help or ""))
        for name in nested:
            yield from _command(nested[name], f"{path} {name}")
        return
    yield from ("", f"## `{path}`", "", inspect.cleandoc(command.help or ""), "")
    shown = [one for one in command.params if one.name != "help"]
    if not shown:
        return
    yield from ("| argument, option | default | |", "|---|---|---|")
    for one in shown:
        option = one.param_type_name == "option"
        names = "`, `".join(one.opts) if option else one.metavar or one.name
        words = _cell(getattr(one, "help", "") or "")
        yield f"| `{names}` | {'required' if one.required else _shown(one.default)} | {words} |"


def _settings(cls: type) -> Iterator[str]:
    if not is_dataclass(cls) or not fields(cls):
        yield "No settings."
        return
    documented = _attribute_docs(cls)
    yield from ("| setting | type | default | |", "|---|---|---|---|")
    for field in fields(cls):
        if not field.init:
            continue
        default = field.default if field.default is not MISSING else None
        if field.default_factory is not MISSING:
            default = field.default_factory()
        words = _cell(documented.get(field.name, ""))
        yield f"| `{field.name}` | `{_type(field.type)}` | {_shown(default)} | {words} |"


def _struct_table(cls: type[msgspec.Struct], left_out: set[str]) -> Iterator[str]:
    own = [field for field in msgspec.structs.fields(cls) if field.name not in left_out]
    if not own:
        yield "No fields of its own."
        return
    yield from ("| field | type | default |", "|---|---|---|")
    for field in own:
        default = "required" if field.required else _shown(field.default)
        yield f"| `{field.encode_name}` | `{_type(field.type)}` | {default} |"


def _attribute_docs(cls: type) -> dict[str, str]:
    """Read the strings and trailing comments beside a class's fields, which Python drops."""
    source = dedent(inspect.getsource(cls))
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101  (getsource of a class is a class)
    text = source.splitlines()
    said: dict[str, str] = {}
    last = ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
            comment = text[(node.end_lineno or 1) - 1][node.end_col_offset or 0 :]
            if comment.strip().startswith("#"):
                said[last] = comment.strip().lstrip("# ")
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last:
            said[last] = " ".join(str(node.value.value).split())
        else:
            last = ""
    return said


def _struct_default(field: Any) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _doc(cls: object) -> str:
    return inspect.getdoc(cls) or ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _shown(value: object) -> str:
    if value is None or value == "" or callable(value):
        return "–"
    if isinstance(value, Mapping) and all(map(is_dataclass, value.values())):
        value = list(value)  # parts with their own settings, each on this page
    said = value if isinstance(value, Path) else msgspec.to_builtins(value)
    return f"`{_cell(json.dumps(said, ensure_ascii=False, default=str))}`"


def _type(kind: object) -> str:
    if isinstance(kind, str):
        return _cell(kind)
    if hasattr(kind, "__metadata__"):
        return _type(kind.__origin__)
    inner = get_args(kind)
    if not inner:
        return "null" if kind is type(None) else getattr(kind, "__name__", str(kind))
    origin = get_origin(kind)
    if getattr(origin, "__name__", "") == "Literal":
        return " \\| ".join(json.dumps(value) for value in inner)
    if getattr(origin, "__name__", "") in ("UnionType", "Union"):
        return " \\| ".join(map(_type, inner))
    shown = ", ".join("…" if one is Ellipsis else _type(one) for one in inner)
    return f"{getattr(origin, '__name__', origin)}[{shown}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
