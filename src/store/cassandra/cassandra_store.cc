#include "store/cassandra/cassandra_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "store/cassandra/row_collector.h"
#include "store/cassandra/write_window.h"

namespace playhead::store {
namespace {

constexpr std::chrono::seconds kConnectAgainAfter{2};
// As much of an id as a message needs.
constexpr std::size_t kShownId = 64;

bool refuses(const Result<void>& result) { return !result && result.error().code == "store-refused"; }

// What is left of one read.
struct ReadCall {
  RowCollector rows;
  PositionStore::ReadDone done;
};

}  // namespace

CassandraStore::CassandraStore(CassandraOptions options)
    : options_(std::move(options)), time_(options_.ordering), connection_(std::make_unique<Connection>(options_)) {
  const auto connected = connect();
  if (connected) return;
  if (refuses(connected)) throw StartupError(connected.error().detail);
  connector_ = std::jthread([this](const std::stop_token& stop) { keep_connecting(stop); });
}

CassandraStore::~CassandraStore() {
  connector_ = {};
  connection_.reset();
}

Result<void> CassandraStore::connect() {
  auto result = connection_->open(options_);
  if (result) {
    connected_ = connection_.get();
  } else {
    const std::lock_guard lock(mutex_);
    why_not_connected_ = result.error().detail;
  }
  return result;
}

void CassandraStore::keep_connecting(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  do {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kConnectAgainAfter, [] { return false; });
    // What is refused may be mended while this runs: the schema, or a password.
  } while (!stop.stop_requested() && !connect());
}

Result<Connection*> CassandraStore::connection() {
  if (auto* const connected = connected_.load()) return connected;
  const std::lock_guard lock(mutex_);
  return fail("store-unavailable", why_not_connected_);
}

Result<void> CassandraStore::send(const std::vector<Mutation>& mutations,
                                  const std::function<void(const Mutation&, const Error&)>& refused) {
  const auto to = connection();
  if (!to) return std::unexpected(to.error());
  WriteWindow window(options_.writes_in_flight);
  for (const auto& mutation : mutations) {
    // What is behind a failure would most likely fail too, one time-out after the other.
    if (!window.enter()) break;
    (*to)->write(mutation, [&window, &refused, sent = &mutation](Result<void> result) {
      if (refused && refuses(result)) {
        window.leave_after([&] { refused(*sent, result.error()); });
      } else {
        window.leave(std::move(result));
      }
    });
  }
  return window.wait();
}

Result<void> CassandraStore::merge(std::span<const ItemWrite> writes, std::uint64_t) {
  auto plan = plan_writes(writes, time_);
  malformed_ += plan.malformed;
  std::vector<std::size_t> in_doubt;
  auto sent = send(plan.mutations, [&](const Mutation& mutation, const Error& error) {
    if (mutation.writes.size() == 1) {
      plan.refused.push_back({mutation.writes[0], error.detail});
    } else {
      std::ranges::copy(mutation.writes, std::back_inserter(in_doubt));
    }
  });
  // One row of a user may not take the others with it.
  if (sent && !in_doubt.empty()) sent = send_apart(writes, in_doubt, plan.refused);
  if (!sent || plan.refused.empty()) return sent;
  return give_up_on(writes, plan.refused);
}

Result<void> CassandraStore::send_apart(std::span<const ItemWrite> writes, const std::vector<std::size_t>& indexes,
                                        std::vector<WritePlan::Refusal>& refused) {
  std::vector<ItemWrite> apart;
  for (const auto index : indexes) apart.push_back(writes[index]);
  return send(plan_writes(apart, time_, true).mutations, [&](const Mutation& mutation, const Error& error) {
    refused.push_back({indexes[mutation.writes[0]], error.detail});
  });
}

Result<void> CassandraStore::give_up_on(std::span<const ItemWrite> writes,
                                        const std::vector<WritePlan::Refusal>& refusals) {
  // A table that was dropped or changed refuses everything: then it is not the items that are wrong, and they wait.
  if (const auto there = read_now({.user = "nobody"}); !there) return fail("store-unavailable", there.error().detail);
  Result<void> result;
  for (const auto& refusal : refusals) {
    const auto& write = writes[refusal.write];
    const Error error{"store-refused", fmt::format("An item of the user \"{}\" can't be stored: {}",
                                                   write.user.substr(0, kShownId), refusal.why)};
    const auto taken = options_.refused ? options_.refused(write, error) : Result<void>(std::unexpected(error));
    if (!taken && result) result = taken;
  }
  return result;
}

Result<void> CassandraStore::erase(std::string_view user, std::int64_t up_to_ms) {
  Mutation mutation;
  mutation.statements.push_back(delete_user(user, time_.erase({.time_ms = up_to_ms})));
  return send({mutation}, {});
}

Result<void> CassandraStore::remove(std::string_view user, std::span<const std::string> row_keys) {
  const auto rows = read_now({.user = std::string(user)});
  if (!rows) return std::unexpected(rows.error());
  const std::unordered_set<std::string_view> wanted(row_keys.begin(), row_keys.end());
  std::vector<Mutation> mutations;
  for (const auto& row : *rows) {
    if (!wanted.contains(row.row_key)) continue;
    // A deletion takes what it covers and nothing later: exactly what was read.
    mutations.emplace_back().statements.push_back(delete_row(user, row.row_key, latest_cell(row.item, time_)));
  }
  return send(mutations, {});
}

void CassandraStore::read(Query query, ReadDone done) {
  const auto from = connection();
  if (!from) return done(std::unexpected(from.error()));
  if (reads_.fetch_add(1) >= options_.reads_in_flight) {
    reads_.fetch_sub(1);
    return done(fail("store-unavailable", "More reads wait for Cassandra than the store takes on: try again later."));
  }
  const auto selection = selection_of(query);
  const auto call = std::make_shared<ReadCall>(RowCollector(std::move(query)), std::move(done));
  const auto end = [this, call](Result<void> result) {
    reads_.fetch_sub(1);
    // Whoever reads can do nothing about a refusal either: most likely the schema was changed under us.
    if (!result) return call->done(fail("store-unavailable", std::move(result.error().detail)));
    call->done(call->rows.take());
  };
  const auto own_row = [from, call, end](Result<void> result) {
    // A show or a row that isn't there says nothing of the user's own row.
    if (!result || call->rows.any() || !call->rows.query().row_prefix) return end(std::move(result));
    (*from)->select_erased(
        own_row_values(call->rows.query()), [call](Columns row) { call->rows.add_erased(row[0]); }, end);
  };
  (*from)->select(selection, [call](Columns row) { call->rows.add(row); }, own_row);
}

Result<Rows> CassandraStore::read_now(Query query) {
  const auto answered = std::make_shared<std::promise<Result<Rows>>>();
  auto answer = answered->get_future();
  read(std::move(query), [answered](Result<Rows> rows) { answered->set_value(std::move(rows)); });
  return answer.get();
}

}  // namespace playhead::store
