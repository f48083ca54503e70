"""What to continue, and a season page's bars."""

import time
import unittest

from playhead import ApiTest


class Lists(ApiTest):
    def test_one_card_a_show_newest_first(self):
        now = int(time.time() * 1000)
        for i, (show, episode) in enumerate((("a", 1), ("b", 1), ("a", 2), (None, "film"))):
            self.play("home", 600, show=show, episode=episode, duration=2400, timestamp=now - 10_000 + i)
        cards = self.server.get("/v1/users/home/continue-watching").json["items"]
        self.assertEqual([(c["showId"], c["episodeId"], c["kind"], c["progress"]) for c in cards],
                         [(None, "film", "resume", 0.25), ("a", 2, "resume", 0.25), ("b", 1, "resume", 0.25)])

    def test_a_finished_episode_gives_way_to_the_next(self):
        self.play("next", 2390, duration=2400, nextEpisodeId=13)
        card, = self.server.get("/v1/users/next/continue-watching").json["items"]
        self.assertEqual((card["kind"], card["episodeId"], card["startAt"]), ("next", 13, 0))
        self.play("next", 2390, duration=2400, episode=13)
        self.assertEqual(self.server.get("/v1/users/next/continue-watching").json["items"], [])

    def test_what_was_hardly_begun_is_no_card(self):
        self.play("begun", 20, duration=2400)
        self.assertEqual(self.server.get("/v1/users/begun/continue-watching").json["items"], [])
        self.play("begun", 130, duration=2400)
        self.assertEqual(len(self.server.get("/v1/users/begun/continue-watching").json["items"]), 1)

    def pages(self, path):
        seen, cursor = [], ""
        while True:
            page = self.server.get(f"{path}limit=3{cursor}").json
            seen.extend(page["items"])
            if page["next"] is None:
                return seen
            cursor = f"&cursor={page['next']}"

    def test_pages_neither_skip_nor_repeat(self):
        now = int(time.time() * 1000) - 60_000
        updates = [{"userId": "pages", "showId": f"s{i}", "episodeId": i, "position": 500, "timestamp": now + i // 2}
                   for i in range(10)]
        self.assertEqual(self.server.post({"updates": updates}).json["accepted"], 10)
        for path in ("/v1/users/pages/continue-watching?", "/v1/users/pages/episodes?"):
            ids = [item["episodeId"] for item in self.pages(path)]
            self.assertEqual(sorted(ids), list(range(10)), path)
            self.assertEqual([i // 2 for i in ids], sorted((i // 2 for i in range(10)), reverse=True), path)

    def test_a_season_page_asks_once(self):
        updates = [{"userId": "season", "showId": "s", "episodeId": i, "position": 100 + i} for i in range(20)]
        updates.append({"userId": "season", "showId": "other", "episodeId": 1, "position": 1})
        self.server.post({"updates": updates})
        items = self.server.get("/v1/users/season/episodes?showId=s&episodeId=3&episodeId=7&episodeId=99").json["items"]
        self.assertEqual(sorted((i["episodeId"], i["position"]) for i in items), [(3, 103), (7, 107)])

    def test_since(self):
        now = int(time.time() * 1000)
        self.play("since", 100, episode=1, timestamp=now - 60_000)
        self.play("since", 100, episode=2, timestamp=now - 1_000)
        items = self.server.get(f"/v1/users/since/episodes?since={now - 30_000}").json["items"]
        self.assertEqual([i["episodeId"] for i in items], [2])

    def test_wrong_parameters_are_refused(self):
        for query in ("limit=0", "limit=1001", "limit=many", "cursor=zz", "cursor=00", "since=yesterday", "since=1750000000"):
            answer = self.server.get(f"/v1/users/u/episodes?{query}")
            self.assertEqual((answer.status, answer.json["code"]), (400, "invalid-parameter"), query)

    def test_a_user_beyond_the_bound_keeps_the_newest(self):
        now = int(time.time() * 1000) - 60_000
        for begin in range(0, 21_000, 1000):
            self.server.post({"updates": [{"userId": "hoarder", "episodeId": i, "position": 100, "timestamp": now + i}
                                          for i in range(begin, begin + 1000)]})
        self.assertFalse(self.server.resume("hoarder", episodeId=0)["known"])
        self.assertTrue(self.server.resume("hoarder", episodeId=20_999)["known"])


if __name__ == "__main__":
    unittest.main()
