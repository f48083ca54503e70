#!/usr/bin/env python3
"""The house rules that a machine can hold: run over the whole tree by ctest (test `tidy`) and by ./dev lint.

tidy.py [ROOT] prints one line for each violation, `file:line: [rule] what and what to do`, and exits 1 if there is one.
Each rule is a function below that yields Findings; its first line is its reason.
"""

import posixpath
import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path, PurePosixPath

Finding = namedtuple("Finding", "path line rule text")

CODE = {".h", ".cc", ".py", ".sh", ".js", ".mjs", ".ts", ".css", ".html", ".cmake", ".proto"}
CODE_NAMES = {"CMakeLists.txt", "dev", "run", "build", "Containerfile"}

# A folder of src may include itself and folders of a lower rank.
# `load` is bench/load, which the program holds as `playhead bench`.
RANKS = {"base": 0, "model": 1, "link": 1, "load": 1, "disk": 2, "log": 3, "store": 3, "push": 3, "apply": 4, "cluster": 5,
         "server": 5, "app": 6}
# Folders below these are backends: only src/app and the backend itself may name them.
SEAMS = {"log", "store"}
# What backends share: only they and src/app may name it.
BEHIND_SEAMS = {"disk"}

HEADER_LINES = 150  # of the program; a header of tests is a suite and counts as a source
SOURCE_LINES = 300
COLUMNS = {".h": 120, ".cc": 120}  # what clang-format wraps, and its comments
OTHER_COLUMNS = 150
SIZED = {".h", ".cc", ".py", ".sh", ".js", ".mjs", ".ts"}
ALLOW_LIST = "tools/tidy_allow.txt"

# Built and committed, so that who uses them needs no tools: `./dev test sdk` holds them against their sources.
GENERATED = ("sdk/dist/",)

# Works of others, committed as they were published.
OTHERS = ("web/console/uplot/",)

# They hold the words and paths that they look for.
ABOUT_THE_RULES = {"tools/tidy.py", "tests/tools/tidy_test.py"}


class Tree:
    """The files under a root: those that git has or would take, or simply all."""

    def __init__(self, root):
        self.root = Path(root)
        self.paths = sorted(path for path in self._names() if (self.root / path).is_file())
        self._texts = {}

    def _names(self):
        if (self.root / ".git").exists():
            listed = subprocess.run(
                ["git", "-C", self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                check=True, capture_output=True, text=True)
            return set(filter(None, listed.stdout.split("\0")))
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")}

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def lines(self, path):
        return enumerate(self.text(path).splitlines(), 1)

    def code(self):
        written = [p for p in self.paths if not p.startswith(GENERATED + OTHERS)]
        return [p for p in written if PurePosixPath(p).suffix in CODE or PurePosixPath(p).name in CODE_NAMES]

    def below(self, folder, *suffixes):
        return [p for p in self.paths if p.startswith(folder + "/") and p.endswith(suffixes)]


def includes(tree, path):
    for number, line in tree.lines(path):
        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if found:
            yield number, PurePosixPath(found.group(1)).parts


def direction(tree):
    """Dependencies point one way, so that a folder can be read, tested and replaced without those above it."""
    for path in tree.below("src", ".h", ".cc") + tree.below("bench/load", ".h", ".cc"):
        folder = PurePosixPath(path).parts[1]
        if folder not in RANKS:
            yield Finding(path, 1, "direction", f"src/{folder} has no place in the order; give it one in tools/tidy.py")
            continue
        for line, target in includes(tree, path):
            if len(target) < 2:
                yield Finding(path, line, "direction", f'"{target[0]}" names no folder; include "folder/name.h"')
            elif target[0] not in RANKS:
                yield Finding(path, line, "direction", f"{target[0]} is no folder of src")
            elif target[0] != folder and RANKS[target[0]] >= RANKS[folder]:
                yield Finding(path, line, "direction", f"src/{folder} must not know src/{target[0]}")


def backends(tree):
    """Only src/app chooses a backend: everything else works on the seam, and so with every backend there will be."""
    for path in tree.below("src", ".h", ".cc"):
        parts = PurePosixPath(path).parts[1:]
        if parts[0] == "app":
            continue
        is_backend = parts[0] in BEHIND_SEAMS or (parts[0] in SEAMS and len(parts) > 2)
        for line, target in includes(tree, path):
            if target[0] in SEAMS and len(target) > 2 and parts[:2] != target[:2]:
                yield Finding(path, line, "backends", f"only src/app names a backend, here {'/'.join(target[:2])}")
            elif target[0] in BEHIND_SEAMS and not is_backend:
                yield Finding(path, line, "backends", f"only backends and src/app name src/{target[0]}")


def read_allow_list(tree):
    allowed = {}
    if ALLOW_LIST in tree.paths:
        for number, line in tree.lines(ALLOW_LIST):
            if line.strip() and not line.startswith("#"):
                path, _, rest = line.partition(" ")
                limit, _, reason = rest.strip().partition(" ")
                allowed[path] = (number, limit, reason.strip())
    return allowed


def sizes(tree):
    """A file has one subject; one that grows past this has more, or a reason that stands in tools/tidy_allow.txt."""
    allowed = read_allow_list(tree)
    for path in tree.code():
        suffix = PurePosixPath(path).suffix
        if suffix not in SIZED and path != "dev":
            continue
        usual = HEADER_LINES if suffix == ".h" and path.startswith("src/") else SOURCE_LINES
        number, limit, reason = allowed.pop(path, (0, str(usual), "usual"))
        count = len(tree.text(path).splitlines())
        if not limit.isdigit() or not reason:
            yield Finding(ALLOW_LIST, number, "sizes", f"{path} wants a limit and a reason: `path lines reason`")
        elif count > int(limit):
            yield Finding(path, count, "sizes", f"{count} lines, at most {limit}: split it by subject")
        elif number and count <= usual:
            yield Finding(ALLOW_LIST, number, "sizes", f"{path} has {count} lines and needs no exception")
    for path, (number, _, _) in allowed.items():
        yield Finding(ALLOW_LIST, number, "sizes", f"{path} does not exist")


def leftovers(tree):
    """Unfinished work without the condition that would finish it is never finished."""
    for path in tree.code():
        if path in ABOUT_THE_RULES:
            continue
        for number, line in tree.lines(path):
            if re.search(r"\b(TODO|FIXME)\b(?!\(when )", line):
                yield Finding(path, number, "leftovers", "write TODO(when CONDITION): what, or do it")


def layout(tree):
    """Whitespace that nobody sees makes differences that everybody sees."""
    for path in tree.code():
        text = tree.text(path)
        columns = COLUMNS.get(PurePosixPath(path).suffix, OTHER_COLUMNS)
        if text and not text.endswith("\n"):
            yield Finding(path, text.count("\n") + 1, "layout", "the last line has no end")
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line:
                yield Finding(path, number, "layout", "tab")
            if line != line.rstrip():
                yield Finding(path, number, "layout", "space at the end of the line")
            if len(line) > columns:
                yield Finding(path, number, "layout", f"{len(line)} columns, at most {columns}")


def why_comments(tree):
    """Who opens a header first wants to know why it exists."""
    for path in tree.below("src", ".h"):
        lines = [line for line in tree.text(path).splitlines() if line.strip()]
        if not lines or lines[0] != "#pragma once":
            yield Finding(path, 1, "why", "a header begins with #pragma once")
        elif len(lines) < 2 or not lines[1].startswith("// "):
            yield Finding(path, 2, "why", "below #pragma once, a comment says why this header exists")


def machine_paths(tree):
    """What names one machine's folders works on that machine."""
    texts = [p for p in tree.paths if p.endswith((".md", ".txt", ".json", ".toml", ".yaml", ".yml"))]
    for path in tree.code() + texts:
        if path in ABOUT_THE_RULES:
            continue
        for number, line in tree.lines(path):
            found = re.search(r"(?<![\w.~$}/-])/(?:home|root|Users|work)/\w+", line)
            if found:
                yield Finding(path, number, "machine", f"{found.group(0)} is a path of one machine")


def listed(tree):
    """A source that no CMakeLists.txt names is not built, and a test that is not built passes for ever."""
    sources = [p for top in ("src", "tests", "bench") for p in tree.below(top, ".cc")]
    tests = [p for p in tree.below("tests", "_test.py") if p != "tests/contract/openapi_test.py"]
    named = set()
    for lists in tree.paths:
        folder, name = posixpath.split(lists)
        if name == "CMakeLists.txt":
            named |= {posixpath.normpath(posixpath.join(folder, n)) for n in re.findall(r"[\w./-]+", tree.text(lists))}
    for path in sources + tests:
        if path not in named and path.removesuffix(".py") not in named:
            yield Finding(path, 1, "listed", "no CMakeLists.txt names this file")


def links(tree):
    """A document that points to nothing has drifted from the tree."""
    for path in tree.paths:
        if not path.endswith(".md"):
            continue
        for number, line in tree.lines(path):
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
                if not re.match(r"[a-z]+:", target) and not (tree.root / path).parent.joinpath(target).exists():
                    yield Finding(path, number, "links", f"{target} does not exist")


RULES = [direction, backends, sizes, leftovers, layout, why_comments, machine_paths, listed, links]


def check(root):
    tree = Tree(root)
    return [finding for rule in RULES for finding in rule(tree)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    findings = check(root)
    for finding in findings:
        print(f"{finding.path}:{finding.line}: [{finding.rule}] {finding.text}")
    if findings:
        print(f"{len(findings)} violations of the house rules; tools/tidy.py says why each rule is there")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
