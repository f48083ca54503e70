#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "log/kafka/group_members.h"

namespace playhead::log::kafka {
namespace {

using std::string_view_literals::operator""sv;
using testing::ElementsAre;
using testing::IsEmpty;

// Version 1; "other" with partition 9; "ours" with 7 and 2; no bytes of the assignor's.
constexpr auto kAssignment =
    "\0\1\0\0\0\2\0\5other\0\0\0\1\0\0\0\11\0\4ours\0\0\0\2\0\0\0\7\0\0\0\2\377\377\377\377"sv;

std::vector<Partition> read(std::string_view bytes, std::string_view topic = "ours") {
  return assigned_partitions(bytes.data(), static_cast<int>(bytes.size()), topic);
}

TEST(GroupMembers, PartitionsOfTheTopicAreRead) {
  EXPECT_THAT(read(kAssignment), ElementsAre(2, 7));
  EXPECT_THAT(read(kAssignment, "other"), ElementsAre(9));
  EXPECT_THAT(read(kAssignment, "none"), IsEmpty());
  EXPECT_THAT(assigned_partitions(nullptr, 0, "ours"), IsEmpty());
}

TEST(GroupMembers, WhatIsCutShortGivesNoPartitionThatWasNotThere) {
  for (std::size_t size = 0; size < kAssignment.size(); ++size) {
    const auto found = read(std::string(kAssignment.substr(0, size)));
    EXPECT_LE(found.size(), 2u);
    for (const auto partition : found) EXPECT_TRUE(partition == 2 || partition == 7) << partition;
  }
  // Counts and lengths that promise more than there is.
  EXPECT_THAT(read("\0\1\177\377\377\377\177\377ours"sv), IsEmpty());
  EXPECT_THAT(read("\0\1\377\377\377\377"sv), IsEmpty());
}

}  // namespace
}  // namespace playhead::log::kafka
