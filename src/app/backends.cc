#include "app/backends.h"

#include "disk/data_folder.h"
#include "log/rocksdb/rocksdb_log.h"
#include "store/rocksdb/rocksdb_store.h"

namespace playhead::app {

Backends open_backends(const Config& config, const Clock& clock, rocksdb::Env* env) {
  const bool counters = config.rules.ordering == model::Ordering::kCounter;
  auto folder = std::make_shared<disk::DataFolder>(config.data.string(), counters ? "counter" : "timestamp");
  log::RocksDbLogOptions log{.path = folder->log_path(), .clock = &clock};
  store::RocksDbStoreOptions store{.path = folder->store_path(),
                                   .block_cache_bytes = config.store.block_cache_bytes,
                                   .wide_user_bytes = config.store.wide_user_bytes};
  if (env != nullptr) log.env = store.env = env;
  Backends backends{.folder = std::move(folder)};
  const auto open_store = [&] { backends.store = std::make_unique<store::RocksDbStore>(store); };
  if (config.log.begin_anew) {
    open_store();
    log.begin_at = backends.store->checkpoint().value_or(0);
  }
  // Otherwise the log comes first: when it is refused, the store has not been touched.
  backends.log = std::make_unique<log::RocksDbLog>(log);
  if (!backends.store) open_store();
  return backends;
}

}  // namespace playhead::app
