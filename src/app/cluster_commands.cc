#include "app/cluster_commands.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <utility>

#include "app/cluster_backends.h"
#include "app/dead_letters.h"

namespace playhead::app {
namespace {

void require_cluster(const Config& config) {
  if (config.clustered()) return;
  throw UsageError(
      "This is about a cluster's servers, and none are given; name them with --kafka-brokers and "
      "--cassandra-contact-points, or in the config file.");
}

}  // namespace

Command schema_command(std::ostream& out, Environment environment) {
  return {.name = "schema",
          .summary = "Make or check a cluster's topics and tables",
          .set_up = [&out, environment = std::move(environment)](CLI::App& parser) {
            const auto load = add_settings(parser, environment);
            return [&out, load] {
              const auto config = load();
              require_cluster(config);
              make_schema(config, [&out](std::string_view line) { out << line << "\n"; });
              return 0;
            };
          }};
}

Command dead_letters_command(std::ostream& out, Environment environment) {
  return {
      .name = "dead-letters",
      .summary = "List a cluster's dead letters, or try them again",
      .set_up = [&out, environment = std::move(environment)](CLI::App& parser) {
        const auto load = add_settings(parser, environment);
        const auto action = std::make_shared<std::string>();
        const auto from = std::make_shared<std::uint64_t>(0);
        parser.add_option("action", *action, "list or replay")->required()->check(CLI::IsMember({"list", "replay"}));
        parser.add_option("--from", *from, "Number of the first letter to replay")->type_name("LETTER");
        return [&out, load, action, from] {
          const auto config = load();
          require_cluster(config);
          if (*action == "list") {
            list_dead_letters(config, out);
            return 0;
          }
          const auto replayed = replay_dead_letters(config, *from, out);
          out << replayed.records << " records and " << replayed.rows << " rows are back, " << replayed.refused
              << " stay dead.\n";
          return replayed.refused == 0 ? 0 : kExitFailure;
        };
      }};
}

}  // namespace playhead::app
