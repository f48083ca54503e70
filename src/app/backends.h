#pragma once

// Which log and which store a config asks for. Adding a backend is a folder of its own and a line in backends.cc.

#include <memory>

#include "app/config.h"
#include "base/clock.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace rocksdb {
class Env;
}

namespace playhead::app {

struct Backends {
  std::shared_ptr<void> folder;  // holds the data folder's lock; let go last
  std::unique_ptr<log::HeartbeatLog> log;
  std::unique_ptr<store::PositionStore> store;
};

// Embedded: both on RocksDB in config.data. Throws StartupError when the folder is of another format or ordering
// mode, in use, damaged, or can't be written. `env` is for tests that lose or refuse writes.
Backends open_backends(const Config& config, const Clock& clock, rocksdb::Env* env = nullptr);

}  // namespace playhead::app
