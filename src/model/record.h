#pragma once

// The log record: a protobuf message (docs/record.proto), so that others can read the queue. Written and read with
// protozero, which neither copies strings nor allocates per field.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/update.h"

namespace playhead::model {

// A reader refuses records of a greater version: their updates may carry rules that it doesn't know.
inline constexpr std::uint32_t kRecordVersion = 1;

// Appends one update in its framed form. A record's updates are these, one after the other, behind record_header().
void append_update(std::string& updates, const Update& update);

// What a record starts with; `appended_ms` is the wall clock when it was appended.
std::string record_header(std::int64_t appended_ms);

// The wall clock time in a record's header; nothing when it isn't a record of ours.
std::optional<std::int64_t> record_time(std::string_view record);

// Reads a record's updates one by one. next() fails with "record-corrupt" or "record-too-new".
class RecordReader {
 public:
  explicit RecordReader(std::string_view record);
  // The next update, borrowed from the record; nothing at the end.
  Result<std::optional<Update>> next();

 private:
  std::string_view rest_;
  bool header_read_ = false;
};

}  // namespace playhead::model
