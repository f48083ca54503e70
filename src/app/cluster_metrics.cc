#include "app/cluster_metrics.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "app/histogram_family.h"
#include "app/metrics.h"

namespace playhead::app {
namespace {

using prometheus::MetricFamily;

double value(const std::atomic<std::uint64_t>& count) {
  return static_cast<double>(count.load(std::memory_order_relaxed));
}
double value(std::uint64_t count) { return static_cast<double>(count); }

// The partitions' counters as one node's.
void sum(const std::vector<apply::Stats>& partitions, apply::Stats& total) {
  const auto add = [](apply::Stats::Counter& to, const apply::Stats::Counter& from) {
    apply::Stats::add(to, from.load(std::memory_order_relaxed));
  };
  for (const auto& one : partitions) {
    add(total.applied_updates, one.applied_updates);
    add(total.changed_rows, one.changed_rows);
    add(total.erased_users, one.erased_users);
    add(total.flushes, one.flushes);
    add(total.item_writes, one.item_writes);
    add(total.flush_failures, one.flush_failures);
    add(total.flush_nanoseconds, one.flush_nanoseconds);
    add(total.trimmed_rows, one.trimmed_rows);
  }
}

void add_spool(std::vector<MetricFamily>& out, const log::SpoolStatus& spool) {
  out.push_back(
      gauge("playhead_spool_in_use", "1 while updates go to the spool, because Kafka is away.", spool.away));
  out.push_back(gauge("playhead_spool_records", "Records that Kafka does not have yet.", value(spool.records)));
  out.push_back(gauge("playhead_spool_bytes", "What the spool holds on disk.", value(spool.bytes)));
  out.push_back(counter("playhead_spooled_total", "Records written to the spool.", value(spool.spooled)));
  out.push_back(counter("playhead_spool_drained_total", "Of these, carried to Kafka since.", value(spool.drained)));
}

void add_ownership(std::vector<MetricFamily>& out, const ClusterParts& parts) {
  const auto& stats = parts.cluster;
  std::uint64_t rows = 0, replay = 0;
  const auto owned = parts.ownership.all();
  for (const auto& partition : owned) {
    rows += partition->view().rows();
    const auto next = partition->next();
    const auto& own = parts.ownership.stats()[partition->number()];
    replay += next - std::min(next, own.checkpoint.load(std::memory_order_relaxed));
  }
  out.push_back(gauge("playhead_partitions_owned", "Partitions that are this node's.", value(owned.size())));
  out.push_back(counter("playhead_partitions_taken_total", "Taken over.", value(stats.partitions_taken)));
  out.push_back(counter("playhead_partitions_handed_on_total", "Handed on.", value(stats.partitions_handed_on)));
  out.push_back(counter("playhead_partitions_lost_total", "Lost, since the group held this node for dead.",
                        value(stats.partitions_lost)));
  out.push_back(gauge("playhead_partitions_paused", "1 while the views are full and wait for the store.",
                      parts.ownership.paused()));
  out.push_back(gauge("playhead_view_bytes", "Memory of updates that the store does not have yet.",
                      value(parts.ownership.view_bytes())));
  out.push_back(gauge("playhead_view_items", "Items among them.", value(rows)));
  out.push_back(gauge("playhead_replay_records",
                      "Applied, and not all in the store yet: a new owner reads them again.", value(replay)));
}

void add_lag(std::vector<MetricFamily>& out, const log::GroupFeed& feed) {
  std::uint64_t records = 0;
  std::chrono::milliseconds age{0};
  for (const auto& lag : feed.lag()) {
    records += lag.records;
    age = std::max(age, lag.age);
  }
  out.push_back(gauge("playhead_consumer_lag_records", "Records of owned partitions that are not applied yet.",
                      value(records)));
  out.push_back(gauge("playhead_consumer_lag_seconds",
                      "Age of the oldest partition's last applied record, where more wait.",
                      static_cast<double>(age.count()) * 1e-3));
}

void add_reads(std::vector<MetricFamily>& out, const cluster::ClusterStats& stats) {
  out.push_back(
      counter("playhead_reads_owned_total", "Reads of users that are this node's.", value(stats.reads_here)));
  out.push_back(counter("playhead_reads_forwarded_total", "Reads that were passed to the owner.",
                        value(stats.reads_forwarded)));
  out.push_back(
      counter("playhead_reads_for_peers_total", "Reads answered for other nodes.", value(stats.reads_for_others)));
  out.push_back(counter("playhead_reads_fallback_total", "Reads answered by the database, without the owner.",
                        value(stats.reads_fallen_back)));
  out.push_back(counter("playhead_reads_stale_total", "Answers that were marked stale.", value(stats.reads_stale)));
  const auto& times = stats.read_times;
  constexpr double kMicro = 1e-6;
  out.push_back(histogram("playhead_read_log_end_seconds",
                          "Of a read at the owner, until Kafka said where the log ends.", times.log_end_us, kMicro));
  out.push_back(histogram("playhead_read_catch_up_seconds", "Then until everything below that was applied.",
                          times.catch_up_us, kMicro));
  out.push_back(
      histogram("playhead_read_store_seconds", "Then until the database had answered.", times.store_us, kMicro));
  out.push_back(counter("playhead_dead_letters_total", "Records and rows sent to the dead letters.",
                        value(stats.dead_letters)));
  out.push_back(counter("playhead_records_damaged_total", "Records that the log has lost or can't read back.",
                        value(stats.records_damaged)));
  out.push_back(counter("playhead_records_too_new_total", "Records of a newer format that stopped a partition.",
                        value(stats.records_too_new)));
}

void add_link(std::vector<MetricFamily>& out, const ClusterParts& parts) {
  const auto& link = parts.link;
  out.push_back(counter("playhead_link_calls_total", "Calls to other nodes.", value(link.calls)));
  out.push_back(counter("playhead_link_failures_total", "Calls that failed.",
                        value(link.failed_unavailable) + value(link.failed_timeout) + value(link.failed_refused) +
                            value(link.failed_busy)));
  out.push_back(counter("playhead_link_handshakes_refused_total", "Connections without the secret, or too slow.",
                        value(link.handshakes_refused)));
  const auto offset = parts.peers.worst_clock_offset().value_or(std::chrono::milliseconds(0));
  out.push_back(gauge("playhead_clock_offset_seconds", "Of the node whose clock differs most from this one's.",
                      static_cast<double>(offset.count()) * 1e-3));
}

void add_live(std::vector<MetricFamily>& out, const ClusterParts& parts) {
  std::uint64_t sessions = 0, watching = 0, users = 0;
  for (const auto& partition : parts.ownership.all()) {
    sessions += partition->presence().size();
    watching += partition->presence().watching().all();
    users += partition->hub().counts().users;
  }
  out.push_back(gauge("playhead_sessions", "Sessions in memory, of the users that this node owns.", value(sessions)));
  out.push_back(gauge("playhead_sessions_watching", "Of these, those that play now.", value(watching)));
  out.push_back(gauge("playhead_push_followed_users",
                      "Users of this node whom at least one connection follows, at whatever node.", value(users)));
  out.push_back(gauge("playhead_push_subscriptions", "Users followed, by all connections of this node together.",
                      value(parts.followers.size())));
  out.push_back(gauge("playhead_push_peer_subscriptions", "Users of this node followed from other nodes.",
                      value(parts.peer_followers.size())));
  out.push_back(counter("playhead_push_owners_lost_total",
                        "How often a follower's owner was gone or not known, and was looked for again.",
                        value(parts.cluster.follows_lost)));
}

}  // namespace

std::vector<MetricFamily> cluster_metrics(const ClusterParts& parts) {
  apply::Stats total;
  sum(parts.ownership.stats(), total);
  auto out = commit_metrics(parts.commits);
  for (auto& family : apply_metrics(total)) out.push_back(std::move(family));
  add_ownership(out, parts);
  add_lag(out, parts.feed);
  add_reads(out, parts.cluster);
  add_live(out, parts);
  add_spool(out, parts.spool);
  add_link(out, parts);
  return out;
}

}  // namespace playhead::app
