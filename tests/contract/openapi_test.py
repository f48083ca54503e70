#!/usr/bin/env python3
"""The running server against docs/openapi.yaml: every operation, with data that keeps to it and data that breaks it.

PLAYHEAD is the program (build/release/playhead by default); `st` of requirements.txt has to be in PATH. SEED is a
number for other requests than the usual ones. Prints what schemathesis found, and "N passed, M failed" for the
operations.
"""

import os
import re
import subprocess
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DOCUMENT = ROOT / "docs/openapi.yaml"
PROGRAM = os.environ.get("PLAYHEAD", str(ROOT / "build/release/playhead"))
LISTENING = re.compile(r"Listening on (http://\S+)")


@contextmanager
def server(folder):
    """Yields the address of a server on a free port, and stops it; SystemExit when it does not start or stop well."""
    command = [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data", str(folder / "data")]
    log = folder / "server.log"
    with open(log, "w") as output:
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=output, text=True)
    # The pipe is read to the address only; after it the server says nothing that could fill it but warnings.
    lines = []
    for line in process.stderr:
        lines.append(line)
        found = LISTENING.search(line)
        if found:
            break
    else:
        sys.exit(f"the server did not start: {''.join(lines)}")
    try:
        yield found.group(1)
    finally:
        process.terminate()
        _, rest = process.communicate(timeout=60)
        if process.returncode != 0:
            sys.exit(f"the server ended with status {process.returncode}: {rest}")


def served_document_differs(address):
    with urllib.request.urlopen(f"{address}/openapi.yaml") as answer:
        return answer.read() != DOCUMENT.read_bytes()


def run_schemathesis(address, report):
    command = ["st", "--config-file", str(HERE / "schemathesis.toml"), "run", str(DOCUMENT), "--url", address,
               "--seed", os.environ.get("SEED", "1842"), "--continue-on-failure", "--report-junit-path", str(report)]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONPATH": str(HERE)}
    # It leaves a folder of examples where it runs.
    subprocess.run(command, env=environment, cwd=report.parent, check=False)
    if not report.exists():
        return 0, 1
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    return len(cases) - len(failed), len(failed)


def main():
    with tempfile.TemporaryDirectory(prefix="playhead-openapi-") as name:
        folder = Path(name)
        with server(folder) as address:
            differs = served_document_differs(address)
            passed, failed = run_schemathesis(address, folder / "report.xml")
    if differs:
        print(f"/openapi.yaml is not {DOCUMENT.relative_to(ROOT)}: build again")
    passed, failed = passed + (not differs), failed + differs
    print(f"\n{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
