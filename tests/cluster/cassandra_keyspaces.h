#pragma once

// Keyspaces on the real Cassandra node of this program.

#include <string>

#include "cluster/real_servers.h"
#include "store/cassandra/options.h"

namespace playhead::test {

// For a keyspace with this name.
store::CassandraOptions cassandra_options(const std::string& keyspace);

// For a keyspace of its own, empty and with its schema.
store::CassandraOptions fresh_cassandra(model::Ordering ordering = model::Ordering::kTimestamp);

}  // namespace playhead::test
