#include "server/api/list_place.h"

#include <boost/algorithm/hex.hpp>
#include <charconv>
#include <iterator>

#include "model/item.h"

namespace playhead::server::api {

std::string encode_place(const model::ListPlace& place) {
  std::string cursor;
  boost::algorithm::hex_lower(model::encode_version(place.version), std::back_inserter(cursor));
  boost::algorithm::hex_lower(place.row_key, std::back_inserter(cursor));
  return cursor;
}

std::optional<model::ListPlace> decode_place(std::string_view cursor) {
  std::string bytes;
  try {
    boost::algorithm::unhex(cursor, std::back_inserter(bytes));
  } catch (const boost::algorithm::hex_decode_error&) {
    return std::nullopt;
  }
  if (bytes.size() < model::kVersionBytes) return std::nullopt;
  return model::ListPlace{model::decode_version(bytes), bytes.substr(model::kVersionBytes)};
}

model::TimeResult<std::int64_t> parse_time_parameter(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stopped == end) return model::epoch_ms(number);
  return model::epoch_ms(text);
}

}  // namespace playhead::server::api
