#include "app/embedded_node.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "app/metrics.h"
#include "app/options.h"

namespace playhead::app {
namespace {

// How late others hear that a session fell silent.
constexpr std::chrono::milliseconds kExpireEvery{250};

apply::FlushOptions flush_options(const Config& config) {
  return {.interval = config.apply.flush_interval,
          .view_bytes = config.apply.view_bytes,
          .retention = {.max_bytes = config.log.retention_bytes, .max_age = config.log.retention_age}};
}

}  // namespace

EmbeddedNode::EmbeddedNode(const Config& config, Backends backends, const Clock& clock)
    : began_ms_(clock.now_ms()),
      backends_(std::move(backends)),
      presence_(presence_options(config), clock),
      followed_(presence_),
      hub_(followed_, hub_options(config)),
      applier_(view_, presence_, stats_, false, &hub_),
      // Above its soft bound the view is flushed as fast as the store takes it; at twice that the store is too slow
      // or away.
      sink_(applier_, view_, 2 * config.apply.view_bytes),
      committer_(*backends_.log, sink_, stats_, clock, commit_options(config)),
      flusher_(view_, *backends_.store, *backends_.log, presence_, stats_, clock, flush_options(config)),
      reader_(view_, *backends_.store, flusher_, config.limits.items_per_user),
      state_(reader_, presence_),
      front_(config, committer_, stats_, state_, &hub_, clock, config.log.retention_age,
             {.conditions = [this] { return conditions(); }, .metrics = [this] { return metrics(); }}),
      ticker_(kExpireEvery, [this] {
        presence_.told_interval(front_.interval());
        presence_.expire_all();
        hub_.retry();
      }) {
  followed_.attach(reader_);
  presence_.on_change([this](const HashedId& user) { hub_.sessions_changed(user); });
  const auto recovered = apply::recover(
      *backends_.log, *backends_.store, applier_, view_, stats_,
      [](std::uint64_t done, std::uint64_t all) { spdlog::info("Replaying the log: {} of {} records", done, all); });
  if (recovered.records > 0) {
    spdlog::info("Replayed {} updates in {} records from record {} on.", recovered.updates, recovered.records,
                 recovered.checkpoint);
  }
}

std::vector<server::api::Condition> EmbeddedNode::conditions() const {
  return {{"log", committer_.trouble(), "no update is acknowledged"},
          {"store", flusher_.trouble(), "updates wait in memory and in the log"}};
}

std::vector<prometheus::MetricFamily> EmbeddedNode::metrics() const {
  auto families = node_metrics("", "", began_ms_);
  std::ranges::move(commit_metrics(stats_), std::back_inserter(families));
  for (auto* more : {apply_metrics, view_metrics}) std::ranges::move(more(stats_), std::back_inserter(families));
  const auto usage = backends_.log->usage(log::kOnlyPartition);
  const auto add = [&families](std::string name, std::string help, std::uint64_t value) {
    families.push_back(gauge(std::move(name), std::move(help), static_cast<double>(value)));
  };
  add("playhead_log_bytes", "Size of the log.", usage.bytes);
  add("playhead_log_first_offset", "Oldest record that the log keeps.", usage.first);
  add("playhead_log_next_offset", "Offset that the next record gets.", usage.next);
  std::ranges::move(live_metrics(presence_, hub_), std::back_inserter(families));
  return families;
}

void EmbeddedNode::start() {
  committer_.start();
  flusher_.start();
  ticker_.start();
  front_.start();
}

bool EmbeddedNode::stop() {
  front_.drain();
  ticker_.stop();
  committer_.stop();
  flusher_.stop();
  if (const auto flushed = flusher_.flush_all(); !flushed) {
    spdlog::error("The store did not take everything; the next start replays the log: {}", flushed.error().detail);
    return false;
  }
  return true;
}

}  // namespace playhead::app
