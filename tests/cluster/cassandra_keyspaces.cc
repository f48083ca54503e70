#include "cluster/cassandra_keyspaces.h"

#include <gtest/gtest.h>

#include "store/cassandra/schema.h"

namespace playhead::test {
namespace {

[[maybe_unused]] const bool wanted = want_servers("cassandra.py", {"--address", "auto"});

}  // namespace

store::CassandraOptions cassandra_options(const std::string& keyspace) {
  store::CassandraOptions options;
  options.contact_points = servers().addresses();
  options.local_datacenter = "dc1";
  options.keyspace = keyspace;
  return options;
}

store::CassandraOptions fresh_cassandra(model::Ordering ordering) {
  static int count = 0;
  auto options = cassandra_options("test" + std::to_string(++count));
  options.ordering = ordering;
  const auto created = store::create_schema(options, {{"dc1", 1}});
  EXPECT_TRUE(created) << created.error().detail;
  return options;
}

}  // namespace playhead::test
