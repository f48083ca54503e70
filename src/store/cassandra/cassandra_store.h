#pragma once

// The cluster's database: Cassandra merges by its own rule of the greatest timestamp and then the greatest value,
// which cell_time.h makes ours. So nothing is read before it is written, and any number of nodes may write the same
// user. schema.h says what the tables are.
//
// It keeps no checkpoint (see commit_lag()): the queue's committed offset is that. A merge is as many mutations as it
// has users, each taken as a whole; when some fail, the others may be there already, and merging all of it again is
// right.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/cassandra/cell_time.h"
#include "store/cassandra/connection.h"
#include "store/cassandra/options.h"
#include "store/cassandra/write_plan.h"
#include "store/position_store.h"

namespace playhead::store {

// Once it was connected, the driver finds nodes again by itself. Until then, and while they are away, everything
// fails with "store-unavailable" within the time of one request.
class CassandraStore final : public PositionStore {
 public:
  // Throws StartupError when Cassandra says no or check_schema() does. When no node can be reached, starts without
  // and goes on trying: a node may join while the database is away.
  explicit CassandraStore(CassandraOptions options);
  // Waits for the requests on their way to end; not for a thread of the driver's.
  ~CassandraStore() override;

  // Besides "store-unavailable", fails with "store-refused" when CassandraOptions::refused is not set.
  Result<void> merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) override;
  // Where cell_time.h is not exact, what is covered may stay in the table; no read answers it.
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override;
  // What is merged afterwards and no newer than what was removed stays away too.
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override;
  void read(Query query, ReadDone done) override;
  Result<std::uint64_t> checkpoint() override { return 0; }
  Result<void> sync() override { return {}; }
  std::optional<std::chrono::milliseconds> commit_lag() const override { return options_.commit_lag; }

  bool connected() const { return connected_ != nullptr; }
  // Merged rows that were no valid items, since the start. Any thread.
  std::uint64_t malformed_items() const { return malformed_; }

 private:
  Result<void> connect();
  void keep_connecting(const std::stop_token& stop);
  Result<Connection*> connection();
  // Waits until all is answered, or what was sent before the first failure. `refused` (if any) gets what Cassandra
  // says no to, which then is no failure.
  Result<void> send(const std::vector<Mutation>& mutations,
                    const std::function<void(const Mutation&, const Error&)>& refused);
  Result<void> send_apart(std::span<const ItemWrite> writes, const std::vector<std::size_t>& indexes,
                          std::vector<WritePlan::Refusal>& refused);
  Result<void> give_up_on(std::span<const ItemWrite> writes, const std::vector<WritePlan::Refusal>& refusals);
  Result<Rows> read_now(Query query);

  CassandraOptions options_;
  CellTime time_;
  std::atomic<std::uint64_t> malformed_{0};
  std::atomic<std::size_t> reads_{0};
  std::mutex mutex_;
  std::string why_not_connected_;
  // The connecting thread's until connected_ points there; then everyone's, to the end.
  std::unique_ptr<Connection> connection_;
  std::atomic<Connection*> connected_{nullptr};
  std::jthread connector_;
};

}  // namespace playhead::store
