#include "server/http/router.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"

namespace playhead::server {

namespace {

constexpr std::size_t kNoRoute = static_cast<std::size_t>(-1);

}  // namespace

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::unique_ptr<Node> name;
  std::array<std::size_t, kMethodCount> routes;
  // The names on the way here belong to each route; methods of one pattern share them.
  std::vector<std::vector<std::string>> names{kMethodCount};
  std::string allow;

  Node() { routes.fill(kNoRoute); }

  bool answers() const { return !allow.empty(); }
  std::size_t route_for(Method method) const {
    const std::size_t own = routes[static_cast<std::size_t>(method)];
    return own == kNoRoute && method == Method::kHead ? routes[static_cast<std::size_t>(Method::kGet)] : own;
  }
  void write_allow() {
    allow.clear();
    for (std::size_t i = 0; i < kMethodCount; ++i) {
      const auto method = static_cast<Method>(i);
      if (method != Method::kOptions && route_for(method) == kNoRoute) continue;
      if (!allow.empty()) allow += ", ";
      allow += method_name(method);
    }
  }
};

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
  for (std::size_t i = 0; i < routes_.size(); ++i) add(i);
}

Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(std::size_t index) {
  const Route& route = routes_[index];
  std::string_view rest = route.pattern;
  const auto refuse = [&](std::string_view why) {
    throw StartupError("route " + route.pattern + ": " + std::string(why));
  };
  if (!rest.starts_with('/')) refuse("a pattern begins with a slash");
  if (route.method == Method::kOther || !route.handler) refuse("a route has a method and a handler");
  Node* node = root_.get();
  std::vector<std::string> names;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    if (segment.starts_with('{')) {
      if (segment.size() < 3 || !segment.ends_with('}')) refuse("a name is {name}, a whole segment");
      names.emplace_back(segment.substr(1, segment.size() - 2));
      if (!node->name) node->name = std::make_unique<Node>();
      node = node->name.get();
      continue;
    }
    if (segment.find_first_of("{}%?#") != segment.npos) refuse("a literal segment stands as it is, unencoded");
    auto found = std::ranges::find(node->literals, segment, [](const auto& literal) { return literal.first; });
    if (found == node->literals.end()) {
      found = node->literals.emplace(found, std::string(segment), std::make_unique<Node>());
    }
    node = found->second.get();
  }
  const auto method = static_cast<std::size_t>(route.method);
  if (node->routes[method] != kNoRoute) refuse("this method and pattern are in the table twice");
  node->routes[method] = index;
  node->names[method] = std::move(names);
  node->write_allow();
}

const Router::Node* Router::descend(const Node& node, std::span<const std::string_view> segments,
                                    std::vector<std::string_view>& values) {
  if (segments.empty()) return node.answers() ? &node : nullptr;
  const std::string_view segment = segments.front();
  const auto rest = segments.subspan(1);
  for (const auto& [literal, next] : node.literals) {
    if (literal != segment) continue;
    if (const Node* found = descend(*next, rest, values)) return found;
  }
  if (!node.name || segment.empty()) return nullptr;
  values.push_back(segment);
  if (const Node* found = descend(*node.name, rest, values)) return found;
  values.pop_back();
  return nullptr;
}

Router::Match Router::find(Method method, std::span<const std::string_view> segments,
                           std::vector<std::string_view>& values) const {
  values.clear();
  Match match;
  const Node* node = descend(*root_, segments, values);
  if (node == nullptr) return match;
  match.allow = node->allow;
  const std::size_t index = node->route_for(method);
  if (index == kNoRoute) return match;
  match.route = &routes_[index];
  match.names = node->names[static_cast<std::size_t>(match.route->method)];
  return match;
}

}  // namespace playhead::server
