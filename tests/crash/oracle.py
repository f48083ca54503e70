"""What the clients sent, and whether what the server answers can have come from it.

For each item three registers are followed: position (eligible updates), watched (marks) and removed (marks). The greatest
(time, seq) wins. An update that was acknowledged counts; one that was sent and not answered may count or not; nothing
else may show."""

import threading

NONE = ((0, 0), None)


class Register:
    def __init__(self):
        self.known = NONE  # greatest acknowledged
        self.unsure = []   # sent, not answered

    def acknowledged(self, version, value):
        self.known = max(self.known, (version, value), key=lambda entry: entry[0])

    def candidates(self):
        return [self.known, *(entry for entry in self.unsure if entry[0] > self.known[0])]


class Item:
    def __init__(self):
        self.registers = {"position": Register(), "watched": Register(), "removed": Register()}
        self.positions = {0}  # ever sent; 0 is what a mark alone shows

    def outcomes(self):
        """Every (position, watched) that may be answered; None for an item that may not be there."""
        for removed, _ in self.registers["removed"].candidates():
            for position in self.registers["position"].candidates():
                for watched in self.registers["watched"].candidates():
                    shown_position = position if position[1] is not None and position[0] > removed else NONE
                    shown_watched = watched if watched[1] is not None and watched[0] > removed else NONE
                    if shown_position is NONE and shown_watched is NONE:
                        yield None
                    else:
                        yield (shown_position[1] or 0, bool(shown_watched[1]))


class Oracle:
    """Any thread; each user is written to by one client only."""

    def __init__(self):
        self.lock = threading.Lock()
        self.items = {}   # user -> episode -> Item
        self.erased = {}  # user -> "maybe" or "surely"
        self.acked = 0
        self.unanswered = 0

    def record(self, updates, acked):
        with self.lock:
            self.acked += len(updates) if acked else 0
            self.unanswered += 0 if acked else len(updates)
            for user, episode, register, version, value in updates:
                item = self.items.setdefault(user, {}).setdefault(episode, Item())
                if register == "position":
                    item.positions.add(value)
                if acked:
                    item.registers[register].acknowledged(version, value)
                else:
                    item.registers[register].unsure.append((version, value))

    def record_erasure(self, user, acked):
        with self.lock:
            self.erased[user] = "surely" if acked else self.erased.get(user, "maybe")

    def check(self, user, answered):
        """`answered`: episode -> (position, watched). Returns (lost, invented) as lists of sentences."""
        lost, invented = [], []
        erased = self.erased.get(user)
        if erased == "surely":
            return lost, [f"{user}: erased, but {answered} is there"] if answered else []
        if erased == "maybe" and not answered:
            self.erased[user] = "surely"
            return lost, invented
        for episode, item in self.items.get(user, {}).items():
            got = answered.get(episode)
            possible = set(item.outcomes())
            if got in possible:
                continue
            sentence = f"{user}/{episode}: answered {got}, possible {sorted(possible, key=str)}"
            made_up = got is not None and got[0] not in item.positions
            (invented if made_up else lost).append(sentence)
        for episode in answered.keys() - self.items.get(user, {}).keys():
            invented.append(f"{user}/{episode}: was never sent, but {answered[episode]} is there")
        return lost, invented
