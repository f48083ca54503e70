"""Playhead nodes of a development cluster."""

import json
import urllib.request

from process import Process

READY_SECONDS = 60
HTTP_PORT, LINK_PORT = 1842, 1843

CONFIG = """\
listen = "{host}:{http}"
insecure_listen = true
data = "{folder}/data"
{more}
[cluster]
node = "{name}"
region = "{region}"
link = "{host}:{link}"
secret_file = "{secret}"
development = {development}

[kafka]
brokers = "{brokers}"
partitions = {partitions}

[cassandra]
contact_points = "{cassandra}"
datacenter = "{region}"
replicas = "{replicas}"
"""


class Node:
    """`node1` in `folder`; its config file is written once and may be edited."""

    def __init__(self, folder, program, prefix=()):
        self.folder = folder
        self.name = folder.name
        self.program = program
        self.process = Process(folder, prefix)
        self.config = folder / "playhead.toml"

    def write_config(self, host, settings=None, **values):
        self.folder.mkdir(parents=True)
        (self.folder / "host").write_text(host + "\n")
        text = CONFIG.format(host=host, folder=self.folder, name=self.name, http=HTTP_PORT, link=LINK_PORT, **values)
        for section, more in (settings or {}).items():
            lines = "".join(f'{name} = "{value}"\n' for name, value in more.items())
            header = f"[{section}]\n"
            text = text.replace(header, header + lines) if header in text else f"{text}\n{header}{lines}"
        self.config.write_text(text)

    @property
    def host(self):
        return (self.folder / "host").read_text().strip()

    @property
    def url(self):
        return f"http://{self.host}:{HTTP_PORT}"

    def start(self, *flags):
        self.process.launch([self.program, "serve", "--config", self.config, *flags])

    def ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait_until_ready(self):
        self.process.wait_until(self.ready, READY_SECONDS, f"Playhead {self.name} on {self.url}")

    def state(self):
        if not self.process.running():
            return "stopped"
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                return "ready"
        except urllib.error.HTTPError as refusal:
            troubles = {name: text for name, text in json.load(refusal).items() if name != "ready" and text != "ok"}
            return "not ready: " + "; ".join(f"{name}: {text}" for name, text in troubles.items())
        except OSError:
            return "does not answer"
