#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks text .cell files against docs/cell.schema.json, as an editor does.

usage: check.py [--text] FILE…   one line for each file: `FILE: ok`, or what is wrong; exit 1 if any file is wrong.
Needs the packages jsonschema and PyYAML; exit 77 where they are missing.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"missing: {error}")
    sys.exit(77)

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs" / "cell.schema.json"


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, which editors use: no octal, no base 60, no `yes`."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^([0-9]+|0x[0-9a-fA-F]+)$"), list("0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), ["~", "n", ""])


def integer(loader, node):
    return int(node.value, 16 if node.value.startswith("0x") else 10)


def mapping(loader, node):
    return {str(loader.construct_object(key)): loader.construct_object(value, deep=True) for key, value in node.value}


Core.add_constructor("tag:yaml.org,2002:int", integer)
Core.add_constructor("tag:yaml.org,2002:map", mapping)


def main():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for name in sys.argv[1:]:
        document = yaml.load(pathlib.Path(name).read_text(encoding="utf-8"), Loader=Core)
        kind = "cell" if isinstance(document, dict) and "cell" in document else "machine"
        chosen = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
        best = jsonschema.exceptions.best_match(chosen.iter_errors(document))
        if validator.is_valid(document):
            print(f"{name}: ok")
            continue
        wrong += 1
        place = "/".join(str(part) for part in best.absolute_path) if best else ""
        print(f"{name}: /{place}: {best.message if best else 'neither a machine nor a cell file'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
