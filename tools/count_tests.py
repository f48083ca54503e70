#!/usr/bin/env python3
"""count_tests.py DIR STATUS: prints "PASSED FAILED" for one stage of ./dev test.

DIR holds what the stage left: ctest.xml (ctest's JUnit file) with a GoogleTest JSON beside it for each program that
writes one (the closing lines of Python's unittest count too), or else output.log, whose last closing line counts
(pytest's, node's, or "N passed, N failed"). What was skipped counts as neither.
A stage whose exit STATUS is not 0 has at least one failure, and so has one that ran nothing.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count_gtest(path):
    passed = failed = 0
    for suite in json.loads(path.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            if case.get("failures"):
                failed += 1
            elif case.get("status") == "RUN" and case.get("result") != "SKIPPED":
                passed += 1
    return passed, failed


def count_unittest(text):
    """What Python's unittest says at its end."""
    ran = re.findall(r"^Ran (\d+) tests? in ", text, re.MULTILINE)
    closing = re.findall(r"^(?:OK|FAILED)(?: \((.*)\))?$", text, re.MULTILINE)
    if not ran or not closing:
        return None
    numbers = {kind: int(number) for kind, number in re.findall(r"(\w+)=(\d+)", closing[-1])}
    failed = numbers.get("failures", 0) + numbers.get("errors", 0)
    return max(0, int(ran[-1]) - failed - numbers.get("skipped", 0)), failed


def count_ctest(directory):
    passed = failed = 0
    for program in ElementTree.parse(directory / "ctest.xml").getroot().iter("testcase"):
        status = program.get("status")
        if status in ("notrun", "disabled"):
            continue
        cases = directory / f"{program.get('name')}.json"
        # A program that dies writes no JSON and counts as one; one that fails after its cases (a leak) adds one.
        told = count_gtest(cases) if cases.exists() else count_unittest(program.findtext("system-out") or "")
        if status == "run":
            p, f = told or (1, 0)
        else:
            p, f = told or (0, 1)
            f = f or 1
        passed, failed = passed + p, failed + f
    return passed, failed


def count_output(text):
    """The last closing line of each kind that is known."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    node = {kind: re.findall(rf"^(?:#|ℹ) {kind} (\d+)$", text, re.MULTILINE) for kind in ("pass", "fail")}
    if node["pass"]:
        return int(node["pass"][-1]), int((node["fail"] or ["0"])[-1])
    closing = [line for line in text.splitlines() if re.search(r"\b\d+ (passed|failed)\b", line)]
    if not closing:
        return 0, 0
    found = {kind: re.search(rf"\b(\d+) {kind}\b", closing[-1]) for kind in ("passed", "failed")}
    return tuple(int(found[kind].group(1)) if found[kind] else 0 for kind in ("passed", "failed"))


def count(directory, status):
    if (directory / "ctest.xml").exists():
        passed, failed = count_ctest(directory)
    else:
        passed, failed = count_output((directory / "output.log").read_text(errors="replace"))
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    return passed, failed


if __name__ == "__main__":
    print(*count(Path(sys.argv[1]), int(sys.argv[2])))
