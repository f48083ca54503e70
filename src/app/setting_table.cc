// The settings themselves; settings.cc is what can be done with them.

#include <chrono>
#include <iterator>
#include <type_traits>

#include "app/setting_text.h"
#include "app/settings.h"

namespace playhead::app {
namespace {

using model::StampRules;
using model::Thresholds;
using std::chrono::milliseconds;

template <class T>
std::int64_t to_number(const T& value) {
  if constexpr (std::is_same_v<T, milliseconds>) {
    return value.count();
  } else {
    return static_cast<std::int64_t>(value);
  }
}

// `Member`: pointers to members, from Config inwards.
template <auto... Member>
constexpr Setting number(std::string_view key, Kind kind, std::int64_t min, std::int64_t max, std::string_view help) {
  return {.key = key,
          .kind = kind,
          .min = min,
          .max = max,
          .help = help,
          .number = [](const Config& config) { return to_number((config.*....*Member)); },
          .set_number =
              [](Config& config, std::int64_t value) {
                auto& member = (config.*....*Member);
                member = static_cast<std::remove_reference_t<decltype(member)>>(value);
              }};
}

template <auto... Member>
constexpr Setting choice(std::string_view key, std::span<const std::string_view> choices, std::string_view help) {
  auto setting = number<Member...>(key, Kind::kChoice, 0, 0, help);
  setting.choices = choices;
  return setting;
}

template <auto Member>
constexpr Setting path(std::string_view key, std::string_view help) {
  return {.key = key,
          .kind = Kind::kPath,
          .help = help,
          .text = [](const Config& config) { return (config.*Member).string(); },
          .set_text =
              [](Config& config, std::string_view text) {
                config.*Member = text;
                return !text.empty();
              }};
}

template <auto Member>
constexpr Setting address(std::string_view key, std::string_view help) {
  return {.key = key,
          .kind = Kind::kAddress,
          .help = help,
          .text = [](const Config& config) { return format_address(config.*Member); },
          .set_text =
              [](Config& config, std::string_view text) {
                const auto address = parse_address(text);
                if (address) config.*Member = *address;
                return address.has_value();
              }};
}

constexpr Setting hidden(Setting setting) {
  setting.hidden = true;
  return setting;
}

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;
constexpr std::int64_t kTiB = kGiB * 1024;
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kYear = 365 * 24 * kHour;

constexpr std::string_view kOrderings[] = {"timestamp", "counter"};
constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};

constexpr Setting kSettings[] = {
    address<&Config::listen>("listen", "Where to take connections. Port 0 is any free one."),
    number<&Config::insecure_listen>(
        "insecure_listen", Kind::kFlag, 0, 1,
        "Allow an address that others on the network can reach, though anyone there may then read and change every "
        "history."),
    path<&Config::data>("data", "Folder of the embedded log and store; made when it is not there."),
    number<&Config::threads>("threads", Kind::kCount, 0, 1024,
                             "Threads that serve connections; 0 is one for each core."),
    choice<&Config::rules, &StampRules::ordering>("ordering", kOrderings,
                                                  "What decides between two updates: their corrected time, or a "
                                                  "counter for fleets whose clocks can't be trusted. "
                                                  "Fixed for a data folder."),
    choice<&Config::log_level>("log_level", kLevels, "The least that is logged."),
    path<&Config::web_root>("web_root", "Folder with the demo page; none is served when it is not given."),
    hidden(number<&Config::noop_route>("noop_route", Kind::kFlag, 0, 1,
                                       "Add a POST route that does nothing, for benchmarks.")),

    number<&Config::limits, &Config::Limits::body_bytes>("limits.body_bytes", Kind::kBytes, kKiB, kGiB,
                                                         "Largest request body."),
    number<&Config::limits, &Config::Limits::batch>("limits.batch", Kind::kCount, 1, 100'000,
                                                    "Most updates in one request."),
    number<&Config::limits, &Config::Limits::id_bytes>("limits.id_bytes", Kind::kBytes, 16, kKiB,
                                                       "Longest id, in UTF-8."),
    number<&Config::limits, &Config::Limits::items_per_user>(
        "limits.items_per_user", Kind::kCount, 1, 1'000'000,
        "Most items kept for a user; the oldest make room for new ones."),
    number<&Config::limits, &Config::Limits::connections>("limits.connections", Kind::kCount, 1, 10'000'000,
                                                          "Most open connections, of all threads together."),
    number<&Config::limits, &Config::Limits::pipelining>(
        "limits.pipelining", Kind::kCount, 1, 10'000, "Most requests of one connection that wait for their answers."),
    number<&Config::limits, &Config::Limits::header_bytes>("limits.header_bytes", Kind::kBytes, kKiB, kMiB,
                                                           "Largest request head."),
    number<&Config::limits, &Config::Limits::header_timeout>(
        "limits.header_timeout", Kind::kDuration, 10, kHour,
        "Longest time that a request's head may take to arrive."),
    number<&Config::limits, &Config::Limits::body_timeout>("limits.body_timeout", Kind::kDuration, 10, kHour,
                                                           "Longest time that a request's body may take to arrive."),
    number<&Config::limits, &Config::Limits::idle_timeout>(
        "limits.idle_timeout", Kind::kDuration, 10, 24 * kHour,
        "How long a connection without a request stays open; longer than the players' interval, so that they keep "
        "theirs."),

    number<&Config::commit, &Config::Commit::queue_bytes>(
        "commit.queue_bytes", Kind::kBytes, kMiB, kTiB,
        "Most memory for updates that wait to become durable; beyond it requests are refused with 429."),
    number<&Config::apply, &Config::Apply::flush_interval>(
        "apply.flush_interval", Kind::kDuration, 10, kHour,
        "How long updates of something that plays are gathered before they are written to the store."),
    number<&Config::apply, &Config::Apply::view_bytes>("apply.view_bytes", Kind::kBytes, kMiB, kTiB,
                                                       "Most memory for what the store does not have yet."),
    number<&Config::log, &Config::Log::retention_bytes>("log.retention_bytes", Kind::kBytes, kMiB, kTiB,
                                                        "How much of the log is kept behind the checkpoint."),
    number<&Config::log, &Config::Log::retention_age>(
        "log.retention_age", Kind::kDuration, kSecond, kYear,
        "How long the log is kept behind the checkpoint; what was erased is gone from the disk after this."),
    number<&Config::log, &Config::Log::begin_anew>(
        "log.begin_anew", Kind::kFlag, 0, 1,
        "Start without the log, if its folder is empty, from what the store has. For one start after a damaged log "
        "was "
        "moved away: what was acknowledged and is not in the store yet is given up."),
    number<&Config::store, &Config::Store::block_cache_bytes>("store.block_cache_bytes", Kind::kBytes, kMiB, kTiB,
                                                              "Memory for blocks read from the store."),
    number<&Config::store, &Config::Store::wide_user_bytes>(
        "store.wide_user_bytes", Kind::kBytes, 0, kTiB,
        "Memory for the items of users who have 1,000 or more, as last read; 0 keeps none."),

    number<&Config::rules, &StampRules::thresholds, &Thresholds::started_ms>(
        "thresholds.started", Kind::kDuration, 0, 24 * kHour,
        "An item counts as started from this position on, or from thresholds.started_percent, whichever is first."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::started_percent>(
        "thresholds.started_percent", Kind::kPercent, 0, 100, "The same as a part of the duration."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::finished_remaining_ms>(
        "thresholds.finished_remaining", Kind::kDuration, 0, 24 * kHour,
        "An item without credits counts as finished this long before its end."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::finished_percent>(
        "thresholds.finished_percent", Kind::kPercent, 1, 100, "A short item counts as finished from here on."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::short_item_ms>(
        "thresholds.short_item", Kind::kDuration, 0, 24 * kHour, "Items shorter than this are short items."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::provisional_ms>(
        "thresholds.provisional", Kind::kDuration, 0, kHour,
        "A position below this that was not sought does not move the resume point, unless the player says "
        "otherwise."),

    number<&Config::interval, &Config::Interval::next>("interval.next", Kind::kDuration, kSecond, kHour,
                                                       "What players are told to wait between heartbeats."),
    number<&Config::interval, &Config::Interval::min>("interval.min", Kind::kDuration, kSecond, kHour,
                                                      "The shortest interval that players are told."),
    number<&Config::interval, &Config::Interval::max>("interval.max", Kind::kDuration, kSecond, kHour,
                                                      "The longest interval that players are told, under load."),
    number<&Config::presence, &Config::Presence::max_sessions>("presence.max_sessions", Kind::kCount, 1, 100'000'000,
                                                               "Most sessions that are known to play now."),
};

}  // namespace

std::span<const Setting> settings() { return kSettings; }

}  // namespace playhead::app
