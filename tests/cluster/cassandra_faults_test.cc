// A Cassandra that is away, stands still or refuses: errors within a bound, nothing lost that was acknowledged, and
// recovery without a restart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "cluster/cassandra_keyspaces.h"
#include "contract/position_store_contract.h"
#include "store/cassandra/cassandra_store.h"
#include "support/wait.h"

namespace playhead::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

// Of one request, and a busy machine's scheduling.
constexpr auto kBound = 2s + 3s;

constexpr auto kNode = "node1";

std::string row_of(std::int64_t i) { return model::row_key("s", std::to_string(i)); }

Result<void> merge_one(PositionStore& store, const std::string& user, const std::string& row,
                       const std::string& bytes) {
  const ItemWrite write{user, row, bytes};
  return store.merge({&write, 1}, 1);
}

Result<Rows> read_once(PositionStore& store, Query query) {
  return test::wait_for<Result<Rows>>([&](auto done) { store.read(std::move(query), std::move(done)); });
}

// Failing merges must not take longer than the bound; returns once one succeeds.
void recover(PositionStore& store) {
  const auto give_up = Clock::now() + 60s;
  while (!merge_one(store, "probe", row_of(0), item(1, "v"))) {
    ASSERT_LT(Clock::now(), give_up) << "no recovery";
    std::this_thread::sleep_for(50ms);
  }
}

// Writes until told to stop and remembers what was acknowledged.
class Writer {
 public:
  explicit Writer(PositionStore& store)
      : store_(store), thread_([this](const std::stop_token& stop) { run(stop); }) {}
  void finish() {
    thread_.request_stop();
    thread_.join();
  }
  std::atomic<std::int64_t> acked = 0, failed = 0;
  std::atomic<std::int64_t> longest_ms = 0;
  std::vector<std::int64_t> acks;
  std::string last_error;

 private:
  void run(const std::stop_token& stop) {
    for (std::int64_t i = 1; !stop.stop_requested(); ++i) {
      const auto begin = Clock::now();
      const auto merged = merge_one(store_, "ann", row_of(i % 50), item(i, std::to_string(i)));
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
      longest_ms = std::max(longest_ms.load(), took);
      if (merged) {
        acks.push_back(i);
        ++acked;
      } else {
        EXPECT_EQ(merged.error().code, "store-unavailable");
        last_error = merged.error().detail;
        ++failed;
        std::this_thread::sleep_for(20ms);
      }
    }
  }

  PositionStore& store_;
  std::jthread thread_;
};

void expect_all_acked(PositionStore& store, const Writer& writer) {
  std::map<std::string, std::int64_t> latest;
  for (const auto i : writer.acks) latest[row_of(i % 50)] = i;
  const auto rows = read_rows(store, {.user = "ann"});
  for (const auto& [row, i] : latest) {
    ASSERT_TRUE(rows.contains(row));
    const auto stored = model::decode_version(model::find_register(rows.at(row), model::Register::kResume)).time_ms;
    EXPECT_GE(stored, i) << "acknowledged and lost";
  }
}

class CassandraFaults : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(CassandraFaults, WritesFailWithinABoundAndGoOnByThemselves) {
  const auto [stop, go_on] = GetParam();
  CassandraStore store(test::fresh_cassandra());
  Writer writer(store);
  test::eventually([&] { return writer.acked > 100; });
  test::servers().tell(stop, kNode);
  test::eventually([&] { return writer.failed > 1; });
  const auto begin = Clock::now();
  EXPECT_FALSE(read_once(store, {.user = "ann"}));
  EXPECT_LT(Clock::now() - begin, kBound);
  test::servers().tell(go_on, kNode);
  const auto ready = Clock::now();
  const auto before = writer.acked.load();
  const auto give_up = ready + 60s;
  while (writer.acked == before && Clock::now() < give_up) std::this_thread::sleep_for(10ms);
  const auto back = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - ready);
  test::eventually([&] { return writer.acked > before + 100; });
  writer.finish();
  EXPECT_LT(writer.longest_ms, std::chrono::milliseconds(kBound).count());
  RecordProperty("acknowledged", static_cast<int>(writer.acked));
  RecordProperty("back_after_ms", static_cast<int>(back.count()));
  std::cout << "acknowledged " << writer.acked << ", failed " << writer.failed << " (" << writer.last_error
            << "), longest " << writer.longest_ms << " ms, back after " << back.count() << " ms\n";
  expect_all_acked(store, writer);
}

INSTANTIATE_TEST_SUITE_P(Of, CassandraFaults,
                         testing::Values(std::pair("kill", "start"), std::pair("pause", "resume")),
                         [](const auto& test) { return std::string(test.param.first); });

TEST(CassandraAway, AStoreStartsWithoutItAndConnectsLater) {
  const auto options = test::fresh_cassandra();
  test::servers().tell("kill", kNode);
  {
    CassandraStore store(options);
    EXPECT_FALSE(store.connected());
    const auto merged = merge_one(store, "ann", row_of(1), item(1, "v"));
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, "store-unavailable");
    EXPECT_THAT(merged.error().detail, HasSubstr("Cassandra is away"));
    EXPECT_FALSE(read_once(store, {.user = "ann"}));
  }
  CassandraStore store(options);
  test::servers().tell("start", kNode);
  recover(store);
  EXPECT_TRUE(merge_one(store, "ann", row_of(1), item(1, "v")));
}

TEST(CassandraRefusals, OneItemIsRefusedAndTheOthersAreTaken) {
  auto options = test::fresh_cassandra();
  std::vector<std::string> refused;
  options.refused = [&](const ItemWrite& write, const Error& error) -> Result<void> {
    EXPECT_EQ(error.code, "store-refused");
    refused.push_back(std::string(write.user.substr(0, 4)) + "/" + std::string(write.row_key.substr(0, 4)));
    std::cout << error.detail.substr(0, 200) << "\n";
    return {};
  };
  CassandraStore store(options);
  // A key may have 65,535 bytes, and text is UTF-8.
  const std::string long_id(70'000, 'x'), no_text = "\xFF\xFE", good = item(1, "v"),
                                          large = item(1, std::string(kLargestItem, 'v'));
  const auto row = row_of(1), other = row_of(2), long_row = model::row_key(long_id, "1"),
             bad_row = model::row_key("s", no_text);
  const std::vector<ItemWrite> writes{{"ann", row, good},    {"ann", long_row, good}, {"ann", other, good},
                                      {long_id, row, good},  {"bob", bad_row, good},  {"bob", row, good},
                                      {"cid", other, large}, {"cid", row, good}};
  const auto merged = store.merge(writes, 1);
  EXPECT_TRUE(merged) << merged.error().detail;
  std::ranges::sort(refused);
  EXPECT_EQ(refused.size(), 4u) << testing::PrintToString(refused);
  EXPECT_EQ(read_rows(store, {.user = "ann"}), (RowMap{{row, good}, {other, good}}));
  EXPECT_EQ(read_rows(store, {.user = "bob"}), (RowMap{{row, good}}));
  EXPECT_EQ(read_rows(store, {.user = "cid"}), (RowMap{{row, good}}));
}

TEST(CassandraRefusals, WithoutATakerTheMergeSaysSo) {
  CassandraStore store(test::fresh_cassandra());
  const auto good = item(1, "v"), row = row_of(1);
  const std::string long_id(70'000, 'x');
  const std::vector<ItemWrite> writes{{long_id, row, good}, {"ann", row, good}};
  const auto merged = store.merge(writes, 1);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, "store-refused");
  EXPECT_EQ(read_rows(store, {.user = "ann"}), (RowMap{{row, good}}));
}

// Otherwise a table dropped by mistake would empty the queue into the dead letters.
TEST(CassandraRefusals, ATableThatIsGoneIsNoReasonToGiveUpItems) {
  auto options = test::fresh_cassandra();
  int given_up = 0;
  options.refused = [&](const ItemWrite&, const Error&) -> Result<void> {
    ++given_up;
    return {};
  };
  CassandraStore store(options);
  ASSERT_TRUE(merge_one(store, "ann", row_of(1), item(1, "v")));
  CqlSession session(options);
  ASSERT_TRUE(session.connect());
  ASSERT_TRUE(session.change_schema("DROP TABLE " + options.keyspace + ".items"));
  const auto merged = merge_one(store, "ann", row_of(1), item(2, "v"));
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, "store-unavailable") << merged.error().detail;
  EXPECT_EQ(given_up, 0);
}

TEST(CassandraAway, MoreReadsThanMayWaitAreRefused) {
  auto options = test::fresh_cassandra();
  options.reads_in_flight = 2;
  CassandraStore store(options);
  ASSERT_TRUE(merge_one(store, "ann", row_of(1), item(1, "v")));
  test::servers().tell("pause", kNode);
  std::atomic<int> waiting = 2, refused = 0;
  for (int i = 0; i < 2; ++i) store.read({.user = "ann"}, [&](Result<Rows>) { --waiting; });
  store.read({.user = "ann"},
             [&](Result<Rows> rows) { refused += !rows && rows.error().code == "store-unavailable"; });
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(waiting, 2);
  test::servers().tell("resume", kNode);
  test::eventually([&] { return waiting == 0; });
  EXPECT_TRUE(read_once(store, {.user = "ann"}));
}

TEST(CassandraAway, AStoreThatEndsAnswersWhatStillWaits) {
  auto options = test::fresh_cassandra();
  std::atomic<int> answered = 0;
  {
    CassandraStore store(options);
    test::servers().tell("pause", kNode);
    for (int i = 0; i < 20; ++i) store.read({.user = "ann"}, [&](Result<Rows> rows) { answered += !rows; });
  }
  EXPECT_EQ(answered, 20);
  test::servers().tell("resume", kNode);
}

}  // namespace
}  // namespace playhead::store
