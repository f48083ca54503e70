#include "server/http/chunked.h"

#include <algorithm>

#include "server/http/text.h"

namespace playhead::server {

namespace {

constexpr Refusal kBadChunk{400, "bad-chunk", "The chunked body is malformed."};
constexpr Refusal kTooMuchOverhead{
    400, "bad-chunk",
    "The chunked body has too little body in it: its chunks are too small, or their extensions too long."};
constexpr Refusal kTooLarge{413, "body-too-large", "The body is larger than this server takes."};

// Leading zeros are allowed by the grammar; more than these are only there to confuse.
constexpr unsigned kMaxSizeDigits = 16;

bool is_text(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value >= 0x20 && value != 0x7F) || byte == '\t';
}

}  // namespace

ChunkedDecoder::Status ChunkedDecoder::decode(std::string_view input, std::size_t& taken) {
  taken = 0;
  while (taken < input.size()) {
    if (at_ == At::kData) {
      const std::size_t here = std::min<std::uint64_t>(chunk_left_, input.size() - taken);
      body_.append(input.substr(taken, here));
      taken += here;
      chunk_left_ -= here;
      if (chunk_left_ == 0) at_ = At::kDataReturn;
      continue;
    }
    bool done = false;
    if (!step(input[taken], done)) return Status::kRefused;
    ++taken;
    if (done) return Status::kDone;
  }
  return Status::kNeedMore;
}

bool ChunkedDecoder::step(char byte, bool& done) {
  if (overhead_left_-- == 0) return refuse(kTooMuchOverhead);
  switch (at_) {
    case At::kSize:
      if (hex_value(byte) >= 0) return size_digit(byte);
      if (digits_ == 0) return refuse(kBadChunk);
      if (byte == ';') at_ = At::kExtension;
      if (byte == '\r') at_ = At::kSizeLineFeed;
      return at_ != At::kSize || refuse(kBadChunk);
    case At::kExtension:
      if (byte == '\r') at_ = At::kSizeLineFeed;
      return byte == '\r' || is_text(byte) || refuse(kBadChunk);
    case At::kSizeLineFeed: return expect(byte, '\n', At::kData) && end_of_size_line();
    case At::kDataReturn: return expect(byte, '\r', At::kDataLineFeed);
    case At::kDataLineFeed: return expect(byte, '\n', At::kSize);
    case At::kTrailerStart:
      if (byte == '\r') {
        at_ = At::kEndLineFeed;
        return true;
      }
      at_ = At::kTrailer;
      return (is_text(byte) && byte != ' ' && byte != '\t') || refuse(kBadChunk);
    case At::kTrailer:
      if (byte == '\r') at_ = At::kTrailerLineFeed;
      return byte == '\r' || is_text(byte) || refuse(kBadChunk);
    case At::kTrailerLineFeed: return expect(byte, '\n', At::kTrailerStart);
    case At::kEndLineFeed: done = true; return expect(byte, '\n', At::kSize);
    case At::kData: break;
  }
  return refuse(kBadChunk);
}

bool ChunkedDecoder::size_digit(char byte) {
  if (++digits_ > kMaxSizeDigits) return refuse(kBadChunk);
  chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(hex_value(byte));
  return true;
}

bool ChunkedDecoder::end_of_size_line() {
  digits_ = 0;
  if (chunk_left_ == 0) at_ = At::kTrailerStart;
  return chunk_left_ <= max_body_ - body_.size() || refuse(kTooLarge);
}

bool ChunkedDecoder::expect(char byte, char wanted, At next) {
  at_ = next;
  return byte == wanted || refuse(kBadChunk);
}

bool ChunkedDecoder::refuse(const Refusal& why) {
  refusal_ = why;
  return false;
}

}  // namespace playhead::server
