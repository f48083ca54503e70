// Any interleaving of merges, erasures and flushes, failing or not: nothing is lost on the way, and the checkpoint
// never passes a record that is not in the store yet.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apply/view.h"
#include "store/memory/memory_store.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {
namespace {

constexpr std::size_t kShards = 4;
const std::vector<std::string> kUsers{"ann", "bob", "eve", "a user whose name is too long to be kept in place"};
const std::vector<std::string> kEpisodes{"1", "2", "3"};

struct Entry {
  model::Update update;
  log::Offset offset;
};

// Everything at or below the user's latest erasure counts for nothing: what the naive reading of the entries says.
std::map<std::string, test::RowMap> meaning(const std::vector<Entry>& entries, log::Offset below) {
  std::map<std::string, std::int64_t> erased;
  std::map<std::string, test::RowMap> rows;
  for (const auto& [update, offset] : entries) {
    if (offset >= below || !update.erase) continue;
    auto& up_to = erased.try_emplace(std::string(update.user.text), update.version.time_ms).first->second;
    up_to = std::max(up_to, update.version.time_ms);
  }
  for (const auto& [update, offset] : entries) {
    const std::string user(update.user.text);
    const auto up_to = erased.find(user);
    const bool gone = !update.erase && up_to != erased.end() && update.version.time_ms <= up_to->second;
    if (offset >= below || gone) continue;
    const auto row = test::row_of(update);
    auto& bytes = rows[user][row.row_key];
    bytes = std::max(bytes, row.item);  // one register each, of one length: the later is the greater
  }
  return rows;
}

class Pipeline {
 public:
  void merge(const model::Update& update) {
    const auto row = test::row_of(update);
    if (update.erase) view_.erase(update.user.text, update.version.time_ms, next_);
    view_.merge(update.user.text, row.row_key, row.item, next_);
    entries_.push_back({update, next_});
  }
  void end_record() { view_.applied(++next_); }
  void begin(std::size_t shard) {
    if (batch_) return;
    batch_ = view_.begin_flush(shard);
    checkpoint_ = view_.checkpoint();
  }
  void finish(bool stored) {
    if (!batch_) return;
    if (stored) {
      for (const auto& erasure : batch_->erasures()) RC_ASSERT(store_.erase(erasure.user, erasure.up_to_ms));
      RC_ASSERT(store_.merge(batch_->writes(), checkpoint_));
    }
    view_.finish_flush(*batch_, stored);
    batch_.reset();
  }

  // The store must have all that lies below its checkpoint: it may only have more.
  void check_checkpoint() {
    const auto checkpoint = *store_.checkpoint();
    store::MemoryStore replayed;
    for (const auto& user : kUsers) copy(store_, user, replayed);
    replay_from(std::max<log::Offset>(1, checkpoint), replayed);
    for (const auto& user : kUsers) RC_ASSERT(stored(replayed, user) == expected(user));
  }
  void flush_all() {
    finish(true);
    for (std::size_t shard = 0; shard < kShards; ++shard) {
      begin(shard);
      finish(true);
    }
    for (const auto& user : kUsers) RC_ASSERT(stored(store_, user) == expected(user));
    RC_ASSERT(*store_.checkpoint() == next_);
    RC_ASSERT(view_.bytes() == 0u);
    RC_ASSERT(view_.rows() == 0u);
  }

 private:
  static test::RowMap stored(store::PositionStore& store, const std::string& user) {
    return test::map_of(
        *test::wait_for<Result<store::Rows>>([&](auto done) { store.read({.user = user}, std::move(done)); }));
  }
  static void copy(store::PositionStore& from, const std::string& user, store::PositionStore& to) {
    for (const auto& [key, item] : stored(from, user)) {
      const store::ItemWrite write{user, key, item};
      RC_ASSERT(to.merge({&write, 1}, 0));
    }
  }
  void replay_from(log::Offset from, store::PositionStore& store) {
    for (const auto& [update, offset] : entries_) {
      if (offset < from) continue;
      if (update.erase) RC_ASSERT(store.erase(update.user.text, update.version.time_ms));
      const auto row = test::row_of(update);
      const store::ItemWrite write{update.user.text, row.row_key, row.item};
      RC_ASSERT(store.merge({&write, 1}, 0));
    }
  }
  test::RowMap expected(const std::string& user) {
    const auto all = meaning(entries_, next_ + 1);
    const auto found = all.find(user);
    return found == all.end() ? test::RowMap{} : found->second;
  }

  View view_{kShards};
  store::MemoryStore store_;
  std::vector<Entry> entries_;
  log::Offset next_ = 1;
  std::optional<FlushBatch> batch_;
  log::Offset checkpoint_ = 0;
};

model::Update any_update() {
  const auto time_ms = *rc::gen::inRange<std::int64_t>(1, 30);
  const std::string_view user = kUsers[*rc::gen::inRange<std::size_t>(0, kUsers.size())];
  if (*rc::gen::inRange(0, 8) == 0) return test::erasure(user, time_ms);
  return test::position(user, kEpisodes[*rc::gen::inRange<std::size_t>(0, kEpisodes.size())], time_ms,
                        *rc::gen::inRange<std::int64_t>(0, 100));
}

TEST(ViewProperties, TheCheckpointNeverPassesARecordThatTheStoreLacks) {
  EXPECT_TRUE(rc::check([] {
    Pipeline pipeline;
    const auto steps = *rc::gen::inRange(0, 400);
    for (int i = 0; i < steps; ++i) {
      switch (*rc::gen::inRange(0, 8)) {
        case 0: pipeline.begin(*rc::gen::inRange<std::size_t>(0, kShards)); break;
        case 1: pipeline.finish(true); break;
        case 2: pipeline.finish(*rc::gen::arbitrary<bool>()); break;
        case 3: pipeline.check_checkpoint(); break;
        case 4: pipeline.end_record(); break;
        default: pipeline.merge(any_update()); break;
      }
    }
    pipeline.end_record();
    pipeline.check_checkpoint();
    pipeline.flush_all();
  }));
}

}  // namespace
}  // namespace playhead::apply
