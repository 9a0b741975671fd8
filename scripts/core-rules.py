#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the core's source must not contain. Usage: core-rules.py FOLDER_OR_FILE…; prints file:line: [rule] …; exit 1 if any.

The proofs rest on these rules (ARCHITECTURE.md, "Loops carry their invariant"): a loop that the explorer cannot see as an induction,
a pointer past the machine's accessors, or a trap that is not an obligation would be proved about nothing.
A rule looks at the text without comments and string contents; it is meant for honest authors, not for clever ones.
"""
import pathlib
import re
import sys

# Names that hide a loop, so that `for` is not the only way in.
HIDDEN_LOOPS = (
    r"\.(?:forEach|reduce|indices|enumerated|allSatisfy|reversed)\b|\.(?:contains|first|firstIndex)\s*\(\s*where"
    r"|\bstride\s*\(\s*from|\b(?:sequence|zip)\s*\(")
RULES = (
    ("import", r"(?m)^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public\s+|internal\s+|private\s+)?import\b", "the core imports nothing"),
    ("while", r"\bwhile\b", "`while`: loops go through Machine.loop"),
    ("repeat", r"\brepeat\b(?!\s*\()", "`repeat`: loops go through Machine.loop"),
    ("hidden-loop", HIDDEN_LOOPS, "a loop in disguise: loops go through Machine.loop"),
    ("pointer", r"\b(?:Unsafe\w+|OpaquePointer|AutoreleasingUnsafe\w*|CVaListPointer|withUnsafe\w*|unsafe\w+|Unmanaged|Builtin)\b"
     r"|\bunowned\s*\(\s*unsafe\s*\)|@_extern|@_silgen_name|@_cdecl|@c\b|\bunsafe\b",
     "pointers and unsafe operations exist only inside a Machine"),
    ("catch", r"\bcatch\b|\btry\?", "a refusal is not caught: in proofs a step's refusal has no reason that code could act by"),
    ("unnamed", r"(?<!func )\bloop\s*\(\s*(?![.\s])", "a loop's name is written where the loop is: proofs know it by that"),
    ("force", r"(?<=[\w)\]}>?])!(?!=)", "force unwrap, `try!` or `as!`"),
    ("unchecked", r"@unchecked\b|\bnonisolated\s*\(\s*unsafe\s*\)|@exclusivity\s*\(\s*unchecked",
     "a check of the compiler is turned off; a loop's body must not capture a variable"),
    ("floating-point", r"\b(?:Double|Float|Float16|Float32|Float64|Float80|CGFloat)\b", "no floating point in the core"),
    ("allocation", r"(?m)^\s*(?:public\s+|final\s+|open\s+|private\s+|internal\s+|indirect\s+)*(?:class|actor)\s+\w|\bindirect\b|\bany\s+[A-Z]",
     "classes, actors, indirect enums and existentials allocate"),
)
FOR = re.compile(r"\bfor\s+((?:[^,:{}()\n]|:\s*[\w.<>]+(?=\s+in\b)|\([^)\n]*\))+?)\s+in\s+([^{\n]+)")
INTEGER = r"(?:0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*)"
STATIC = re.compile(
    rf"\bstatic\s+(?:let|var)\s+(\w+)\s*(?::\s*[\w.]+\s*)?(?:=\s*{INTEGER}\s*$|\{{\s*{INTEGER}\s*\}})", re.M)


def stripped(text):
    """The text with comments and the contents of strings as blanks; line numbers and columns stay."""
    token = re.compile(r'#*"""|#*"|//[^\n]*|/\*|\n', re.S)
    out, position = [], 0

    def blank(piece):
        return re.sub(r"[^\n]", " ", piece)

    while position < len(text):
        match = token.search(text, position)
        if not match:
            out.append(text[position:])
            break
        out.append(text[position:match.start()])
        start, found = match.start(), match.group()
        if found == "\n":
            end = match.end()
            out.append("\n")
            position = end
            continue
        if found.startswith("//"):
            end = match.end()
        elif found == "/*":
            depth, end = 1, match.end()
            while depth and end < len(text):
                step = re.compile(r"/\*|\*/").search(text, end)
                if not step:
                    end = len(text)
                    break
                depth += 1 if step.group() == "/*" else -1
                end = step.end()
        else:
            hashes = found.count("#")
            quote = found[hashes:]
            closing = re.compile(
                (r"(?<!\\)" if not hashes else "") + re.escape(quote + "#" * hashes) + ("" if quote == '"""' else r"|\n"))
            step = closing.search(text, match.end())
            end = step.end() if step else len(text)
        out.append(blank(text[start:end]))
        position = end
    return "".join(out)


def constants(texts):
    """Names of static constants with an integer literal for a value."""
    return {name for text in texts for name in STATIC.findall(text)}


def constant_range(expression, known):
    """True where the text is `A..<B` or `A...B` of integer literals and static constants."""
    parts = re.split(r"\.\.\.|\.\.<", expression.strip())
    def constant(part):
        part = re.sub(rf"^U?Int\d*\(({INTEGER})\)$", r"\1", part.strip()).strip("()")
        qualified = re.fullmatch(r"(?:[A-Z]\w*\.)+(\w+)", part)
        return re.fullmatch(INTEGER, part) or (qualified and qualified.group(1) in known)
    return len(parts) == 2 and all(constant(part) for part in parts)


def findings(path, text, known):
    for rule, pattern, why in RULES:
        for match in re.finditer(pattern, text):
            at = match.start() + len(match.group()) - len(match.group().lstrip())
            yield text.count("\n", 0, at) + 1, rule, why
    for match in FOR.finditer(text):
        if not constant_range(match.group(2), known):
            line = text.count("\n", 0, match.start()) + 1
            yield line, "for", f"bare `for` over `{match.group(2).strip()}`: only over constant bounds, else Machine.loop"


NAMED = re.compile(r"\b(?<!func )(loop|step)\s*\(\s*([^,\n]*)|\bProvedStep(\.[^\n;{]*)")


def repeated(texts):
    """Names of loops and steps that stand at two places: a proof about one would be taken for a proof about the other."""
    seen = {}
    for path, text in texts.items():
        # The declarations themselves are no use of a name.
        for match in NAMED.finditer(re.sub(r"enum\s+(Loop|ProvedStep)\b[^}]*\}|_ name: (Loop|ProvedStep)", lambda m: re.sub(r"[^\n]", " ", m.group()), text)):
            kind = match.group(1) or "step"
            for name in re.findall(r"(?:^|[\s?:(])\.(\w+)", match.group(2) or match.group(3) or ""):
                line = text.count("\n", 0, match.start()) + 1
                if (kind, name) in seen:
                    yield path, line, "twice", f"the {kind} {name} has another place too: {seen[kind, name]}"
                seen[kind, name] = f"{path}:{line}"


FUNCTION = re.compile(r"\bfunc\s+\w+\s*(?:<[^>{]*>)?\s*\(")
STEP = re.compile(r"\b(step|look|item|outcome)\s*\(\s*(?=of:|[.\w]+\s*,|$)")


def closing(text, start, pair):
    """Where the bracket that is open at `start` closes."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == pair[0]) - (text[at] == pair[1])
        if depth == 0:
            return at
    return len(text)


def parameters(text):
    """The names by which a function knows its parameters."""
    names, depth, part = [], 0, ""
    for letter in text + ",":
        depth += (letter in "([<") - (letter in ")]>")
        if letter == "," and depth == 0:
            label = part.split(":")[0].split()
            names += label[-1:]
            part = ""
        else:
            part += letter
    return [name for name in names if name != "_"]


def ungiven(text):
    """Steps that are not given all that their function is given; looks beside which something else is captured."""
    for match in FUNCTION.finditer(text):
        opening = text.index("(", match.end() - 1)
        end = closing(text, opening, "()")
        body = re.compile(r"[^{}]*?\{").match(text, end)
        if not body:
            continue
        names = parameters(text[opening + 1:end])
        last = closing(text, body.end() - 1, "{}")
        inside = text[body.end():last]
        for step in STEP.finditer(inside):
            if re.search(r"\bfunc\s", inside[:step.start()]):
                continue
            arguments = inside[step.end():closing(inside, inside.index("(", step.start()), "()")]
            line = text.count("\n", 0, body.end() + step.start()) + 1
            if step.group(1) == "step":
                given = re.search(r"\bgiven:\s*(\([^()]*\)|[^,]*)", arguments)
                arguments = given.group(1) if given else ""
            missing = [name for name in names if not re.search(rf"\b{name}\b", arguments)]
            if missing:
                yield line, "given", f"this step's theorem would not speak of every {', '.join(missing)}: it is not given"
            if step.group(1) != "step" and re.search(r"\b(?:let|var)\b", inside[:step.start()]):
                yield line, "given", "a step that only looks stands alone in its function: it must not capture another value"


def main(arguments):
    paths = []
    for argument in map(pathlib.Path, arguments):
        paths += sorted(argument.rglob("*.swift")) if argument.is_dir() else [argument]
    if not paths:
        print("core-rules.py: no Swift file given or found", file=sys.stderr)
        return 2
    texts = {path: stripped(path.read_text()) for path in paths}
    known = constants(texts.values())
    count = 0
    for path, text in texts.items():
        for line, rule, why in sorted([*findings(path, text, known), *ungiven(text)]):
            print(f"{path}:{line}: [{rule}] {why}")
            count += 1
    for path, line, rule, why in repeated(texts):
        print(f"{path}:{line}: [{rule}] {why}")
        count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
