#include "model/visible_row.h"

#include <tuple>

#include "model/reduce.h"

namespace playhead::model {

bool is_erased(std::string_view blob, const std::optional<Version>& erased) {
  if (!erased) return false;
  const auto version = decode_version(blob);
  return version.time_ms <= erased->time_ms ||
         std::tie(version.counter, version.time_ms) <= std::tie(erased->counter, erased->time_ms);
}

std::optional<VisibleRow> look_at(std::string_view item, const std::optional<Version>& erased) {
  std::string_view resume, provisional, played, hidden;
  for (RegisterCursor cursor(item); cursor; cursor.next()) {
    std::string_view* seen = nullptr;
    switch (cursor.id()) {
      case Register::kResume: seen = &resume; break;
      case Register::kProvisional: seen = &provisional; break;
      case Register::kPlayed: seen = &played; break;
      case Register::kHidden: seen = &hidden; break;
      default: continue;
    }
    if (!is_erased(cursor.blob(), erased)) *seen = cursor.blob();
  }
  if (!hidden.empty()) {
    const auto removed = version_bytes(hidden);
    if (version_bytes(resume) <= removed) resume = {};
    if (version_bytes(played) <= removed) played = {};
    // Only what was really seen brings a removed episode back.
    provisional = {};
  }
  VisibleRow row{.position = resume, .played = played, .has_position = !resume.empty()};
  const bool watched = !played.empty() && decode_flag(played).value;
  if (!row.has_position && !watched) row.position = provisional;
  if (row.position.empty() && played.empty()) return std::nullopt;
  row.flag_decides = !played.empty() && version_bytes(played) >= version_bytes(row.position);
  row.updated = version_bytes(row.flag_decides ? played : row.position);
  return row;
}

std::string_view find_visible(std::string_view item, Register id, const std::optional<Version>& erased) {
  const auto blob = find_register(item, id);
  return blob.empty() || is_erased(blob, erased) ? std::string_view{} : blob;
}

}  // namespace playhead::model
