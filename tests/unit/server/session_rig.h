#pragma once

// An HttpSession with a peer whose every byte and every millisecond the test decides.

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "answers.h"
#include "base/clock.h"
#include "server/http/session.h"

namespace playhead::server {

inline constexpr std::int64_t kSunday = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT, RFC 9110's example

class SessionRig final : private ProtocolEvents {
 public:
  explicit SessionRig(HttpOptions options = {})
      : router_(table()),
        context(7, 1, options, router_, clock),
        session(context, *this, "192.0.2.7", clock.monotonic()) {}

  // Bytes from the peer; everything that the session has to say goes to `received`.
  void send(std::string_view bytes) {
    session.on_bytes(bytes, clock.monotonic());
    flush();
  }
  void end_input() {
    session.on_end_of_input(clock.monotonic());
    flush();
  }
  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    if (clock.monotonic() >= session.deadline()) session.on_deadline(clock.monotonic());
    flush();
  }
  void proceed() {
    late_answers = 0;
    session.proceed(clock.monotonic());
    flush();
  }
  void flush() {
    while (!peer_is_stuck && !session.output().empty()) {
      const std::string sent(session.output());
      received += sent;
      session.on_sent(sent.size(), clock.monotonic());
    }
  }
  std::vector<ReceivedAnswer> answers() { return take_answers(received); }
  // Sends and takes the one answer that it must have; an answer with status 0 when there is none or more than
  // one.
  ReceivedAnswer ask(std::string_view bytes) {
    send(bytes);
    auto all = answers();
    return all.size() == 1 && received.empty() ? all.front() : ReceivedAnswer{};
  }
  bool closing() const { return session.state() != HttpSession::State::kOpen; }
  bool closed() const { return session.state() == HttpSession::State::kClosed; }
  bool lingering() const { return session.state() == HttpSession::State::kLingering; }

  ManualClock clock{kSunday};
  std::string received;
  std::vector<ReplyToken> parked;
  std::vector<Reply> kept;
  int late_answers = 0;
  bool peer_is_stuck = false;

 private:
  void answered_late() override { ++late_answers; }

  static Response text(std::string body) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
  }

  std::vector<Route> table() {
    return {
        {Method::kPost, "/echo",
         [](const Request& request, Reply reply) { reply.send(text(std::string(request.body))); }},
        {Method::kGet, "/v1/users/{user}/resume",
         [](const Request& request, Reply reply) {
           std::string all(request.path_value("user"));
           for (const auto& [name, value] : request.query) all.append(";").append(name).append("=").append(value);
           reply.send(text(all));
         }},
        {Method::kGet, "/who",
         [](const Request& request, Reply reply) {
           reply.send(text(std::string(request.peer) + " " + std::string(request.request_id) + " " +
                           std::string(request.header("USER-AGENT").value_or("-")) + " " +
                           std::string(request.if_none_match)));
         }},
        {Method::kPost, "/later", [this](const Request&, Reply reply) { parked.push_back(std::move(reply).park()); }},
        {Method::kGet, "/keep", [this](const Request&, Reply reply) { kept.push_back(std::move(reply)); }},
        {Method::kGet, "/drop", [](const Request&, const Reply&) {}},
        {Method::kGet, "/throw", [](const Request&, const Reply&) { throw std::runtime_error("out of luck"); }},
        {Method::kGet, "/empty", [](const Request&, Reply reply) { reply.send(empty_response(204)); }},
        {Method::kGet, "/big", [](const Request&, Reply reply) { reply.send(text(std::string(100'000, 'x'))); }},
    };
  }

  Router router_;

 public:
  SessionContext context;
  HttpSession session;
};

inline std::string get(std::string_view path, std::string_view more_lines = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_lines) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body, std::string_view more_lines = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_lines) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace playhead::server
