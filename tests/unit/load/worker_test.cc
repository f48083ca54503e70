#include "load/worker.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <vector>

#include "load/runner.h"
#include "load/scenario.h"

namespace playhead::load {
namespace {

// Answers each request on loopback with what the script says, in two writes; an empty answer closes the connection.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<std::string(int)> script) : script_(std::move(script)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    void* raw = &address;
    EXPECT_EQ(::bind(fd_, static_cast<sockaddr*>(raw), size), 0);
    EXPECT_EQ(::listen(fd_, 64), 0);
    ::getsockname(fd_, static_cast<sockaddr*>(raw), &size);
    target_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    ::shutdown(fd_, SHUT_RDWR);
    acceptor_.join();
    ::close(fd_);
    for (auto& thread : connections_) thread.join();
  }
  const std::string& target() const { return target_; }

 private:
  void accept_all() {
    for (int fd; (fd = ::accept(fd_, nullptr, nullptr)) >= 0;) {
      connections_.emplace_back([this, fd] {
        serve(fd);
        ::close(fd);
      });
    }
  }
  void serve(int fd) {
    // Otherwise the second half waits for the first one's acknowledgement.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::string in;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      in.append(buffer, static_cast<std::size_t>(n));
      for (std::size_t end; (end = in.find("\r\n\r\n")) != std::string::npos; in.erase(0, end + 4)) {
        const auto answer = script_(++requests_);
        if (answer.empty()) return;
        const auto half = answer.size() / 2;
        if (::send(fd, answer.data(), half, MSG_NOSIGNAL) < 0) return;
        if (::send(fd, answer.data() + half, answer.size() - half, MSG_NOSIGNAL) < 0) return;
      }
    }
  }

  std::function<std::string(int)> script_;
  std::atomic<int> requests_{0};
  int fd_ = -1;
  std::string target_;
  std::thread acceptor_;
  std::vector<std::thread> connections_;
};

std::string answer(int status) { return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 2\r\n\r\n{}"; }

Options reads(const ScriptedServer& server) {
  Options out;
  out.scenario = "resume";
  out.target = server.target();
  out.connections = 3;
  out.users = 100;
  out.warmup_s = 0;
  out.duration_s = 20;
  out.count = 60;
  out.quiet = true;
  return out;
}

RunReport run_to_the_end(const Options& options) {
  const std::atomic<bool> stop{false};
  const auto plan = plan_of(options);
  auto report = run(*plan, stop);
  EXPECT_TRUE(report) << report.error().detail;
  return report ? std::move(*report) : RunReport{};
}

TEST(Run, EndsAtItsCountAndReadsSplitAnswers) {
  const ScriptedServer server([](int) { return answer(200); });
  auto options = reads(server);
  for (const unsigned pipeline : {1u, 4u}) {
    options.pipeline = pipeline;
    const auto report = run_to_the_end(options);
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(report.streams[0].requests_in_all, 60u) << pipeline;
    EXPECT_EQ(report.streams[0].latency.count(), 60u);
    EXPECT_LT(report.seconds, 10);
  }
}

TEST(Run, CountsErrorsByKindAndKeepsTheFirst) {
  const ScriptedServer server([](int n) { return answer(n % 3 == 0 ? 503 : 200); });
  const auto report = run_to_the_end(reads(server));
  EXPECT_FALSE(report.clean());
  EXPECT_EQ(report.streams[0].requests_in_all, 40u);
  EXPECT_EQ(report.streams[0].failed, 20u);
  ASSERT_TRUE(report.streams[0].errors.contains("HTTP 503"));
  EXPECT_EQ(report.streams[0].errors.at("HTTP 503").first, "HTTP 503 {}");
}

TEST(Run, ConnectsAgainWhenTheServerClosed) {
  const ScriptedServer server([](int n) { return n == 10 ? std::string() : answer(200); });
  const auto report = run_to_the_end(reads(server));
  EXPECT_EQ(report.streams[0].requests_in_all, 59u);
  EXPECT_EQ(report.streams[0].failed, 1u);
}

TEST(Run, KeepsAnOpenLoopsRate) {
  const ScriptedServer server([](int) { return answer(200); });
  auto options = reads(server);
  options.rate = 100;
  options.count = 50;
  const auto report = run_to_the_end(options);
  EXPECT_TRUE(report.clean());
  EXPECT_EQ(report.streams[0].requests_in_all, 50u);
  EXPECT_GE(report.seconds, 0.48);
}

TEST(Run, CountsLatencyFromTheIntendedTime) {
  // One connection that is answered only 20 ms later can't keep 1000 a second: the queue's wait must be seen.
  const ScriptedServer server([](int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return answer(200);
  });
  auto options = reads(server);
  options.connections = 1;
  options.rate = 1000;
  options.count = 10;
  const auto report = run_to_the_end(options);
  EXPECT_EQ(report.streams[0].requests_in_all, 10u);
  EXPECT_GE(report.streams[0].latency.max_ns(), 180'000'000u);
}

TEST(Run, SendsAfterTheEndWhatWasDueBefore) {
  const ScriptedServer server([](int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return answer(200);
  });
  auto options = reads(server);
  options.connections = 1;
  options.rate = 100;
  options.count = 0;
  options.duration_s = 0.3;
  const auto report = run_to_the_end(options);
  EXPECT_TRUE(report.clean());
  EXPECT_EQ(report.streams[0].requests_in_all, 30u);
  EXPECT_EQ(report.streams[0].latency.count(), 30u);
  EXPECT_LT(report.streams[0].requests, 20u);
}

TEST(Run, SaysWhenNobodyListens) {
  std::string target;
  {
    const ScriptedServer server([](int) { return answer(200); });
    target = server.target();
  }
  Options options;
  options.target = target;
  const std::atomic<bool> stop{false};
  const auto report = run(*plan_of(options), stop);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "cannot-connect");
}

}  // namespace
}  // namespace playhead::load
