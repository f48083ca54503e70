#pragma once

// The real Cassandra node that CTest started for these tests (start_cassandra), and keyspaces in it.

#include <string>

#include "store/cassandra/options.h"

namespace playhead::test {

// "127.x.y.1"; empty when there is none.
std::string cassandra_address();

// By tools/cluster/cassandra.py: "kill", "start" (waits until it is ready), "pause", "resume". Fails the test when
// that fails.
void cassandra_node(const std::string& command);

// For a keyspace with this name.
store::CassandraOptions cassandra_options(const std::string& keyspace);

// For a keyspace of its own, empty and with its schema.
store::CassandraOptions fresh_cassandra(model::Ordering ordering = model::Ordering::kTimestamp);

}  // namespace playhead::test
