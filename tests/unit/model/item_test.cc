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
  auto twice = item_with(Register::kNext, {}, "") + item_with(Register::kNext, {}, "");
  EXPECT_FALSE(valid_item(twice));
}

}  // namespace
}  // namespace playhead::model
