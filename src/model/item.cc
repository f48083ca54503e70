#include "model/item.h"

#include "base/bytes.h"

namespace playhead::model {

std::string row_key(std::string_view show, std::string_view episode) {
  std::string key;
  key.reserve(show.size() + 1 + episode.size());
  key.append(show).push_back('\0');
  return key.append(episode);
}

std::string show_prefix(std::string_view show) { return row_key(show, {}); }

RowIds split_row_key(std::string_view row_key) {
  const auto separator = row_key.find('\0');
  if (separator == std::string_view::npos) return {row_key, {}};
  return {row_key.substr(0, separator), row_key.substr(separator + 1)};
}

std::string encode_version(const Version& version) {
  std::string out;
  out.reserve(kVersionBytes);
  put_u64_be(out, version.counter);
  put_u64_be(out, order_preserving(version.time_ms));
  put_u64_be(out, version.seq);
  return out;
}

Version decode_version(std::string_view blob) {
  return {.counter = get_u64_be(blob),
          .time_ms = from_order_preserving(get_u64_be(blob.substr(8))),
          .seq = get_u64_be(blob.substr(16))};
}

void append_register(std::string& item, Register id, std::string_view blob) {
  item.push_back(static_cast<char>(id));
  put_varint(item, blob.size());
  item.append(blob);
}

void RegisterCursor::advance() {
  has_ = false;
  if (rest_.empty()) return;
  const auto start = rest_;
  const auto id = static_cast<Register>(static_cast<unsigned char>(rest_.front()));
  const bool ascending = raw_.empty() ? id != Register{} : id > id_;
  rest_.remove_prefix(1);
  std::uint64_t length = 0;
  if (!ascending || !get_varint(rest_, length) || length < kVersionBytes || length > rest_.size()) {
    valid_ = false;
    rest_ = {};
    return;
  }
  blob_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  raw_ = start.substr(0, start.size() - rest_.size());
  id_ = id;
  has_ = true;
}

std::string_view find_register(std::string_view item, Register id) {
  for (RegisterCursor cursor(item); cursor; cursor.next()) {
    if (cursor.id() == id) return cursor.blob();
    if (cursor.id() > id) break;
  }
  return {};
}

bool valid_item(std::string_view item) {
  RegisterCursor cursor(item);
  while (cursor) cursor.next();
  return cursor.valid();
}

bool merge_items(std::string& into, std::string_view from) {
  if (into.empty()) {
    into.assign(from);
    return !into.empty();
  }
  // Kept by each thread: merging is the hottest thing that an update does.
  thread_local std::string merged;
  merged.clear();
  bool changed = false;
  RegisterCursor a(into), b(from);
  while (a || b) {
    if (!b || (a && a.id() < b.id())) {
      merged.append(a.raw());
      a.next();
    } else if (!a || b.id() < a.id()) {
      merged.append(b.raw());
      b.next();
      changed = true;
    } else {
      const bool newer = b.blob() > a.blob();
      merged.append(newer ? b.raw() : a.raw());
      changed |= newer;
      a.next();
      b.next();
    }
  }
  if (changed) into.assign(merged);
  return changed;
}

std::string drop_up_to(std::string_view item, std::int64_t up_to_ms) {
  std::string kept;
  for (RegisterCursor cursor(item); cursor; cursor.next()) {
    if (cursor.id() == Register::kErased || decode_version(cursor.blob()).time_ms > up_to_ms) {
      kept.append(cursor.raw());
    }
  }
  return kept;
}

}  // namespace playhead::model
