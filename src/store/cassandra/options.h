#pragma once

// How to reach Cassandra and how much may be asked of it at a time; src/app fills it from the config.

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/stamping.h"
#include "store/position_store.h"

namespace playhead::store {

struct CassandraTls {
  bool enabled = false;
  // PEM files. The nodes' certificates must name their IP addresses. Empty: the system's certificate authorities.
  std::string ca_file;
  // For servers that want to know their clients; both or neither.
  std::string cert_file;
  std::string key_file;
};

struct CassandraOptions {
  std::vector<std::string> contact_points;  // "host:port"; the driver finds the other nodes from any of them
  std::string local_datacenter;             // the only one whose nodes are asked
  std::string keyspace = "playhead";        // lower case, digits and underscores
  std::string consistency = "local_quorum";
  std::string user;  // empty: no credentials
  std::string password;
  CassandraTls tls;

  // What the keyspace was made for and is held against at start: the ordering mode, and more facts by name (the
  // number of partitions, the partitioner).
  model::Ordering ordering = model::Ordering::kTimestamp;
  std::vector<std::pair<std::string, std::string>> facts;

  std::chrono::milliseconds connect_timeout{5'000};
  // Of one request with its retries: the longest that a read, or the first failing write of a merge, takes to fail.
  std::chrono::milliseconds request_timeout{2'000};
  // 100 at a time already kept a node busy (14,000 rows a second); what is more waits there instead of here.
  std::size_t writes_in_flight = 256;
  // A typical answer is some kB; this bounds memory when the database gets slow.
  std::size_t reads_in_flight = 512;
  std::size_t threads = 2;
  int page_rows = 5'000;

  // What merge() wrote this long ago is in the commit logs on disk: Cassandra's commitlog_sync_period (10 s unless
  // told) and half of it, after which Cassandra itself stops taking writes rather than be later.
  std::chrono::milliseconds commit_lag{15'000};

  // Takes an item that Cassandra will never take ("store-refused"), such as one with an id of 70 kB; its success lets
  // merge() go on without it. Unset: merge() fails with that error, after it wrote everything else.
  std::function<Result<void>(const ItemWrite&, const Error&)> refused;
};

}  // namespace playhead::store
