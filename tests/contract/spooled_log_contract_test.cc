// A queue with a spool passes the suite of the seam: with a queue that works, and with one that takes nothing but
// from the spool.

#include <memory>

#include "base/clock.h"
#include "contract/heartbeat_log_contract.h"
#include "log/memory/memory_log.h"
#include "log/rocksdb/rocksdb_log.h"
#include "log/spool/spooled_log.h"
#include "support/flaky_log.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

constexpr SpoolOptions kQuick{.probe_every = std::chrono::milliseconds(1),
                              .trim_every = std::chrono::milliseconds(1)};

template <Partition kPartitions>
struct OverMemory {
  static constexpr bool kDurable = false;
  static constexpr bool kTrimsToEmpty = true;
  static constexpr bool kCountsBytes = true;
  static constexpr bool kMaySwap = false;
  HeartbeatLog& log() { return log_; }
  void reopen() {}

  SystemClock clock_;
  MemoryLog queue_{clock_, kPartitions}, spool_{clock_};
  SpooledLog log_{queue_, spool_, clock_, kQuick};
};

struct OverRocksDb {
  static constexpr bool kDurable = true;
  static constexpr bool kTrimsToEmpty = true;
  static constexpr bool kCountsBytes = true;
  static constexpr bool kMaySwap = false;
  OverRocksDb() { open(); }
  HeartbeatLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    queue_.reset();
    spool_.reset();
    open();
  }
  void open() {
    queue_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "queue", .clock = &clock_});
    spool_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "spool", .clock = &clock_});
    log_ = std::make_unique<SpooledLog>(*queue_, *spool_, clock_, kQuick);
  }

  test::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<RocksDbLog> queue_, spool_;
  std::unique_ptr<SpooledLog> log_;
};

// This thread appends for the suite, and not for the spool.
thread_local bool appending = false;

// What is read is what has come through.
class Drained final : public HeartbeatLog {
 public:
  explicit Drained(SpooledLog& log) : log_(log) {}
  Partition partitions() const override { return log_.partitions(); }
  Partition partition_of(std::string_view user) const override { return log_.partition_of(user); }
  void append(std::string_view record, AppendDone done) override {
    appending = true;
    log_.append(record, std::move(done));
    appending = false;
  }
  Result<void> read(Partition partition, Offset from, const Visitor& visit) override {
    wait();
    return log_.read(partition, from, visit);
  }
  void end(Partition partition, EndDone done) override {
    wait();
    log_.end(partition, std::move(done));
  }
  Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                       std::int64_t now_ms) override {
    wait();
    return log_.release(partition, checkpoint, retention, now_ms);
  }
  LogUsage usage(Partition partition) const override {
    wait();
    return log_.usage(partition);
  }

 private:
  void wait() const {
    test::eventually([this] { return log_.status().records == 0; });
  }
  SpooledLog& log_;
};

struct EverythingSpooled {
  static constexpr bool kDurable = true;
  static constexpr bool kTrimsToEmpty = true;
  static constexpr bool kCountsBytes = true;
  static constexpr bool kMaySwap = true;
  EverythingSpooled() {
    queue_.decide([](auto) { return appending ? test::FlakyLog::Fault::kRefuse : test::FlakyLog::Fault::kNone; });
    open();
  }
  ~EverythingSpooled() { EXPECT_GT(log_->status().spooled + spooled_before_, 0u) << "nothing came this way"; }
  HeartbeatLog& log() { return *drained_; }
  void reopen() {
    // What is taken off the disk is not brought again.
    test::eventually([this] { return log_->status().bytes == 0; });
    spooled_before_ += log_->status().spooled;
    log_.reset();
    spool_.reset();
    open();
  }
  void open() {
    spool_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "spool", .clock = &clock_});
    log_ = std::make_unique<SpooledLog>(queue_, *spool_, clock_, kQuick);
    drained_ = std::make_unique<Drained>(*log_);
  }

  test::TempDir dir_;
  SystemClock clock_;
  MemoryLog inner_{clock_, 12};
  test::FlakyLog queue_{inner_};
  std::unique_ptr<RocksDbLog> spool_;
  std::unique_ptr<SpooledLog> log_;
  std::unique_ptr<Drained> drained_;
  std::uint64_t spooled_before_ = 0;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(SpooledMemory, HeartbeatLogContract, OverMemory<1>);
INSTANTIATE_TYPED_TEST_SUITE_P(SpooledPartitions, HeartbeatLogContract, OverMemory<12>);
INSTANTIATE_TYPED_TEST_SUITE_P(SpooledRocksDb, HeartbeatLogContract, OverRocksDb);
INSTANTIATE_TYPED_TEST_SUITE_P(EverythingSpooled, HeartbeatLogContract, EverythingSpooled);

}  // namespace playhead::log
