#pragma once

// Keeps one connection's answers in the order of its requests, whatever order they are given in, and formats
// them into the bytes that are to be sent.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/http/request_id.h"

namespace playhead::server {

class SessionContext;

// What must be remembered of a request until its answer is written.
struct OwedReply {
  Monotonic since;
  std::uint32_t route = 0;  // of HttpCounters::routes
  bool http_1_1 = true;
  bool head_only = false;
  // The connection closes after this answer.
  bool last = false;
  bool answered = false;
  RequestId id{};
  std::string_view cors{};  // header lines that outlive it
  std::string early{};      // the answer, formatted, when it came before its turn
};

// The parts of an answer, wherever they lie.
struct AnswerParts {
  unsigned status;
  std::string_view head;  // status line and header lines
  std::string_view body;
};

class ReplyQueue {
 public:
  explicit ReplyQueue(SessionContext& context) : context_(context) {}
  ~ReplyQueue();
  ReplyQueue(const ReplyQueue&) = delete;
  ReplyQueue& operator=(const ReplyQueue&) = delete;

  // The number by which it is answered. Numbers are given in order and wrap around.
  std::uint32_t push(const OwedReply& owed);
  // Null when it isn't owed or has its answer already. Valid until the next push() or answer().
  OwedReply* find(std::uint32_t sequence);
  // Formats the answer of find(sequence), to the output if it is its turn. Nothing happens when there is
  // none.
  void answer(std::uint32_t sequence, const AnswerParts& parts);
  // An interim response; only while nothing is owed.
  void write_interim(std::string_view text);

  bool empty() const { return settled_ == owed_.size(); }
  std::size_t size() const { return owed_.size() - settled_; }
  // The oldest and the newest of those that are owed; only when not empty().
  const OwedReply& front() const { return owed_[settled_]; }
  std::uint32_t front_sequence() const { return front_sequence_; }
  OwedReply& back() { return owed_.back(); }

  std::string_view output() const { return std::string_view(output_).substr(sent_); }
  void sent(std::size_t size);
  // What is held in memory for the peer: output() and the answers that wait for their turn.
  std::size_t held_bytes() const { return output_.size() - sent_ + early_bytes_; }

 private:
  void write(std::string& out, const OwedReply& owed, const AnswerParts& parts) const;
  void settle_front();

  SessionContext& context_;
  std::vector<OwedReply> owed_;
  std::size_t settled_ = 0;           // how many at the beginning of owed_ are done with
  std::uint32_t front_sequence_ = 0;  // of owed_[settled_]
  std::size_t early_bytes_ = 0;
  std::string output_;
  std::size_t sent_ = 0;
};

}  // namespace playhead::server
