#include "app/options.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include "app/setting_text.h"

namespace playhead::app {

apply::CommitOptions commit_options(const Config& config) { return {.queue_bytes = config.commit.queue_bytes}; }

push::PresenceOptions presence_options(const Config& config) {
  return {.silence = std::max<std::chrono::milliseconds>(3 * config.interval.next, std::chrono::seconds(30)),
          .max_sessions = config.presence.max_sessions};
}

push::HubOptions hub_options(const Config& config) { return {.followers_per_user = config.push.followers_per_user}; }

std::string read_secret(const std::filesystem::path& path, std::string_view setting) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (path.empty() || !in || !(text << in.rdbuf())) {
    throw UsageError(std::string(setting) + ": the file " + shown(path.string()) + " can't be read, or is empty.");
  }
  auto secret = std::move(text).str();
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  return secret;
}

}  // namespace playhead::app
