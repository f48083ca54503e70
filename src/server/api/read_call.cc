#include "server/api/read_call.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace playhead::server::api {
namespace {

// Decides between the handler's thread and the store's who sends: the answer goes through the reply while the handler
// still has it, else through the token that it left.
struct Call {
  Render render;
  std::optional<std::variant<Response, Problem>> answer;
  std::atomic<bool> answered{false};
  std::atomic<bool> second{false};  // set by whoever comes first to the hand-over
  ReplyToken token;
};

void complete(Server& server, Call& call) {
  if (auto* problem = std::get_if<Problem>(&*call.answer)) {
    server.complete(std::span(&call.token, 1), *problem);
  } else {
    server.complete(std::span(&call.token, 1), PreparedResponse(std::get<Response>(*call.answer)));
  }
}

}  // namespace

void ReadCalls::start(store::Query query, Reply reply, Render render) {
  auto call = std::make_shared<Call>();
  call->render = std::move(render);
  reader_.read(std::move(query), [this, call](Result<apply::UserRows> rows) {
    if (rows) {
      call->answer = call->render(model::History(rows->rows(), thresholds_));
    } else {
      tell_operator(rows.error());
      call->answer =
          Problem{.status = 503,
                  .error = {"state-unknown",
                            "Where the user stopped can't be read now; it is not lost. Ask again after the "
                            "time in Retry-After, and don't take it for \"nothing stored\"."},
                  .retry_after_s = 2};
    }
    call->answered = true;
    if (call->second.exchange(true)) complete(*server_, *call);
  });
  if (call->answered) {
    return std::visit([&reply](const auto& answer) { reply.send(answer); }, *call->answer);
  }
  call->token = std::move(reply).park();
  if (call->second.exchange(true)) complete(*server_, *call);
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
