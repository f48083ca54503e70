#include "model/user_runs.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "model/record.h"
#include "support/updates.h"

namespace playhead::model {
namespace {

using test::position;
using Runs = std::vector<std::pair<std::string, std::string>>;

Runs runs_of(std::string_view record, std::size_t most_bytes = 1'000) {
  UserRuns runs(record, most_bytes);
  Runs found;
  for (auto run = runs.next(); run && *run; run = runs.next()) found.emplace_back((*run)->user, (*run)->updates);
  return found;
}

TEST(UserRuns, AreConsecutiveUpdatesOfOneUser) {
  const auto a1 = position("ann", "1", 1'000), a2 = position("ann", "2", 2'000), b = position("bob", "1", 3'000);
  EXPECT_EQ(
      runs_of(test::record_of({a1, a2, b, a1})),
      (Runs{{"ann", test::updates_of({a1, a2})}, {"bob", test::updates_of({b})}, {"ann", test::updates_of({a1})}}));
}

TEST(UserRuns, MakeRecordsWithTheSameTime) {
  const auto record = record_header(1'722'180'000'000) + test::updates_of({position("ann", "1", 1'000, 7)});
  UserRuns runs(record, 1'000);
  EXPECT_EQ(runs.header(), record_header(1'722'180'000'000));
  const auto run = runs.next();
  ASSERT_TRUE(run && *run);
  EXPECT_EQ(std::string(runs.header()).append((*run)->updates), record);
}

TEST(UserRuns, AreCutAtTheBoundAndHoldAtLeastOneUpdate) {
  const auto a = position("ann", "1", 1'000);
  const auto one = test::updates_of({a});
  EXPECT_EQ(runs_of(test::record_of({a, a, a}), 2 * one.size()), (Runs{{"ann", one + one}, {"ann", one}}));
  EXPECT_EQ(runs_of(test::record_of({a, a}), 1), (Runs{{"ann", one}, {"ann", one}}));
}

TEST(UserRuns, OfARecordWithoutUpdatesAreNone) {
  const auto record = record_header(5);
  UserRuns runs(record, 1'000);
  EXPECT_EQ(runs.header(), record);
  const auto run = runs.next();
  ASSERT_TRUE(run);
  EXPECT_FALSE(*run);
}

TEST(UserRuns, RefuseWhatIsNoRecord) {
  const auto whole = test::record_of({position("ann", "1", 1'000)});
  for (const auto& broken : {whole.substr(0, whole.size() - 1), whole.substr(0, 5), record_header(0) + "\x1A",
                             record_header(0) + std::string("\x1A\x00", 2), whole + "\xFF"}) {
    UserRuns runs(broken, 1'000);
    auto run = runs.next();
    while (run && *run) run = runs.next();
    ASSERT_FALSE(run) << broken.size();
    EXPECT_EQ(run.error().code, "record-corrupt");
  }
}

}  // namespace
}  // namespace playhead::model
