#!/usr/bin/env python3
"""A whole cluster on this machine: Kafka, Cassandra and Playhead in two data centers, without a container engine.

cluster.py up      [--brokers 1|3] [--web-root DIR]   fetch, start and wait until all are ready; prints the addresses
cluster.py status                                     one line a server
cluster.py kill NAME | stop NAME | pause NAME | resume NAME | start NAME
cluster.py down    [--keep]                           stop all; their data goes too unless it is kept

Names are as in status: node1 and node2 (Playhead in dc1), node3 (in dc2), kafka1 (to kafka3) of dc1, kafka-dc2,
cassandra1 (dc1) and cassandra2 (dc2). A region has a Kafka of its own; Cassandra is one across both.

Everything listens on 127.77.D.N, D being the data center. It takes about 4 GB of memory and 2 minutes.
"""

import argparse
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cassandra
import jvm
import kafka
from network import Network
from nodes import Node

ROOT = Path(__file__).resolve().parent.parent.parent
CASSANDRA, KAFKA, NODE = 10, 20, 30  # the N of an address
PARTITIONS = 12
NODES = {1: 1, 2: 1, 3: 2}  # number: data center


class Cluster:
    """`network`: a name for network namespaces in which the data centers lie, else they are on loopback."""

    def __init__(self, folder, program=ROOT / "build/release/playhead", brokers=1, network=None, web_root=None,
                 keep_network=False):
        self.folder = Path(folder)
        self.program = program
        self.brokers = brokers
        self.network = Network(network) if network else None
        self.web_root = web_root
        self.keep_network = keep_network  # somebody else makes it and takes it down
        self.settings = {}                # of the nodes: {"apply": {"flush_interval": "2s"}}

    def address(self, dc, number):
        return f"{'10' if self.network else '127'}.77.{dc}.{number}"

    def prefix(self, dc):
        return self.network.prefix(f"dc{dc}") if self.network else ()

    # What there is, by name.
    def kafkas(self, dc):
        return kafka.known_brokers(self.folder / f"kafka-dc{dc}", self.prefix(dc))

    def cassandras(self):
        return [cassandra.Node(self.folder / "cassandra", dc, self.address(dc, CASSANDRA), self.prefix(dc)) for dc in (1, 2)
                if (self.folder / "cassandra" / f"node{dc}" / "conf").exists()]

    def nodes(self):
        return [Node(self.folder / f"node{number}", self.program, self.prefix(dc)) for number, dc in NODES.items()
                if (self.folder / f"node{number}" / "playhead.toml").exists()]

    def servers(self):
        found = {f"kafka{broker.index}": broker for broker in self.kafkas(1)}
        found.update({"kafka-dc2": broker for broker in self.kafkas(2)})
        found.update({f"cassandra{index}": node for index, node in enumerate(self.cassandras(), 1)})
        found.update({node.name: node for node in self.nodes()})
        return found

    def up(self, tell=print):
        if self.network and not self.keep_network:
            self.network.up({dc: [CASSANDRA, *range(KAFKA + 1, KAFKA + 4), *range(NODE + 1, NODE + 4)] for dc in (1, 2)})
        self.folder.mkdir(parents=True, exist_ok=True)
        kafka_jars = kafka.class_path()
        cassandra_jars = jvm.fetch(ROOT / "build/cluster/jars", cassandra.ARTIFACT)
        for dc, count in ((1, self.brokers), (2, 1)):
            places = [(self.address(dc, KAFKA + index), 9092, 9093) for index in range(1, count + 1)]
            if not self.kafkas(dc):
                kafka.make_brokers(self.folder / f"kafka-dc{dc}", places, kafka_jars)
            for broker in self.kafkas(dc):
                if not broker.process.running():
                    broker.start(kafka_jars)
        self._start_cassandras(cassandra_jars)
        for dc in (1, 2):
            for broker in self.kafkas(dc):
                broker.wait_until_ready()
        tell("Kafka and Cassandra are ready.")
        self._make_nodes()
        self.make_schema()
        for node in self.nodes():
            if not node.process.running():
                node.start()
        for node in self.nodes():
            node.wait_until_ready()

    def _start_cassandras(self, jars):
        for dc in (1, 2):
            node = cassandra.Node(self.folder / "cassandra", dc, self.address(dc, CASSANDRA), self.prefix(dc))
            if not (node.folder / "conf").exists():
                node.write_config(self.address(1, CASSANDRA))
            # One after the other: a node that joins wants the seed.
            if not node.process.running():
                node.start(jars)
            node.wait_until_ready()

    def _make_nodes(self):
        secret = self.folder / "secret"
        if not secret.exists():
            secret.write_text(secrets.token_hex(32) + "\n")
            secret.chmod(0o600)
        for number, dc in NODES.items():
            folder = self.folder / f"node{number}"
            if (folder / "playhead.toml").exists():
                continue
            brokers = ",".join(broker.address for broker in self.kafkas(dc))
            web_root = f'web_root = "{self.web_root}"' if self.web_root else ""
            development = "false" if len(self.kafkas(dc)) >= 3 else "true"
            Node(folder, self.program).write_config(
                self.address(dc, NODE + number), region=f"dc{dc}", secret=secret, brokers=brokers, partitions=PARTITIONS,
                cassandra=f"{self.address(dc, CASSANDRA)}:9042", replicas="dc1:1,dc2:1", development=development, more=web_root,
                settings=self.settings)

    def make_schema(self):
        """Once for each Kafka: node1's config knows that of dc1, node3's that of dc2."""
        for number in (1, 3):
            node = Node(self.folder / f"node{number}", self.program)
            done = subprocess.run([*self.prefix(NODES[number]), self.program, "schema", "--config", node.config],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"cluster: {done.stderr.strip()}")

    def start(self, name):
        server = self.servers()[name]
        if not server.process.running():
            if isinstance(server, kafka.Broker):
                server.start(kafka.class_path())
            elif isinstance(server, cassandra.Node):
                server.start(jvm.fetch(ROOT / "build/cluster/jars", cassandra.ARTIFACT))
            else:
                server.start()
        server.wait_until_ready()

    def signal(self, name, number):
        self.servers()[name].process.signal(number)

    def stop(self, name):
        self.servers()[name].process.stop()

    def down(self, keep=False):
        """Playhead first, which wants to store what it has."""
        for server in reversed(list(self.servers().values())):
            if not keep:
                server.process.signal(signal.SIGKILL)
            server.process.stop()
        if self.network and not self.keep_network:
            self.network.down()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def up(cluster, _):
    cluster.up()
    for name, server in cluster.servers().items():
        print(f"{name:12} {server.url if isinstance(server, Node) else server.address}", flush=True)


def status(cluster, _):
    servers = cluster.servers()
    if not servers:
        sys.exit("cluster: there is none; ./dev cluster up makes one")
    for name, server in servers.items():
        print(f"{name:12} {server.url if isinstance(server, Node) else server.address:28} {server.state()}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up", "status", "down", "start", "stop", "kill", "pause", "resume"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=ROOT / "build/cluster/run")
    parser.add_argument("--program", type=lambda text: Path(text).resolve(), default=ROOT / "build/release/playhead")
    parser.add_argument("--brokers", type=int, choices=[1, 3], default=1, help="of dc1")
    parser.add_argument("--web-root", type=lambda text: Path(text).resolve())
    parser.add_argument("--keep", action="store_true", help="down keeps the data")
    args = parser.parse_args()
    cluster = Cluster(args.dir, args.program, args.brokers, web_root=args.web_root)
    of_one = {"start": lambda name: cluster.start(name), "stop": lambda name: cluster.stop(name),
              "kill": lambda name: cluster.signal(name, signal.SIGKILL),
              "pause": lambda name: cluster.signal(name, signal.SIGSTOP),
              "resume": lambda name: cluster.signal(name, signal.SIGCONT)}
    if (args.command in of_one) != bool(args.name):
        parser.error("start, stop, kill, pause and resume want a NAME, the others none")
    if args.name:
        if args.name not in cluster.servers():
            sys.exit(f"cluster: there is no {args.name}; status names those that there are")
        of_one[args.command](args.name)
    else:
        {"up": up, "status": status, "down": lambda c, a: c.down(a.keep)}[args.command](cluster, args)


if __name__ == "__main__":
    main()
