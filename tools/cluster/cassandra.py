#!/usr/bin/env python3
"""Real Cassandra nodes on this machine, from the published jars and without a container engine.

cassandra.py up      [--nodes N] [--address A...]   fetch, start and wait; node I is data center dcI, the first on 127.0.0.1
cassandra.py status                                 one line a node: name, data center, address, state
cassandra.py stop NODE | kill NODE | pause NODE | resume NODE | start NODE
cassandra.py down    [--keep]                       stop all; their data goes too unless it is kept
cassandra.py hold    [as up]                        up, and down as soon as standard input ends: for tests

--dir says where they live (default build/cluster/cassandra): nodes of one folder form one cluster. Clusters in different
folders need different addresses: --address auto makes a loopback address from the folder's name. Every node takes about
900 MB of memory and 10 s (a second node: 20 s more).
"""

import argparse
import ipaddress
import shutil
import signal
import sys
import zlib
from pathlib import Path

import jvm

ROOT = Path(__file__).resolve().parent.parent.parent
ARTIFACT = "org.apache.cassandra:cassandra-all:5.0.5"
PORT = 9042
MOST_STARTS = 3
READY_SECONDS = 180  # a busy machine with two cores takes a minute for the second node


class Node:
    def __init__(self, cluster, index, address, prefix=()):
        self.cluster = cluster
        self.name = f"node{index}"
        self.datacenter = f"dc{index}"
        self.address = address
        self.folder = cluster / self.name
        self.process = jvm.JavaProcess(self.folder, prefix)
        self.jars = None  # of the last start
        self.starts = 0

    def write_config(self, seed):
        config = self.folder / "conf"
        config.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        (config / "cassandra.yaml").write_text(YAML.format(address=self.address, seed=seed, data=data, port=PORT))
        (config / "cassandra-rackdc.properties").write_text(f"dc={self.datacenter}\nrack=rack1\n")
        (config / "logback.xml").write_text(LOGBACK)

    def start(self, jars):
        self.jars = jars
        self.starts += 1
        arguments = [f"--add-{kind}={package}=ALL-UNNAMED" for kind in MODULES for package in MODULES[kind].split()]
        arguments += ["-Xms512m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djdk.attach.allowAttachSelf=true",
                      "-Dio.netty.tryReflectionSetAccessible=true", f"-Dcassandra.storagedir={self.folder / 'data'}",
                      "-Dcassandra.ring_delay_ms=1000", "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                      "-Dcassandra.superuser_setup_delay_ms=0"]
        self.process.start(arguments, [self.folder / "conf", f"{jars}/*"],
                           ["org.apache.cassandra.service.CassandraDaemon"])

    def ready(self):
        return jvm.listens(self.address, PORT)

    def wait_until_ready(self):
        self.process.wait_until(self.ready, READY_SECONDS, f"Cassandra {self.name} on {self.address}:{PORT}", self._start_again)

    def _start_again(self):
        # It gives the seed no longer than its ring delay to answer, which a busy machine may exceed.
        if self.starts >= MOST_STARTS or not self.jars or "Unable to gossip with any peers" not in self.process.tail(100):
            return False
        self.start(self.jars)
        return True

    def state(self):
        if not self.process.running():
            return "stopped"
        return "ready" if self.ready() else "not ready"


def known_nodes(cluster):
    """The nodes that `up` made, in the order of their numbers."""
    found = []
    for index in range(1, 10):
        address = cluster / f"node{index}" / "address"
        if address.exists():
            found.append(Node(cluster, index, address.read_text().strip()))
    return found


def make_nodes(cluster, addresses):
    for index, address in enumerate(addresses, 1):
        node = Node(cluster, index, address)
        node.write_config(addresses[0])
        (node.folder / "address").write_text(address + "\n")
    return known_nodes(cluster)


def address_for(folder):
    """127.x.y.1, most likely a folder's own."""
    number = zlib.crc32(str(folder).encode())
    return f"127.{100 + number % 100}.{number // 100 % 254 + 1}.1"


def up(args):
    addresses = args.address or [f"127.0.0.{n}" for n in range(1, args.nodes + 1)]
    addresses = [address_for(args.dir) if address == "auto" else address for address in addresses]
    for address in addresses:
        if not ipaddress.ip_address(address).is_loopback:
            sys.exit(f"cassandra: {address} is no loopback address, and these nodes ask nobody for a password")
    jars = jvm.fetch(ROOT / "build/cluster/jars", ARTIFACT)
    nodes = known_nodes(args.dir)
    if nodes and [node.address for node in nodes] != addresses:
        sys.exit(f"cassandra: {args.dir} holds nodes on {', '.join(n.address for n in nodes)}; `down` them first")
    for node in nodes or make_nodes(args.dir, addresses):
        # One after the other: a node that joins wants the seed.
        if not node.process.running():
            if node.ready():
                sys.exit(f"cassandra: something listens on {node.address}:{PORT} already; give another --address")
            node.start(jars)
        node.wait_until_ready()
        print(f"{node.name} {node.datacenter} {node.address}:{PORT}", flush=True)


def status(args):
    for node in known_nodes(args.dir):
        print(f"{node.name} {node.datacenter} {node.address}:{PORT} {node.state()}")


def down(args):
    nodes = known_nodes(args.dir)
    for node in nodes:
        # What is thrown away needs no flush.
        if not args.keep:
            node.process.signal(signal.SIGKILL)
        node.process.stop()
    if not args.keep:
        for node in nodes:
            shutil.rmtree(node.folder, ignore_errors=True)


def one_node(args):
    for node in known_nodes(args.dir):
        if node.name == args.node:
            return node
    sys.exit(f"cassandra: there is no {args.node} in {args.dir}")


def start(args):
    node = one_node(args)
    if not node.process.running():
        node.start(jvm.fetch(ROOT / "build/cluster/jars", ARTIFACT))
    node.wait_until_ready()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up", "status", "down", "hold", "start", "stop", "kill", "pause", "resume"])
    parser.add_argument("node", nargs="?", help="node1, node2, ...")
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=ROOT / "build/cluster/cassandra")
    parser.add_argument("--nodes", type=int, choices=[1, 2, 3], default=1)
    parser.add_argument("--address", action="append", help="one for each node, instead of 127.0.0.1, .2, ...; or auto")
    parser.add_argument("--keep", action="store_true", help="down keeps the data")
    args = parser.parse_args()
    of_one = {"start": start, "stop": lambda a: one_node(a).process.stop(),
              "kill": lambda a: one_node(a).process.signal(signal.SIGKILL),
              "pause": lambda a: one_node(a).process.signal(signal.SIGSTOP),
              "resume": lambda a: one_node(a).process.signal(signal.SIGCONT)}
    if (args.command in of_one) != bool(args.node):
        parser.error("start, stop, kill, pause and resume want a NODE, the others none")
    {"up": up, "status": status, "down": down, "hold": lambda a: jvm.hold(up, down, a), **of_one}[args.command](args)


# What Cassandra's own jvm17-server.options open.
MODULES = {
    "exports": "java.base/jdk.internal.misc java.base/jdk.internal.ref java.base/sun.nio.ch "
               "java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/sun.rmi.registry java.rmi/sun.rmi.server "
               "java.rmi/sun.rmi.transport.tcp java.sql/java.sql jdk.unsupported/sun.misc",
    "opens": "java.base/java.io java.base/java.lang java.base/java.lang.module java.base/java.lang.ref "
             "java.base/java.lang.reflect java.base/java.net java.base/java.nio java.base/java.util "
             "java.base/java.util.concurrent java.base/java.util.concurrent.atomic java.base/jdk.internal.loader "
             "java.base/jdk.internal.math java.base/jdk.internal.misc java.base/jdk.internal.module "
             "java.base/jdk.internal.ref java.base/jdk.internal.reflect java.base/jdk.internal.util.jar "
             "java.base/sun.nio.ch jdk.management/com.sun.management.internal "
             "jdk.management.jfr/jdk.management.jfr",
}

YAML = """\
cluster_name: playhead
num_tokens: 16
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
listen_address: {address}
rpc_address: {address}
storage_port: 7000
native_transport_port: {port}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "{seed}"
commitlog_sync: periodic
commitlog_sync_period: 10000ms
auto_snapshot: false
data_file_directories: ["{data}/data"]
commitlog_directory: "{data}/commitlog"
saved_caches_directory: "{data}/saved_caches"
hints_directory: "{data}/hints"
cdc_raw_directory: "{data}/cdc_raw"
"""

LOGBACK = """\
<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="STDOUT"/></root>
</configuration>
"""

if __name__ == "__main__":
    main()
