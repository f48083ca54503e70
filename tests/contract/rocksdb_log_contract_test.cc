#include <memory>

#include "base/clock.h"
#include "contract/heartbeat_log_contract.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

struct RocksDbBackend {
  static constexpr bool kDurable = true;
  static constexpr bool kTrimsToEmpty = true;
  HeartbeatLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    open();
  }
  void open() { log_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log", .clock = &clock_}); }
  RocksDbBackend() { open(); }

  test::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<RocksDbLog> log_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(RocksDb, HeartbeatLogContract, RocksDbBackend);

}  // namespace playhead::log
