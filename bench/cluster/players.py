"""Load in the background that is spread over nodes: open loop, a generator for each node."""

from contextlib import ExitStack

# One request in so many may fail on a machine that has other work; the row says so.
FEW = 100


class Players(ExitStack):
    """`rate`: updates a second of all of them together. Users of the nodes are apart. Ends with its `with`."""

    def __init__(self, region, numbers, rate, users, seconds, connections=32, **options):
        super().__init__()
        each = users // len(numbers)
        self.trouble = ""  # what the notes of a row have to say about it
        self.runs = [self.enter_context(region.start_load("updates", number, seconds, warmup=0, rate=rate / len(numbers),
                                                          users=each, first_user=each * index, connections=connections, **options))
                     for index, number in enumerate(numbers)]

    def running(self):
        return any(run.running() for run in self.runs)

    def finish(self):
        """Waits for the end. Updates acknowledged; raises Failed when more than a few were not."""
        results = [run.result() for run in self.runs]
        streams = [result.stream() for result in results]
        for result, stream in zip(results, streams):
            if stream["failed"] * FEW > stream["requests"]:
                result.require_clean()
        failed, unsent = (sum(stream[what] for stream in streams) for what in ("failed", "unsent"))
        if failed or unsent:
            self.trouble = f"; of the load {failed:,} requests failed and {unsent:,} could not be sent in time"
        return sum(stream["updates"] for stream in streams)
