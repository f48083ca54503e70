#pragma once

// A peer that speaks what the test wants: plain bytes, or frames behind a handshake of its own making.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "link/frame.h"
#include "link/tls.h"

namespace playhead::link::test {

class RawPeer {
 public:
  using Tcp = boost::asio::ip::tcp;

  explicit RawPeer(std::uint16_t port) : io_(std::make_unique<boost::asio::io_context>()), socket_(*io_) {
    socket_.connect(Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port));
  }
  // Takes the next connection of `acceptor`.
  RawPeer(Tcp::acceptor& acceptor, boost::asio::io_context& io) : socket_(io) { acceptor.accept(socket_); }

  void send(const std::string& bytes) {
    boost::system::error_code ignored;  // the other side may have closed
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  // Some bytes; nothing when the other side has closed (or said nothing for 20 s, which fails the test).
  std::string receive() {
    pollfd waiting{socket_.native_handle(), POLLIN, 0};
    EXPECT_EQ(::poll(&waiting, 1, 20'000), 1) << "the other side neither answered nor closed";
    if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) == 0) return {};
    std::array<char, 16'384> some;
    boost::system::error_code error;
    const auto count = socket_.read_some(boost::asio::buffer(some), error);
    return error ? std::string() : std::string(some.data(), count);
  }
  // Everything until the other side closes.
  std::string receive_all() {
    std::string all;
    for (auto some = receive(); !some.empty(); some = receive()) all += some;
    return all;
  }

  // Shakes hands with `suite`, and sends `hello` as its own.
  bool open(const CipherSuite& suite, CipherSuite::Side side, const Hello& hello) {
    cipher_ = suite.make(side);
    std::string plain;
    auto status = cipher_->receive({}, plain);
    flush();
    while (status == Cipher::Status::kHandshaking) {
      const auto some = receive();
      if (some.empty()) return false;
      status = cipher_->receive(some, plain);
      flush();
    }
    if (status != Cipher::Status::kOpen) return false;
    split(plain);
    send_frame(FrameType::kHello, 0, 0, encode(hello));
    return true;
  }
  void send_frame(FrameType type, std::uint64_t id, std::uint32_t kind, const std::string& payload) {
    const auto header = frame_header(type, id, kind, payload.size());
    cipher_->seal(std::string(header.data(), header.size()) + payload);
    flush();
  }
  void send_sealed(const std::string& bytes) {
    cipher_->seal(bytes);
    flush();
  }
  // The next frame; none when the other side has closed.
  std::optional<Frame> frame() {
    while (frames_.empty()) {
      const auto some = receive();
      if (some.empty()) return std::nullopt;
      std::string plain;
      if (cipher_->receive(some, plain) == Cipher::Status::kFailed) return std::nullopt;
      split(plain);
    }
    auto first = std::move(frames_.front());
    frames_.erase(frames_.begin());
    return first;
  }
  void close() { socket_.close(); }

 private:
  void flush() {
    std::string out;
    cipher_->take_output(out);
    if (!out.empty()) send(out);
  }
  void split(const std::string& plain) {
    reader_->read(plain, [this](Frame frame) {
      frames_.push_back(std::move(frame));
      return true;
    });
  }

  std::unique_ptr<boost::asio::io_context> io_;  // none: the listener's
  Tcp::socket socket_;
  std::unique_ptr<Cipher> cipher_;
  std::unique_ptr<FrameReader> reader_ = std::make_unique<FrameReader>(std::size_t{1} << 26);
  std::vector<Frame> frames_;
};

// A port for RawPeers that are connected to.
class RawListener {
 public:
  RawListener() : acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {}
  std::string address() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  RawPeer accept() { return {acceptor_, io_}; }
  void close() { acceptor_.close(); }

 private:
  boost::asio::io_context io_;
  RawPeer::Tcp::acceptor acceptor_;
};

}  // namespace playhead::link::test
