#include <memory>

#include "contract/position_store_contract.h"
#include "store/rocksdb/rocksdb_store.h"
#include "support/temp_dir.h"

namespace playhead::store {
namespace {

struct RocksDbBackend {
  static constexpr bool kDurable = true;
  PositionStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    open();
  }
  void open() { store_ = std::make_unique<RocksDbStore>(RocksDbStoreOptions{.path = dir_ / "store"}); }
  RocksDbBackend() { open(); }

  test::TempDir dir_;
  std::unique_ptr<RocksDbStore> store_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(RocksDb, PositionStoreContract, RocksDbBackend);

}  // namespace playhead::store
