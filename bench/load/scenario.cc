#include "load/scenario.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "load/pattern.h"

namespace playhead::load {
namespace {

constexpr double kLongestSeconds = 24 * 3600;
constexpr unsigned kMostConnections = 50'000;
constexpr unsigned kLargestBatch = 1000;  // what the server takes
constexpr unsigned kDeepestPipeline = 1024;

// The article's record as it is, and what the player SDK sends.
constexpr std::string_view kSmallItem =
    R"({"userId":{user},"showId":{show},"episodeId":{episode},"position":{position}})";
constexpr std::string_view kFullItem =
    R"({"userId":{user},"showId":{show},"episodeId":{episode},"position":{position},"timestamp":{timestamp},)"
    R"("clock":"server","duration":10000,"deviceId":"tv-{user}","sessionId":"s-{user}-{episode}","seq":{seq},)"
    R"("state":"playing"})";

std::unexpected<Error> wrong(std::string detail) { return fail("invalid-option", std::move(detail)); }

Result<void> check(const Options& o) {
  const auto within = [](double value, double low, double high) { return value >= low && value <= high; };
  if (std::ranges::find(kScenarios, o.scenario) == kScenarios.end()) {
    return wrong("There is no scenario " + o.scenario + "; there are updates, resume, home, noop and mixed.");
  }
  if (!within(o.duration_s, 0.1, kLongestSeconds)) return wrong("--duration must be from 0.1 to 86400 seconds.");
  if (!within(o.warmup_s, 0, kLongestSeconds)) return wrong("--warmup must be from 0 to 86400 seconds.");
  if (!within(o.connections, 1, kMostConnections)) return wrong("--connections must be from 1 to 50000.");
  if (!within(o.read_connections, 1, kMostConnections)) return wrong("--read-connections must be from 1 to 50000.");
  if (!within(o.threads, 1, 64)) return wrong("--threads must be from 1 to 64.");
  if (!within(o.batch, 1, kLargestBatch)) return wrong("--batch must be from 1 to 1000.");
  if (!within(o.pipeline, 1, kDeepestPipeline)) return wrong("--pipeline must be from 1 to 1024.");
  if (!within(o.rate, 0, 1e8) || !within(o.read_rate, 0, 1e8)) return wrong("A rate must be from 0 to 100 million.");
  if (o.pipeline > 1 && o.rate > 0) return wrong("--pipeline belongs to the closed loop; leave out --rate or it.");
  if (o.users < o.threads || o.first_user + o.users > kMaxUsers) {
    return wrong("--users must be at least one a thread and, with --first-user, at most 8 billion.");
  }
  if (o.heartbeats < 1 || o.heartbeats > kMaxHeartbeatsPerEpisode)
    return wrong("--heartbeats must be from 1 to 900.");
  if (o.episodes < 1 || o.first_episode + o.episodes > kMaxEpisodesPerUser) {
    return wrong("--episodes must be from 1 to 900000, less --first-episode.");
  }
  if (o.count != 0 && o.count < std::uint64_t{o.batch} * o.threads) {
    return wrong("--count must be at least one batch a thread.");
  }
  for (const auto& header : o.headers) {
    if (header.find(':') == std::string::npos || header.find_first_of("\r\n") != std::string::npos) {
      return wrong("--header must be one line NAME: VALUE.");
    }
  }
  return {};
}

Viewers viewers_of(const Options& o) {
  return {.first = o.first_user,
          .users = o.users,
          .first_episode = o.first_episode,
          .heartbeats_per_episode = o.heartbeats,
          .episodes_per_user = o.episodes};
}

StreamPlan updates_plan(const Options& o, const std::string& host, const std::string& headers) {
  const bool noop = o.scenario == "noop";
  StreamPlan out;
  out.name = noop ? "noop" : "updates";
  out.updates = o.batch;
  const std::string_view item = o.body == "small"  ? kSmallItem
                                : o.body == "full" ? kFullItem
                                                   : std::string_view(o.body);
  const std::string path = !o.path.empty() ? o.path : noop ? "/noop" : "/v1/progress";
  out.request = request_text("POST", path, host, headers, batch_body(item, o.batch));
  if (!noop) {
    out.status = 202;
    out.expect = !o.expect.empty() ? o.expect : R"("accepted":)" + std::to_string(o.batch) + ",";
  }
  out.viewers = viewers_of(o);
  out.connections = o.connections;
  out.pipeline = o.pipeline;
  out.rate = o.rate / o.batch;
  out.limit = (o.count + o.batch - 1) / o.batch;
  return out;
}

StreamPlan reads_plan(const Options& o, const std::string& host, const std::string& headers) {
  const bool home = o.scenario == "home";
  const bool mixed = o.scenario == "mixed";
  StreamPlan out;
  out.name = home ? "home" : "resume";
  const std::string path = !o.path.empty() && !mixed ? o.path
                           : home                    ? "/v1/users/{user}/continue-watching"
                                                     : "/v1/users/{user}/resume?showId={show}&episodeId={episode}";
  out.request = request_text("GET", path, host, headers, "");
  out.updates = 0;
  out.status = 200;
  if (!mixed) out.expect = o.expect;
  out.order = Sequence::Order::kRandom;
  out.viewers = viewers_of(o);
  out.connections = mixed ? o.read_connections : o.connections;
  out.pipeline = mixed ? 1 : o.pipeline;
  out.rate = mixed ? o.read_rate : o.rate;
  out.limit = mixed ? 0 : o.count;
  return out;
}

}  // namespace

Result<RunPlan> plan_of(const Options& o) {
  if (auto checked = check(o); !checked) return std::unexpected(std::move(checked.error()));
  auto target = resolve(o.target, o.allow_remote);
  if (!target) return std::unexpected(std::move(target.error()));
  std::string headers;
  for (const auto& header : o.headers) headers += header + "\r\n";

  RunPlan plan;
  const auto& host = target->host;
  if (o.scenario != "resume" && o.scenario != "home") plan.streams.push_back(updates_plan(o, host, headers));
  if (o.scenario != "updates" && o.scenario != "noop") plan.streams.push_back(reads_plan(o, host, headers));
  plan.target = std::move(*target);
  plan.threads = o.threads;
  plan.warmup = std::chrono::duration<double>(o.warmup_s);
  plan.duration = std::chrono::duration<double>(o.duration_s);
  plan.server_pid = o.server_pid;
  plan.progress = !o.quiet;
  return plan;
}

}  // namespace playhead::load
