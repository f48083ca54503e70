#include "app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

#include "app/settings.h"

namespace playhead::app {
namespace {

using testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
  std::optional<Config> served;
};

using Variables = std::map<std::string, std::string>;

Outcome playhead(
    const std::vector<std::string>& arguments, const Variables& variables = {},
    const std::function<int(const Config&)>& serve = [](const Config&) { return 0; }) {
  Outcome outcome;
  std::ostringstream out;
  std::ostringstream err;
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  const auto remember = [&](const Config& config) {
    outcome.served = config;
    return serve(config);
  };
  outcome.status = run(arguments, {serve_command(remember, environment), config_command(out, environment)}, out, err);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

TEST(CommandLine, ServesWithWhatItWasGiven) {
  const auto outcome =
      playhead({"serve", "--listen", "127.0.0.1:7", "--data=/tmp/d", "--noop-route", "--limits-batch", "5"},
               {{"PLAYHEAD_LIMITS_BATCH", "6"}, {"PLAYHEAD_ORDERING", "counter"}});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  ASSERT_TRUE(outcome.served);
  EXPECT_EQ(outcome.served->listen.port, 7);
  EXPECT_EQ(outcome.served->data, "/tmp/d");
  EXPECT_TRUE(outcome.served->noop_route);
  EXPECT_EQ(outcome.served->limits.batch, 5u);
  EXPECT_EQ(outcome.served->rules.ordering, model::Ordering::kCounter);
}

TEST(CommandLine, ReportsAMistakeOnOneLineAndDoesNothing) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "subcommand is required"},
      {{"server"}, "There is no command \"server\""},
      {{"--verbose"}, "subcommand is required"},
      {{"serve"}, "No data folder"},
      {{"serve", "--data", "d", "--speed", "5"}, "--speed"},
      {{"serve", "--data", "d", "extra"}, "extra"},
      {{"serve", "--data"}, "--data"},
      {{"serve", "--data", ""}, "--data"},
      {{"serve", "--data", "a", "--data", "b"}, "--data"},
      {{"serve", "--data", "d", "--threads", "-1"}, "--threads: \"-1\""},
      {{"serve", "--data", "d", "--threads", "two"}, "--threads: \"two\""},
      {{"serve", "--data", "d", "--listen", "nonsense"}, "--listen: \"nonsense\""},
      {{"serve", "--data", "d", "--listen", "0.0.0.0:1842"}, "--insecure-listen"},
      {{"serve", "--data", "d", "--config", "/nowhere.toml"}, "/nowhere.toml"},
      {{"serve", "--data", "d", "--log-level", "lo\nud"}, "--log-level: \"lo?ud\""}};
  for (const auto& [arguments, expected] : cases) {
    const auto outcome = playhead(arguments);
    EXPECT_EQ(outcome.status, kExitUsage) << expected;
    EXPECT_THAT(outcome.err, HasSubstr(expected));
    EXPECT_TRUE(outcome.err.starts_with("playhead: ")) << outcome.err;
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_FALSE(outcome.served) << expected;
  }
}

TEST(CommandLine, AcceptsTheRiskWhenToldTo) {
  EXPECT_EQ(playhead({"serve", "--data", "d", "--listen", "0.0.0.0:1842", "--insecure-listen"}).status, 0);
}

TEST(CommandLine, TellsAFailureFromAMistake) {
  const auto failing = [](const Config&) -> int { throw StartupError("The port is taken."); };
  const auto outcome = playhead({"serve", "--data", "d"}, {}, failing);
  EXPECT_EQ(outcome.status, kExitFailure);
  EXPECT_EQ(outcome.err, "playhead: The port is taken.\n");
  EXPECT_EQ(playhead({"serve", "--data", "d"}, {}, [](const Config&) { return 7; }).status, 7);
}

TEST(CommandLine, SaysItsVersion) {
  const auto outcome = playhead({"--version"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "playhead " PLAYHEAD_VERSION "\n");
}

TEST(CommandLine, HelpsWithEverySettingButHiddenOnes) {
  EXPECT_THAT(playhead({"--help"}).out, HasSubstr("serve"));
  const auto outcome = playhead({"serve", "--help"});
  EXPECT_EQ(outcome.status, 0);
  for (const auto& setting : settings()) {
    EXPECT_EQ(outcome.out.contains(flag_of(setting) + " ") || outcome.out.contains(flag_of(setting) + "\n"),
              !setting.hidden)
        << setting.key;
  }
}

TEST(CommandLine, PrintsWhatTheSettingsComeTo) {
  const auto outcome = playhead({"config", "--limits-batch", "5"}, {{"PLAYHEAD_DATA", "/data"}});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\nbatch = 5\n"));
  EXPECT_THAT(outcome.out, HasSubstr("data = \"/data\"\n"));
  EXPECT_EQ(playhead({"config", "--markdown"}).out, settings_markdown());
}

TEST(CommandLine, TakesCommandsFromElsewhere) {
  std::ostringstream out;
  std::ostringstream err;
  int rate = 0;
  const Command bench{.name = "bench", .summary = "Load a server", .set_up = [&](CLI::App& parser) {
                        parser.add_option("--rate", rate);
                        return [&rate] { return rate; };
                      }};
  EXPECT_EQ(run(std::vector<std::string>{"bench", "--rate", "42"}, {bench}, out, err), 42);
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace playhead::app
