#!/usr/bin/env python3
"""clang_tidy.py [--all] BUILD: clang-tidy over every file of BUILD/compile_commands.json that lies in src/ or bench/load/.

Tests are held to their style by the compilers' warnings, clang-format and the house rules: clang-tidy would take as long
for them as for everything else.

A file that was clean is not looked at again until it, a header of ours that it includes, its compile command,
.clang-tidy or clang-tidy itself changes; --all looks at everything. What was clean is remembered by content in the
user's cache folder, so another checkout of the same content knows it too.
The last line is "N passed, N failed" (files).
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLANG_TIDY = "clang-tidy-19"
FOLDERS = ("src", "bench/load")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "playhead" / "clang-tidy"
FORGET_AFTER_S = 30 * 24 * 3600
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


class Contents:
    """The files of ours that one translation unit is made of, by their #includes alone: no preprocessor is asked."""

    def __init__(self, include_folders):
        self.include_folders = include_folders
        self.known = {}

    def read(self, path):
        if path not in self.known:
            data = path.read_bytes()
            self.known[path] = (hashlib.sha256(data).digest(), [name.decode() for name in INCLUDE.findall(data)])
        return self.known[path]

    def closure(self, path):
        seen, waiting = {path}, [path]
        while waiting:
            current = waiting.pop()
            for name in self.read(current)[1]:
                for folder in [current.parent, *self.include_folders]:
                    header = folder / name
                    if header.is_file():
                        if header not in seen:
                            seen.add(header)
                            waiting.append(header)
                        break
        return sorted(seen)

    def key(self, path, command, settings):
        digest = hashlib.sha256(settings + command.encode())
        for part in self.closure(path):
            digest.update(str(part.relative_to(ROOT)).encode() + b"\0" + self.read(part)[0])
        return digest.hexdigest()


def units(build):
    """(source, its command without this checkout's folder) of each file of ours."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["directory"], entry["file"]).resolve()
        if any(path.is_relative_to(ROOT / folder) for folder in FOLDERS):
            yield path, entry["command"].replace(str(ROOT), "")


def clean(path, build):
    result = subprocess.run(
        [CLANG_TIDY, "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", path],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        sys.stdout.write(result.stdout.replace(f"{ROOT}/", ""))
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("build", type=Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    version = subprocess.run([CLANG_TIDY, "--version"], capture_output=True, check=True).stdout
    settings = (ROOT / ".clang-tidy").read_bytes() + version
    contents = Contents([ROOT / "src", ROOT / "tests", ROOT / "bench", ROOT])
    todo = {path: CACHE / contents.key(path, command, settings) for path, command in units(build)}
    CACHE.mkdir(parents=True, exist_ok=True)
    known = [path for path, mark in todo.items() if mark.exists() and not arguments.all]
    for path in known:
        todo.pop(path).touch()

    def check(item):
        path, mark = item
        good = clean(path, build)
        print(f"{'clean ' if good else 'FAILED'} {path.relative_to(ROOT)}", flush=True)
        if good:
            mark.touch()
        return good

    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(check, todo.items()))
    for mark in CACHE.iterdir():
        if mark.stat().st_mtime < time.time() - FORGET_AFTER_S:
            mark.unlink(missing_ok=True)
    print(f"clang-tidy: {len(known)} files unchanged since they were clean, {len(results)} looked at")
    print(f"{len(known) + sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
