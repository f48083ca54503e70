"""Load in the background that is spread over nodes: open loop, a generator for each node."""

from contextlib import ExitStack


class Players(ExitStack):
    """`rate`: updates a second of all of them together. Users of the nodes are apart. Ends with its `with`."""

    def __init__(self, region, numbers, rate, users, seconds, **options):
        super().__init__()
        each = users // len(numbers)
        self.unsent = 0
        self.runs = [self.enter_context(region.start_load("updates", number, seconds, warmup=0, rate=rate / len(numbers),
                                                          users=each, first_user=each * index, connections=16, **options))
                     for index, number in enumerate(numbers)]

    def running(self):
        return any(run.running() for run in self.runs)

    def sent(self):
        """Updates acknowledged, once all is over. Raises Failed when one was not."""
        results = [run.result() for run in self.runs]
        for result in results:
            if result.stream()["failed"]:
                result.require_clean()
        self.unsent = sum(result.stream()["unsent"] for result in results)
        return sum(result.stream()["updates"] for result in results)
