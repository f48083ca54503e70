#include "server/api/progress_json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace playhead::server::api {
namespace {

using model::ClockKind;
using model::Heartbeat;
using model::Mark;
using model::State;

// Its own parser for every call, so that nothing is left over from another body. Fails the test unless the
// body is read.
class Read {
 public:
  explicit Read(std::string_view body, ProgressLimits limits = {}) : parser_(limits), result_(parser_.parse(body)) {
    EXPECT_TRUE(result_) << body << ": " << (result_ ? "" : result_.error().detail);
  }
  const ProgressRequest& operator*() const { return **result_; }
  const ProgressRequest* operator->() const { return *result_; }
  const Heartbeat& one() const { return *(*result_)->updates.at(0); }

 private:
  ProgressParser parser_;
  Result<const ProgressRequest*> result_;
};

// "" when the body is read.
std::string code_of(std::string_view body, ProgressLimits limits = {}) {
  ProgressParser parser(limits);
  const auto result = parser.parse(body);
  return result ? "" : std::string(result.error().code);
}

// An update that is good but for `fields`.
std::string with(std::string_view fields) {
  return std::string(R"({"userId":1,"episodeId":2,"position":3,)").append(fields).append("}");
}

TEST(ProgressJson, ReadsTheArticlesRecordAsItIs) {
  const Read read(R"({"userId":12345,"showId":789,"episodeId":12,"position":1122})");
  EXPECT_FALSE(read->batch);
  ASSERT_EQ(read->updates.size(), 1u);
  EXPECT_EQ(read.one().user.text, "12345");
  EXPECT_TRUE(read.one().user.integer);
  EXPECT_EQ(read.one().show.text, "789");
  EXPECT_EQ(read.one().episode.text, "12");
  EXPECT_EQ(read.one().position_ms, 1'122'000);
  EXPECT_EQ(read.one().state, State::kPlaying);
  EXPECT_EQ(read.one().mark, Mark::kNone);
  EXPECT_FALSE(read.one().timestamp_ms || read.one().sent_at_ms || read.one().duration_ms || read.one().provisional ||
               read.one().counter);
}

TEST(ProgressJson, ReadsEveryField) {
  const Read read(
      R"({"userId":"ann","showId":"s","episodeId":"e","position":"18:42.5","timestamp":"2026-03-01T20:00:00Z",
    "clock":"server","sentAt":1772395200500,"duration":2700.25,"creditsAt":2600,"nextEpisodeId":13,"deviceId":"tv",
    "sessionId":77,"seq":9,"state":"paused","seek":true,"provisional":false,"playedSeconds":12.5,"counter":4,
    "mark":"watched","live":true,"token":"secret","unknown":{"deep":[1,2,{"er":null}]}})");
  const auto& update = read.one();
  EXPECT_EQ(read->token, "secret");
  EXPECT_EQ(update.user.text, "ann");
  EXPECT_FALSE(update.user.integer);
  EXPECT_EQ(update.show.text, "s");
  EXPECT_EQ(update.episode.text, "e");
  EXPECT_EQ(update.position_ms, 1'122'500);
  EXPECT_EQ(update.timestamp_ms, 1'772'395'200'000);
  EXPECT_EQ(update.clock, ClockKind::kServer);
  EXPECT_EQ(update.sent_at_ms, 1'772'395'200'500);
  EXPECT_EQ(update.duration_ms, 2'700'250);
  EXPECT_EQ(update.credits_at_ms, 2'600'000);
  EXPECT_EQ(update.next_episode.text, "13");
  EXPECT_TRUE(update.next_episode.integer);
  EXPECT_EQ(update.device, "tv");
  EXPECT_EQ(update.session, "77");
  EXPECT_EQ(update.seq, 9u);
  EXPECT_EQ(update.state, State::kPaused);
  EXPECT_TRUE(update.seek);
  EXPECT_EQ(update.provisional, false);
  EXPECT_EQ(update.played_ms, 12'500);
  EXPECT_EQ(update.counter, 4u);
  EXPECT_EQ(update.mark, Mark::kWatched);
  EXPECT_TRUE(update.live);
}

TEST(ProgressJson, TakesNullForAbsent) {
  const Read read(with(R"("showId":null,"timestamp":null,"clock":null,"sentAt":null,"duration":null,"creditsAt":null,
    "nextEpisodeId":null,"deviceId":null,"sessionId":null,"seq":null,"state":null,"seek":null,"provisional":null,
    "playedSeconds":null,"counter":null,"mark":null,"live":null,"token":null,"updates":null)"));
  EXPECT_FALSE(read->batch);
  EXPECT_FALSE(read.one().show.present());
  EXPECT_FALSE(read.one().duration_ms || read.one().counter || read.one().provisional);
  EXPECT_EQ(code_of(R"({"userId":null,"episodeId":2,"position":3})"), "missing-user");
  EXPECT_EQ(code_of(R"({"userId":1,"episodeId":null,"position":3})"), "missing-episode");
  EXPECT_EQ(code_of(R"({"userId":1,"episodeId":2,"position":null})"), "missing-position");
}

TEST(ProgressJson, TakesNoDurationFromAPlayerThatDoesNotKnowItYet) {
  const Read read(with(R"("duration":0,"creditsAt":0.0,"playedSeconds":0)"));
  EXPECT_FALSE(read.one().duration_ms);
  EXPECT_FALSE(read.one().credits_at_ms);
  EXPECT_EQ(read.one().played_ms, 0);
}

TEST(ProgressJson, NeedsNoPositionOfMarksAndLiveUpdates) {
  EXPECT_FALSE(Read(R"({"userId":1,"episodeId":2,"mark":"watched"})").one().position_ms);
  EXPECT_FALSE(Read(R"({"userId":1,"episodeId":2,"live":true})").one().position_ms);
  const Read hide(R"({"userId":1,"showId":3,"mark":"removed"})");
  EXPECT_FALSE(hide.one().episode.present());
  EXPECT_EQ(hide.one().mark, Mark::kRemoved);
  EXPECT_EQ(code_of(R"({"userId":1,"mark":"removed"})"), "missing-show");
  EXPECT_EQ(code_of(R"({"userId":1,"showId":3,"mark":"watched"})"), "missing-episode");
  // A sliding window's clock reading is no position, whichever field comes first.
  EXPECT_FALSE(Read(R"({"userId":1,"episodeId":2,"position":1772395200,"live":true})").one().position_ms);
  EXPECT_FALSE(Read(R"({"live":true,"userId":1,"episodeId":2,"position":-1})").one().position_ms);
  EXPECT_EQ(code_of(R"({"userId":1,"episodeId":2,"position":-1,"mark":"watched"})"), "invalid-position");
}

TEST(ProgressJson, IgnoresWhatItDoesNotKnow) {
  EXPECT_EQ(code_of(with(R"("volume":1e999,"volume":2,"":3,"title":"\ud83d","USERID":[],"user":{}})")),
            "invalid-json");
  EXPECT_EQ(code_of(with(R"("volume":1e999,"volume":2,"":3,"title":"\ud83d","USERID":[],"user":{})")), "");
}

TEST(ProgressJson, TakesIdsUpToTheirLimits) {
  EXPECT_EQ(Read(R"({"userId":9007199254740991,"episodeId":0,"position":3})").one().user.text, "9007199254740991");
  const std::string longest(256, 'x');
  EXPECT_EQ(Read(R"({"userId":")" + longest + R"(","episodeId":2,"position":3})").one().user.text, longest);
  EXPECT_EQ(Read(R"({"userId":"\ud83d\ude00\u00a0/\"\\","episodeId":2,"position":3})").one().user.text,
            "\xF0\x9F\x98\x80\xC2\xA0/\"\\");
  EXPECT_EQ(code_of(R"({"userId":"four","episodeId":2,"position":3})", {.max_id_bytes = 4}), "");
  EXPECT_EQ(code_of(R"({"userId":"fives","episodeId":2,"position":3})", {.max_id_bytes = 4}), "invalid-id");
}

TEST(ProgressJson, TakesTheGoodUpdatesOfABatch) {
  const Read read(R"({"sentAt":"2026-03-01T20:00:00Z","token":"t","updates":[
    {"userId":1,"episodeId":2,"position":3},
    {"userId":1,"episodeId":2,"position":-3},
    7,
    {"userId":"a\udc00","episodeId":2,"position":3},
    {"userId":1,"episodeId":2,"position":1e999},
    {"userId":5,"episodeId":6,"position":"0:07","sentAt":1772395200500},
    {"userId":123456789012345678901,"episodeId":2,"position":3}]})");
  EXPECT_TRUE(read->batch);
  EXPECT_EQ(read->token, "t");
  const auto& updates = read->updates;
  ASSERT_EQ(updates.size(), 7u);
  EXPECT_EQ(updates[0]->sent_at_ms, 1'772'395'200'000);
  EXPECT_EQ(updates[1].error().code, "invalid-position");
  EXPECT_EQ(updates[2].error().code, "not-an-object");
  EXPECT_EQ(updates[3].error().code, "invalid-id");
  EXPECT_EQ(updates[4].error().code, "invalid-position");
  EXPECT_EQ(updates[5]->user.text, "5");
  EXPECT_EQ(updates[5]->position_ms, 7'000);
  EXPECT_EQ(updates[5]->sent_at_ms, 1'772'395'200'500);
  EXPECT_EQ(updates[6].error().code, "id-too-large");
}

TEST(ProgressJson, TakesABatchOfWhichNothingIsGood) {
  const Read read(R"({"updates":[{},null]})");
  EXPECT_EQ(read->updates.at(0).error().code, "missing-user");
  EXPECT_EQ(read->updates.at(1).error().code, "not-an-object");
}

TEST(ProgressJson, BoundsABatch) {
  EXPECT_EQ(code_of(R"({"updates":[{},{},{}]})", {.max_batch = 3}), "");
  EXPECT_EQ(code_of(R"({"updates":[{},{},{},{}]})", {.max_batch = 3}), "batch-too-large");
}

TEST(ProgressJson, ReadsABodyInPlaceWhenItMayReadOn) {
  ProgressParser parser;
  std::string buffer = R"({"userId":"ann","episodeId":2,"position":3})";
  const auto length = buffer.size();
  // What follows in a pipelined buffer is another request's.
  buffer.append(kReadPastEnd, '}');
  auto result = parser.parse(std::string_view(buffer).substr(0, length), kReadPastEnd);
  ASSERT_TRUE(result) << result.error().detail;
  buffer.assign(buffer.size(), '?');
  EXPECT_EQ((*result)->updates.at(0)->user.text, "ann");
}

TEST(ProgressJson, KeepsNothingFromTheBodyBefore) {
  ProgressParser parser;
  ASSERT_TRUE(parser.parse(R"({"token":"t","updates":[{"userId":1,"episodeId":2,"position":3,"showId":4},{}]})"));
  ASSERT_FALSE(parser.parse("nonsense"));
  const auto result = parser.parse(R"({"userId":9,"episodeId":8,"position":7})");
  ASSERT_TRUE(result);
  EXPECT_FALSE((*result)->batch);
  EXPECT_EQ((*result)->token, "");
  ASSERT_EQ((*result)->updates.size(), 1u);
  EXPECT_EQ((*result)->updates[0]->user.text, "9");
  EXPECT_FALSE((*result)->updates[0]->show.present());
}

}  // namespace
}  // namespace playhead::server::api
