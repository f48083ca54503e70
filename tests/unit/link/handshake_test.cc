// Who may not come in, and what it learns: nothing.

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "unit/link/nodes.h"
#include "unit/link/raw_peer.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;
using Side = CipherSuite::Side;

// A client of another make: what OpenSSL says first with these settings.
class OtherTls {
 public:
  explicit OtherTls(int version, const char* groups = nullptr) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_, version);
    SSL_CTX_set_max_proto_version(context_, version);
    if (groups != nullptr) SSL_CTX_set1_groups_list(context_, groups);
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_);
    SSL_do_handshake(ssl_);
    ERR_clear_error();
  }
  ~OtherTls() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  std::string client_hello() const {
    char* data = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_), &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  SSL_CTX* context_;
  SSL* ssl_;
};

std::string first_bytes_of_a_node(const std::string& secret) {
  const CipherSuite suite(key(secret));
  const auto cipher = suite.make(Side::kConnects);
  std::string plain;
  std::string hello;
  cipher->receive({}, plain);
  cipher->take_output(hello);
  return hello;
}

// Sends `bytes` and expects to be shut out without a byte.
void expect_refused(const std::string& bytes) {
  Node node;
  RawPeer stranger(node.server->port());
  stranger.send(bytes);
  EXPECT_EQ(stranger.receive_all(), "");
  eventually([&] { return node.counters.handshakes_refused == 1; });
  EXPECT_EQ(node.counters.connections_taken, 0u);
  EXPECT_EQ(node.counters.bytes_out, 0u);
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "others are served";
}

TEST(LinkHandshake, RefusesPlainHttp) { expect_refused("GET / HTTP/1.1\r\nHost: playhead\r\n\r\n"); }
TEST(LinkHandshake, RefusesGarbage) {
  expect_refused(std::string("\x00\xff\x16\x03garbage\n", 12) + std::string(100'000, '\xA5'));
}
TEST(LinkHandshake, RefusesTls12) { expect_refused(OtherTls(TLS1_2_VERSION).client_hello()); }
TEST(LinkHandshake, RefusesTlsWithoutAKey) { expect_refused(OtherTls(TLS1_3_VERSION).client_hello()); }
// Would otherwise be asked to try again with our group, and so learn that TLS 1.3 is spoken here.
TEST(LinkHandshake, RefusesTlsWithoutAKeyThatNeedsASecondTry) {
  expect_refused(OtherTls(TLS1_3_VERSION, "P-256:X25519").client_hello());
}
TEST(LinkHandshake, RefusesAnotherSecret) {
  expect_refused(first_bytes_of_a_node("another secret of the same kind"));
}
TEST(LinkHandshake, RefusesANodesHelloWithASpoiltByte) {
  auto hello = first_bytes_of_a_node(kSecret);
  hello.back() = static_cast<char>(hello.back() ^ 1);
  expect_refused(hello);
}

TEST(LinkHandshake, TellsTheAskingSideToLookAtTheSecret) {
  Node node;
  Asker asker(quick(), key("another secret of the same kind"));
  const auto outcome = asker.ask(node.address(), kEcho, "");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "peer-refused");
  EXPECT_NE(outcome.error().detail.find("cluster.secret"), std::string::npos) << outcome.error().detail;
  EXPECT_EQ(asker.counters.failed_refused, 1u);
  EXPECT_EQ(node.counters.requests, 0u);
}

TEST(LinkHandshake, AsksNobodyWhoDoesNotKnowTheSecret) {
  // An impostor with another secret, and one who speaks no TLS, as servers.
  for (const bool speaks_tls : {true, false}) {
    RawListener impostor;
    Asker asker;
    Outcomes outcomes;
    asker.peers->call(impostor.address(), kEcho, "for the owner's eyes only", kLong, outcomes.done(0));
    auto connection = impostor.accept();
    if (speaks_tls) {
      const CipherSuite suite(key("another secret of the same kind"));
      EXPECT_FALSE(connection.open(suite, Side::kAccepts, {}));
      connection.close();
    } else {
      connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    }
    eventually([&] { return outcomes.ended() == 1; });
    EXPECT_EQ(outcomes.calls()[0][0].error().code, "peer-refused");
  }
}

TEST(LinkHandshake, RefusesSilenceAndHalfAHandshakeInTime) {
  for (const bool half : {false, true}) {
    auto options = quick();
    options.handshake_timeout = std::chrono::milliseconds(50);
    Node node(options);
    RawPeer slow(node.server->port());
    if (half) slow.send(first_bytes_of_a_node(kSecret).substr(0, 100));
    EXPECT_EQ(slow.receive_all(), "");
    eventually([&] { return node.counters.handshakes_refused == 1; });
  }
}

TEST(LinkHandshake, RefusesAHandshakeWithoutAHelloInTime) {
  auto options = quick();
  options.handshake_timeout = std::chrono::milliseconds(200);
  Node node(options);
  RawPeer slow(node.server->port());
  // Proves the secret by the first flight, and says no more.
  slow.send(first_bytes_of_a_node(kSecret));
  EXPECT_NE(slow.receive_all(), "");
  eventually([&] { return node.counters.handshakes_refused == 1; });
  EXPECT_EQ(node.counters.connections_taken, 0u);
}

TEST(LinkHandshake, TheAskingSideGivesUpOnSilence) {
  auto options = quick();
  options.handshake_timeout = std::chrono::milliseconds(50);
  RawListener silent;
  Asker asker(options);
  const auto outcome = asker.ask(silent.address(), kEcho, "");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "peer-refused");
  EXPECT_NE(outcome.error().detail.find("did not finish the handshake"), std::string::npos);
}

TEST(LinkHandshake, AFloodOfSilenceOustsOnlyItself) {
  auto options = quick();
  options.max_handshakes = 4;
  Node node(options);
  std::vector<std::unique_ptr<RawPeer>> silent;
  for (int i = 0; i < 40; ++i) {
    silent.push_back(std::make_unique<RawPeer>(node.server->port()));
    // The oldest are closed to make room.
    if (i < 4) continue;
    EXPECT_EQ(silent[static_cast<std::size_t>(i) - 4]->receive_all(), "");
  }
  EXPECT_EQ(node.counters.connections_turned_away, 36u);
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "a node comes in while the flood lasts";
  EXPECT_LE(node.counters.connections_open, 5);
}

TEST(LinkHandshake, MoreConnectionsThanMayBeAreTurnedAway) {
  auto options = quick();
  options.max_connections = 2;
  Node node(options);
  Asker first;
  Asker second;
  Asker third;
  EXPECT_EQ(first.code(node.address(), kEcho, ""), "");
  EXPECT_EQ(second.code(node.address(), kEcho, ""), "");
  EXPECT_NE(third.code(node.address(), kEcho, ""), "");
  EXPECT_GE(node.counters.connections_turned_away, 1u);
  EXPECT_EQ(first.code(node.address(), kEcho, ""), "");
  second.peers.reset();
  eventually([&] { return third.code(node.address(), kEcho, "").empty(); });
}

TEST(LinkHandshake, AnotherVersionIsRefusedByBothSidesInWords) {
  const CipherSuite suite(key());
  const Hello newer{.newest = 9, .oldest = 7, .max_frame_bytes = 1'000};
  Node node;
  RawPeer future(node.server->port());
  ASSERT_TRUE(future.open(suite, Side::kConnects, newer));
  const auto hello = future.frame();
  ASSERT_TRUE(hello) << "the newer node has to learn what is spoken here";
  EXPECT_EQ(decode_hello(hello->payload)->newest, Hello::kVersion);
  EXPECT_FALSE(future.frame());
  eventually([&] { return node.counters.handshakes_refused == 1; });

  RawListener listener;
  Asker asker;
  Outcomes outcomes;
  asker.peers->call(listener.address(), kEcho, "", kLong, outcomes.done(0));
  auto server = listener.accept();
  ASSERT_TRUE(server.open(suite, Side::kAccepts, newer));
  eventually([&] { return outcomes.ended() == 1; });
  const auto error = outcomes.calls()[0][0].error();
  EXPECT_EQ(error.code, "peer-refused");
  EXPECT_NE(error.detail.find("versions 7 to 9"), std::string::npos) << error.detail;
}

TEST(LinkHandshake, ANewerNodeThatStillSpeaksOurVersionIsServed) {
  const CipherSuite suite(key());
  Node node;
  RawPeer newer(node.server->port());
  ASSERT_TRUE(newer.open(suite, Side::kConnects, {.newest = 3, .oldest = 1, .max_frame_bytes = 1'000}));
  ASSERT_TRUE(newer.frame());
  newer.send_frame(FrameType::kRequest, 1, kEcho, "hi");
  EXPECT_EQ(newer.frame()->payload, "hi");
}

TEST(LinkHandshake, RefusalsAreLoggedOnceAndTheRestCounted) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("link", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  {
    Node node;
    for (int i = 0; i < 20; ++i) {
      RawPeer stranger(node.server->port());
      stranger.send("GET / HTTP/1.1\r\n\r\n");
      stranger.receive_all();
    }
    eventually([&] { return node.counters.handshakes_refused == 20; });
  }
  spdlog::set_default_logger(before);
  const auto lines = log.str();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
  EXPECT_NE(lines.find("127.0.0.1"), std::string::npos) << lines;
  EXPECT_NE(lines.find("cluster.secret"), std::string::npos) << lines;
}

TEST(LinkKeyTest, RefusesWeakSecretsInASentence) {
  const auto weak = LinkKey::derive("fifteen bytes !");
  ASSERT_FALSE(weak);
  EXPECT_EQ(weak.error().code, "weak-secret");
  EXPECT_NE(weak.error().detail.find("at least 16"), std::string::npos) << weak.error().detail;
  EXPECT_TRUE(LinkKey::derive("sixteen bytes !!"));
}

// RFC 5869 has no such case; the value was made with another implementation of HKDF (Python's hmac, by hand).
TEST(LinkKeyTest, IsHkdfOfTheSecret) {
  const auto made = LinkKey::derive("sixteen bytes !!").value().bytes();
  std::string hex;
  for (const auto byte : made) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  EXPECT_EQ(hex, "1720419b393c32e40e36cc110f156ebcf843bd3ee14566c6e7885d91187cb37a");
}

}  // namespace
}  // namespace playhead::link::test
