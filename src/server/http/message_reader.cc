#include "server/http/message_reader.h"

namespace playhead::server {

namespace {

constexpr Refusal kTooLarge{413, "body-too-large", "The body is larger than this server takes."};

}  // namespace

MessageReader::Status MessageReader::read(std::string_view input, Head& head) {
  const bool head_is_fresh = head_end_ == 0;
  if (head_is_fresh) {
    if (const Status status = read_head(input, head); status != Status::kMessage) return status;
  }
  if (chunked_) return read_chunked(input, head, head_is_fresh);
  if (input.size() < size_) {
    phase_ = Phase::kBody;
    awaits_continue_ = awaits_continue_ && input.size() == head_end_;
    return Status::kNeedMore;
  }
  // The views of a head that came earlier point to where the bytes were then.
  if (!head_is_fresh) reparse_head(input, head);
  body_ = input.substr(head_end_, size_ - head_end_);
  return Status::kMessage;
}

MessageReader::Status MessageReader::read_head(std::string_view input, Head& head) {
  // RFC 9112 2.2: an empty line before a request is to be ignored; some clients end a body with one too many.
  if (empty_lead_ == 0 && input.starts_with("\r\n")) empty_lead_ = 2;
  if (empty_lead_ == 0 && input == "\r") {
    phase_ = Phase::kHead;
    return Status::kNeedMore;
  }
  const std::string_view from_head = input.substr(empty_lead_);
  std::size_t head_size = 0;
  head.request_id = {};
  if (const auto refusal = scanner_.scan(from_head, options_, head_size)) return refuse(*refusal);
  if (head_size == 0) {
    phase_ = from_head.empty() ? Phase::kIdle : Phase::kHead;
    return Status::kNeedMore;
  }
  if (const auto refusal = parse_head(from_head.substr(0, head_size), options_, head)) return refuse(*refusal);
  if (head.content_length > options_.max_body_bytes) return refuse(kTooLarge);
  head_end_ = empty_lead_ + head_size;
  size_ = head_end_ + static_cast<std::size_t>(head.content_length);
  awaits_continue_ = head.expects_continue;
  if (head.chunked) {
    chunked_ = std::make_unique<ChunkedDecoder>(options_.max_body_bytes,
                                                options_.max_body_bytes + options_.max_header_bytes);
  }
  return Status::kMessage;
}

MessageReader::Status MessageReader::read_chunked(std::string_view input, Head& head, bool head_is_fresh) {
  std::size_t taken = 0;
  const auto status = chunked_->decode(input.substr(size_), taken);
  size_ += taken;
  // The views of a head that came earlier point to where the bytes were then.
  if (!head_is_fresh && status != ChunkedDecoder::Status::kNeedMore) reparse_head(input, head);
  if (status == ChunkedDecoder::Status::kRefused) return refuse(chunked_->refusal());
  if (status == ChunkedDecoder::Status::kNeedMore) {
    phase_ = Phase::kBody;
    awaits_continue_ = awaits_continue_ && input.size() == head_end_;
    return Status::kNeedMore;
  }
  body_ = chunked_->body();
  return Status::kMessage;
}

void MessageReader::reparse_head(std::string_view input, Head& head) const {
  parse_head(input.substr(empty_lead_, head_end_ - empty_lead_), options_, head);
}

MessageReader::Status MessageReader::refuse(const Refusal& why) {
  refusal_ = why;
  return Status::kRefused;
}

void MessageReader::reset() {
  scanner_.reset();
  phase_ = Phase::kIdle;
  awaits_continue_ = false;
  empty_lead_ = 0;
  head_end_ = size_ = 0;
  body_ = {};
  chunked_.reset();
}

}  // namespace playhead::server
