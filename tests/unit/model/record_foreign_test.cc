// The record as others read and write it: with code generated from docs/record.proto.

#include <gtest/gtest.h>

#include "model/record.h"
#include "record.pb.h"

namespace playhead::model {
namespace {

Update full() {
  return {.user = {"ann", false},
          .show = {"789", true},
          .episode = {"12", true},
          .version = {.counter = 7, .time_ms = 996'000, .seq = 9},
          .received_ms = 1'000'000,
          .position_ms = 0,
          .duration_ms = 2'700'000,
          .credits_at_ms = 2'600'000,
          .next_episode = {"thirteen", false},
          .device = "tv",
          .session = "s1",
          .state = State::kStopped,
          .mark = Mark::kRemoved,
          .eligible = true,
          .finished = true,
          .live = true,
          .seek = true,
          .erase = true};
}

void fill(v1::Update& out) {
  out.set_user_id("ann");
  out.set_show_id("789");
  out.set_episode_id("12");
  out.set_integer_ids(2 + 4);
  out.set_received_ms(1'000'000);
  out.set_age_ms(4'000);
  out.set_counter(7);
  out.set_seq(9);
  out.set_position_ms(0);
  out.set_duration_ms(2'700'000);
  out.set_credits_at_ms(2'600'000);
  out.set_next_episode_id("thirteen");
  out.set_device_id("tv");
  out.set_session_id("s1");
  out.set_state(v1::STOPPED);
  out.set_mark(v1::REMOVED);
  out.set_eligible(true);
  out.set_finished(true);
  out.set_live(true);
  out.set_erase(true);
  out.set_seek(true);
}

v1::Record foreign(int updates) {
  v1::Record record;
  record.set_version(1);
  record.set_appended_ms(1'234);
  for (int i = 0; i < updates; ++i) fill(*record.add_updates());
  return record;
}

std::string ours(int updates) {
  auto record = record_header(1'234);
  for (int i = 0; i < updates; ++i) append_update(record, full());
  return record;
}

TEST(ForeignRecord, IsTheSameBytesAsOurs) {
  EXPECT_EQ(foreign(2).SerializeAsString(), ours(2));
  v1::Record bare;
  bare.set_version(1);
  bare.set_appended_ms(1);
  auto& update = *bare.add_updates();
  update.set_user_id("u");
  update.set_episode_id("e");
  auto own = record_header(1);
  append_update(own, {.user = {"u", false}, .episode = {"e", false}});
  EXPECT_EQ(bare.SerializeAsString(), own);
}

TEST(ForeignRecord, ReadsEveryFieldOfOurs) {
  v1::Record record;
  ASSERT_TRUE(record.ParseFromString(ours(2)));
  EXPECT_EQ(record.version(), newest_record_version());
  EXPECT_EQ(record.appended_ms(), 1'234u);
  ASSERT_EQ(record.updates_size(), 2);
  const auto& update = record.updates(1);
  EXPECT_EQ(update.user_id(), "ann");
  EXPECT_EQ(update.integer_ids(), 2u + 4u);
  EXPECT_EQ(update.received_ms() - update.age_ms(), 996'000);
  EXPECT_EQ(update.counter(), 7u);
  EXPECT_EQ(update.seq(), 9u);
  EXPECT_TRUE(update.has_position_ms());
  EXPECT_EQ(update.next_episode_id(), "thirteen");
  EXPECT_EQ(update.state(), v1::STOPPED);
  EXPECT_EQ(update.mark(), v1::REMOVED);
  EXPECT_TRUE(update.erase());
}

Result<std::optional<Update>> first_of(const std::string& record) { return RecordReader(record).next(); }

TEST(ForeignRecord, IsReadWithItsFieldsInAnyOrder) {
  // Field order is the writer's business: here the last field comes first, and one is said twice.
  v1::Update head, tail;
  head.set_erase(true);
  head.set_user_id("bob");
  fill(tail);
  const auto update = head.SerializeAsString() + tail.SerializeAsString();
  auto record = record_header(1);
  record += '\x1A';
  record += static_cast<char>(update.size());
  record += update;
  const auto read = first_of(record);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->user.text, "ann");
  EXPECT_EQ((*read)->position_ms, 0);
}

TEST(ForeignRecord, MayHoldFieldsThatWeDoNotKnow) {
  auto record = foreign(1);
  auto* unknown = record.mutable_updates(0)->GetReflection()->MutableUnknownFields(record.mutable_updates(0));
  unknown->AddVarint(99, 1);
  unknown->AddLengthDelimited(100, "of a newer release");
  unknown->AddFixed32(101, 2);
  unknown->AddFixed64(102, 3);
  auto* outer = record.GetReflection()->MutableUnknownFields(&record);
  outer->AddLengthDelimited(50, "x");
  const auto bytes = record.SerializeAsString();
  const auto read = first_of(bytes);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->session, "s1");
  EXPECT_EQ((*read)->version.time_ms, 996'000);
}

TEST(ForeignRecord, TreatsAKnownFieldOfAnotherTypeAsUnknown) {
  for (int field = 1; field <= 20; ++field) {
    v1::Record record = foreign(0);
    auto& update = *record.add_updates();
    update.set_user_id("u");
    update.set_episode_id("e");
    auto* unknown = update.GetReflection()->MutableUnknownFields(&update);
    unknown->AddFixed32(field, 0xFFFFFFFF);
    unknown->AddFixed64(field, 0xFFFFFFFFFFFFFFFF);
    const auto bytes = record.SerializeAsString();
    const auto read = first_of(bytes);
    ASSERT_TRUE(read && *read) << field;
    EXPECT_EQ((*read)->user.text, "u");
    EXPECT_EQ((*read)->position_ms, std::nullopt);
    EXPECT_FALSE((*read)->erase);
  }
}

TEST(ForeignRecord, OfANewerVersionIsRefused) {
  auto record = foreign(1);
  record.set_version(2);
  const auto read = first_of(record.SerializeAsString());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "record-too-new");
  EXPECT_NE(read.error().detail.find("version 2"), std::string::npos);
}

}  // namespace
}  // namespace playhead::model
