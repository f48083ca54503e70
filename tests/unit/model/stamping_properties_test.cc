// A session's order survives stamping, whatever its clock and the network do.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "model/record.h"
#include "unit/model/generators.h"

namespace playhead::model {
namespace {

constexpr std::int64_t kStart = 1'750'000'000'000;
constexpr std::int64_t kDay = 86'400'000;

// One act of a session in true time: when the viewer was there, when the player sent it, when the server had it.
struct Act {
  std::int64_t at, sent, received;
};

// Acts in the order in which they happened, sent after `lag(act)` and received in the order of sending.
std::vector<Act> acts(std::int64_t longest_delay, std::int64_t longest_lag) {
  std::vector<Act> list;
  std::int64_t now = kStart, last_sent = 0, last_received = 0;
  const auto count = *rc::gen::inRange(2, 20);
  for (int i = 0; i < count; ++i) {
    now += *rc::gen::inRange<std::int64_t>(0, 15'000);
    const auto sent = std::max(last_sent, now + *rc::gen::inRange<std::int64_t>(0, longest_lag + 1));
    const auto received = std::max(last_received, sent + *rc::gen::inRange<std::int64_t>(0, longest_delay + 1));
    list.push_back({now, sent, received});
    last_sent = sent;
    last_received = received;
  }
  return list;
}

std::int64_t stamped(const Act& act, std::int64_t skew) {
  return corrected_time({.timestamp_ms = act.at + skew, .sent_at_ms = act.sent + skew}, act.received);
}

std::int64_t any_skew() {
  return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-20'000, 20'000),
                         rc::gen::inRange<std::int64_t>(-10'000 * kDay, 10'000 * kDay));
}

void expect_order(const std::vector<Act>& list, std::int64_t skew) {
  for (std::size_t i = 1; i < list.size(); ++i) RC_ASSERT(stamped(list[i - 1], skew) <= stamped(list[i], skew));
}

RC_GTEST_PROP(SessionOrder, IsKeptByAnyClockForWhatIsSentAsItHappens, ()) {
  expect_order(acts(*rc::gen::element<std::int64_t>(100, 9'000, 60'000), 0), any_skew());
}

RC_GTEST_PROP(SessionOrder, IsKeptByAnyClockForWhatIsSentTogether, ()) {
  auto list = acts(60'000, 600'000);
  for (auto& act : list) act.sent = list.back().sent, act.received = list.back().received;
  expect_order(list, any_skew());
}

RC_GTEST_PROP(SessionOrder, IsKeptByARightClockHoweverLateThingsAreSent, ()) {
  auto list = acts(9'000, 600'000);
  // A clock that is behind by up to a second, and retries that overtake each other.
  const auto skew = *rc::gen::inRange<std::int64_t>(-1'000, 1);
  for (auto& act : list) act.received = act.sent + *rc::gen::inRange<std::int64_t>(0, 9'000);
  expect_order(list, skew);
  for (const auto& act : list) RC_ASSERT(stamped(act, skew) == act.at + skew);
}

RC_GTEST_PROP(CorrectedTime, IsAtMostTheToleranceAndTheDelayWrong, ()) {
  const auto skew = any_skew();
  for (const auto& act : acts(60'000, 600'000)) {
    const auto error = stamped(act, skew) - act.at;
    const auto delay = act.received - act.sent;
    RC_ASSERT(error <= std::max<std::int64_t>(delay, 0));
    RC_ASSERT(error >= -kSendTolerance_ms);
  }
}

RC_GTEST_PROP(CorrectedTime, NeverJumps, ()) {
  const auto skew = any_skew();
  const auto act = acts(20'000, 20'000).back();
  for (const std::int64_t step : {1, 10, 1'000}) {
    const Act later{act.at + step, act.sent + step, act.received};
    RC_ASSERT(stamped(later, skew) - stamped(act, skew) >= 0);
    RC_ASSERT(stamped(later, skew) - stamped(act, skew) <= step);
  }
}

RC_GTEST_PROP(Record, IsReadAsItWasWritten, ()) {
  const auto updates = *test::any_updates(Ordering::kCounter);
  auto record = record_header(1);
  for (const auto& update : updates) append_update(record, update);
  RecordReader reader(record);
  for (const auto& update : updates) {
    const auto read = reader.next();
    RC_ASSERT(read.has_value() && read->has_value());
    RowWrite wrote, again;
    reduce(update, wrote);
    reduce(**read, again);
    RC_ASSERT(wrote.row_key == again.row_key);
    RC_ASSERT(wrote.item == again.item);
    RC_ASSERT((*read)->received_ms == update.received_ms);
  }
  RC_ASSERT(!reader.next()->has_value());
}

RC_GTEST_PROP(Record, OfRandomBytesIsAnErrorOrShort, ()) {
  const auto record = record_header(1) + *rc::gen::arbitrary<std::string>();
  RecordReader reader(record);
  std::size_t updates = 0;
  while (true) {
    const auto next = reader.next();
    if (!next || !*next) break;
    ++updates;
  }
  RC_ASSERT(updates * 6 <= record.size());
}

}  // namespace
}  // namespace playhead::model
