"""A Playhead server of the benchmark's own."""

import os
import re
import signal
import urllib.error
import urllib.request

from suite.processes import free_port

READY_SECONDS = 120


def metrics_at(url):
    """Name to value, of a server's /metrics; of a metric with labels, the sum over them."""
    with urllib.request.urlopen(url + "/metrics", timeout=10) as answer:
        text = answer.read().decode()
    out = {}
    for line in text.splitlines():
        found = re.match(r"([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)", line)
        if found:
            out[found[1]] = out.get(found[1], 0) + float(found[2])
    return out


class Playhead:
    """Started ready. `settings` are extra command-line flags."""

    def __init__(self, workspace, program, name, data=None, settings=()):
        self.workspace = workspace
        self.program = program
        self.name = name
        self.settings = list(settings)
        self.data = data or workspace.new_folder(name)
        self.port = free_port()
        self.process = None
        self.seconds_to_ready = 0.0
        self.start()

    def start(self):
        self.process = self.workspace.start(
            [self.program, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", self.data, *self.settings],
            self.name)
        self.seconds_to_ready = self.process.wait_for(self.ready, READY_SECONDS, "playhead's becoming ready")

    def ready(self):
        try:
            with urllib.request.urlopen(self.url("/readyz"), timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        self.process.stop()

    def kill(self):
        self.process.stop(signal.SIGKILL)

    def metrics(self):
        return metrics_at(self.url(""))

    def rss_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def cpu_seconds(self):
        """User and system time of all its threads so far."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def data_bytes(self):
        return sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file())
