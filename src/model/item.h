#pragma once

// The state of one (user, show, episode) as bytes: a few registers, each "greatest version wins". Merging is
// commutative, associative and idempotent, and works on the encoded form alone, so that the view, the store's
// merge operator and the database behind the cluster all follow one rule.
//
// Register blob: version (counter, time, seq: 8 bytes each, big-endian, time with its sign bit flipped), then
// the value in its one canonical encoding. The lexicographically greater blob is the later register. Item:
// for each register present, ascending by id: id (1 byte), length (varint), blob.
//
// Row key of an item: show, 0x00, episode; ids hold no control characters, so a show's rows share the prefix
// "show 0x00" and an item without a show has an empty one. Episode empty: the row of the show as a whole
// (only `hidden`). Both empty: the user's own row (only `erased`).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "model/update.h"
#include "model/version.h"

namespace playhead::model {

enum class Register : std::uint8_t {
  kResume = 1,       // eligible positions
  kProvisional = 2,  // positions that are not: they answer only while kResume is empty
  kDuration = 3,
  kCredits = 4,  // where the credits start
  kNext = 5,     // the episode that follows
  kPlayed = 6,   // watched or not
  kHidden = 7,   // removed by the viewer
  kErased = 8,   // user row only: everything up to the version's counter and time is gone
};

inline constexpr std::size_t kVersionBytes = 24;
inline constexpr std::size_t kRegisters = 9;  // one more than the greatest id that this program knows
inline constexpr std::string_view kUserRow{"\0", 1};

std::string row_key(std::string_view show, std::string_view episode);
// "show 0x00": what all rows of a show begin with.
std::string show_prefix(std::string_view show);
struct RowIds {
  std::string_view show;
  std::string_view episode;
};
// Borrowed from `row_key`.
RowIds split_row_key(std::string_view row_key);

using VersionBytes = std::array<char, kVersionBytes>;
VersionBytes encode_version(const Version& version);
// `blob` must hold at least kVersionBytes.
Version decode_version(std::string_view blob);

// Appends a register to an item under construction; ids must come in ascending order.
void append_register(std::string& item, Register id, std::string_view blob);

// Walks an item's registers in order. Stops early at malformed bytes: valid() tells.
class RegisterCursor {
 public:
  explicit RegisterCursor(std::string_view item) : rest_(item) { advance(); }
  explicit operator bool() const { return has_; }
  Register id() const { return id_; }
  std::string_view blob() const { return blob_; }
  // The whole encoded entry, id and length included.
  std::string_view raw() const { return raw_; }
  void next() { advance(); }
  bool valid() const { return valid_; }

 private:
  void advance();
  // Size of an id and a length of several bytes; 0 when the length is malformed.
  std::size_t long_header(std::uint64_t& length) const;
  void stop(bool valid) {
    has_ = false;
    valid_ = valid;
  }

  std::string_view rest_;
  std::string_view blob_;
  std::string_view raw_;
  Register id_{};
  bool has_ = false;
  bool valid_ = true;
};

inline void RegisterCursor::advance() {
  if (rest_.size() < 2) return stop(valid_ && rest_.empty());
  const auto id = static_cast<Register>(static_cast<unsigned char>(rest_[0]));
  std::uint64_t length = static_cast<unsigned char>(rest_[1]);
  std::size_t header = 2;
  if (length >= 0x80) header = long_header(length);
  // Ids rise, from 1.
  if (id <= id_ || header == 0 || length < kVersionBytes || length > rest_.size() - header) return stop(false);
  blob_ = {rest_.data() + header, length};
  raw_ = {rest_.data(), header + length};
  rest_.remove_prefix(header + length);
  id_ = id;
  has_ = true;
}

// The register's blob, empty when the item has none. Borrowed from `item`.
std::string_view find_register(std::string_view item, Register id);

// True when `item` is a well-formed item (ids ascending, blobs long enough).
bool valid_item(std::string_view item);

// Merges `from` into `into`; returns whether `into` changed. Both must be valid (or empty).
bool merge_items(std::string& into, std::string_view from);

// `item` without the registers that an erasure covers: those whose (counter, time) is at or before that of
// `erased`, the version of kErased. That is a beginning of the order that decides within a register, so it
// makes no difference whether something is dropped before or after it was merged. kErased always stays.
std::string drop_up_to(std::string_view item, const Version& erased);
// For timestamp ordering, where every counter is 0.
std::string drop_up_to(std::string_view item, std::int64_t up_to_ms);

}  // namespace playhead::model
