#include "app/cluster_node.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

#include "app/cluster_metrics.h"
#include "app/metrics.h"
#include "app/options.h"
#include "app/setting_text.h"

namespace playhead::app {
namespace {

// Longer than a group takes to divide its partitions anew; then a node serves with what it has.
constexpr std::chrono::seconds kLongestJoin{30};
// How late whoever follows a user notices that its owner is another.
constexpr std::chrono::milliseconds kAttachEvery{50};
// How late others hear that a session fell silent.
constexpr std::chrono::milliseconds kExpireEvery{250};

link::LinkKey key_of(const Config& config) {
  auto key = link::LinkKey::derive(read_secret(config.cluster.secret_file, "cluster.secret_file"));
  if (!key) throw StartupError("cluster.secret_file: " + key.error().detail);
  return *key;
}

cluster::OwnershipOptions ownership_options(const Config& config, cluster::WriteBehind& write_behind) {
  cluster::OwnershipOptions options{.view_bytes = 2 * config.apply.view_bytes};
  options.partition.flush = {.interval = config.apply.flush_interval};
  options.partition.presence = presence_options(config);
  options.partition.hub = hub_options(config);
  options.partition.catch_up = config.cluster.catch_up;
  options.partition.max_items = config.limits.items_per_user;
  options.partition.checkpoint = [&write_behind](log::Partition partition, log::Offset offset) {
    write_behind.checkpoint(partition, offset);
  };
  return options;
}

}  // namespace

ClusterNode::ClusterNode(const Config& config, ClusterBackends backends, const Clock& clock)
    : config_(config),
      clock_(clock),
      begun_(clock.monotonic()),
      began_ms_(clock.now_ms()),
      backends_(std::move(backends)),
      spool_state_(*backends_.spool, *backends_.store, clock, {}),
      log_(
          *backends_.queue, *backends_.spool, clock, {.max_bytes = config.cluster.spool_bytes},
          {.room = [this] { return spool_state_.room(); },
           .spooled = [this](log::Offset offset, std::string_view record) { spool_state_.spooled(offset, record); }}),
      committer_(log_, sink_, stats_, clock, commit_options(config)),
      peers_(std::make_unique<link::Peers>(loops_, key_of(config), link::LinkOptions{}, clock, link_counters_)),
      ownership_(*backends_.feed, *backends_.queue, *backends_.store, *backends_.dead_letters, cluster_stats_, clock,
                 ownership_options(config, write_behind_)),
      write_behind_([this] { return ownership_.all(); }, *backends_.feed, clock,
                    {.interval = config.apply.flush_interval, .view_bytes = config.apply.view_bytes}),
      directory_(*backends_.feed, this_node(config), {}),
      state_(ownership_, directory_, *peers_, *backends_.queue, *backends_.store, &spool_state_.view(),
             cluster_stats_, {.owner = config.cluster.read_timeout}),
      followers_(ownership_, directory_, *peers_, state_, *backends_.queue, cluster_stats_, clock, {}),
      peer_followers_(ownership_),
      front_(config, committer_, stats_, state_, &followers_, clock, config.kafka.retention,
             {.conditions = [this] { return conditions(); }, .metrics = [this] { return metrics(); }}),
      attaching_(kAttachEvery,
                 [this] {
                   peer_followers_.turn();
                   followers_.turn();
                 }),
      looking_after_(kExpireEvery, [this] {
        for (const auto& partition : ownership_.all()) partition->look_after_followers(front_.interval());
      }) {
  if (spool_state_.replayed() > 0) spdlog::info("The spool holds {} updates from before.", spool_state_.replayed());
  state_.on_no_owner = [this] { directory_.refresh_soon(); };
  followers_.on_no_owner = state_.on_no_owner;
  state_.on_follow = [this](const cluster::PartitionPtr& partition, std::string user, link::Responder responder) {
    peer_followers_.follow(partition, std::move(user), std::move(responder));
  };
  directory_.on_peers = [this](const std::vector<log::Node>& nodes) {
    std::set<std::string> addresses;
    for (const auto& node : nodes) addresses.insert(node.address);
    peers_->keep(addresses);
  };
  ownership_.on_hand_over(
      [this](std::span<const cluster::PartitionPtr> partitions, std::chrono::milliseconds at_most) {
        write_behind_.store_now(partitions, at_most);
      });
  link_ = std::make_unique<link::LinkServer>(
      loops_, config.cluster.link.host, config.cluster.link.port, key_of(config), link::LinkOptions{}, clock,
      link_counters_, [this](std::uint32_t kind, std::string payload, link::Responder responder) {
        state_.answer_peer(kind, std::move(payload), std::move(responder));
      });
}

ClusterNode::~ClusterNode() {
  // These call back into what is destroyed before them; after stop() they have ended.
  attaching_.stop();
  looking_after_.stop();
  followers_.stop();
  directory_.stop();
  backends_.feed->stop();
  link_.reset();
  peers_.reset();
}

void ClusterNode::start() {
  spool_state_.start([this](log::Offset up_to) { log_.release_spooled(up_to); });
  committer_.start();
  write_behind_.start();
  backends_.feed->start(ownership_);
  directory_.start();
  attaching_.start();
  looking_after_.start();
  front_.start();
}

bool ClusterNode::stop() {
  front_.drain();
  attaching_.stop();
  looking_after_.stop();
  followers_.stop();
  committer_.stop();
  directory_.stop();
  // Hands the partitions on: stores what the views hold, commits, leaves.
  backends_.feed->stop();
  link_.reset();
  write_behind_.stop();
  const auto stored = spool_state_.stop();
  if (const auto status = log_.status(); status.records > 0) {
    spdlog::warn("The spool keeps {} records until this node runs again.", status.records);
  }
  if (!stored) spdlog::error("The store did not take what is in the spool: {}", stored.error().detail);
  return stored.has_value();
}

std::optional<Error> ClusterNode::clock_trouble() const {
  const auto allowed = config_.cluster.max_clock_offset;
  std::vector<std::chrono::milliseconds> offsets{std::chrono::milliseconds(0)};  // ours
  for (const auto& [_, sample] : peers_->clock_offsets()) offsets.push_back(sample.offset);
  if (offsets.size() < 2) return std::nullopt;
  // With two nodes nobody can tell which is wrong; with more it is who differs from most.
  const auto middle = offsets.begin() + static_cast<std::ptrdiff_t>(offsets.size() / 2);
  std::ranges::nth_element(offsets, middle);
  const auto off = offsets.size() == 2
                       ? *std::ranges::max_element(offsets, {}, [](auto o) { return std::abs(o.count()); })
                       : *middle;
  if (std::chrono::abs(off) <= allowed) return std::nullopt;
  return Error{"clock-differs", fmt::format("This node's clock differs from the others' by {} ms; at most {} ms are "
                                            "allowed. Let NTP set it.",
                                            -off.count(), allowed.count())};
}

std::optional<Error> ClusterNode::partitions_trouble() const {
  // Who asks a node that is only about to join gets stale answers. Where Kafka is away there is nothing to wait for.
  if (!ownership_.joined() && !log_.status().away && clock_.monotonic() - begun_ < kLongestJoin) {
    return Error{"joining", "This node is about to join the others."};
  }
  return ownership_.trouble();
}

std::vector<server::api::Condition> ClusterNode::conditions() const {
  const auto spool = log_.status();
  std::optional<Error> spool_trouble = spool.spool;
  if (!spool_trouble && spool.away && spool.full()) {
    spool_trouble = Error{"spool-full", fmt::format("It holds {} bytes, and Kafka is away.", spool.bytes)};
  }
  return {{"log", committer_.trouble(), "no update is acknowledged"},
          {"spool", spool_trouble, "nothing stands in for Kafka"},
          {"partitions", partitions_trouble(), "answers about some users are stale"},
          {"store", write_behind_.trouble(), "updates wait in memory and in Kafka"},
          {"clock", clock_trouble(), "of two devices the wrong one may win"}};
}

std::vector<prometheus::MetricFamily> ClusterNode::metrics() const {
  const auto node = this_node(config_);
  auto families = node_metrics(node.name, node.region, began_ms_);
  auto more = cluster_metrics({.commits = stats_,
                               .cluster = cluster_stats_,
                               .link = link_counters_,
                               .spool = log_.status(),
                               .ownership = ownership_,
                               .followers = followers_,
                               .peer_followers = peer_followers_,
                               .feed = *backends_.feed,
                               .peers = *peers_});
  std::ranges::move(more, std::back_inserter(families));
  return families;
}

}  // namespace playhead::app
