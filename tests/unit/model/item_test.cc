#include "model/item.h"

#include <gtest/gtest.h>

namespace playhead::model {
namespace {

std::string item_with(Register id, const Version& version, std::string_view value) {
  std::string item;
  const auto bytes = encode_version(version);
  append_register(item, id, std::string(bytes.begin(), bytes.end()).append(value));
  return item;
}

TEST(RowKey, SplitsIntoWhatItWasMadeOf) {
  const auto key = row_key("789", "12");
  EXPECT_EQ(split_row_key(key).show, "789");
  EXPECT_EQ(split_row_key(key).episode, "12");
  EXPECT_EQ(row_key("", ""), kUserRow);
  EXPECT_TRUE(key.starts_with(show_prefix("789")));
  EXPECT_FALSE(row_key("7890", "12").starts_with(show_prefix("789")));
}

TEST(Item, KeepsEachRegistersGreatestVersion) {
  std::string item = item_with(Register::kResume, {.time_ms = 10}, "a");
  EXPECT_FALSE(merge_items(item, item_with(Register::kResume, {.time_ms = 9}, "z")));
  EXPECT_TRUE(merge_items(item, item_with(Register::kDuration, {.time_ms = -5}, "d")));
  EXPECT_TRUE(merge_items(item, item_with(Register::kResume, {.time_ms = 10}, "b")));
  EXPECT_EQ(find_register(item, Register::kResume).substr(kVersionBytes), "b");
  EXPECT_EQ(decode_version(find_register(item, Register::kDuration)).time_ms, -5);
  EXPECT_TRUE(valid_item(item));
}

TEST(Item, DropsWhatAnErasureCovers) {
  std::string item = item_with(Register::kResume, {.time_ms = 100, .seq = 9}, "a");
  merge_items(item, item_with(Register::kHidden, {.time_ms = 101}, "h"));
  merge_items(item, item_with(Register::kErased, {.time_ms = 5}, ""));
  const auto kept = drop_up_to(item, 100);
  EXPECT_TRUE(find_register(kept, Register::kResume).empty());
  EXPECT_FALSE(find_register(kept, Register::kHidden).empty());
  EXPECT_FALSE(find_register(kept, Register::kErased).empty());
}

TEST(Item, RefusesMalformedBytes) {
  EXPECT_FALSE(valid_item("\x01"));
  EXPECT_FALSE(valid_item(std::string_view("\x01\x05short", 7)));
  EXPECT_FALSE(valid_item(std::string("\x00\x18", 2) + std::string(24, 'v'))) << "ids begin with 1";
  EXPECT_FALSE(valid_item("\x01\x17" + std::string(23, 'v'))) << "shorter than a version";
  auto twice = item_with(Register::kNext, {}, "") + item_with(Register::kNext, {}, "");
  EXPECT_FALSE(valid_item(twice));
}

TEST(Item, HasOneEncodingOnly) {
  // The same length in two bytes would be the same register in other bytes, and the merge would keep either.
  const std::string blob(kVersionBytes, 'v');
  EXPECT_TRUE(valid_item("\x01\x18" + blob));
  EXPECT_FALSE(valid_item(std::string("\x01\x98\x00", 3) + blob));
  EXPECT_FALSE(valid_item("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" + blob));
}

TEST(Item, HoldsBlobsOfAnyLength) {
  for (const std::size_t size : {0u, 103u, 104u, 20'000u}) {
    const std::string value(size, 'x');
    auto item = item_with(Register::kNext, {.time_ms = 1}, value);
    EXPECT_TRUE(valid_item(item));
    EXPECT_EQ(find_register(item, Register::kNext).size(), kVersionBytes + size);
    EXPECT_TRUE(merge_items(item, item_with(Register::kNext, {.time_ms = 2}, "short")));
    EXPECT_EQ(find_register(item, Register::kNext).substr(kVersionBytes), "short");
  }
}

TEST(Item, KeepsWhatFollowsAReplacedRegister) {
  auto item = item_with(Register::kResume, {.time_ms = 1}, "a") + item_with(Register::kNext, {.time_ms = 1}, "n");
  merge_items(item, item_with(Register::kResume, {.time_ms = 2}, "longer"));
  EXPECT_EQ(find_register(item, Register::kNext).substr(kVersionBytes), "n");
  merge_items(item, item_with(Register::kResume, {.time_ms = 3}, "b"));
  EXPECT_EQ(find_register(item, Register::kResume).substr(kVersionBytes), "b");
  EXPECT_EQ(find_register(item, Register::kNext).substr(kVersionBytes), "n");
}

TEST(Item, DropsByTheOrderAndNotByTheClockAlone) {
  const auto item = item_with(Register::kResume, {.counter = 3, .time_ms = 5}, "a");
  EXPECT_TRUE(drop_up_to(item, Version{.counter = 3, .time_ms = 5}).empty());
  EXPECT_TRUE(drop_up_to(item, Version{.counter = 4, .time_ms = 1}).empty());
  EXPECT_EQ(drop_up_to(item, Version{.counter = 3, .time_ms = 4}), item);
  EXPECT_EQ(drop_up_to(item, Version{.counter = 2, .time_ms = 9}), item);
}

}  // namespace
}  // namespace playhead::model
