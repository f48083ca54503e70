#include "server/http/session_context.h"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <ctime>
#include <variant>

#include "server/http/session.h"

namespace playhead::server {

namespace {

// The buffer that goes round keeps at most this much; an answer of megabytes is the exception.
constexpr std::size_t kMaxWarmBytes = 64 * 1024;

}  // namespace

SessionContext::SessionContext(std::uint32_t worker, std::uint64_t id_seed, const HttpOptions& options,
                               const Router& router, const Clock& clock)
    : worker_(worker),
      options_(options),
      cors_(options.cors),
      router_(router),
      clock_(clock),
      counters_(router.routes().size()),
      ids_(id_seed) {
  refresh_date();
}

void SessionContext::answer(ReplyToken token, const PreparedResponse& response) {
  if (HttpSession* session = find(token)) {
    session->answer(token.sequence, {response.status(), response.head(), response.body()});
  }
}

void SessionContext::answer(ReplyToken token, const Response& response) {
  HttpSession* session = find(token);
  if (session == nullptr) return;
  answer_head_.clear();
  append_status_line(answer_head_, response.status);
  append_entity_lines(answer_head_, response);
  session->answer(token.sequence, {response.status, answer_head_, response.body});
}

void SessionContext::answer(ReplyToken token, const Problem& problem) {
  HttpSession* session = find(token);
  if (session == nullptr) return;
  if (const OwedReply* owed = session->replies_.find(token.sequence)) {
    answer(token, problem_response(problem, owed->id.view()));
  }
}

void SessionContext::answer(ReplyToken token, const Answer& answer) {
  std::visit([&](const auto& one) { this->answer(token, one); }, answer);
}

void SessionContext::hand_over(ReplyToken token, const Response& head, std::unique_ptr<Protocol> successor) {
  HttpSession* session = find(token);
  if (session == nullptr) return;
  answer_head_.clear();
  append_status_line(answer_head_, head.status);
  if (!head.content_type.empty()) answer_head_.append("Content-Type: ").append(head.content_type).append("\r\n");
  answer_head_ += head.header_lines;
  session->hand_over(token.sequence, {head.status, answer_head_, {}}, std::move(successor));
}

void SessionContext::refresh_date() {
  // RFC 9110 5.6.7, always in English and GMT.
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = clock_.now_ms() / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  date_line_ = fmt::format(
      "Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
      kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void SessionContext::lend(std::string& buffer) {
  if (buffer.capacity() < warm_buffer_.capacity()) buffer.swap(warm_buffer_);
}

void SessionContext::take_back(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > warm_buffer_.capacity() && buffer.capacity() <= kMaxWarmBytes) buffer.swap(warm_buffer_);
  std::string().swap(buffer);
}

ReplyToken SessionContext::admit(HttpSession& session) {
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t index = free_places_.back();
  free_places_.pop_back();
  places_[index].session = &session;
  return {.worker = worker_, .session = index, .generation = places_[index].generation};
}

void SessionContext::dismiss(ReplyToken place) {
  Place& freed = places_[place.session];
  freed.session = nullptr;
  ++freed.generation;
  free_places_.push_back(place.session);
}

HttpSession* SessionContext::find(ReplyToken token) const {
  if (token.session >= places_.size() || token.worker != worker_) return nullptr;
  const Place& place = places_[token.session];
  return place.generation == token.generation ? place.session : nullptr;
}

}  // namespace playhead::server
