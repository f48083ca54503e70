"""Each house rule, shown to fire on a tiny tree that breaks it and to leave a good one alone."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import tidy  # noqa: E402

HEADER = "#pragma once\n\n// Why it exists.\n"


class TidyTest(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(root) / path).write_text(text)
            return [(f.path, f.line, f.rule) for f in tidy.check(root)]

    def test_a_good_tree_has_no_findings(self):
        good = {
            "src/base/clock.h": HEADER,
            "src/base/clock.cc": '#include "base/clock.h"\n',
            "src/base/CMakeLists.txt": "playhead_library(base SOURCES clock.cc)\n",
            "src/log/rocksdb/log.h": HEADER + '#include "log/rocksdb/keys.h"\n#include "base/clock.h"\n',
            "src/app/wiring.h": HEADER + '#include "log/rocksdb/log.h"\n',
            "tests/unit/clock_test.cc": '#include "base/clock.h"\n',
            "tests/support/wait.cc": "\n",
            "tests/api/marks_test.py": "\n",
            "tests/api/CMakeLists.txt": "foreach(test marks_test)\n",
            "tests/support/contract.h": HEADER + "\n" * 200,
            "tests/unit/CMakeLists.txt": "playhead_test(clock SOURCES clock_test.cc ../support/wait.cc)\n",
            "README.md": "[clock](src/base/clock.h) and [elsewhere](https://example.org)\n",
        }
        self.assertEqual(self.findings(good), [])

    def test_including_a_folder_above(self):
        self.assertEqual(self.findings({"src/model/item.h": HEADER + '#include "apply/view.h"\n'}),
                         [("src/model/item.h", 4, "direction")])

    def test_including_a_folder_beside(self):
        self.assertEqual(self.findings({"src/store/store.h": HEADER + '#include "log/log.h"\n'}),
                         [("src/store/store.h", 4, "direction")])

    def test_including_without_a_folder_or_from_an_unknown_one(self):
        bad = HEADER + '#include "item.h"\n#include "misc/item.h"\n'
        self.assertEqual(self.findings({"src/model/item.h": bad}),
                         [("src/model/item.h", 4, "direction"), ("src/model/item.h", 5, "direction")])

    def test_a_folder_without_a_place(self):
        self.assertEqual(self.findings({"src/util/strings.h": HEADER}), [("src/util/strings.h", 1, "direction")])

    def test_naming_a_backend_outside_app(self):
        self.assertEqual(self.findings({"src/server/http.h": HEADER + '#include "store/rocksdb/store.h"\n'}),
                         [("src/server/http.h", 4, "backends")])

    def test_naming_what_backends_share(self):
        self.assertEqual(self.findings({"src/apply/view.h": HEADER + '#include "disk/database.h"\n',
                                        "src/log/rocksdb/log.h": HEADER + '#include "disk/database.h"\n'}),
                         [("src/apply/view.h", 4, "backends")])

    def test_one_backend_naming_another(self):
        self.assertEqual(self.findings({"src/log/kafka/log.h": HEADER + '#include "log/rocksdb/log.h"\n'}),
                         [("src/log/kafka/log.h", 4, "backends")])

    def test_long_files(self):
        self.assertEqual(self.findings({"src/base/long.h": HEADER + "\n" * 148, "tools/long.py": "\n" * 301}),
                         [("src/base/long.h", 151, "sizes"), ("tools/long.py", 301, "sizes")])

    def test_a_long_file_with_a_reason(self):
        allowed = "# comment\ntools/long.py 350 one table\n"
        self.assertEqual(self.findings({"tools/long.py": "\n" * 350, "tools/tidy_allow.txt": allowed}), [])
        self.assertEqual(self.findings({"tools/long.py": "\n" * 351, "tools/tidy_allow.txt": allowed}),
                         [("tools/long.py", 351, "sizes")])

    def test_exceptions_that_are_not_needed_or_have_no_reason(self):
        allowed = "tools/short.py 350 one table\ntools/gone.py 350 one table\ntools/long.py 350\n"
        files = {"tools/short.py": "\n", "tools/long.py": "\n" * 301, "tools/tidy_allow.txt": allowed}
        self.assertEqual(sorted(self.findings(files)), [("tools/tidy_allow.txt", n, "sizes") for n in (1, 2, 3)])

    def test_leftovers(self):
        text = "# TODO: later\n# TODO(when Debian has it): use it\n# FIXME\n"
        self.assertEqual(self.findings({"tools/a.py": text}),
                         [("tools/a.py", 1, "leftovers"), ("tools/a.py", 3, "leftovers")])

    def test_layout(self):
        text = "a = 1 \n\tb\n" + "c" * 151 + "\nno end"
        self.assertEqual(sorted(self.findings({"dev": text})), [("dev", n, "layout") for n in (1, 2, 3, 4)])
        header = HEADER + "d" * 120 + "\n" + "d" * 121 + "\n"
        self.assertEqual(self.findings({"src/base/a.h": header}), [("src/base/a.h", 5, "layout")])

    def test_what_is_built_and_committed_is_looked_at_by_nobody(self):
        built = "x" * 151 + "\n"
        self.assertEqual(self.findings({"sdk/dist/playhead.js": built, "sdk/src/queue.ts": built}),
                         [("sdk/src/queue.ts", 1, "layout")])
        self.assertEqual(self.findings({"web/console/uplot/uPlot.iife.min.js": built, "web/console/page.js": built}),
                         [("web/console/page.js", 1, "layout")])

    def test_headers_that_do_not_say_why(self):
        files = {"src/base/a.h": "#pragma once\n\nint a();\n", "src/base/b.h": "// Why.\n#pragma once\n",
                 "src/base/c.h": ""}
        self.assertEqual(self.findings(files),
                         [("src/base/a.h", 2, "why"), ("src/base/b.h", 1, "why"), ("src/base/c.h", 1, "why")])

    def test_paths_of_a_machine(self):
        text = 'open("/home/ann/film.mp4")\nget("/v1/home/x", "build/work/x", "$ROOT/root/x")\n'
        self.assertEqual(self.findings({"tools/a.py": text, "docs/a.md": "see /root/notes\n"}),
                         [("tools/a.py", 1, "machine"), ("docs/a.md", 1, "machine")])

    def test_sources_and_tests_that_nothing_builds(self):
        files = {
            "src/base/clock.cc": "\n", "src/base/CMakeLists.txt": "SOURCES big_clock.cc clock.cc.in\n",
            "tests/unit/a_test.cc": "\n", "tests/unit/b_test.py": "\n", "tests/CMakeLists.txt": "a_test.cc b_test.py\n",
        }
        self.assertEqual(sorted(self.findings(files)),
                         [("src/base/clock.cc", 1, "listed"), ("tests/unit/a_test.cc", 1, "listed"),
                          ("tests/unit/b_test.py", 1, "listed")])

    def test_links_to_nothing(self):
        self.assertEqual(self.findings({"docs/a.md": "[here](b.md)\n[a](a.md#part)\n[dir](../docs)\n"}),
                         [("docs/a.md", 1, "links")])


if __name__ == "__main__":
    unittest.main()
