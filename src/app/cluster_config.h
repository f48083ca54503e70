#pragma once

// What a node of a cluster is told besides; settings.h says how each is called and bounded.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace playhead::app {

struct Address {
  std::string host = "127.0.0.1";  // an IP address, without brackets
  std::uint16_t port = 1842;       // 0: any free one

  friend bool operator==(const Address&, const Address&) = default;
};

struct ClusterConfig {
  std::string node;  // how the others call it; empty: its link's address
  std::string region = "dc1";
  Address link{.host = "127.0.0.1", .port = 1843};
  std::string advertise;  // host:port where others reach the link; empty: the link's address
  std::filesystem::path secret_file;
  bool development = false;
  std::chrono::milliseconds read_timeout{400};
  std::chrono::milliseconds catch_up{250};
  std::chrono::milliseconds max_clock_offset{500};
  std::uint64_t spool_bytes = std::uint64_t{1} << 30;
};

struct KafkaConfig {
  std::string brokers;
  std::string topic = "playhead.progress";
  std::string group = "playhead";
  std::uint64_t partitions = 48;
  std::chrono::milliseconds append_timeout{3'000};
  std::chrono::milliseconds session_timeout{6'000};
  std::chrono::milliseconds retention{std::chrono::hours(7 * 24)};
  bool tls = false;
  std::filesystem::path ca_file;
  std::filesystem::path cert_file;
  std::filesystem::path key_file;
  std::string user;
  std::filesystem::path password_file;
  std::uint32_t sasl_mechanism = 0;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512
};

struct CassandraConfig {
  std::string contact_points = "127.0.0.1:9042";
  std::string datacenter = "dc1";
  std::string keyspace = "playhead";
  std::string replicas = "dc1:3";  // of `playhead schema`
  std::string consistency = "local_quorum";
  std::chrono::milliseconds request_timeout{2'000};
  std::chrono::milliseconds commit_lag{15'000};
  std::uint64_t writes_in_flight = 256;
  bool tls = false;
  std::filesystem::path ca_file;
  std::filesystem::path cert_file;
  std::filesystem::path key_file;
  std::string user;
  std::filesystem::path password_file;
};

}  // namespace playhead::app
