// The link's parts that need no network: frames, the breaker, codes.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "link/breaker.h"
#include "link/error_codes.h"
#include "link/frame.h"

namespace playhead::link {
namespace {

std::string bytes_of(const Frame& frame) {
  const auto header = frame_header(frame.type, frame.id, frame.kind, frame.payload.size());
  return std::string(header.data(), header.size()) + frame.payload;
}

// However the bytes are cut, the frames are the same.
RC_GTEST_PROP(FrameReader, ReadsWhatWasWritten, ()) {
  const auto payloads = *rc::gen::container<std::vector<std::string>>(rc::gen::arbitrary<std::string>());
  std::vector<Frame> written;
  std::string bytes;
  for (const auto& payload : payloads) {
    written.push_back({*rc::gen::element(FrameType::kRequest, FrameType::kAnswer, FrameType::kItem),
                       *rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint32_t>(), payload});
    bytes += bytes_of(written.back());
  }
  FrameReader reader(1'000);
  std::vector<Frame> read;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto piece = bytes.substr(at, *rc::gen::inRange<std::size_t>(1, 40));
    at += piece.size();
    RC_ASSERT(reader.read(piece, [&](Frame frame) {
      read.push_back(std::move(frame));
      return true;
    }));
  }
  RC_ASSERT(read.size() == written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    RC_ASSERT(read[i].type == written[i].type);
    RC_ASSERT(read[i].id == written[i].id);
    RC_ASSERT(read[i].kind == written[i].kind);
    RC_ASSERT(read[i].payload == written[i].payload);
  }
}

RC_GTEST_PROP(FrameReader, TakesAnyBytesWithoutHarm, ()) {
  const auto bytes = *rc::gen::arbitrary<std::string>();
  FrameReader reader(100);
  reader.read(bytes, [&](const Frame& frame) {
    RC_ASSERT(frame.payload.size() <= 100u);
    return true;
  });
  (void)decode_hello(bytes);
  if (const auto failure = decode_failure(bytes)) {
    RC_ASSERT(failure->first.size() + failure->second.size() < bytes.size());
  }
}

TEST(FrameReader, StopsWhenItsTakerSaysSo) {
  FrameReader reader(100);
  const auto frame = bytes_of({.type = FrameType::kAnswer});
  int taken = 0;
  EXPECT_FALSE(reader.read(frame + frame, [&](const Frame&) { return ++taken > 1; }));
  EXPECT_EQ(taken, 1);
}

TEST(Frames, HaveTheDocumentedBytes) {
  EXPECT_EQ(bytes_of({FrameType::kRequest, 0x0102030405060708, 0x090A0B0C, "x"}),
            std::string("\0\0\0\x0E\x02\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0Cx", 18));
}

TEST(Hello, MayGrow) {
  const auto hello =
      decode_hello(encode({.newest = 3, .oldest = 2, .max_frame_bytes = 9}) + "what later versions add");
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->newest, 3u);
  EXPECT_EQ(hello->oldest, 2u);
  EXPECT_EQ(hello->max_frame_bytes, 9u);
  EXPECT_FALSE(decode_hello("short"));
}

using std::chrono::milliseconds;

struct BreakerTest : ::testing::Test {
  Breaker breaker{{.min_pause = milliseconds(100), .max_pause = milliseconds(1'000), .timeouts_to_open = 3}, 1};
  Breaker::Time now;
};

TEST_F(BreakerTest, LetsOneThroughAfterAPause) {
  EXPECT_TRUE(breaker.admits(now));
  breaker.failed(now);
  EXPECT_TRUE(breaker.open());
  EXPECT_FALSE(breaker.admits(now + milliseconds(49)));
  now += milliseconds(101);
  EXPECT_TRUE(breaker.admits(now));
  EXPECT_FALSE(breaker.admits(now)) << "one only";
  breaker.succeeded();
  EXPECT_TRUE(breaker.admits(now));
  EXPECT_TRUE(breaker.admits(now));
}

TEST_F(BreakerTest, PausesDoubleUpToABoundAndBeginAnewAfterSuccess) {
  milliseconds wanted{100};
  for (int i = 0; i < 8; ++i) {
    breaker.failed(now);
    const auto pause = breaker.retry_at() - now;
    EXPECT_LE(pause, wanted);
    EXPECT_GE(pause, wanted / 2);
    wanted = std::min(wanted * 2, milliseconds(1'000));
  }
  breaker.succeeded();
  breaker.failed(now);
  EXPECT_LE(breaker.retry_at() - now, milliseconds(100));
}

TEST_F(BreakerTest, AConnectionAloneEndsNoGrowth) {
  for (int i = 0; i < 8; ++i) {
    breaker.failed(now);
    breaker.connected();
    EXPECT_FALSE(breaker.open());
  }
  breaker.failed(now);
  EXPECT_GE(breaker.retry_at() - now, milliseconds(500)) << "connections that are lost at once are failures";
  breaker.connected();
  breaker.heard();
  breaker.failed(now);
  EXPECT_LE(breaker.retry_at() - now, milliseconds(100));
}

TEST_F(BreakerTest, OpensAfterSeveralTimeOutsInARow) {
  breaker.timed_out(now);
  breaker.timed_out(now);
  breaker.succeeded();
  breaker.timed_out(now);
  breaker.timed_out(now);
  EXPECT_TRUE(breaker.admits(now));
  breaker.timed_out(now);
  EXPECT_FALSE(breaker.admits(now));
  breaker.connected();
  breaker.heard();
  EXPECT_FALSE(breaker.admits(now)) << "a connection is no answer";
  breaker.succeeded();
  EXPECT_TRUE(breaker.admits(now));
}

TEST(BreakersOfManyNodes, DoNotTryInOneMoment) {
  std::set<Breaker::Time> tries;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    Breaker breaker({.min_pause = milliseconds(1'000), .max_pause = milliseconds(1'000), .timeouts_to_open = 3},
                    seed);
    breaker.failed({});
    tries.insert(breaker.retry_at());
  }
  EXPECT_GT(tries.size(), 20u);
}

TEST(KeptCode, KeepsCodesAndNothingElse) {
  std::string word = "no-such-user";
  const auto kept = kept_code(word);
  word = "gone";
  EXPECT_EQ(kept, "no-such-user");
  EXPECT_EQ(kept.data(), kept_code("no-such-user").data());
  for (const char* other : {"", "No", "a b", "a\n", "\xC3\xA4"}) EXPECT_EQ(kept_code(other), "peer-failed");
  EXPECT_EQ(kept_code(std::string(65, 'a')), "peer-failed");
  for (int i = 0; i < 1'000; ++i) kept_code("code-" + std::to_string(i));
  EXPECT_EQ(kept_code("code-999"), "peer-failed") << "a peer can't fill the memory with codes";
  EXPECT_EQ(kept_code("no-such-user"), "no-such-user");
}

}  // namespace
}  // namespace playhead::link
