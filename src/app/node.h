#pragma once

// One running Playhead, of either kind.

#include <cstdint>
#include <memory>

#include "app/config.h"
#include "base/clock.h"

namespace rocksdb {
class Env;
}

namespace playhead::app {

class Node {
 public:
  virtual ~Node() = default;

  // Takes connections from here on. Throws StartupError when an address can't be bound.
  virtual void start() = 0;
  virtual std::uint16_t port() const = 0;
  // Accepts nothing more, answers what has arrived and stores what it has. False, with the reason logged, when
  // something is left to the next start; nothing acknowledged is lost by that.
  virtual bool stop() = 0;
};

// The kind that the config asks for. Throws StartupError. `env` as of open_backends().
std::unique_ptr<Node> make_node(const Config& config, const Clock& clock, rocksdb::Env* env);

// Runs a node until SIGTERM or SIGINT. The exit status.
int serve(const Config& config, rocksdb::Env* env = nullptr);

}  // namespace playhead::app
