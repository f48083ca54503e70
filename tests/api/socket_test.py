"""/v1/socket: updates in, acks out, and what another device does."""

import json
import unittest

from live import CLOSE, CONTINUATION, PING, PONG, TEXT, BINARY, Closed, Refused, Socket
from playhead import ApiTest


def update(user, position, episode=12, **more):
    return {"userId": user, "showId": 789, "episodeId": episode, "position": position, **more}


class Updates(ApiTest):
    def test_what_is_acknowledged_is_there(self):
        with Socket(self.server) as tv:
            self.assertEqual(tv.protocol, "playhead.v1")
            self.assertTrue(10 <= tv.welcome["nextInSeconds"] <= 11 and "serverTime" in tv.welcome, tv.welcome)
            tv.send(type="progress", ref=7, **update("ann", 1122))
            ack = tv.next("ack")
            self.assertEqual((ack["ref"], ack["accepted"], ack["rejected"], ack["durability"]), (7, 1, [], "disk"))
            self.assertEqual(self.server.resume("ann")["position"], 1122)

    def test_a_change_reaches_who_follows(self):
        self.play("bob", 100, deviceId="tv", sessionId="s1")
        with Socket(self.server) as phone, Socket(self.server) as tv:
            snapshot = phone.subscribe("bob", ref="mine")
            self.assertEqual((snapshot["ref"], snapshot["userId"], snapshot["stale"]), ("mine", "bob", False))
            self.assertEqual([(i["episodeId"], i["position"]) for i in snapshot["items"]], [(12, 100)])
            self.assertEqual([s["sessionId"] for s in snapshot["sessions"]], ["s1"])
            tv.send(type="progress", ref=1, **update("bob", 200, deviceId="tv", sessionId="s1"))
            change = phone.next("progress")
            self.assertEqual((change["userId"], change["showId"], change["episodeId"], change["position"]),
                             ("bob", 789, 12, 200))
            self.assertEqual((change["deviceId"], change["sessionId"], change["positionText"]), ("tv", "s1", "3:20"))
            self.assertTrue(change["version"])


if __name__ == "__main__":
    unittest.main()
