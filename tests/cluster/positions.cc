#include "cluster/positions.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "support/log_calls.h"
#include "support/updates.h"

namespace playhead::test {
namespace {

constexpr int kOnTheirWay = 12;

}  // namespace

std::string record_of_position(std::int64_t at, std::string_view user) {
  return record_of({position(user, "12", 1'000, at)});
}

std::set<std::int64_t> positions_in(log::HeartbeatLog& log) {
  std::set<std::int64_t> found;
  for (log::Partition partition = 0; partition < log.partitions(); ++partition) {
    for (const auto& [offset, record] : log::read_all(log, 0, partition)) {
      model::RecordReader reader(record);
      for (auto update = reader.next(); update && *update; update = reader.next()) {
        found.insert((*update)->position_ms.value());
      }
    }
  }
  return found;
}

std::vector<std::int64_t> lost(const std::set<std::int64_t>& acknowledged, const std::set<std::int64_t>& there) {
  std::vector<std::int64_t> lost;
  std::ranges::set_difference(acknowledged, there, std::back_inserter(lost));
  return lost;
}

AckedLoad::AckedLoad(log::HeartbeatLog& log, std::int64_t first)
    : log_(log), users_(log.partitions()), by_partition_(log.partitions()) {
  for (int i = 0; std::ranges::any_of(users_, &std::string::empty); ++i) {
    auto user = "user" + std::to_string(i);
    users_[log.partition_of(user)] = user;
  }
  thread_ = std::thread([this, first] { run(first); });
}

void AckedLoad::run(std::int64_t at) {
  for (; !stopping_; ++at) {
    while (on_their_way_ >= kOnTheirWay) std::this_thread::sleep_for(std::chrono::microseconds(100));
    const auto partition = static_cast<std::size_t>(at) % users_.size();
    // With its owner in the callback: append() wants the bytes until then.
    auto record = std::make_shared<std::string>(record_of_position(at, users_[partition]));
    ++on_their_way_;
    const std::string_view bytes = *record;
    log_.append(bytes, [this, at, partition, record = std::move(record)](Result<log::Appended> done) {
      if (done) {
        const std::lock_guard lock(mutex_);
        acknowledged_.insert(at);
        ++acknowledged_count_;
        ++by_partition_[partition];
      } else {
        ++refused_;
      }
      --on_their_way_;
    });
    // Refused at once: no need to ask as fast as that.
    if (refused_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::int64_t AckedLoad::acknowledged_everywhere() const {
  const auto fewest = std::ranges::min_element(by_partition_, {}, [](const auto& count) { return count.load(); });
  return fewest->load();
}

std::set<std::int64_t> AckedLoad::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  while (on_their_way_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

}  // namespace playhead::test
