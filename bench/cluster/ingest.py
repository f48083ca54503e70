"""Row a: from HTTP through to Kafka's acknowledgement at one node, beside a bare librdkafka producer of the same records."""

import json
import subprocess
from statistics import median

from region import PARTITIONS
from suite.processes import Failed, say
from suite.table import CEILING, Row
from usage import cpu_seconds

USERS = 100_000
BATCH, CONNECTIONS = 100, 256


def measure(bench):
    region = bench.region
    region.deploy("ingest", 1)
    samples = {"batches": [], "bare": [], "singles": [], "bare256": []}
    seconds = bench.seconds(5)
    for turn in range(bench.repeats):
        # All take turns, so that whatever else the machine does hits them alike.
        samples["batches"].append(_ours(region, seconds, batch=BATCH, connections=CONNECTIONS))
        samples["bare"].append(_bare(bench, seconds, "--linger-ms", "5"))
        samples["singles"].append(_ours(region, seconds, batch=1, connections=CONNECTIONS))
        samples["bare256"].append(_bare(bench, seconds, "--linger-ms", "1", "--in-flight", CONNECTIONS))
        say(f"  round {turn + 1}: " + ", ".join(f"{name} {taken[-1]['rate']:,.0f}/s" for name, taken in samples.items()))
    return [
        _row(f"updates in batches of {BATCH} to Kafka's ack, {CONNECTIONS} connections", samples, "batches", "bare",
             "bare producer, as much on its way as it queues"),
        _row(f"single updates to Kafka's ack, {CONNECTIONS} connections", samples, "singles", "bare256",
             f"bare producer, {CONNECTIONS} on their way"),
    ]


def _row(what, samples, ours, bare, against):
    def middle(key):
        return median(sample[key] for sample in samples[ours])
    return Row("a", what, middle("rate"), "/s", CEILING, against, median(sample["rate"] for sample in samples[bare]),
               at_least=0.8, samples={"ours": samples[ours], "bare": samples[bare]},
               note=f"CPU an update: node {middle('nodeUs'):.2f} µs, Kafka {middle('kafkaUs'):.2f}, Cassandra "
                    f"{middle('cassandraUs'):.2f}, load generator {middle('generatorUs'):.2f}; for the bare producer Kafka takes "
                    f"{median(s['kafkaUs'] for s in samples[bare]):.2f} µs and the producer "
                    f"{median(s['producerUs'] for s in samples[bare]):.2f}; p99 of the acknowledgement {middle('p99Ms'):.1f} ms")


def _ours(region, seconds, **shape):
    pids = {"node": region.nodes[1].process.pid(), "kafka": region.broker.process.pid(),
            "cassandra": region.database.process.pid()}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    result = region.generate("updates", 1, seconds, warmup=1, users=USERS, **shape)
    # The warm-up's updates were paid for, too.
    updates = result.stream()["requestsInAll"] * shape["batch"]
    each = {f"{name}Us": (cpu_seconds(pid) - before[name]) * 1e6 / updates for name, pid in pids.items()}
    return {"rate": result.rate(), "generatorUs": result.generator_us, "p99Ms": result.latency_us("p99") / 1000, **each}


def _bare(bench, seconds, *flags):
    region = bench.region
    broker = region.broker.process.pid()
    kafka_before = cpu_seconds(broker)
    command = [bench.producer, "--brokers", region.broker.address, "--from", region.topic, "--to", region.topic + "-bare",
               "--partitions", PARTITIONS, "--seconds", seconds, *flags]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds + 120)
    if done.returncode != 0:
        raise Failed(f"the bare producer: {done.stderr.strip()}")
    figures = json.loads(done.stdout)
    return {"rate": figures["recordsPerSecond"], "bytesEach": figures["bytesEach"],
            "producerUs": figures["cpuUsEach"],
            "kafkaUs": (cpu_seconds(broker) - kafka_before) * 1e6 / figures["sentInAll"]}
