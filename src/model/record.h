#pragma once

// The log record: a protobuf message (docs/record.proto), so that others can read the queue. Written and read
// with protozero, which neither copies strings nor allocates per field.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/update.h"

namespace playhead::model {

// A reader refuses records of a greater version: their updates may carry rules that it doesn't know.
std::uint32_t newest_record_version();

// The version that this process writes from now on, held to 1 and the newest, which it is without this: older while
// programs that read no more than that share the queue. Any thread; meant for the start.
void write_record_version(std::uint32_t version);
std::uint32_t written_record_version();

// Appends one update in its framed form. A record is record_header() and then these, one after the other.
void append_update(std::string& updates, const Update& update);

// What a record starts with. `appended_ms` is the wall clock (epoch milliseconds) when it was appended.
std::string record_header(std::int64_t appended_ms);

// Sets the header's time once it is known; `record` must start with a record_header().
void set_record_time(std::string& record, std::int64_t appended_ms);

// The time in a record's header; nothing when it isn't a record of ours.
std::optional<std::int64_t> record_time(std::string_view record);

// Reads a record's updates one by one.
class RecordReader {
 public:
  explicit RecordReader(std::string_view record) : rest_(record) {}
  // The next update, borrowed from the record; nothing at the end. Fails with "record-corrupt" (not a record,
  // cut short, an update without its ids or with values out of range) or "record-too-new"; after a failure there is
  // nothing more to read.
  Result<std::optional<Update>> next();

 private:
  Result<bool> find_update(std::string_view& update);
  Result<std::optional<Update>> decode(std::string_view bytes);

  std::string_view rest_;
  bool version_read_ = false;
  bool ended_ = false;
};

}  // namespace playhead::model
