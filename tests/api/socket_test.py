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

    def test_refs_come_back_as_they_were_sent(self):
        with Socket(self.server) as tv:
            for ref in (0, -5, 2**63, "", "ü\n\"", "x" * 64):
                tv.send(type="progress", ref=ref, **update("refs", 1))
                self.assertEqual(tv.next("ack")["ref"], ref)
            tv.send(type="progress", **update("refs", 1))
            self.assertNotIn("ref", tv.next("ack"))
            for ref in ("x" * 65, 1.5, [1], {}):
                tv.send(type="progress", ref=ref, **update("refs", 1))
                error = tv.next("error")
                self.assertEqual((error["code"], "ref" in error), ("invalid-ref", False))

    def test_a_batch_is_acknowledged_as_over_http(self):
        with Socket(self.server) as tv:
            tv.send(type="progress", ref=1, sentAt="2026-11-23T20:15:00Z",
                    updates=[update("batch", 10), update("batch", -1), update("batch", 20, episode=13)])
            ack = tv.next("ack")
            self.assertEqual((ack["accepted"], [(r["index"], r["code"], r["retry"]) for r in ack["rejected"]]),
                             (2, [(1, "invalid-position", False)]))
            tv.send(type="progress", ref=2, updates=[update("batch", -1)])
            self.assertEqual((tv.next("ack")["accepted"]), 0)

    def test_what_is_wrong_is_said_and_the_socket_goes_on(self):
        with Socket(self.server) as tv:
            for message, code in ((dict(type="dance", ref=1), "unknown-type"), (dict(ref=1), "missing-type"),
                                  (dict(type="progress", ref=1), "missing-user"),
                                  (dict(type="progress", ref=1, **update("u", -1)), "invalid-position"),
                                  (dict(type="subscribe", ref=1), "missing-user"),
                                  (dict(type="subscribe", ref=1, userId=""), "invalid-id"),
                                  (dict(type="token", ref=1, token=5), "invalid-token")):
                tv.send(**message)
                error = tv.next("error")
                self.assertEqual((error["code"], error["ref"]), (code, 1))
                self.assertTrue(error["detail"])
            tv.send_text("{")
            self.assertEqual(tv.next("error")["code"], "invalid-json")
            tv.send(type="progress", ref=9, **update("u", 1))
            self.assertEqual(tv.next("ack")["ref"], 9)

    def test_many_messages_on_their_way_are_all_acknowledged(self):
        with Socket(self.server) as gateway:
            frames = [gateway.frame(TEXT, json.dumps({"type": "progress", "ref": i, "updates": [
                update(f"many{i}-{k}", i) for k in range(16)]}).encode()) for i in range(500)]
            gateway.socket.sendall(b"".join(frames))
            self.assertEqual(sorted(gateway.next("ack")["ref"] for _ in frames), list(range(500)))
            self.assertEqual(self.server.resume("many499-15")["position"], 499)


class Following(ApiTest):
    flags = ("--push-users-per-socket", "5", "--push-followers-per-user", "2")

    def test_an_update_that_loses_is_not_told(self):
        self.play("loser", 1700)
        with Socket(self.server) as tv:
            tv.subscribe("loser")
            self.play("loser", 5, timestamp=1_700_000_000_000)
            self.play("loser", 1701)
            self.assertEqual(tv.next("progress")["position"], 1701)

    def test_ids_come_back_with_the_type_that_was_asked_for(self):
        with Socket(self.server) as tv:
            self.assertEqual(tv.subscribe(4242)["userId"], 4242)
            self.play(4242, 100)
            self.assertEqual(tv.next("progress")["userId"], 4242)
            self.assertEqual(tv.subscribe("4242", ref="again")["userId"], "4242")

    def test_marks_removals_and_sessions(self):
        with Socket(self.server) as phone:
            phone.subscribe("story")
            self.play("story", 100, deviceId="tv", sessionId="s1")
            started = phone.next("session-started")
            self.assertEqual((started["sessionId"], started["deviceId"], started["showId"], started["state"]),
                             ("s1", "tv", 789, "playing"))
            self.play("story", 101, deviceId="tv", sessionId="s1", state="stopped")
            self.assertEqual(phone.next("session-ended")["sessionId"], "s1")
            self.server.ask("PATCH", "/v1/users/story/episodes/12?showId=789", {"watched": True})
            mark = phone.next("mark")
            self.assertEqual((mark["mark"], mark["watched"], mark["episodeId"]), ("watched", True, 12))
            self.server.ask("PATCH", "/v1/users/story/episodes/12?showId=789", {"watched": False})
            self.assertEqual(phone.next("mark")["mark"], "unwatched")
            self.server.ask("DELETE", "/v1/users/story/episodes/12?showId=789")
            removed = phone.next("removed")
            self.assertEqual((removed["showId"], removed["episodeId"]), (789, 12))
            self.server.ask("DELETE", "/v1/users/story/continue-watching/789")
            removed = phone.next("removed")
            self.assertEqual((removed["showId"], "episodeId" in removed), (789, False))
            self.server.ask("DELETE", "/v1/users/story")
            removed = phone.next("removed")
            self.assertFalse("showId" in removed or "episodeId" in removed)

    def test_unsubscribe_ends_it(self):
        with Socket(self.server) as phone:
            phone.subscribe("quiet")
            phone.send(type="unsubscribe", ref=3, userId="quiet")
            self.assertEqual(phone.next("unsubscribed"), {"type": "unsubscribed", "ref": 3, "userId": "quiet"})
            self.play("quiet", 100)
            phone.subscribe("other")
            self.play("other", 100)
            self.assertEqual(phone.next("progress", "session-started")["userId"], "other")

    def test_how_many_one_socket_and_one_user_take(self):
        with Socket(self.server) as backend, Socket(self.server) as second, Socket(self.server) as third:
            for i in range(5):
                backend.subscribe(f"member{i}")
            self.assertEqual(backend.subscribe("member5")["code"], "too-many-subscriptions")
            second.subscribe("member0")
            self.assertEqual(third.subscribe("member0")["code"], "too-many-subscribers")
            second.close()
            while third.subscribe("member0")["type"] != "snapshot":
                pass

    def test_a_slow_reader_gets_the_newest_state(self):
        with Socket(self.server, receive_buffer=4096) as slow:
            slow.subscribe("slow")
            for position in range(0, 20_000, 1000):
                self.server.post({"updates": [{"userId": "slow", "showId": 1, "episodeId": 1, "position": p}
                                              for p in range(position, position + 1000)]})
            change = slow.next("progress")
            while change["position"] != 19_999:
                change = slow.next("progress")

    def test_a_reader_that_takes_nothing_is_dropped(self):
        with Socket(self.server, receive_buffer=4096) as stuck:
            stuck.subscribe("stuck")
            dropped = 'playhead_push_dropped_total{reason="slow-reader"} 1'
            for begin in range(0, 200_000, 1000):
                self.server.post({"updates": [
                    {"userId": "stuck", "showId": begin, "episodeId": f"{i}-{'x' * 200}", "position": i} for i in range(1000)]})
                # Single changes, since a large upload is told as one snapshot.
                self.play("stuck", begin, episode=begin)
                if dropped in self.server.get("/metrics").body.decode():
                    return
            self.fail("the server kept everything for a reader that reads nothing")


class Protocol(ApiTest):
    def test_hello_comes_first(self):
        with Socket(self.server, hello=False) as rude:
            rude.send(type="subscribe", userId="u")
            with self.assertRaises(Closed) as closed:
                rude.message()
            self.assertEqual(closed.exception.code, 4400)

    def test_who_is_no_websocket_is_told(self):
        answer = self.server.get("/v1/socket")
        self.assertEqual((answer.status, answer.json["code"], answer.headers["Upgrade"]), (426, "not-a-websocket", "websocket"))
        for headers, code in (({"Sec-WebSocket-Version": "8"}, "bad-handshake"), ({"Sec-WebSocket-Key": "short"}, "bad-handshake"),
                              ({"Sec-WebSocket-Protocol": "chat"}, "unknown-subprotocol")):
            with self.assertRaises(Refused) as refused:
                Socket(self.server, headers=headers)
            self.assertEqual((refused.exception.status, json.loads(refused.exception.body)["code"]), (400, code))
        with Socket(self.server, headers={"Sec-WebSocket-Protocol": None}) as plain:
            self.assertIsNone(plain.protocol)

    def test_pages_from_elsewhere_may_not_connect(self):
        with self.assertRaises(Refused) as refused:
            Socket(self.server, headers={"Origin": "https://evil.example"})
        self.assertEqual(refused.exception.status, 403)
        Socket(self.server, headers={"Origin": f"http://127.0.0.1:{self.server.port}"}).close()

    def test_frames_that_are_none_are_closed_with_their_code(self):
        for frame, code in (((BINARY, b"x"), 1003), ((CONTINUATION, b"x"), 1002), ((TEXT, b"\xff\xfe"), 1007),
                            ((TEXT, b" " * (1 << 20) + b"x"), 1009)):
            with Socket(self.server) as odd:
                odd.send_frame(*frame)
                with self.assertRaises(Closed) as closed:
                    odd.message()
                self.assertEqual(closed.exception.code, code)
        with Socket(self.server) as odd:
            odd.send_frame(TEXT, b"{}", masked=False)
            with self.assertRaises(Closed) as closed:
                odd.message()
            self.assertEqual(closed.exception.code, 1002)

    def test_pings_and_goodbyes_are_answered(self):
        with Socket(self.server) as tv:
            tv.send_frame(PING, b"there?")
            self.assertEqual(tv.next_frame(), (PONG, b"there?"))
            tv.send_frame(CLOSE, b"\x03\xe8bye")
            self.assertEqual(tv.next_frame(), (CLOSE, b"\x03\xe8"))

    def test_metrics_tell_what_is_open(self):
        with Socket(self.server) as tv:
            tv.subscribe("metric")
            text = self.server.get("/metrics").body.decode()
            self.assertRegex(text, r'playhead_push_connections\{kind="websocket"\} [1-9]')
            self.assertRegex(text, r"playhead_push_followed_users [1-9]")


class Stopping(ApiTest):
    def test_a_server_that_stops_says_so(self):
        with Socket(self.server) as tv:
            tv.send(type="progress", ref=1, **update("last", 77))
            tv.next("ack")
            self.server.process.terminate()
            with self.assertRaises(Closed) as closed:
                tv.message()
            self.assertEqual(closed.exception.code, 1001)
            tv.send_frame(CLOSE, b"\x03\xe9")
            self.assertEqual(self.server.process.wait(timeout=30), 0)
        self.server.start()
        self.assertEqual(self.server.resume("last")["position"], 77)


if __name__ == "__main__":
    unittest.main()
