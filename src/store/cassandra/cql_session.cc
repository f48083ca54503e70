#include "store/cassandra/cql_session.h"

#include <fmt/format.h>
#include <playhead-cql/src/lib.rs.h>

#include <future>

namespace playhead::store {
namespace {

Result<void> result_of(cql::Outcome outcome, std::string_view detail) {
  switch (outcome) {
    case cql::Outcome::Done: return {};
    case cql::Outcome::Refused: return fail("store-refused", fmt::format("Cassandra refuses: {}.", detail));
    default: return fail("store-unavailable", fmt::format("Cassandra is away or too slow: {}.", detail));
  }
}

Result<void> result_of(const cql::Status& status) {
  return result_of(status.outcome, {status.detail.data(), status.detail.size()});
}

cql::Options bridge_options(const CassandraOptions& options) {
  cql::Options out;
  for (const auto& point : options.contact_points) out.contact_points.emplace_back(point);
  out.local_datacenter = options.local_datacenter;
  out.keyspace = options.keyspace;
  out.consistency = options.consistency;
  out.user = options.user;
  out.password = options.password;
  out.tls = options.tls.enabled;
  out.ca_file = options.tls.ca_file;
  out.cert_file = options.tls.cert_file;
  out.key_file = options.tls.key_file;
  out.connect_timeout_ms = static_cast<std::uint64_t>(options.connect_timeout.count());
  out.request_timeout_ms = static_cast<std::uint64_t>(options.request_timeout.count());
  out.page_rows = options.page_rows;
  out.threads = options.threads;
  return out;
}

cql::Statement bridge_statement(const BoundStatement& statement) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(statement.values.data());
  return {statement.prepared, {bytes, statement.values.size()}};
}

std::unique_ptr<cql::Answer> answer(CqlSession::Row row, CqlSession::Done done) {
  auto on_row = [row = std::move(row), columns = std::vector<std::optional<std::string_view>>()](
                    rust::Slice<const cql::Column> raw) mutable {
    columns.clear();
    for (const auto& column : raw) {
      columns.emplace_back();
      if (!column.is_null) columns.back() = {reinterpret_cast<const char*>(column.bytes.data()), column.bytes.size()};
    }
    row(columns);
  };
  auto on_end = [done = std::move(done)](cql::Outcome outcome, std::string_view detail) mutable {
    done(result_of(outcome, detail));
  };
  return std::make_unique<cql::Answer>(std::move(on_row), std::move(on_end));
}

template <class Start>
Result<void> wait_for(Start&& start) {
  const auto ended = std::make_shared<std::promise<Result<void>>>();
  auto result = ended->get_future();
  start([ended](Result<void> end) { ended->set_value(std::move(end)); });
  return result.get();
}

}  // namespace

struct CqlSession::Bridge {
  rust::Box<cql::Session> session;
};

CqlSession::CqlSession(const CassandraOptions& options) {
  try {
    bridge_ = std::make_unique<Bridge>(cql::open(bridge_options(options)));
  } catch (const rust::Error& error) {
    throw StartupError(fmt::format("Cassandra can't be used as it is set up: {}.", error.what()));
  }
}

CqlSession::~CqlSession() = default;

Result<void> CqlSession::connect() { return result_of(bridge_->session->connect()); }

Result<std::size_t> CqlSession::prepare(const std::string& statement) {
  const auto status = bridge_->session->prepare(statement);
  if (const auto result = result_of(status); !result) return std::unexpected(result.error());
  return status.prepared;
}

Result<void> CqlSession::change_schema(const std::string& statement) {
  return result_of(bridge_->session->change_schema(statement));
}

Result<CqlSession::Table> CqlSession::select(const std::string& statement) {
  const auto prepared = prepare(statement);
  if (!prepared) return std::unexpected(prepared.error());
  Table table;
  auto result = wait_for([&](Done done) {
    query(
        {*prepared, {}}, [&](Columns columns) { table.emplace_back(columns.begin(), columns.end()); },
        std::move(done));
  });
  if (!result) return std::unexpected(std::move(result.error()));
  return table;
}

Result<void> CqlSession::execute(const std::string& statement, std::string_view values) {
  const auto prepared = prepare(statement);
  if (!prepared) return std::unexpected(prepared.error());
  const BoundStatement bound{*prepared, values};
  return wait_for([&](Done done) { write({&bound, 1}, std::move(done)); });
}

void CqlSession::write(std::span<const BoundStatement> statements, Done done) {
  std::vector<cql::Statement> bound;
  bound.reserve(statements.size());
  for (const auto& statement : statements) bound.push_back(bridge_statement(statement));
  bridge_->session->write({bound.data(), bound.size()}, answer([](Columns) {}, std::move(done)));
}

void CqlSession::query(const BoundStatement& statement, Row row, Done done) {
  bridge_->session->query(bridge_statement(statement), answer(std::move(row), std::move(done)));
}

}  // namespace playhead::store
