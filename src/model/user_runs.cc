#include "model/user_runs.h"

#include <protozero/pbf_reader.hpp>

namespace playhead::model {
namespace {

constexpr protozero::pbf_tag_type kUpdates = 3;  // of Record
constexpr protozero::pbf_tag_type kUser = 1;     // of Update

struct FramedUpdate {
  std::string_view user;
  std::size_t bytes;  // with its frame
};

std::string_view view(const protozero::data_view& data) { return {data.data(), data.size()}; }

// Nothing unless `bytes` begins with an update; throws protozero's exceptions.
std::optional<FramedUpdate> first_update(std::string_view bytes) {
  protozero::pbf_reader in(bytes.data(), bytes.size());
  if (!in.next(kUpdates, protozero::pbf_wire_type::length_delimited)) return {};
  const auto update = in.get_view();
  const auto framed = static_cast<std::size_t>(update.data() + update.size() - bytes.data());
  protozero::pbf_reader fields(update);
  if (!fields.next(kUser, protozero::pbf_wire_type::length_delimited)) return {};
  return FramedUpdate{view(fields.get_view()), framed};
}

// Bytes before the first update; all of a record without any.
std::size_t header_bytes(std::string_view record) {
  protozero::pbf_reader in(record.data(), record.size());
  auto header = record.size() - in.length();
  while (in.next() && in.tag() != kUpdates) {
    in.skip();
    header = record.size() - in.length();
  }
  return header;
}

}  // namespace

UserRuns::UserRuns(std::string_view record, std::size_t most_bytes) : rest_(record), most_bytes_(most_bytes) {
  try {
    header_ = record.substr(0, header_bytes(record));
    rest_ = record.substr(header_.size());
  } catch (const protozero::exception&) {
    // next() meets the same.
  }
}

Result<std::optional<UserRun>> UserRuns::next() {
  if (rest_.empty()) return std::nullopt;
  try {
    std::size_t length = 0;
    std::string_view user;
    while (length < rest_.size()) {
      const auto update = first_update(rest_.substr(length));
      if (!update || update->user.empty()) return fail("record-corrupt", "An update in the record lacks its user.");
      if (length > 0 && (update->user != user || length + update->bytes > most_bytes_)) break;
      user = update->user;
      length += update->bytes;
    }
    const UserRun run{user, rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return run;
  } catch (const protozero::exception& error) {
    return fail("record-corrupt", std::string("The record is not readable protobuf: ") + error.what() + ".");
  }
}

}  // namespace playhead::model
