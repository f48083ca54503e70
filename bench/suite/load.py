"""One run of the load generator, and what it found."""

import json
import subprocess
import tempfile
from pathlib import Path

from suite.processes import Failed


class Generator:
    """`command`: the load generator's command line up to its options."""

    def __init__(self, command):
        self.command = command

    def __call__(self, scenario, port, duration, *, warmup=1, server=None, strict=True, **options):
        """Options become flags: read_rate=5 is --read-rate 5. Returns the generator's JSON as a Result.

        Failed requests raise Failed, and so does an open loop whose rate was not kept, unless `strict` is false.
        """
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "figures.json")
            arguments = [*self.command, scenario, "--target", f"127.0.0.1:{port}", "--duration", duration,
                         "--warmup", warmup, "--json", out, "--quiet"]
            if server:
                arguments += ["--server-pid", server]
            for name, value in options.items():
                arguments += ["--" + name.replace("_", "-"), value]
            try:
                done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                                      timeout=duration + warmup + 120)
            except subprocess.TimeoutExpired:
                raise Failed(f"the load generator did not end two minutes after its {duration} s") from None
            if not out.exists():
                raise Failed(f"the load generator: {done.stderr.strip() or done.stdout.strip()}")
            result = Result(json.loads(out.read_text()))
        if strict:
            result.require_clean()
        return result


class Result:
    def __init__(self, figures):
        self.figures = figures

    def stream(self, name=None):
        streams = self.figures["streams"]
        return next(s for s in streams if s["name"] == name) if name else streams[0]

    def rate(self, name=None):
        """Updates a second; reads a second where nothing is updated."""
        stream = self.stream(name)
        return stream["updatesPerSecond"] or stream["requestsPerSecond"]

    def latency_us(self, percentile, name=None):
        return self.stream(name)["latencyUs"][percentile]

    @property
    def server_us(self):
        return self.figures["serverCpuUsEach"]

    @property
    def generator_us(self):
        return self.figures["generatorCpuUsEach"]

    @property
    def rss_max(self):
        return self.figures["serverRssMaxBytes"]

    def require_clean(self):
        for stream in self.figures["streams"]:
            if stream["failed"]:
                kinds = "; ".join(f"{e['count']} × {kind}: {e['first']}" for kind, e in stream["errors"].items())
                raise Failed(f"{stream['name']}: {stream['failed']} requests failed ({kinds})")
            if stream["unsent"]:
                raise Failed(f"{stream['name']}: {stream['unsent']} requests were due and could not be sent: "
                             "the rate was not kept")
