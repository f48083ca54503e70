// While the queue is away: an acknowledged update is read here at once and by others from the store, past restarts,
// and the disk keeps it until queue and store both have it.

#include "apply/spool_state.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "apply/reader.h"
#include "log/memory/memory_log.h"
#include "log/spool/spooled_log.h"
#include "store/memory/memory_store.h"
#include "support/flaky_log.h"
#include "support/log_calls.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {
namespace {

using test::position;
using test::RowMap;
using QueueFault = test::FlakyLog::Fault;

// One that may be away, with readers beside the writer.
class Database final : public store::PositionStore {
 public:
  void away(bool away) { away_ = away; }
  std::size_t writes() const { return writes_; }
  Result<void> merge(std::span<const store::ItemWrite> writes, std::uint64_t checkpoint) override {
    if (away_) return refusal();
    EXPECT_EQ(checkpoint, 0u) << "the spool's offsets are none of the store's";
    ++writes_;
    return inner_.merge(writes, checkpoint);
  }
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override {
    return away_ ? refusal() : inner_.erase(user, up_to_ms);
  }
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override {
    return inner_.remove(user, row_keys);
  }
  void read(store::Query query, ReadDone done) override { inner_.read(std::move(query), std::move(done)); }
  Result<std::uint64_t> checkpoint() override { return inner_.checkpoint(); }
  Result<void> sync() override { return away_ ? refusal() : Result<void>(); }

 private:
  static Result<void> refusal() { return fail("store-unavailable", "The store is away."); }
  store::MemoryStore inner_;
  std::atomic<bool> away_{false};
  std::atomic<std::size_t> writes_{0};
};

class SpoolStateTest : public testing::Test {
 public:
  SpoolStateTest() { start(); }
  ~SpoolStateTest() override { end(); }
  void start() {
    state_ = std::make_unique<SpoolState>(spool_, store_, clock_, state_options_);
    log_ = std::make_unique<log::SpooledLog>(
        queue_, spool_, clock_, spool_options_,
        log::SpoolHooks{
            .room = [this] { return state_->room(); },
            .spooled = [this](log::Offset offset, std::string_view record) { state_->spooled(offset, record); }});
    state_->start([this](log::Offset up_to) { log_->release_spooled(up_to); });
  }
  // As a process dies: nothing is flushed.
  void end() {
    state_.reset();
    log_.reset();
  }
  void restart() {
    end();
    start();
  }
  Result<log::Appended> append(const model::Update& update) {
    return log::append_and_wait(*log_, test::record_of({update}));
  }
  void expect_local(const model::Update& update) {
    const auto done = append(update);
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->durability, log::Durability::kLocal);
  }
  static RowMap rows_in(store::PositionStore& store, const std::string& user) {
    return test::map_of(
        test::wait_for<Result<store::Rows>>([&](auto done) { store.read({.user = user}, std::move(done)); }).value());
  }
  RowMap read_here(const std::string& user) { return rows_in(state_->store(), user); }
  RowMap read_elsewhere(const std::string& user) { return rows_in(store_, user); }
  static RowMap rows_of(const model::Update& update) {
    const auto row = test::row_of(update);
    return {{std::string(row.row_key), std::string(row.item)}};
  }

  SystemClock clock_;
  log::SpoolOptions spool_options_{.probe_every = std::chrono::milliseconds(1),
                                   .trim_every = std::chrono::milliseconds(1)};
  SpoolStateOptions state_options_{.flush_every = std::chrono::milliseconds(10), .shards = 4};
  log::MemoryLog queue_inner_{clock_, 4}, spool_{clock_};
  test::FlakyLog queue_{queue_inner_};
  Database store_;
  std::unique_ptr<SpoolState> state_;
  std::unique_ptr<log::SpooledLog> log_;
};

TEST_F(SpoolStateTest, ASpooledUpdateIsReadHereAtOnceAndSoonElsewhere) {
  queue_.always(QueueFault::kRefuse);
  for (int i = 1; i <= 50; ++i) {
    const auto update = position("ann", "12", 1'000 + i, i);
    expect_local(update);
    ASSERT_EQ(read_here("ann"), rows_of(update));
  }
  const auto last = rows_of(position("ann", "12", 1'050, 50));
  test::eventually([&] { return read_elsewhere("ann") == last; });
  EXPECT_EQ(read_here("ann"), last);
  test::eventually([&] { return state_->view_bytes() == 0; });
}

TEST_F(SpoolStateTest, WhatIsHereIsMergedWithWhatTheStoreHas) {
  const auto there = position("ann", "11", 1'000, 5);
  const auto row = test::row_of(there);
  const store::ItemWrite write{.user = "ann", .row_key = row.row_key, .item = row.item};
  ASSERT_TRUE(store_.merge({&write, 1}, 0));
  store_.away(true);
  queue_.always(QueueFault::kRefuse);
  const auto here = position("ann", "12", 1'000, 6);
  expect_local(here);
  auto both = rows_of(there);
  both.merge(rows_of(here));
  EXPECT_EQ(read_here("ann"), both);
  EXPECT_EQ(read_elsewhere("ann"), rows_of(there));
  // The node's own view comes on top, as in any read.
  View view(4);
  Stats stats;
  push::Presence presence({}, clock_);
  Applier(view, presence, stats).apply(1, test::record_of({position("ann", "13", 1'000, 7)})).value();
  Flusher flusher(view, state_->store(), queue_, presence, stats, clock_, {});
  Reader reader(view, state_->store(), flusher, 100);
  const auto rows =
      test::wait_for<Result<UserRows>>([&](auto done) { reader.read({.user = "ann"}, std::move(done)); });
  EXPECT_EQ(rows->rows().size(), both.size() + 1);
}

TEST_F(SpoolStateTest, AnErasureReachesTheStore) {
  const auto row = test::row_of(position("ann", "11", 1'000, 5));
  const store::ItemWrite write{.user = "ann", .row_key = row.row_key, .item = row.item};
  ASSERT_TRUE(store_.merge({&write, 1}, 0));
  queue_.always(QueueFault::kRefuse);
  expect_local(test::erasure("ann", 2'000));
  test::eventually([&] { return !read_elsewhere("ann").contains(std::string(row.row_key)); });
}

TEST_F(SpoolStateTest, ARestartReplaysTheSpool) {
  queue_.always(QueueFault::kRefuse);
  store_.away(true);
  const auto update = position("ann", "12", 1'000, 1);
  expect_local(update);
  expect_local(position("bob", "12", 1'000, 1));
  restart();
  EXPECT_EQ(state_->replayed(), 2u);
  EXPECT_EQ(read_here("ann"), rows_of(update));
  store_.away(false);
  test::eventually([&] { return read_elsewhere("ann") == rows_of(update); });
  expect_local(position("ann", "13", 1'000, 2));
  EXPECT_EQ(read_here("ann").size(), 2u);
}

TEST_F(SpoolStateTest, TheDiskKeepsItUntilQueueAndStoreHaveIt) {
  const auto kept = [&] { return spool_.usage(log::kOnlyPartition).first == 1; };
  queue_.always(QueueFault::kRefuse);
  store_.away(true);
  expect_local(position("ann", "12", 1'000, 1));
  queue_.always(QueueFault::kNone);
  test::eventually([&] { return log_->status().records == 0; });
  test::eventually([&] { return !state_->healthy(); });  // the store was tried
  EXPECT_TRUE(kept());
  store_.away(false);
  test::eventually([&] { return !kept(); });

  queue_.always(QueueFault::kRefuse);
  const auto second = position("bob", "12", 1'000, 1);
  expect_local(second);
  test::eventually([&] { return read_elsewhere("bob") == rows_of(second); });
  const auto probes = queue_.appends();
  test::eventually([&] { return queue_.appends() > probes + 5; });
  EXPECT_EQ(spool_.usage(log::kOnlyPartition).first, 2u);
  queue_.always(QueueFault::kNone);
  test::eventually([&] { return log_->status().bytes == 0; });
}

TEST_F(SpoolStateTest, WithTheStoreAwayTooUpdatesAreTakenUpToTheViewsBound) {
  state_options_.view_bytes = 20'000;
  restart();
  queue_.always(QueueFault::kRefuse);
  store_.away(true);
  int taken = 0;
  Result<log::Appended> done;
  std::string user;
  for (; taken < 10'000; ++taken) {
    user = "user" + std::to_string(taken);
    done = append(position(user, "12", 1'000, taken));
    if (!done) break;
  }
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "log-full");
  EXPECT_GT(taken, 10);
  const auto spooled = spool_.usage(log::kOnlyPartition).next;
  EXPECT_EQ(spooled, static_cast<log::Offset>(taken) + 1) << "what was refused is not written";
  store_.away(false);
  test::eventually([&] { return append(position(user, "12", 1'000, taken)).has_value(); });
  for (int i = 0; i <= taken; ++i) {
    test::eventually([&] { return read_elsewhere("user" + std::to_string(i)).size() == 1; });
  }
}

TEST_F(SpoolStateTest, AReplayThatIsTooMuchForMemoryGoesToTheStore) {
  queue_.always(QueueFault::kRefuse);
  store_.away(true);
  for (int i = 0; i < 300; ++i) {
    const auto user = "user" + std::to_string(i);
    expect_local(position(user, "12", 1'000, i));
  }
  const auto all = state_->view_bytes();
  state_options_.view_bytes = all / 4;
  end();
  store_.away(false);
  SpoolState replayed(spool_, store_, clock_, state_options_);
  EXPECT_EQ(replayed.replayed(), 300u);
  EXPECT_LT(replayed.view_bytes(), all / 2);
  EXPECT_GT(store_.writes(), 0u);
  start();
}

TEST_F(SpoolStateTest, StoppingGivesTheStoreWhatIsLeft) {
  state_options_.flush_every = std::chrono::hours(1);
  restart();
  queue_.always(QueueFault::kRefuse);
  const auto update = position("ann", "12", 1'000, 1);
  expect_local(update);
  EXPECT_TRUE(read_elsewhere("ann").empty());
  log_.reset();
  EXPECT_TRUE(state_->stop());
  EXPECT_EQ(read_elsewhere("ann"), rows_of(update));
}

TEST(SpoolStateReplay, WhatCannotBeReadStopsTheStart) {
  const SystemClock clock;
  store::MemoryStore store;
  log::MemoryLog spool(clock);
  ASSERT_TRUE(log::append_and_wait(spool, "no record"));
  try {
    const SpoolState state(spool, store, clock, {});
    FAIL() << "it started";
  } catch (const StartupError& error) {
    EXPECT_NE(std::string(error.what()).find("Record 1"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace playhead::apply
