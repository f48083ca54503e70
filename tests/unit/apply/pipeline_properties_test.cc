// The promise as a whole, with everything going wrong that may: appends and flushes fail, the power goes and takes
// what the store had not synced, and still every acknowledged update counts, and nothing that was refused does.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apply/committer.h"
#include "apply/reader.h"
#include "apply/recovery.h"
#include "log/memory/memory_log.h"
#include "model/item.h"
#include "support/faulty_store.h"
#include "support/lane.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {
namespace {

using Call = test::FaultyStore::Call;
using Fault = test::FaultyStore::Fault;

const std::vector<std::string> kUsers{"ann", "bob", "a user whose name is too long to be kept in place"};
const std::vector<std::string> kEpisodes{"1", "2", "3"};
// Beyond it a failed append leaves nothing behind: each one that does doubles the states that are right.
constexpr std::size_t kMostUncertain = 5;

// A log whose next append fails, with the record written all the same or not.
class FailingLog final : public log::HeartbeatLog {
 public:
  enum class Next { kWorks, kFails, kFailsButWrites };
  explicit FailingLog(const Clock& clock) : inner_(clock) {}
  void fail_next(Next next) { next_ = next; }

  void append(std::string_view record, AppendDone done) override {
    const auto now = next_.exchange(Next::kWorks);
    if (now == Next::kWorks) return inner_.append(record, std::move(done));
    if (now == Next::kFailsButWrites) inner_.append(record, [](auto) {});
    done(fail("log-unavailable", "The disk gave an error."));
  }
  Result<void> read(log::Partition partition, log::Offset from, const Visitor& visit) override {
    return inner_.read(partition, from, visit);
  }
  void end(log::Partition partition, EndDone done) override { inner_.end(partition, std::move(done)); }
  Result<void> release(log::Partition partition, log::Offset checkpoint, const log::Retention& retention,
                       std::int64_t now_ms) override {
    return inner_.release(partition, checkpoint, retention, now_ms);
  }
  log::LogUsage usage(log::Partition partition) const override { return inner_.usage(partition); }

 private:
  log::MemoryLog inner_;
  std::atomic<Next> next_{Next::kWorks};
};

using Updates = std::vector<model::Update>;
using State = std::map<std::string, std::map<model::Register, std::string>>;  // "user/row key"

// What counts of some updates, by the plain reading of the rules: of each register the greatest, and nothing that an
// erasure of the user covers.
class Oracle {
 public:
  void add(const Updates& updates) {
    for (const auto& update : updates) {
      const auto row = test::row_of(update);
      add_row(std::string(update.user.text), row.row_key, row.item);
    }
  }
  void add_row(const std::string& user, std::string_view row_key, std::string_view item) {
    for (model::RegisterCursor cursor(item); cursor; cursor.next()) {
      auto& blob = all_[user][std::string(row_key)][cursor.id()];
      blob = std::max<std::string>(blob, std::string(cursor.blob()));
    }
  }
  State state() const {
    State state;
    for (const auto& [user, rows] : all_) {
      const auto own = rows.find(std::string(model::kUserRow));
      for (const auto& [key, registers] : rows) {
        for (const auto& [id, blob] : registers) {
          const bool erased = own != rows.end() && id != model::Register::kErased &&
                              time_of(blob) <= time_of(own->second.at(model::Register::kErased));
          if (!erased) state[user + "/" + key][id] = blob;
        }
      }
    }
    return state;
  }

 private:
  static std::int64_t time_of(std::string_view blob) { return model::decode_version(blob).time_ms; }

  std::map<std::string, std::map<std::string, std::map<model::Register, std::string>>> all_;
};

class Service {
 public:
  Service() {
    store_.decide = [this](Call call) { return decide(call); };
    start();
  }

  void submit(const Updates& updates) {
    std::string bytes;
    for (const auto& update : updates) model::append_update(bytes, update);
    const auto before = lane_.answers().size();
    if (!process_->committer.submit(0, bytes, {})) return;  // refused: it must never show
    lane_.wait_for(before + 1);
    if (lane_.answers().back().durable) {
      acknowledged_.insert(acknowledged_.end(), updates.begin(), updates.end());
    } else if (kept_a_failure_) {
      uncertain_.push_back(updates);
    }
    kept_a_failure_ = false;
  }
  void fail_next_append(bool but_write) {
    kept_a_failure_ = but_write && uncertain_.size() < kMostUncertain;
    log_.fail_next(kept_a_failure_ ? FailingLog::Next::kFailsButWrites : FailingLog::Next::kFails);
  }
  void flush_some(int turns) {
    for (int i = 0; i < turns; ++i) process_->flusher.turn();
  }
  void let_time_pass() { clock_.advance(std::chrono::seconds(10)); }

  void crash(std::size_t unsynced_kept) {
    process_.reset();
    store_.lose_power(unsynced_kept);
    start();
  }
  void shut_down_and_start() {
    process_->committer.stop();
    (void)process_->flusher.flush_all();
    process_.reset();
    start();
  }
  // What readers see is right if some of the updates whose append failed count besides all that was acknowledged.
  void check() {
    const auto seen = everything_readable();
    for (std::size_t some = 0; some < std::size_t{1} << uncertain_.size(); ++some) {
      Oracle oracle;
      oracle.add(acknowledged_);
      for (std::size_t i = 0; i < uncertain_.size(); ++i) {
        if ((some >> i & 1) != 0) oracle.add(uncertain_[i]);
      }
      if (oracle.state() == seen) return;
    }
    RC_FAIL("readers see what no acceptable history gives");
  }
  void flush_and_check() {
    faulty_ = false;
    RC_ASSERT(process_->flusher.flush_all());
    check();
    RC_ASSERT(process_->view.rows() == 0u);
    RC_ASSERT(process_->view.bytes() == 0u);
    RC_ASSERT(std::max<log::Offset>(1, *store_.checkpoint()) == process_->view.applied());
  }

 private:
  using Lane = test::Lane;

  // What a crash takes.
  struct Process {
    explicit Process(Service& service)
        : presence({}, service.clock_),
          applier(view, presence, stats),
          flusher(view, service.store_, service.log_, presence, stats, service.clock_,
                  {.retention = {.max_bytes = 0}, .trim_every = std::chrono::seconds(5)}),
          reader(view, service.store_, flusher, 1'000),
          sink(applier, view, 4'000),
          committer(service.log_, sink, stats, service.clock_, {}) {
      recover(service.log_, service.store_, applier, view, stats, [](auto, auto) {});
      committer.add_lane(service.lane_);
      committer.start();
    }
    View view{4};
    push::Presence presence;
    Stats stats;
    Applier applier;
    Flusher flusher;
    Reader reader;
    ApplyToView sink;
    Committer committer;
  };

  void start() { process_ = std::make_unique<Process>(*this); }

  Fault decide(Call call) {
    if (!faulty_ || call == Call::kRead) return Fault::kNone;
    return *rc::gen::weightedElement<Fault>({{6, Fault::kNone}, {1, Fault::kRefuse}, {1, Fault::kDoAndFail}});
  }
  State everything_readable() {
    Oracle seen;
    for (const auto& user : kUsers) {
      const auto rows = test::wait_for<Result<UserRows>>(
          [&](auto done) { process_->reader.read({.user = user}, std::move(done)); });
      RC_ASSERT(rows);
      for (const auto& row : rows->rows()) seen.add_row(user, row.row_key, row.item);
    }
    return seen.state();
  }

  ManualClock clock_{1'000'000};
  FailingLog log_{clock_};
  test::FaultyStore store_;
  Lane lane_;
  bool faulty_ = true;
  bool kept_a_failure_ = false;
  Updates acknowledged_;
  std::vector<Updates> uncertain_;
  std::unique_ptr<Process> process_;
};

model::Update any_update() {
  const auto time_ms = *rc::gen::inRange<std::int64_t>(1, 40);
  const std::string_view user = kUsers[*rc::gen::inRange<std::size_t>(0, kUsers.size())];
  if (*rc::gen::inRange(0, 10) == 0) return test::erasure(user, time_ms);
  auto update = test::position(user, kEpisodes[*rc::gen::inRange<std::size_t>(0, kEpisodes.size())], time_ms,
                               *rc::gen::inRange<std::int64_t>(0, 1'000));
  update.version.seq = *rc::gen::inRange<std::uint64_t>(0, 3);
  update.eligible = *rc::gen::inRange(0, 4) > 0;
  update.finished = *rc::gen::inRange(0, 4) == 0;
  update.mark = *rc::gen::weightedElement<model::Mark>({{8, model::Mark::kNone},
                                                        {1, model::Mark::kWatched},
                                                        {1, model::Mark::kUnwatched},
                                                        {1, model::Mark::kRemoved}});
  if (*rc::gen::inRange(0, 3) == 0) update.duration_ms = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
  if (*rc::gen::inRange(0, 8) == 0) update.device = "living-room";
  return update;
}

Updates any_updates() {
  Updates updates(*rc::gen::inRange<std::size_t>(1, 5));
  std::ranges::generate(updates, any_update);
  return updates;
}

void live_through(Service& service, int steps) {
  for (int i = 0; i < steps; ++i) {
    switch (*rc::gen::inRange(0, 16)) {
      case 0: service.fail_next_append(*rc::gen::arbitrary<bool>()); break;
      case 1: service.crash(*rc::gen::inRange<std::size_t>(0, 20)); break;
      case 2: service.shut_down_and_start(); break;
      case 3: service.let_time_pass(); break;
      case 4: service.check(); break;
      case 5:
      case 6:
      case 7: service.flush_some(*rc::gen::inRange(1, 6)); break;
      default: service.submit(any_updates()); break;
    }
  }
}

TEST(PipelineProperties, WhatWasAcknowledgedCountsAndWhatWasRefusedDoesNot) {
  EXPECT_TRUE(rc::check([] {
    Service service;
    live_through(service, *rc::gen::inRange(0, 200));
    service.check();
    service.flush_and_check();
    service.crash(0);
    service.check();
  }));
}

}  // namespace
}  // namespace playhead::apply
