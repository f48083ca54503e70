#include "server/http/reply_queue.h"

#include <algorithm>
#include <array>

#include "server/http/session_context.h"

namespace playhead::server {

namespace {

// Below this many a long pipeline's settled entries aren't worth moving the others down.
constexpr std::size_t kCompactAt = 64;

// One resize for all pieces: a string's append checks and terminates each time.
template <std::size_t N>
void append_all(std::string& out, const std::array<std::string_view, N>& pieces) {
  const std::size_t start = out.size();
  std::size_t total = start;
  for (const auto piece : pieces) total += piece.size();
  out.resize_and_overwrite(total, [&](char* text, std::size_t) {
    char* to = text + start;
    for (const auto piece : pieces) to = std::ranges::copy(piece, to).out;
    return total;
  });
}

}  // namespace

ReplyQueue::~ReplyQueue() { context_.take_back(output_); }

std::uint32_t ReplyQueue::push(const OwedReply& owed) {
  if (empty()) {
    owed_.clear();
    settled_ = 0;
  } else if (settled_ >= kCompactAt) {
    owed_.erase(owed_.begin(), owed_.begin() + static_cast<std::ptrdiff_t>(settled_));
    settled_ = 0;
  }
  owed_.push_back(owed);
  return front_sequence_ + static_cast<std::uint32_t>(size() - 1);
}

OwedReply* ReplyQueue::find(std::uint32_t sequence) {
  const std::uint32_t place = sequence - front_sequence_;
  if (place >= size()) return nullptr;
  OwedReply& owed = owed_[settled_ + place];
  return owed.answered ? nullptr : &owed;
}

void ReplyQueue::answer(std::uint32_t sequence, const AnswerParts& parts) {
  OwedReply* owed = find(sequence);
  if (owed == nullptr) return;
  owed->answered = true;
  context_.counters().routes[owed->route].count(parts.status, context_.clock().monotonic() - owed->since);
  if (sequence != front_sequence_) {
    write(owed->early, *owed, parts);
    early_bytes_ += owed->early.size();
    return;
  }
  if (output_.empty()) context_.lend(output_);
  write(output_, *owed, parts);
  settle_front();
  while (!empty() && front().answered) {
    output_ += front().early;
    early_bytes_ -= front().early.size();
    settle_front();
  }
}

void ReplyQueue::settle_front() {
  owed_[settled_].early = {};
  ++settled_;
  ++front_sequence_;
}

void ReplyQueue::write_interim(std::string_view text) { output_ += text; }

void ReplyQueue::write(std::string& out, const OwedReply& owed, const AnswerParts& parts) const {
  const bool without_body = owed.head_only || parts.status == 204 || parts.status == 304;
  const std::string_view connection = owed.last       ? "\r\nConnection: close\r\n\r\n"
                                      : owed.http_1_1 ? "\r\n\r\n"
                                                      : "\r\nConnection: keep-alive\r\n\r\n";
  append_all<7>(out, {parts.head, owed.cors, context_.date_line(), "X-Request-Id: ", owed.id.view(), connection,
                      without_body ? std::string_view{} : parts.body});
}

void ReplyQueue::sent(std::size_t size) {
  sent_ += size;
  if (sent_ < output_.size()) return;
  sent_ = 0;
  context_.take_back(output_);
}

}  // namespace playhead::server
