#pragma once

// One update object of a parsed JSON document -> Heartbeat. Internal to progress_json, whose header documents
// the codes.

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "model/text_time.h"
#include "model/update.h"
#include "server/api/json_values.h"
#include "server/api/progress_json.h"

namespace playhead::server::api {

// Reads updates one after the other; strings are borrowed from the document, integer ids from the arena.
class UpdateReader {
 public:
  UpdateReader(const ProgressLimits& limits, IdArena& ids) : limits_(limits), ids_(ids) {}

  // Fills `out`, which must be fresh; false leaves it half filled, and error() says why.
  bool read(simdjson::dom::element value, model::Heartbeat& out);
  bool read_object(simdjson::dom::object object, model::Heartbeat& out);
  // An id that stands outside an update; false as read().
  bool id(std::string_view field, simdjson::dom::element value, model::IdView& out);
  Error& error() { return error_; }

 private:
  using Element = simdjson::dom::element;

  bool refuse(std::string_view code, std::string detail);
  bool refuse_type(std::string_view code, std::string_view field, Element value, std::string_view expected);
  bool read_field(int field, Element value, model::Heartbeat& out);
  bool check(const model::Heartbeat& update);

  bool position(Element value, model::Heartbeat& out);
  bool seconds(std::string_view field, Element value, std::optional<std::int64_t>& out);
  bool time(std::string_view field, Element value, std::optional<std::int64_t>& out);
  bool integer(std::string_view field, Element value, std::uint64_t& out);
  bool flag(std::string_view field, Element value, bool& out);
  template <class Enum, std::size_t N>
  bool word(std::string_view code, std::string_view field, Element value,
            const std::pair<std::string_view, Enum> (&words)[N], Enum& out);

  const ProgressLimits& limits_;
  IdArena& ids_;
  Error error_;
  // A position outside the range is a fault only once it is known that the update is not live.
  std::optional<model::TimeFault> position_fault_;
};

}  // namespace playhead::server::api
