// How rows become mutations, and columns become rows again.

#include "store/cassandra/write_plan.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "model/item.h"
#include "store/cassandra/row_collector.h"
#include "store/cassandra/row_columns.h"

namespace playhead::store {
namespace {

using Kind = WriteStatement::Kind;
using model::Register;

const CellTime kTime(model::Ordering::kTimestamp);

std::string blob(std::int64_t time_ms, std::string_view value = "v") {
  const auto version = model::encode_version({.time_ms = time_ms});
  return std::string(version.begin(), version.end()).append(value);
}

std::string item(std::initializer_list<std::pair<Register, std::string>> registers) {
  std::string bytes;
  for (const auto& [id, value] : registers) model::append_register(bytes, id, value);
  return bytes;
}

std::vector<Kind> kinds(const Mutation& mutation) {
  std::vector<Kind> found;
  for (const auto& statement : mutation.statements) found.push_back(statement.kind);
  return found;
}

TEST(WritePlan, PutsAUsersRowsIntoOneMutation) {
  const auto row = model::row_key("s", "1"), other = model::row_key("s", "2"),
             bytes = item({{Register::kResume, blob(1)}});
  const std::vector<ItemWrite> writes{{"ann", row, bytes}, {"bob", row, bytes}, {"ann", other, bytes}};
  const auto plan = plan_writes(writes, kTime);
  ASSERT_EQ(plan.mutations.size(), 2u);
  EXPECT_EQ(plan.mutations[0].writes, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(plan_writes(writes, kTime, true).mutations.size(), 3u);
}

TEST(WritePlan, WritesAStatementForEachTimestamp) {
  const auto bytes =
      item({{Register::kResume, blob(2)}, {Register::kDuration, blob(1)}, {Register::kPlayed, blob(2)}});
  const auto row = model::row_key("s", "1");
  const ItemWrite write{"ann", row, bytes};
  const auto plan = plan_writes({&write, 1}, kTime);
  ASSERT_EQ(plan.mutations.size(), 1u);
  EXPECT_EQ(kinds(plan.mutations[0]), (std::vector{Kind::kSetRow, Kind::kSetRow}));
}

TEST(WritePlan, ErasesAndRemembersInOneMutation) {
  const auto row = model::row_key("s", "1"), old = item({{Register::kResume, blob(5)}}),
             fresh = item({{Register::kResume, blob(6)}}), up_to = item({{Register::kErased, blob(5, "")}});
  const std::vector<ItemWrite> writes{{"ann", row, old}, {"ann", model::kUserRow, up_to}, {"ann", row, fresh}};
  const auto plan = plan_writes(writes, kTime);
  ASSERT_EQ(plan.mutations.size(), 1u);
  EXPECT_EQ(kinds(plan.mutations[0]), (std::vector{Kind::kDeleteUser, Kind::kSetErased, Kind::kSetRow}));
  EXPECT_EQ(plan.mutations[0].writes, (std::vector<std::size_t>{1, 2}));
}

TEST(WritePlan, SplitsWhatIsTooMuchForOneMutation) {
  const auto bytes = item({{Register::kResume, blob(1, std::string(1'000, 'v'))}});
  std::vector<std::string> rows;
  for (int i = 0; i < 300; ++i) rows.push_back(model::row_key("s", std::to_string(i)));
  std::vector<ItemWrite> writes;
  for (const auto& row : rows) writes.push_back({"ann", row, bytes});
  const auto plan = plan_writes(writes, kTime);
  EXPECT_GT(plan.mutations.size(), 4u);
  std::size_t planned = 0;
  for (const auto& mutation : plan.mutations) {
    EXPECT_LE(mutation.bytes, 64u << 10);
    planned += mutation.writes.size();
  }
  EXPECT_EQ(planned, writes.size());
}

TEST(WritePlan, RefusesWhatHasNoColumnOrIsTooLarge) {
  const auto row = model::row_key("s", "1"), good = item({{Register::kResume, blob(1)}}),
             unknown = item({{static_cast<Register>(77), blob(1)}}), misplaced = item({{Register::kErased, blob(1)}}),
             large = item({{Register::kResume, blob(1, std::string(kLargestItem, 'v'))}});
  const std::vector<ItemWrite> writes{
      {"a", row, good}, {"a", row, unknown}, {"a", row, misplaced}, {"a", row, large}, {"a", row, "nonsense"}};
  const auto plan = plan_writes(writes, kTime);
  EXPECT_EQ(plan.malformed, 1u);
  ASSERT_EQ(plan.refused.size(), 3u);
  EXPECT_EQ(plan.refused[0].write, 1u);
  EXPECT_EQ(plan.refused[2].write, 3u);
  ASSERT_EQ(plan.mutations.size(), 1u);
  EXPECT_EQ(plan.mutations[0].writes, (std::vector<std::size_t>{0}));
}

using Columns = std::array<std::optional<std::string_view>, kSelectedColumns>;

TEST(RowCollector, HidesWhatAnErasureCovers) {
  const auto erased = blob(5, ""), old = blob(5), fresh = blob(6);
  RowCollector rows({.user = "ann"});
  rows.add(Columns{"s", "1", erased, old, std::nullopt, fresh});
  rows.add(Columns{"s", "2", erased, old});
  const auto found = rows.take();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].row_key, model::kUserRow);
  EXPECT_EQ(found[0].item, item({{Register::kErased, erased}}));
  EXPECT_EQ(found[1].row_key, model::row_key("s", "1"));
  EXPECT_EQ(found[1].item, item({{Register::kDuration, fresh}}));
}

TEST(RowCollector, KnowsAUserOfWhomThereIsOnlyTheErasure) {
  const auto erased = blob(5, "");
  RowCollector rows({.user = "ann"});
  rows.add(Columns{std::nullopt, std::nullopt, erased});
  EXPECT_EQ(rows.take().size(), 1u);
}

TEST(RowCollector, AnswersOnlyWhatWasAskedFor) {
  const auto value = blob(1);
  const auto found = [&](Query query) {
    RowCollector rows(std::move(query));
    rows.add(Columns{"7", "1", std::nullopt, value});
    rows.add(Columns{"78", "1", std::nullopt, value});
    return rows.take().size();
  };
  EXPECT_EQ(found({.user = "ann"}), 2u);
  EXPECT_EQ(found({.user = "ann", .row_prefix = "7"}), 2u);
  EXPECT_EQ(found({.user = "ann", .row_prefix = model::show_prefix("7")}), 1u);
  EXPECT_EQ(found({.user = "ann", .row_prefix = model::row_key("7", "2"), .exact = true}), 0u);
}

TEST(RowCollector, SelectsAsLittleAsTheQueryNeeds) {
  EXPECT_EQ(selection_of({.user = "a"}).kind, Selection::Kind::kUser);
  EXPECT_EQ(selection_of({.user = "a", .row_prefix = "7"}).kind, Selection::Kind::kUser);
  EXPECT_EQ(selection_of({.user = "a", .row_prefix = model::show_prefix("7")}).kind, Selection::Kind::kShow);
  EXPECT_EQ(selection_of({.user = "a", .row_prefix = model::row_key("7", "1"), .exact = true}).kind,
            Selection::Kind::kRow);
}

}  // namespace
}  // namespace playhead::store
