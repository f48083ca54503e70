#include "cluster/owned_partition.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace playhead::cluster {
namespace {

apply::FlushOptions flush_options(const PartitionOptions& options, log::Partition number) {
  auto flush = options.flush;
  flush.partition = number;
  flush.release = [checkpoint = options.checkpoint, number](log::Offset offset) -> Result<void> {
    if (checkpoint) checkpoint(number, offset);
    return {};
  };
  return flush;
}

std::uint64_t microseconds(Monotonic from, Monotonic to) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(to - from).count());
}

}  // namespace

OwnedPartition::OwnedPartition(log::Partition number, log::Offset from, log::Offset committed,
                               store::PositionStore& store, log::HeartbeatLog& log, apply::Stats& stats,
                               ReadTimes& times, const Clock& clock, const PartitionOptions& options)
    : number_(number),
      committed_(committed),
      catch_up_(options.catch_up),
      log_(log),
      times_(times),
      clock_(clock),
      view_(options.view_shards),
      presence_(options.presence, clock),
      followed_(*this),
      hub_(followed_, options.hub),
      applier_(view_, presence_, stats, true, &hub_),
      flusher_(view_, store, log, presence_, stats, clock, flush_options(options, number)),
      reader_(view_, store, flusher_, options.max_items) {
  presence_.on_change([this](const HashedId& user) { hub_.sessions_changed(user); });
  view_.applied(from);
  apply::Stats::set(stats.checkpoint, from);
}

OwnedPartition::~OwnedPartition() { give_up_waiting(); }

Result<void> OwnedPartition::apply(log::Offset offset, std::string_view record) {
  if (offset < next()) return {};
  if (offset >= committed_) return applier_.apply(offset, record);
  // It is in the store already, so what can't be read of it costs no more than who was watching a while ago.
  if (!applier_.note_presence(offset, record)) view_.applied(offset + 1);
  return {};
}

void OwnedPartition::when_applied(log::Offset end, Monotonic until, Reached reached) {
  if (next() >= end) return reached(true);
  {
    const std::lock_guard lock(mutex_);
    if (!given_up_) {
      waiting_.push_back({.end = end, .until = until, .reached = std::move(reached)});
      // Applied meanwhile: the feed's next turn answers it.
      return;
    }
  }
  reached(false);
}

void OwnedPartition::when_fresh(Ready ready) {
  // Whoever believes to be the owner, and however far it is: what the log held when the read came must be applied.
  const auto asked = clock_.monotonic();
  log_.end(number_, [self = shared_from_this(), asked, ready = std::move(ready)](Result<log::Offset> end) mutable {
    const auto told = self->clock_.monotonic();
    self->times_.log_end_us.observe(microseconds(asked, told));
    if (!end) return ready(true);
    auto* const partition = self.get();
    partition->when_applied(*end, told + partition->catch_up_,
                            [self = std::move(self), told, ready = std::move(ready)](bool reached) mutable {
                              self->times_.catch_up_us.observe(microseconds(told, self->clock_.monotonic()));
                              ready(!reached);
                            });
  });
}

void OwnedPartition::read(store::Query query, apply::StateSource::RowsDone done) {
  when_fresh([self = shared_from_this(), query = std::move(query), done = std::move(done)](bool stale) mutable {
    auto& reader = self->reader_;
    const auto asked = self->clock_.monotonic();
    reader.read(std::move(query),
                [self = std::move(self), asked, stale, done = std::move(done)](Result<apply::UserRows> rows) mutable {
                  self->times_.store_us.observe(microseconds(asked, self->clock_.monotonic()));
                  if (!rows || !stale) return done(std::move(rows));
                  done(apply::UserRows(std::move(*rows).take(), true));
                });
  });
}

void OwnedPartition::sessions(std::string user, apply::StateSource::SessionsDone done) {
  when_fresh([self = shared_from_this(), user = std::move(user), done = std::move(done)](bool stale) mutable {
    done(apply::UserSessions{.sessions = self->presence_.sessions(user), .stale = stale});
  });
}

void OwnedPartition::Followed::read(std::string user, std::optional<std::string> row_key, Done done) {
  auto answer = [self = partition_.shared_from_this(), done = std::move(done)](Result<apply::UserRows> rows) mutable {
    if (!rows) return done(std::unexpected(std::move(rows.error())));
    done(Rows{.rows = rows->rows(), .stale = rows->stale()});
  };
  // A row is asked for because something of it was applied just now; a snapshot must have all that the log has.
  if (!row_key) return partition_.read({.user = std::move(user)}, std::move(answer));
  partition_.reader_.read({.user = std::move(user), .row_prefix = std::move(row_key), .exact = true},
                          std::move(answer));
}

std::vector<push::SessionNow> OwnedPartition::Followed::sessions(const HashedId& user) {
  return partition_.presence_.sessions(user);
}

void OwnedPartition::look_after_followers(std::chrono::milliseconds interval) {
  presence_.told_interval(interval);
  presence_.expire_all();
  hub_.retry();
}

void OwnedPartition::settle() { answer(false); }

void OwnedPartition::give_up_waiting() { answer(true); }

void OwnedPartition::go_on() {
  const std::lock_guard lock(mutex_);
  given_up_ = false;
}

void OwnedPartition::answer(bool all) {
  std::vector<Waiting> over;
  const auto applied = next();
  const auto now = clock_.monotonic();
  {
    const std::lock_guard lock(mutex_);
    if (all) given_up_ = true;
    const auto stays = [&](const Waiting& one) { return !all && applied < one.end && now < one.until; };
    const auto first_over = std::partition(waiting_.begin(), waiting_.end(), stays);
    std::move(first_over, waiting_.end(), std::back_inserter(over));
    waiting_.erase(first_over, waiting_.end());
  }
  for (auto& one : over) one.reached(applied >= one.end);
}

}  // namespace playhead::cluster
