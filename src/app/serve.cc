#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>

#include "app/node.h"
#include "app/setting_text.h"
#include "model/record.h"

namespace playhead::app {
namespace {

void set_up_logging(LogLevel level) {
  auto logger = spdlog::stderr_color_mt("playhead");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                   spdlog::level::err};
  logger->set_level(kLevels[static_cast<std::size_t>(level)]);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

// Before any thread starts, so that all of them leave these signals to the one that waits.
sigset_t take_over_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

}  // namespace

int serve(const Config& config, rocksdb::Env* env) {
  require_data(config);
  static_cast<void>(cors_origins(config));
  set_up_logging(config.log_level);
  const auto ending = take_over_signals();
  if (config.log.record_version > 0) {
    model::write_record_version(static_cast<std::uint32_t>(config.log.record_version));
  }
  const SystemClock clock;
  const auto node = make_node(config, clock, env);
  node->start();
  spdlog::info("Listening on http://{}", format_address({config.listen.host, node->port()}));
  int signal = 0;
  sigwait(&ending, &signal);
  spdlog::info("{}: answering what has arrived and storing what is in memory.",
               signal == SIGINT ? "SIGINT" : "SIGTERM");
  const bool stored = node->stop();
  spdlog::info("Stopped.");
  return stored ? 0 : 1;
}

}  // namespace playhead::app
