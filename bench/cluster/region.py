"""One region on this machine for the benchmark: a Kafka broker, a Cassandra node and up to three Playhead nodes, on loopback
addresses of their own. The kernel ends them when the benchmark ends without a chance to do so."""

import secrets
import shutil
import signal
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import cassandra
import jvm
import kafka
import nodes
from probe import Client
from suite.load import Generator
from suite.processes import Failed, free_port, wait_until
from suite.server import buckets_at, metrics_at

ROOT = Path(__file__).resolve().parents[2]
WITH_US = ["setpriv", "--pdeathsig", "KILL", "--"]
PARTITIONS = 12
# What the takeover is measured with goes below what brokers allow by default.
BROKER_MORE = """\
group.min.session.timeout.ms=1000
"""
# When a member's session ends: the coordinator says so here, to the millisecond.
BROKER_LOG_MORE = """\
logger.groups.name=org.apache.kafka.coordinator.group
logger.groups.level=INFO
"""


@contextmanager
def saying_why():
    """The tools of ./dev cluster end the program with a sentence; here it is the row's."""
    try:
        yield
    except SystemExit as end:
        if isinstance(end.code, str):
            raise Failed(end.code) from None
        raise


class Region:
    """`data` of each deployment (topic, group and keyspace) is apart from the others', so rows don't disturb each other."""

    def __init__(self, folder, program):
        self.folder = Path(folder)
        self.program = program
        self.load = Generator([str(program), "bench"])
        self.network = cassandra.address_for(folder).rpartition(".")[0]
        self.nodes = {}
        self.broker = self.database = None
        self.deployment = []
        self.deployments = 0

    def up(self):
        self.folder.mkdir(parents=True)
        with saying_why():
            self._start_kafka()
            self._start_cassandra()
            self._configure_nodes()

    def address(self, number):
        return f"{self.network}.{number}"

    def _start_kafka(self):
        jars = kafka.class_path()
        kafka.make_brokers(self.folder / "kafka", [(self.address(21), 9092, 9093)], jars)
        self.broker = kafka.known_brokers(self.folder / "kafka", WITH_US)[0]
        for path, more in ((self.broker.properties, BROKER_MORE), (self.broker.folder / "log4j2.properties", BROKER_LOG_MORE)):
            path.write_text(path.read_text() + more)
        self.broker.start(jars, java_options=())

    def _start_cassandra(self):
        # nodetool wants JMX, and nothing else here does.
        self.jmx_port = free_port()
        options = f"JAVA_TOOL_OPTIONS=-Dcassandra.jmx.local.port={self.jmx_port}"
        self.database = cassandra.Node(self.folder / "cassandra", 1, self.address(10), [*WITH_US, "env", options])
        self.database.write_config(self.address(10))
        self.database.start(jvm.fetch(ROOT / "build/cluster/jars", cassandra.ARTIFACT))
        self.database.wait_until_ready()
        self.broker.wait_until_ready()

    def _configure_nodes(self):
        secret = self.folder / "secret"
        secret.write_text(secrets.token_hex(32) + "\n")
        secret.chmod(0o600)
        for number in (1, 2, 3):
            node = nodes.Node(self.folder / f"node{number}", self.program, WITH_US)
            node.write_config(self.address(30 + number), region="dc1", secret=secret, brokers=self.broker.address,
                              partitions=PARTITIONS, cassandra=f"{self.database.address}:9042", replicas="dc1:1",
                              development="true", more="")
            self.nodes[number] = node

    def deploy(self, name, count, *flags):
        """Ends what runs, and starts the first `count` nodes with nothing stored."""
        self.kill()
        self.deployments += 1
        self.topic = f"bench-{self.deployments}-{name}"
        self.keyspace = self.topic.replace("-", "_")
        self.deployment = ["--kafka-topic", self.topic, "--kafka-group", self.topic, "--cassandra-keyspace", self.keyspace]
        self._make_schema()
        for number in range(1, count + 1):
            shutil.rmtree(self.nodes[number].folder / "data", ignore_errors=True)
            self.start(number, *flags)
        for number in range(1, count + 1):
            self.wait_until_ready(number)
        for number in range(1, count + 1):
            self.wait_until_known(number)

    def _make_schema(self):
        done = subprocess.run([self.program, "schema", "--config", self.nodes[1].config, *self.deployment],
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Failed(f"playhead schema: {done.stderr.strip()}")

    def start(self, number, *flags):
        self.nodes[number].start(*self.deployment, *flags)

    def wait_until_ready(self, number):
        with saying_why():
            self.nodes[number].wait_until_ready()

    def wait_until_known(self, number):
        """Until the node knows who owns every partition."""
        with self.client(number) as client:
            wait_until(lambda: not any(client.resume(f"probe-{user}")["stale"] for user in range(5 * PARTITIONS)), 60,
                       f"node{number} knows every user's owner, which")

    def running(self):
        return {number: node for number, node in self.nodes.items() if node.process.running()}

    def kill(self):
        for node in self.running().values():
            node.process.signal(signal.SIGKILL)

    def down(self):
        for server in (*self.nodes.values(), self.database, self.broker):
            if server:
                server.process.signal(signal.SIGKILL)

    # What is asked of a node.
    def host(self, number):
        return self.address(30 + number)

    def client(self, number):
        return Client(self.host(number), nodes.HTTP_PORT)

    def metrics(self, number):
        return metrics_at(self.nodes[number].url)

    def buckets(self, number, name):
        return buckets_at(self.nodes[number].url, name)

    def total(self, name):
        """Of a counter, over the nodes that run."""
        return sum(self.metrics(number).get(name, 0) for number in self.running())

    def generate(self, scenario, number, duration, **options):
        return self.load(scenario, nodes.HTTP_PORT, duration, host=self.host(number), **options)

    def start_load(self, scenario, number, duration, **options):
        return self.load.start(scenario, nodes.HTTP_PORT, duration, host=self.host(number), **options)

    def ready(self, number):
        try:
            with urllib.request.urlopen(f"{self.nodes[number].url}/readyz", timeout=2):
                return True
        except OSError:
            return False

    def nodetool(self, *arguments):
        jars = jvm.fetch(ROOT / "build/cluster/jars", cassandra.ARTIFACT)
        opened = [f"--add-{kind}={package}=ALL-UNNAMED" for kind in cassandra.MODULES for package in cassandra.MODULES[kind].split()]
        # It would keep a history in the user's home.
        done = subprocess.run(["java", *opened, f"-Duser.home={self.folder}", "-cp", f"{jars}/*",
                               "org.apache.cassandra.tools.NodeTool", "-p", str(self.jmx_port), *arguments],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Failed(f"nodetool {' '.join(arguments)}: {(done.stdout + done.stderr).strip()[:300]}")
        return done.stdout
