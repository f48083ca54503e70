#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <memory>

#include "app/setting_text.h"
#include "app/settings.h"

namespace playhead::app {
namespace {

// The flags as they were given; filled in by the parser, so it must outlive that.
struct Given {
  std::string file;
  std::map<std::string_view, std::string> values;  // by setting key
};

// What stands for the value in --help.
std::string placeholder(Kind kind) {
  switch (kind) {
    case Kind::kCount: return "NUMBER";
    case Kind::kPercent: return "PERCENT";
    case Kind::kBytes: return "SIZE";
    case Kind::kDuration: return "DURATION";
    case Kind::kFlag: return "";
    case Kind::kChoice: return "WORD";
    case Kind::kPath: return "PATH";
    case Kind::kText: return "TEXT";
    case Kind::kAddress: return "ADDRESS";
  }
  return "";
}

Config load_given(const CLI::App& parser, const Given& given, const Environment& environment) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (const auto& setting : settings()) {
    if (parser.count(flag_of(setting)) > 0) flags.emplace_back(setting.key, given.values.at(setting.key));
  }
  return load_config({.flags = flags, .environment = environment, .file = given.file});
}

// Some of the parser's messages have line ends in them.
int complain(std::ostream& err, std::string_view message, int status) {
  std::string line(message);
  std::ranges::replace(line, '\n', ' ');
  err << "playhead: " << line << "\n";
  return status;
}

}  // namespace

int run(std::span<const std::string> arguments, const std::vector<Command>& commands, std::ostream& out,
        std::ostream& err) {
  CLI::App parser("Playhead keeps resume points for video players.", "playhead");
  parser.set_version_flag("--version", "playhead " PLAYHEAD_VERSION);
  parser.require_subcommand(1);
  std::map<const CLI::App*, std::function<int()>> actions;
  for (const auto& command : commands) {
    auto* const subparser = parser.add_subcommand(command.name, command.summary);
    actions[subparser] = command.set_up(*subparser);
  }
  // The parser would only say that a command is required.
  if (!arguments.empty() && !arguments.front().starts_with('-') &&
      std::ranges::find(commands, arguments.front(), &Command::name) == commands.end()) {
    return complain(err, "There is no command " + shown(arguments.front()) + "; playhead --help lists them.",
                    kExitUsage);
  }
  try {
    // The parser wants the last argument first.
    parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return actions.at(parser.get_subcommands().front())();
  } catch (const CLI::Success& success) {
    return parser.exit(success, out, err);
  } catch (const CLI::ParseError& error) {
    return complain(err, std::string(error.what()) + "; playhead --help says what there is.", kExitUsage);
  } catch (const UsageError& error) {
    return complain(err, error.what(), kExitUsage);
  } catch (const std::exception& error) {
    return complain(err, error.what(), kExitFailure);
  }
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::function<Config()> add_settings(CLI::App& parser, Environment environment) {
  auto given = std::make_shared<Given>();
  parser.add_option("--config", given->file, "TOML file with settings (PLAYHEAD_CONFIG)")->type_name("FILE");
  const Config defaults;
  for (const auto& setting : settings()) {
    auto& value = given->values[setting.key];
    auto help = std::string(setting.help);
    if (const auto text = value_of(setting, defaults); !text.empty()) help.append(" [").append(text).append("]");
    auto* const option = setting.kind == Kind::kFlag ? parser.add_flag(flag_of(setting), value, help)
                                                     : parser.add_option(flag_of(setting), value, help);
    const auto section = section_of(setting);
    option->group(setting.hidden ? "" : section.empty() ? "General" : std::string(section));
    if (setting.kind != Kind::kFlag) option->type_name(placeholder(setting.kind));
  }
  parser.footer(
      "Each flag has a variable (--limits-batch: PLAYHEAD_LIMITS_BATCH) and a key in the file (limits.batch).");
  return [&parser, given, environment = std::move(environment)] { return load_given(parser, *given, environment); };
}

Command serve_command(std::function<int(const Config&)> serve, Environment environment) {
  return {.name = "serve",
          .summary = "Run the server",
          .set_up = [serve = std::move(serve), environment = std::move(environment)](CLI::App& parser) {
            const auto load = add_settings(parser, environment);
            return [load, serve] {
              const auto config = load();
              require_data(config);
              return serve(config);
            };
          }};
}

Command config_command(std::ostream& out, Environment environment) {
  return {.name = "config",
          .summary = "Print the settings that flags, environment and file come to",
          .set_up = [&out, environment = std::move(environment)](CLI::App& parser) {
            const auto load = add_settings(parser, environment);
            const auto markdown = std::make_shared<bool>(false);
            parser.add_flag("--markdown", *markdown, "Describe every setting as Markdown instead");
            return [&out, load, markdown] {
              out << (*markdown ? settings_markdown() : to_toml(load()));
              return 0;
            };
          }};
}

}  // namespace playhead::app
