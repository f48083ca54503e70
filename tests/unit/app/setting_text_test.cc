#include "app/setting_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace playhead::app {
namespace {

TEST(SettingText, ReadsSizesAndDurations) {
  EXPECT_EQ(parse_bytes("4096"), 4096);
  EXPECT_EQ(parse_bytes("16KiB"), 16 << 10);
  EXPECT_EQ(parse_bytes("64MiB"), 64 << 20);
  EXPECT_EQ(parse_bytes("1GiB"), 1 << 30);
  EXPECT_EQ(parse_duration("10ms"), 10);
  EXPECT_EQ(parse_duration("60s"), 60'000);
  EXPECT_EQ(parse_duration("5min"), 300'000);
  EXPECT_EQ(parse_duration("24h"), 86'400'000);
}

TEST(SettingText, RefusesOtherSizesAndDurations) {
  for (const auto* text :
       {"", "-1", "MiB", "1 MiB", "1mib", "1MB", "1.5GiB", "0x10", "9223372036854775808", "8388608TiB", "1MiB "}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
  for (const auto* text : {"", "60", "s", "-1s", "1.5h", "1m", "1d", "60 s", "9223372036854775807h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(SettingText, WritesWhatItReads) {
  EXPECT_EQ(format_bytes(64 << 20), "64MiB");
  EXPECT_EQ(format_bytes(1500), "1500");
  EXPECT_EQ(format_duration(0), "0ms");
  EXPECT_EQ(format_duration(90'000), "90s");
  EXPECT_TRUE(rc::check([] {
    const auto value = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50) << *rc::gen::inRange(0, 13);
    RC_ASSERT(parse_bytes(format_bytes(value)) == std::optional(value));
    RC_ASSERT(parse_duration(format_duration(value)) == std::optional(value));
  }));
}

TEST(SettingText, ReadsAddresses) {
  EXPECT_EQ(parse_address("127.0.0.1:1842"), (Address{"127.0.0.1", 1842}));
  EXPECT_EQ(parse_address("[::1]:0"), (Address{"::1", 0}));
  EXPECT_EQ(parse_address("localhost:80"), (Address{"127.0.0.1", 80}));
  EXPECT_EQ(format_address({"::1", 1842}), "[::1]:1842");
  EXPECT_EQ(format_address({"10.0.0.1", 1842}), "10.0.0.1:1842");
  for (const auto* text :
       {"", "1842", ":1842", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:1842",
        "[127.0.0.1]:1842", "[::1]", "[]:1", "127.1:80", "example.com:80", "127.0.0.1:80x"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(SettingText, KnowsLoopback) {
  EXPECT_TRUE(is_loopback({"127.0.0.1", 1}));
  EXPECT_TRUE(is_loopback({"127.255.3.4", 1}));
  EXPECT_TRUE(is_loopback({"::1", 1}));
  for (const auto* host : {"0.0.0.0", "128.0.0.1", "192.168.1.2", "::", "::ffff:127.0.0.1", "fe80::1"}) {
    EXPECT_FALSE(is_loopback({host, 1})) << host;
  }
}

TEST(SettingText, ShowsInputOnOneShortLine) {
  EXPECT_EQ(shown("a\nb"), "\"a?b\"");
  EXPECT_LT(shown(std::string(1000, 'x')).size(), 80u);
}

}  // namespace
}  // namespace playhead::app
