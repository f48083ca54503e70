#include "server/api/read_call.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace playhead::server::api {
namespace {

using Answer = std::variant<Response, Problem>;

// Decides between the handler's thread and the one that has the state who sends: the answer goes through the reply
// while the handler still has it, else through the token that it left.
class Call {
 public:
  explicit Call(Server& server) : server_(server) {}

  // Once, any thread.
  void settle(Answer answer) {
    answer_ = std::move(answer);
    answered_ = true;
    if (second_.exchange(true)) complete();
  }
  // Once, by the handler, after it has asked.
  void let_go(Reply reply) {
    if (answered_) return std::visit([&reply](const auto& answer) { reply.send(answer); }, *answer_);
    token_ = std::move(reply).park();
    if (second_.exchange(true)) complete();
  }

 private:
  void complete() {
    if (auto* problem = std::get_if<Problem>(&*answer_)) {
      server_.complete(std::span(&token_, 1), *problem);
    } else {
      server_.complete(std::span(&token_, 1), PreparedResponse(std::get<Response>(*answer_)));
    }
  }

  Server& server_;
  std::optional<Answer> answer_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> second_{false};  // set by whoever comes first to the hand-over
  ReplyToken token_;
};

}  // namespace

void ReadCalls::start(store::Query query, Reply reply, Render render) {
  const auto call = std::make_shared<Call>(*server_);
  state_.read(std::move(query), [this, call, render = std::move(render)](Result<apply::UserRows> rows) mutable {
    if (!rows) return call->settle(unknown_state(rows.error()));
    call->settle(render({.history = model::History(rows->rows(), thresholds_), .stale = rows->stale()}));
  });
  call->let_go(std::move(reply));
}

void ReadCalls::start_sessions(std::string user, Reply reply, RenderSessions render) {
  const auto call = std::make_shared<Call>(*server_);
  state_.sessions(std::move(user),
                  [this, call, render = std::move(render)](Result<apply::UserSessions> sessions) mutable {
                    if (!sessions) return call->settle(unknown_state(sessions.error()));
                    call->settle(render(*sessions));
                  });
  call->let_go(std::move(reply));
}

void ReadCalls::start_watching(const std::string& show, const std::string& episode, Reply reply,
                               RenderWatching render) {
  const auto call = std::make_shared<Call>(*server_);
  state_.watching(show, episode, [call, render = std::move(render)](Result<apply::Watching> watching) mutable {
    if (watching) return call->settle(render(*watching));
    call->settle(Problem{.status = 503, .error = watching.error(), .retry_after_s = 2});
  });
  call->let_go(std::move(reply));
}

Problem ReadCalls::unknown_state(const Error& error) {
  tell_operator(error);
  return {.status = 503,
          .error = {"state-unknown",
                    "Where the user stopped can't be read now; it is not lost. Ask again after the time in "
                    "Retry-After, and don't take it for \"nothing stored\"."},
          .retry_after_s = 2};
}

void ReadCalls::tell_operator(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (const auto left_out = log_.allow(std::chrono::steady_clock::now())) {
    spdlog::error("The store could not be read ({}): {} ({} more in the last seconds)", error.code, error.detail,
                  *left_out);
  }
}

Response cacheable(std::string body, std::string_view if_none_match) {
  const auto tag = fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(body));
  Response response;
  if (if_none_match == "*" || if_none_match.find(tag) != std::string_view::npos) {
    response = empty_response(304);
  } else {
    response.body = std::move(body);
  }
  response.header("ETag", tag).header("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace playhead::server::api
