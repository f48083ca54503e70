#!/usr/bin/env python3
"""Real Kafka brokers on this machine, from the published jars and without a container engine.

kafka.py up      [--nodes N]      fetch, format, start and wait; prints one line a broker
kafka.py status                   one line a broker: name, address, state
kafka.py stop NODE | kill NODE | pause NODE | resume NODE | start NODE
kafka.py down    [--keep]         stop all; their data goes too unless it is kept
kafka.py hold    [--nodes N]      up, and down as soon as standard input ends: for tests, which brokers must not outlive

--dir says where they live (default build/cluster/kafka): brokers of one folder form one cluster, each is controller as
well, on loopback ports that were free at `up` and stay theirs. A broker takes about 300 MB of memory and 8 s.
"""

import argparse
import base64
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path

import jvm

ROOT = Path(__file__).resolve().parent.parent.parent
# The second is what the broker's log goes through: without it, it is silent.
ARTIFACTS = ["org.apache.kafka:kafka_2.13:4.1.0", "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3"]
# For tests: the second compiler takes more than it gives in a broker's first minutes.
QUICK_START = ("-XX:TieredStopAtLevel=1",)
READY_SECONDS = 120  # three brokers that start at once on a busy machine with two cores


def class_path():
    return [f"{jvm.fetch(ROOT / 'build/cluster/jars', artifact)}/*" for artifact in ARTIFACTS]


class Broker:
    def __init__(self, cluster, index, prefix=()):
        self.cluster = cluster
        self.index = index
        self.name = f"node{index}"
        self.folder = cluster / self.name
        self.process = jvm.JavaProcess(self.folder, prefix)
        self.properties = self.folder / "server.properties"

    @property
    def ports(self):
        """Of clients and brokers, of controllers."""
        return [int(port) for port in (self.folder / "ports").read_text().split()]

    @property
    def host(self):
        return (self.folder / "host").read_text().strip()

    @property
    def address(self):
        return f"{self.host}:{self.ports[0]}"

    def write_config(self, host, ports, voters):
        self.folder.mkdir(parents=True)
        (self.folder / "host").write_text(host + "\n")
        (self.folder / "ports").write_text("{} {}\n".format(*ports))
        replicas = len(voters)
        self.properties.write_text(PROPERTIES.format(
            index=self.index, voters=",".join(voters), host=host, port=ports[0], controller_port=ports[1],
            data=self.folder / "data", replicas=replicas, in_sync=min(2, replicas)))
        (self.folder / "log4j2.properties").write_text(LOG4J)

    def format(self, jars, cluster_id):
        done = subprocess.run(["java", "-Xmx256m", "-cp", ":".join(jars), "kafka.tools.StorageTool", "format", "-t",
                               cluster_id, "-c", self.properties], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"kafka: {self.name} could not be formatted: {(done.stdout + done.stderr)[-2000:]}")

    def start(self, jars, java_options=QUICK_START):
        self.process.start(["-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:-UsePerfData", *java_options,
                            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"],
                           jars, ["kafka.Kafka", str(self.properties)])

    def ready(self):
        # A broker opens its clients' port once it has caught up with the controllers.
        return jvm.listens(self.host, self.ports[0])

    def wait_until_ready(self):
        self.process.wait_until(self.ready, READY_SECONDS, f"Kafka {self.name} on {self.address}")

    def state(self):
        if not self.process.running():
            return "stopped"
        return "ready" if self.ready() else "not ready"


def known_brokers(cluster, prefix=()):
    """The brokers that `up` made, in the order of their numbers."""
    return [Broker(cluster, index, prefix) for index in range(1, 10) if (cluster / f"node{index}" / "ports").exists()]


def free_ports(count):
    """All at once, so that none comes twice."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def make_brokers(cluster, places, jars):
    """`places`: host, port of clients and port of controllers of each."""
    if not shutil.which("java"):
        sys.exit("cluster: there is no java; ./dev setup cluster installs it")
    voters = [f"{index}@{host}:{controllers}" for index, (host, _, controllers) in enumerate(places, 1)]
    # Kafka's own ids never begin with a dash either, which its tools would take for an option.
    cluster_id = "P" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
    for index, (host, *ports) in enumerate(places, 1):
        broker = Broker(cluster, index)
        broker.write_config(host, ports, voters)
        broker.format(jars, cluster_id)
    return known_brokers(cluster)


def up(args):
    jars = class_path()
    brokers = known_brokers(args.dir)
    if brokers and len(brokers) != args.nodes:
        sys.exit(f"kafka: {args.dir} holds {len(brokers)} brokers, not {args.nodes}; `down` them first")
    if not brokers:
        ports = free_ports(2 * args.nodes)
        places = [("127.0.0.1", *ports[at:at + 2]) for at in range(0, len(ports), 2)]
        brokers = make_brokers(args.dir, places, jars)
    for broker in brokers:
        if not broker.process.running():
            broker.start(jars)
    for broker in brokers:
        broker.wait_until_ready()
        print(f"{broker.name} {broker.address}", flush=True)


def status(args):
    for broker in known_brokers(args.dir):
        print(f"{broker.name} {broker.address} {broker.state()}")


def down(args):
    brokers = known_brokers(args.dir)
    # A broker that leaves hands its partitions over, which needs a majority of controllers: all are told at once, and
    # what is thrown away needs no handing over.
    for broker in brokers:
        broker.process.signal(signal.SIGCONT)
        broker.process.signal(signal.SIGTERM if args.keep else signal.SIGKILL)
    for broker in brokers:
        broker.process.stop()
    if not args.keep:
        for broker in brokers:
            shutil.rmtree(broker.folder, ignore_errors=True)


def one_broker(args):
    for broker in known_brokers(args.dir):
        if broker.name == args.node:
            return broker
    sys.exit(f"kafka: there is no {args.node} in {args.dir}")


def start(args):
    broker = one_broker(args)
    if not broker.process.running():
        broker.start(class_path())
    broker.wait_until_ready()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up", "status", "down", "hold", "start", "stop", "kill", "pause", "resume"])
    parser.add_argument("node", nargs="?", help="node1, node2, ...")
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=ROOT / "build/cluster/kafka")
    parser.add_argument("--nodes", type=int, choices=[1, 3], default=1)
    parser.add_argument("--keep", action="store_true", help="down keeps the data")
    args = parser.parse_args()
    of_one = {"start": start, "stop": lambda a: one_broker(a).process.stop(),
              "kill": lambda a: one_broker(a).process.signal(signal.SIGKILL),
              "pause": lambda a: one_broker(a).process.signal(signal.SIGSTOP),
              "resume": lambda a: one_broker(a).process.signal(signal.SIGCONT)}
    if (args.command in of_one) != bool(args.node):
        parser.error("start, stop, kill, pause and resume want a NODE, the others none")
    {"up": up, "status": status, "down": down, "hold": lambda a: jvm.hold(up, down, a), **of_one}[args.command](args)


PROPERTIES = """\
process.roles=broker,controller
node.id={index}
controller.quorum.voters={voters}
listeners=CLIENTS://{host}:{port},CONTROLLERS://{host}:{controller_port}
advertised.listeners=CLIENTS://{host}:{port}
inter.broker.listener.name=CLIENTS
controller.listener.names=CONTROLLERS
listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLERS:PLAINTEXT
log.dirs={data}
# A topic that nobody made is a mistake to see, not one to make.
auto.create.topics.enable=false
offsets.topic.num.partitions=8
offsets.topic.replication.factor={replicas}
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
# Members of a group come and go in tests; waiting for more of them only takes time.
group.initial.rebalance.delay.ms=0
"""

LOG4J = """\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c: %m%n
"""

if __name__ == "__main__":
    main()
