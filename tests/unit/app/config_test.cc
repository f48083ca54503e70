#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/settings.h"

namespace playhead::app {
namespace {

using testing::HasSubstr;

// A file of its own that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "playhead-config-XXXXXX").string();
    close(mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Given {
  Pairs flags = {};
  std::map<std::string, std::string> environment = {};
  std::string file = {};
};

Config load(const Given& given) {
  const TemporaryFile file(given.file);
  return load_config({.flags = given.flags,
                      .environment = [&](const std::string& name) -> std::optional<std::string> {
                        const auto found = given.environment.find(name);
                        if (found == given.environment.end()) return {};
                        return found->second;
                      },
                      .file = given.file.empty() ? std::filesystem::path() : file.path()});
}

// The message, with FILE for the file's own name; "" when nothing was wrong.
std::string mistake(const Given& given) {
  try {
    load(given);
  } catch (const UsageError& error) {
    std::string message = error.what();
    const auto name = message.find("playhead-config-");
    if (name == message.npos) return message;
    const auto begin = message.rfind('/', 0) == 0 ? 0 : name;
    return message.replace(begin, name + std::string_view("playhead-config-XXXXXX").size() - begin, "FILE");
  }
  return "";
}

TEST(Config, HasTheDefaultsOfItsTable) {
  const auto config = load({});
  EXPECT_EQ(config.listen, (Address{"127.0.0.1", 1842}));
  EXPECT_GE(config.threads, 1u);
  EXPECT_EQ(config.limits.body_bytes, std::uint64_t{1} << 20);
  EXPECT_EQ(config.rules.ordering, model::Ordering::kTimestamp);
  EXPECT_FALSE(config.noop_route);
  for (const auto& setting : settings()) {
    const auto value = value_of(setting, Config{});
    Config copy;
    if (value.empty()) continue;
    EXPECT_NO_THROW(apply_setting(setting, value, "default", copy)) << setting.key;
  }
}

TEST(Config, TakesFlagsOverEnvironmentOverFileOverDefaults) {
  const std::string file = "[limits]\nbatch = 10\nid_bytes = \"1KiB\"\nconnections = 10\n";
  const std::map<std::string, std::string> environment = {{"PLAYHEAD_LIMITS_BATCH", "20"},
                                                          {"PLAYHEAD_LIMITS_CONNECTIONS", "20"}};
  const auto config = load({.flags = {{"limits.batch", "30"}}, .environment = environment, .file = file});
  EXPECT_EQ(config.limits.batch, 30u);
  EXPECT_EQ(config.limits.connections, 20u);
  EXPECT_EQ(config.limits.id_bytes, 1024u);
  EXPECT_EQ(config.limits.pipelining, 64u);
}

TEST(Config, FindsTheFileThatTheEnvironmentNames) {
  const TemporaryFile file("ordering = \"counter\"\nthreads = 3\n");
  const auto config = load({.environment = {{"PLAYHEAD_CONFIG", file.path().string()}}});
  EXPECT_EQ(config.rules.ordering, model::Ordering::kCounter);
  EXPECT_EQ(config.threads, 3u);
}

TEST(Config, ReadsEverySettingBackFromItsToml) {
  Config config;
  for (const auto& setting : settings()) {
    const auto* text = setting.kind == Kind::kAddress ? "[::1]:7"
                       : setting.kind == Kind::kText  ? R"(a"strange"te\xt)"
                                                      : R"(a "strange" pa\th)";
    if (setting.set_text != nullptr) {
      ASSERT_TRUE(setting.set_text(config, text)) << setting.key;
    } else {
      // A value inside the bounds that isn't the default.
      const auto last = static_cast<std::int64_t>(setting.choices.size()) - 1;
      const auto other = setting.kind == Kind::kFlag     ? 1 - setting.number(Config{})
                         : setting.kind == Kind::kChoice ? last
                                                         : setting.min + 2;
      setting.set_number(config, other);
    }
  }
  config.interval = {.next = config.interval.min, .min = config.interval.min, .max = config.interval.min};
  config.log.record_version = 1;
  config.commit.queue_bytes = config.limits.body_bytes = 3 << 20;
  const auto toml = to_toml(config);
  EXPECT_EQ(to_toml(load({.file = toml})), toml);
  for (const auto& setting : settings()) {
    EXPECT_NE(value_of(setting, config), value_of(setting, Config{})) << setting.key;
  }
}

TEST(Config, NamesTheSourceOfAMistake) {
  const std::vector<std::pair<Given, std::string>> cases = {
      {{.flags = {{"limits.batch", "many"}}}, "--limits-batch: \"many\""},
      {{.environment = {{"PLAYHEAD_APPLY_FLUSH_INTERVAL", "60"}}}, "PLAYHEAD_APPLY_FLUSH_INTERVAL: \"60\""},
      {{.file = "listen = \"127.0.0.1:1842\"\n[limits]\nbatch = 0\n"}, "FILE:3: limits.batch: \"0\""},
      {{.file = "[limits]\n\nbach = 5\n"}, "FILE:3: there is no setting \"limits.bach\"."},
      {{.file = "[limit]\nbatch = 5\n"}, "FILE:1: there is no setting \"limit\"."},
      {{.file = "limits.batch.deep = 5\n"}, "FILE:1: limits.batch is of the wrong type"},
      {{.file = "limits = 5\n"}, "FILE:1: limits is a table"},
      {{.file = "threads = 1.5\n"}, "FILE:1: threads is of the wrong type; expected a whole number from 0 to 1024."},
      {{.file = "threads = [1]\n"}, "FILE:1: threads is of the wrong type"},
      {{.file = "threads = 1\nthreads = 2\n"}, "FILE:2: not TOML"},
      {{.file = "threads\n"}, "FILE:1: not TOML"},
      {{.flags = {{"log.record_version", "99"}}}, "log.record_version is 99, and this program writes up to 1."},
      {{.environment = {{"PLAYHEAD_CONFIG", "/nowhere/at/all.toml"}}}, "\"/nowhere/at/all.toml\" can't be read"},
      {{.environment = {{"PLAYHEAD_CONFIG", "/"}}}, "\"/\" can't be read"}};
  for (const auto& [given, expected] : cases) {
    const auto message = mistake(given);
    EXPECT_THAT(message, HasSubstr(expected));
    EXPECT_EQ(message.find('\n'), message.npos);
    EXPECT_TRUE(message.ends_with('.')) << message;
  }
}

TEST(Config, HoldsEverySettingToItsBounds) {
  for (const auto& setting : settings()) {
    const auto flags = [&](const std::string& text) { return Given{.flags = {{std::string(setting.key), text}}}; };
    const auto prefix = flag_of(setting) + ": ";
    if (setting.kind == Kind::kPath) {
      EXPECT_EQ(mistake(flags("")), prefix + "\"\" won't do; expected a path.");
      continue;
    }
    if (setting.kind == Kind::kText) {
      EXPECT_THAT(mistake(flags("with space")), HasSubstr(prefix)) << setting.key;
      EXPECT_THAT(mistake(flags(std::string(1025, 'x'))), HasSubstr(prefix)) << setting.key;
      continue;
    }
    EXPECT_THAT(mistake(flags("nonsense")), HasSubstr(prefix)) << setting.key;
    EXPECT_THAT(mistake(flags("")), HasSubstr(prefix)) << setting.key;
    EXPECT_THAT(mistake(flags("-1")), HasSubstr(prefix)) << setting.key;
    if (setting.number == nullptr || setting.kind == Kind::kFlag || setting.kind == Kind::kChoice) continue;
    const std::string unit = setting.kind == Kind::kDuration ? "ms" : "";
    EXPECT_THAT(mistake(flags(std::to_string(setting.max + 1) + unit)), HasSubstr(prefix)) << setting.key;
    if (setting.min > 0) {
      EXPECT_THAT(mistake(flags(std::to_string(setting.min - 1) + unit)), HasSubstr(prefix)) << setting.key;
    }
  }
}

TEST(Config, OriginsAreWhatBrowsersSend) {
  const auto origins = [](const std::string& text) {
    return cors_origins(load({.flags = {{"cors.origins", text}}}));
  };
  EXPECT_TRUE(cors_origins(load({})).empty());
  EXPECT_EQ(origins("https://a.example,http://b:8080"),
            (std::vector<std::string>{"https://a.example", "http://b:8080"}));
  EXPECT_EQ(origins("*"), std::vector<std::string>{"*"});
  for (const auto* wrong : {"a.example", "https://", "https://a.example/", "https://*.example", "https://a,,"}) {
    EXPECT_THROW(origins(wrong), UsageError) << wrong;
  }
}

TEST(Config, KeepsToLoopbackUnlessTheRiskIsAccepted) {
  EXPECT_THAT(mistake({.flags = {{"listen", "0.0.0.0:1842"}}}), HasSubstr("--insecure-listen"));
  EXPECT_THAT(mistake({.flags = {{"listen", "[::]:1842"}}}), HasSubstr("Listening on [::]:1842"));
  EXPECT_EQ(mistake({.flags = {{"listen", "0.0.0.0:1842"}, {"insecure_listen", "true"}}}), "");
  EXPECT_EQ(mistake({.flags = {{"listen", "127.0.0.2:0"}}}), "");
}

TEST(Config, RefusesSettingsThatDoNotGoTogether) {
  EXPECT_THAT(mistake({.flags = {{"interval.max", "5s"}}}), HasSubstr("interval.next is 10s"));
  EXPECT_THAT(mistake({.flags = {{"interval.min", "11s"}}}), HasSubstr("interval.next is 10s"));
  EXPECT_THAT(mistake({.flags = {{"limits.body_bytes", "128MiB"}}}), HasSubstr("commit.queue_bytes is less"));
}

TEST(Config, AsksForADataFolder) {
  EXPECT_THROW(require_data(load({})), UsageError);
  EXPECT_NO_THROW(require_data(load({.flags = {{"data", "somewhere"}}})));
}

TEST(Settings, HaveNamesThatFollowFromTheirKeys) {
  const auto* const setting = find_setting("limits.body_bytes");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(flag_of(*setting), "--limits-body-bytes");
  EXPECT_EQ(variable_of(*setting), "PLAYHEAD_LIMITS_BODY_BYTES");
  EXPECT_EQ(find_setting("limits"), nullptr);
}

TEST(Settings, AreDocumentedAsTheyAre) {
  std::ifstream in(PLAYHEAD_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream committed;
  committed << in.rdbuf();
  EXPECT_EQ(committed.str(), settings_markdown())
      << "write it with: playhead config --markdown > docs/configuration.md";
}

}  // namespace
}  // namespace playhead::app
