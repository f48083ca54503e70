#pragma once

// One keep-alive connection: bytes out, whole answers in, and which requests they belong to. Non-blocking; one
// thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/plan.h"
#include "load/response.h"

namespace playhead::load {

class Connection {
 public:
  enum class State { kDown, kConnecting, kUp };
  // What an event led to, when it isn't simply good.
  enum class Trouble { kNone, kClosed, kFailed, kNotHttp };

  // `pipeline`: how many requests may be unanswered.
  explicit Connection(unsigned pipeline) : sent_at_(pipeline) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Begins to connect; false, with errno, when that failed at once.
  bool connect(const Endpoint& target);
  // The socket became writable while connecting: true when it is up; else errno says why it failed.
  bool finish_connect();
  void close();

  State state() const { return state_; }
  int fd() const { return fd_; }
  unsigned unanswered() const { return unanswered_; }
  unsigned room() const { return static_cast<unsigned>(sent_at_.size()) - unanswered_; }
  bool wants_write() const { return state_ == State::kConnecting || !out_.empty(); }

  // Notes a request whose latency counts from `sent_at_ns`; its bytes are given to write().
  void begin(std::uint64_t sent_at_ns);
  // Sends; what the socket doesn't take is kept for flush().
  Trouble write(std::string_view bytes);
  Trouble flush();

  // Reads once into `buffer` (at least kMaxHeadBytes, shared by all connections of the thread) and calls
  // on_answer(const Response&, sent_at_ns) for each whole answer.
  template <class OnAnswer>
  Trouble read(std::vector<char>& buffer, OnAnswer&& on_answer) {
    std::string_view in;
    if (const auto trouble = receive(buffer, in); trouble != Trouble::kNone || in.empty()) return trouble;
    Response response;
    while (!in.empty()) {
      const auto reading = read_response(in, response);
      if (reading == Reading::kPartial) break;
      if (reading == Reading::kBroken || unanswered_ == 0) return Trouble::kNotHttp;
      on_answer(response, take_oldest());
      in.remove_prefix(response.size);
      if (response.close) return Trouble::kClosed;
    }
    keep(in);
    return Trouble::kNone;
  }

 private:
  Trouble receive(std::vector<char>& buffer, std::string_view& in);
  void keep(std::string_view rest);
  std::uint64_t take_oldest();

  int fd_ = -1;
  State state_ = State::kDown;
  unsigned oldest_ = 0;
  unsigned unanswered_ = 0;
  std::vector<std::uint64_t> sent_at_;  // a ring
  std::string out_;
  std::string partial_;  // an answer's beginning
};

}  // namespace playhead::load
