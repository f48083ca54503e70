#include "cluster/peer_messages.h"

#include <gtest/gtest.h>

#include "cluster/peer_events.h"
#include "support/updates.h"

namespace playhead::cluster {
namespace {

TEST(PeerMessages, CarryQueries) {
  for (const auto& query :
       {store::Query{.user = "ann"}, store::Query{.user = "ann", .row_prefix = std::string("a\0b", 3)},
        store::Query{.user = "ann", .row_prefix = "", .exact = true}}) {
    const auto back = decode_query(encode_query(query));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->user, query.user);
    EXPECT_EQ(back->row_prefix, query.row_prefix);
    EXPECT_EQ(back->exact, query.exact);
  }
}

TEST(PeerMessages, CarryRows) {
  store::Rows rows;
  for (const auto* episode : {"1", "2"}) {
    const auto row = test::row_of(test::position("ann", episode, 10));
    rows.append(row.row_key, row.item);
  }
  const auto map = test::map_of(rows);
  const auto back = decode_rows(encode_rows(apply::UserRows(std::move(rows), true)));
  ASSERT_TRUE(back);
  EXPECT_EQ(test::map_of(back->rows), map);
  EXPECT_TRUE(back->stale);
}

TEST(PeerMessages, CarrySessions) {
  apply::UserSessions sessions;
  sessions.sessions.push_back({.session = "s",
                               .device = "tv",
                               .show = "1",
                               .episode = "2",
                               .show_integer = true,
                               .episode_integer = false,
                               .position_ms = 1'122'000,
                               .state = model::State::kPaused,
                               .version = {.counter = 3, .time_ms = -4, .seq = 5}});
  const auto back = decode_sessions(encode_sessions(sessions));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->sessions.size(), 1u);
  const auto& session = back->sessions[0];
  EXPECT_EQ(session.session, "s");
  EXPECT_EQ(session.device, "tv");
  EXPECT_EQ(session.show, "1");
  EXPECT_EQ(session.episode, "2");
  EXPECT_TRUE(session.show_integer);
  EXPECT_FALSE(session.episode_integer);
  EXPECT_EQ(session.position_ms, 1'122'000);
  EXPECT_EQ(session.state, model::State::kPaused);
  EXPECT_EQ(session.version, (model::Version{.counter = 3, .time_ms = -4, .seq = 5}));
}

// What a newer node may send besides is left out.
TEST(PeerMessages, LeaveOutWhatTheyDoNotKnow) {
  auto message = encode_query({.user = "ann"});
  message += std::string("\x7a\x03new", 5);  // field 15
  EXPECT_TRUE(decode_query(message));
}

TEST(PeerMessages, RefuseWhatIsNone) {
  for (const auto* text : {"\xff\xff\xff", "{}", "\x0a\x7f"}) {
    EXPECT_FALSE(decode_query(text)) << text;
    EXPECT_FALSE(decode_rows(text)) << text;
    EXPECT_FALSE(decode_sessions(text)) << text;
  }
  EXPECT_FALSE(decode_query("")) << "no user";
}

TEST(PeerMessages, RefuseRowsOutOfOrderAndItemsThatAreNone) {
  const auto row = test::row_of(test::position("ann", "1", 10));
  store::Rows twice;
  twice.append(row.row_key, row.item);
  twice.append(row.row_key, row.item);
  EXPECT_FALSE(decode_rows(encode_rows(apply::UserRows(std::move(twice)))));
  store::Rows broken;
  broken.append(row.row_key, "no item");
  EXPECT_FALSE(decode_rows(encode_rows(apply::UserRows(std::move(broken)))));
}

}  // namespace
}  // namespace playhead::cluster
