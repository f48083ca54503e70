// What the store refuses to start on, and that each refusal says what to do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cluster/cassandra_keyspaces.h"
#include "store/cassandra/cassandra_store.h"
#include "store/cassandra/schema.h"
#include "support/temp_dir.h"

namespace playhead::store {
namespace {

using testing::HasSubstr;

// What the start says; nothing when it succeeds.
std::string refusal(const CassandraOptions& options) {
  try {
    const CassandraStore store(options);
  } catch (const StartupError& error) {
    return error.what();
  }
  return "";
}

void alter(const CassandraOptions& options, const std::string& statement) {
  CqlSession session(options);
  ASSERT_TRUE(session.connect());
  const auto changed = session.change_schema(statement);
  ASSERT_TRUE(changed) << changed.error().detail;
}

TEST(CassandraSchema, IsMadeOnceAndMayBeMadeAgain) {
  const auto options = test::fresh_cassandra();
  EXPECT_TRUE(create_schema(options, {{"dc1", 1}}));
  EXPECT_EQ(refusal(options), "");
}

TEST(CassandraSchema, AKeyspaceThatIsNotThereIsRefused) {
  EXPECT_THAT(refusal(test::cassandra_options("never_made")), HasSubstr("make it with `playhead schema`"));
  EXPECT_THAT(refusal(test::cassandra_options("no; DROP")), HasSubstr("The keyspace's name \"no; DROP\" is not one"));
}

TEST(CassandraSchema, AnotherOrderingOrFactIsRefused) {
  auto options = test::fresh_cassandra();
  options.ordering = model::Ordering::kCounter;
  EXPECT_THAT(refusal(options),
              HasSubstr("was made for ordering \"timestamp\", and this program is set to \"counter\""));
  EXPECT_FALSE(create_schema(options, {{"dc1", 1}}));
  options.ordering = model::Ordering::kTimestamp;
  options.facts = {{"partitions", "64"}};
  EXPECT_THAT(refusal(options), HasSubstr("was made for partitions \"no\""));
}

TEST(CassandraSchema, ALaterOrEarlierFormatIsRefused) {
  const auto options = test::fresh_cassandra();
  alter(options, "INSERT INTO " + options.keyspace + ".meta (name, value) VALUES ('format', '2')");
  EXPECT_THAT(refusal(options), HasSubstr("has format 2, and this program knows no later one than 1"));
  alter(options, "INSERT INTO " + options.keyspace + ".meta (name, value) VALUES ('format', '0')");
  EXPECT_THAT(refusal(options), HasSubstr("bring it up to date with `playhead schema`"));
}

TEST(CassandraSchema, ATimeToLiveIsRefused) {
  const auto options = test::fresh_cassandra();
  alter(options, "ALTER TABLE " + options.keyspace + ".items WITH default_time_to_live = 60");
  EXPECT_THAT(refusal(options), HasSubstr("has a time to live"));
}

TEST(CassandraSchema, ADataCenterWithoutReplicasIsRefused) {
  auto options = test::fresh_cassandra();
  alter(options, "ALTER KEYSPACE " + options.keyspace +
                     " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
  EXPECT_THAT(refusal(options), HasSubstr("no replicas in the data center \"dc1\""));
}

TEST(CassandraSchema, ADataCenterThatIsNotThereIsRefused) {
  auto options = test::fresh_cassandra();
  options.local_datacenter = "dc9";
  EXPECT_THAT(refusal(options), HasSubstr("data center \"dc9\""));
}

TEST(CassandraSchema, OptionsThatCanNotBeRightAreRefused) {
  const test::TempDir dir;
  auto options = test::cassandra_options("any");
  options.consistency = "most";
  EXPECT_THAT(refusal(options), HasSubstr("there is no consistency \"most\""));
  options = test::cassandra_options("any");
  options.tls = {.enabled = true, .ca_file = dir / "ca.pem"};
  EXPECT_THAT(refusal(options), HasSubstr("ca.pem is no file of certificates"));
  std::ofstream(dir / "ca.pem") << "nothing";
  EXPECT_THAT(refusal(options), HasSubstr("ca.pem is no file of certificates"));
}

}  // namespace
}  // namespace playhead::store
