#include "log/kafka/client_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace playhead::log::kafka {
namespace {

constexpr std::string_view kFirst = "playhead";
constexpr std::size_t kMostLetters = 255;  // of a field; a host name has fewer

struct Field {
  std::string_view name;
  std::string Node::* value;
};
constexpr std::array<Field, 3> kFields{
    {{"name", &Node::name}, {"address", &Node::address}, {"region", &Node::region}}};

bool fits(std::string_view value) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:[]";
  return !value.empty() && value.size() <= kMostLetters && value.find_first_not_of(kLetters) == value.npos;
}

// Cuts off and returns what is before the next ';'.
std::string_view next_part(std::string_view& rest) {
  const auto end = std::min(rest.find(';'), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

std::string client_id_of(const Node& node) {
  std::string id(kFirst);
  for (const auto& [name, value] : kFields) {
    if (!fits(node.*value)) {
      throw StartupError(
          fmt::format("The node's {}, \"{}\", can't be shown to the other nodes: it takes 1 to {} of "
                      "the letters a-z A-Z 0-9 . _ - : [ ].",
                      name, node.*value, kMostLetters));
    }
    id.append(";").append(name).append("=").append(node.*value);
  }
  return id;
}

std::optional<Node> node_of(std::string_view client_id) {
  if (next_part(client_id) != kFirst) return std::nullopt;
  Node node;
  while (!client_id.empty()) {
    const auto part = next_part(client_id);
    for (const auto& [name, value] : kFields) {
      if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
        node.*value = part.substr(name.size() + 1);
      }
    }
  }
  const bool whole = std::ranges::all_of(kFields, [&](const Field& field) { return fits(node.*field.value); });
  return whole ? std::optional(std::move(node)) : std::nullopt;
}

}  // namespace playhead::log::kafka
