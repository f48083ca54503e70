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
  void open() {
    store_ = std::make_unique<RocksDbStore>(RocksDbStoreOptions{.path = dir_ / "store", .wide_user_rows = wide_});
  }
  explicit RocksDbBackend(std::size_t wide = 1000) : wide_(wide) { open(); }

  const std::size_t wide_;
  test::TempDir dir_;
  std::unique_ptr<RocksDbStore> store_;
};

// Every user's rows are kept in memory once they were read.
struct AllWide : RocksDbBackend {
  AllWide() : RocksDbBackend(1) {}
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(RocksDb, PositionStoreContract, RocksDbBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(RocksDbAllWide, PositionStoreContract, AllWide);

}  // namespace playhead::store
