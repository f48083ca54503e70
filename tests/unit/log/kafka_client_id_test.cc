#include <gtest/gtest.h>

#include <string>

#include "log/kafka/client_id.h"

namespace playhead::log::kafka {
namespace {

const Node kNode{.name = "node-1", .address = "[fe80::1]:1843", .region = "eu_west.1"};

TEST(ClientId, ANodeIsReadBack) {
  EXPECT_EQ(client_id_of(kNode), "playhead;name=node-1;address=[fe80::1]:1843;region=eu_west.1");
  EXPECT_EQ(node_of(client_id_of(kNode)), kNode);
}

TEST(ClientId, FieldsOfLaterReleasesAreLeftOut) {
  EXPECT_EQ(node_of("playhead;zone=b;name=node-1;address=[fe80::1]:1843;region=eu_west.1;names=x"), kNode);
}

TEST(ClientId, ForeignOnesAreNobodys) {
  for (const auto* const foreign :
       {"", "rdkafka", "playhead", "playhead;", "playhead;name=a",
        "playhead;name=a;address=b:1;region=", "playhead;name=a b;address=b:1;region=c",
        "other;name=a;address=b:1;region=c", "playheads;name=a;address=b:1", "playhead;name;address;region"}) {
    EXPECT_FALSE(node_of(foreign)) << foreign;
  }
}

TEST(ClientId, WhatCannotBeWrittenIsRefusedByName) {
  for (const auto* const name : {"", "a;b", "a=b", "a b", "ü", "a\n"}) {
    try {
      (void)client_id_of({.name = name, .address = "a:1", .region = "here"});
      FAIL() << name;
    } catch (const StartupError& error) {
      EXPECT_NE(std::string(error.what()).find("node's name"), std::string::npos);
    }
  }
  EXPECT_THROW((void)client_id_of({.name = std::string(256, 'a'), .address = "a:1", .region = "here"}), StartupError);
}

}  // namespace
}  // namespace playhead::log::kafka
