#include "cluster/cassandra_node.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "store/cassandra/schema.h"

namespace playhead::test {
namespace {

const std::string kDir = PLAYHEAD_CASSANDRA_DIR;

class NeedsCassandra : public testing::Environment {
 public:
  void SetUp() override {
    if (!cassandra_address().empty()) return;
    const std::string why = "no Cassandra runs in " + kDir + ": tests/cluster/start_cassandra starts one";
    if (std::getenv("CI") != nullptr) FAIL() << why;
    GTEST_SKIP() << why;
  }
};

const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new NeedsCassandra);

}  // namespace

std::string cassandra_address() {
  std::ifstream file(kDir + "/node1/address");
  std::string address;
  file >> address;
  return address;
}

void cassandra_node(const std::string& command) {
  const auto line =
      std::string(PLAYHEAD_SOURCE_DIR) + "/tools/cluster/cassandra.py " + command + " node1 --dir '" + kDir + "'";
  ASSERT_EQ(std::system(line.c_str()), 0) << line;
}

store::CassandraOptions cassandra_options(const std::string& keyspace) {
  store::CassandraOptions options;
  options.contact_points = {cassandra_address() + ":9042"};
  options.local_datacenter = "dc1";
  options.keyspace = keyspace;
  return options;
}

store::CassandraOptions fresh_cassandra(model::Ordering ordering) {
  static int count = 0;
  // The process's number too: a node may outlive a run of the tests.
  auto options = cassandra_options("t" + std::to_string(::getpid()) + "_" + std::to_string(++count));
  options.ordering = ordering;
  const auto created = store::create_schema(options, {{"dc1", 1}});
  EXPECT_TRUE(created) << created.error().detail;
  return options;
}

}  // namespace playhead::test
