"""One run of the load generator, and what it found."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from suite.processes import Failed


class Generator:
    """`command`: the load generator's command line up to its options."""

    def __init__(self, command):
        self.command = command

    def __call__(self, scenario, port, duration, *, strict=True, **options):
        """As start(), and returns when it is over. Failed requests raise Failed, and so does an open loop whose rate was
        not kept, unless `strict` is false."""
        with self.start(scenario, port, duration, **options) as run:
            result = run.result()
        if strict:
            result.require_clean()
        return result

    def start(self, scenario, port, duration, *, warmup=1, server=None, host="127.0.0.1", **options):
        """Options become flags: read_rate=5 is --read-rate 5. Returns a Run, which ends when the `with` of it does."""
        arguments = ["--target", f"{host}:{port}", "--duration", duration, "--warmup", warmup, "--quiet"]
        if server:
            arguments += ["--server-pid", server]
        for name, value in options.items():
            arguments += ["--" + name.replace("_", "-"), value]
        return Run([*self.command, scenario, *arguments], duration + warmup)


class Run:
    """A load generator at work."""

    def __init__(self, command, seconds):
        self.seconds = seconds
        self.give_up = time.monotonic() + seconds + 120
        self.folder = tempfile.TemporaryDirectory()
        self.out = Path(self.folder.name, "figures.json")
        # The kernel ends it when this program is killed without a chance to do so.
        self.child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *map(str, [*command, "--json", self.out])],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def running(self):
        return self.child.poll() is None

    def result(self):
        """Waits for the end. Raises Failed when there are no figures; failed requests are the caller's to judge."""
        try:
            said, _ = self.child.communicate(timeout=max(1, self.give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failed(f"the load generator did not end two minutes after its {self.seconds} s") from None
        if not self.out.exists():
            raise Failed(f"the load generator: {said.strip()}")
        return Result(json.loads(self.out.read_text()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running():
            self.child.kill()
        self.child.wait()
        self.child.stdout.close()
        self.folder.cleanup()


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
