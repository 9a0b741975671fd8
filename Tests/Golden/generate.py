#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes files/*.cell and expected.json; with --check, says whether what is committed is current (exit 1 if not).

expected.json: `files` maps a name to
  verdict  reads | refused
  why      in words
of a file that reads: kind, architecture, architectureInFile (revisions 12 and 13 do not say it), revision, trailing
(bytes behind the last array), warns (areas that must be warned of, others may be), and `cell` or `system`: the value
of every field; of one that is refused: areas, any one of which may be the rule that refuses it.
`sets` lists configurations that exist together and must be admitted where `errors` is empty.
"""
import json
import pathlib
import sys

import bad
import classic
import good

HERE = pathlib.Path(__file__).resolve().parent


def contents():
    """Every file that belongs here: path relative to this folder, bytes."""
    out, listing = {}, {}
    for source in (good, classic, bad):
        for name, data, entry in source.files():
            path = f"files/{name}.cell"
            assert path not in out, f"{name} twice"
            out[path] = data
            listing[name] = entry
    out["expected.json"] = (text({"files": listing, "sets": classic.SETS}) + "\n").encode()
    return out


def text(value, indent=""):
    """JSON with whatever fits on a line on one line, so that a change shows as a short difference."""
    short = json.dumps(value, sort_keys=True)
    if len(indent) + len(short) <= 150 or not isinstance(value, (dict, list)):
        return short
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {text(value[key], deeper)}" for key in sorted(value)]
        return "{\n" + ",\n".join(deeper + item for item in items) + "\n" + indent + "}"
    if all(isinstance(item, int) for item in value):
        return short
    return "[\n" + ",\n".join(deeper + text(item, deeper) for item in value) + "\n" + indent + "]"


def main():
    wanted = contents()
    present = {
        str(path.relative_to(HERE)): path.read_bytes()
        for path in [*HERE.glob("files/*"), *HERE.glob("expected.json")]}
    if "--check" in sys.argv:
        stale = sorted(path for path in wanted.keys() | present.keys() if wanted.get(path) != present.get(path))
        for path in stale:
            print(f"Tests/Golden/{path}: not what generate.py writes; run Tests/Golden/generate.py")
        return 1 if stale else 0
    (HERE / "files").mkdir(exist_ok=True)
    for path in present.keys() - wanted.keys():
        (HERE / path).unlink()
    for path, data in wanted.items():
        (HERE / path).write_bytes(data)
    print(f"{len(wanted) - 1} files, {sum(map(len, wanted.values()))} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
