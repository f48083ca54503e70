#pragma once

// One table says what the server answers: method, pattern, handler. Everything else follows from it: 404, 405
// with Allow, HEAD for every GET, OPTIONS with Allow, and the metrics' route label.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/reply.h"
#include "server/http/request.h"

namespace playhead::server {

// Called on every worker's thread, several at a time: what it captures must bear that. An exception that
// leaves it is logged and answered with 500 `internal-error`.
using Handler = std::function<void(const Request&, Reply)>;

struct Route {
  Method method = Method::kGet;
  // "/v1/users/{user}/resume": literal segments and {names}; a name matches one segment that isn't empty.
  std::string pattern;
  Handler handler;
};

// Immutable once built; any thread may call find().
class Router {
 public:
  // Throws StartupError for a pattern that is malformed, or that is there twice for a method.
  explicit Router(std::vector<Route> routes);
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  struct Match {
    // Null when nothing answers: then `allow` is empty for 404, else the methods for 405 or OPTIONS.
    const Route* route = nullptr;
    std::string_view allow;
    // The names of the pattern, in order; as many as there are in `values`.
    std::span<const std::string> names;
  };
  // `segments` is the decoded path between its slashes ("/a/b" is {"a","b"}). Literal segments win over
  // names. `values` is cleared and gets what the names matched.
  Match find(Method method, std::span<const std::string_view> segments, std::vector<std::string_view>& values) const;

  // In the order of the table; what the metrics are labelled with.
  std::span<const Route> routes() const { return routes_; }
  std::size_t index_of(const Route& route) const { return static_cast<std::size_t>(&route - routes_.data()); }

 private:
  struct Node;
  void add(std::size_t index);
  static const Node* descend(const Node& node, std::span<const std::string_view> segments,
                             std::vector<std::string_view>& values);

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
};

}  // namespace playhead::server
