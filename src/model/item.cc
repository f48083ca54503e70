#include "model/item.h"

#include <cstring>
#include <tuple>

namespace playhead::model {
namespace {

// a > b as bytes. Most often the time, the second eight bytes, decides: not worth a call to memcmp.
bool later(std::string_view a, std::string_view b) {
  for (std::size_t at = 0; at < kVersionBytes; at += 8) {
    const auto x = get_u64_be(a.substr(at)), y = get_u64_be(b.substr(at));
    if (x != y) return x > y;
  }
  return a.substr(kVersionBytes) > b.substr(kVersionBytes);
}

// Merges what is left of both into `out`.
void merge_rest(RegisterCursor a, RegisterCursor b, std::string& out) {
  while (a || b) {
    if (!b || (a && a.id() < b.id())) {
      out.append(a.raw());
      a.next();
    } else if (!a || b.id() < a.id()) {
      out.append(b.raw());
      b.next();
    } else {
      out.append(later(b.blob(), a.blob()) ? b.raw() : a.raw());
      a.next();
      b.next();
    }
  }
}

}  // namespace

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

VersionBytes encode_version(const Version& version) {
  VersionBytes out;
  set_u64_be(out.data(), version.counter);
  set_u64_be(out.data() + 8, order_preserving(version.time_ms));
  set_u64_be(out.data() + 16, version.seq);
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

std::size_t RegisterCursor::long_header(std::uint64_t& length) const {
  auto in = rest_.substr(1);
  if (!get_varint(in, length)) return 0;
  const auto size = rest_.size() - 1 - in.size();
  // A length in more bytes than it needs would make two encodings of one item.
  return size == varint_size(length) ? 1 + size : 0;
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
  RegisterCursor a(into), b(from);
  bool changed = false;
  while (b) {
    if (a && a.id() < b.id()) {
      a.next();
      continue;
    }
    const bool both = a && a.id() == b.id();
    if (both && !later(b.blob(), a.blob())) {
      a.next();
      b.next();
      continue;
    }
    changed = true;
    if (!both || a.raw().size() != b.raw().size()) break;
    // What replaces is mostly as long as what it replaces: then nothing has to move.
    std::memcpy(into.data() + (a.raw().data() - into.data()), b.raw().data(), b.raw().size());
    a.next();
    b.next();
  }
  if (!b) return changed;
  // Kept by each thread: merging is the hottest thing that an update does.
  thread_local std::string rest;
  rest.clear();
  const auto done = a ? static_cast<std::size_t>(a.raw().data() - into.data()) : into.size();
  merge_rest(a, b, rest);
  into.replace(done, std::string::npos, rest);
  return true;
}

std::string drop_up_to(std::string_view item, const Version& erased) {
  std::string kept;
  for (RegisterCursor cursor(item); cursor; cursor.next()) {
    const auto version = decode_version(cursor.blob());
    const bool covered = std::tie(version.counter, version.time_ms) <= std::tie(erased.counter, erased.time_ms);
    if (cursor.id() == Register::kErased || !covered) kept.append(cursor.raw());
  }
  return kept;
}

std::string drop_up_to(std::string_view item, std::int64_t up_to_ms) {
  return drop_up_to(item, Version{.time_ms = up_to_ms});
}

}  // namespace playhead::model
