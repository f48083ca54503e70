#include "disk/wal_check.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/crc32c.h"

namespace playhead::disk {
namespace {

constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;
enum FragmentType : unsigned char { kZero = 0, kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct Fragment {
  std::uint32_t masked_crc;
  std::size_t length;
  unsigned char type;

  std::size_t bytes() const { return kHeaderBytes + length; }
  bool begins_record() const { return type == kWhole || type == kFirst; }
};

// `at` must hold a whole header; little-endian, as RocksDB writes everywhere.
Fragment parse_header(std::string_view at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])); };
  return {.masked_crc = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24,
          .length = byte(4) | byte(5) << 8,
          .type = static_cast<unsigned char>(at[6])};
}

bool intact(std::string_view at, const Fragment& fragment) {
  const auto crc = crc32c(at.substr(6, 1 + fragment.length));
  return fragment.masked_crc == std::rotr(crc, 15) + 0xA282EAD8u;  // RocksDB's mask
}

// Walks the blocks of one file, first for damage and then for a record that begins behind it.
class Scanner {
 public:
  // False when there is nothing more to find out.
  bool block(std::string_view bytes, std::uint64_t base, bool last) {
    std::size_t at = 0;
    while (!damage_ && bytes.size() - at >= kHeaderBytes) {
      if (!step(bytes, at, base, last)) break;
    }
    if (!damage_ && last && at < bytes.size() && bytes.size() - at < kHeaderBytes && bytes.size() < kBlockBytes) {
      report(base + at, "cut off within a header", true);
    }
    if (damage_) look_behind(bytes, damage_->offset >= base ? damage_->offset - base + 1 : 0);
    return !damage_ || !damage_->records_follow;
  }

  std::optional<WalDamage> finish(std::uint64_t size) {
    if (!damage_ && in_record_) report(size, "cut off between the parts of a record", true);
    return std::move(damage_);
  }

 private:
  bool step(std::string_view bytes, std::size_t& at, std::uint64_t base, bool last) {
    const auto here = bytes.substr(at);
    const auto fragment = parse_header(here);
    if (fragment.bytes() > here.size()) {
      return report(base + at, last ? "cut off within a record" : "bad record length", last);
    }
    if (fragment.type == kZero && fragment.length == 0) return report(base + at, "zeros instead of a record", false);
    if (!intact(here, fragment)) return report(base + at, "checksum mismatch", false);
    if (fragment.type <= kLast) {
      if (in_record_ == fragment.begins_record()) return report(base + at, "parts of a record are missing", false);
      if (fragment.begins_record()) record_ = base + at;
      in_record_ = fragment.type == kFirst || fragment.type == kMiddle;
    }
    at += fragment.bytes();
    return true;
  }

  bool report(std::uint64_t offset, std::string reason, bool cut_short) {
    damage_ = WalDamage{.offset = offset,
                        .record = in_record_ ? record_ : offset,
                        .reason = std::move(reason),
                        .cut_short = cut_short};
    return false;
  }

  // The damage may be to a length, so a fragment may begin at any byte.
  void look_behind(std::string_view bytes, std::size_t from) {
    for (std::size_t at = from; at + kHeaderBytes <= bytes.size() && !damage_->records_follow; ++at) {
      const auto fragment = parse_header(bytes.substr(at));
      if (!fragment.begins_record() || at + fragment.bytes() > bytes.size()) continue;
      damage_->records_follow = intact(bytes.substr(at), fragment);
    }
  }

  std::optional<WalDamage> damage_;
  bool in_record_ = false;
  std::uint64_t record_ = 0;
};

Error unreadable(const std::string& path, const rocksdb::Status& status) {
  return {"io", "cannot read " + path + ": " + status.ToString()};
}

}  // namespace

Result<std::optional<WalDamage>> check_wal(rocksdb::Env& env, const std::string& path) {
  std::uint64_t size = 0;
  std::unique_ptr<rocksdb::SequentialFile> file;
  auto status = env.GetFileSize(path, &size);
  if (status.ok()) status = env.NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (!status.ok()) return std::unexpected(unreadable(path, status));

  Scanner scanner;
  std::string buffer(32 * kBlockBytes, '\0');
  for (std::uint64_t offset = 0; offset < size;) {
    rocksdb::Slice got;
    status = file->Read(buffer.size(), &got, buffer.data());
    if (!status.ok()) return std::unexpected(unreadable(path, status));
    if (got.empty()) break;
    std::string_view rest(got.data(), got.size());
    while (!rest.empty()) {
      const auto block = rest.substr(0, kBlockBytes);
      rest.remove_prefix(block.size());
      if (!scanner.block(block, offset, offset + block.size() >= size)) return scanner.finish(size);
      offset += block.size();
    }
  }
  return scanner.finish(size);
}

std::vector<std::string> wal_files(rocksdb::Env& env, const std::string& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder, &names).ok()) return {};
  std::erase_if(names, [](const std::string& name) {
    const auto digits = name.find_first_not_of("0123456789");
    return digits == 0 || digits == std::string::npos || name.substr(digits) != ".log";
  });
  // RocksDB pads the numbers to six digits and goes on with seven.
  std::ranges::sort(names,
                    [](const auto& a, const auto& b) { return std::pair(a.size(), a) < std::pair(b.size(), b); });
  for (auto& name : names) name = folder + "/" + name;
  return names;
}

std::vector<std::string> refuse_damaged_wals(rocksdb::Env& env, const std::string& folder) {
  std::vector<std::string> torn;
  for (const auto& path : wal_files(env, folder)) {
    const auto checked = check_wal(env, path);
    if (!checked) throw StartupError(checked.error().detail);
    const auto& damage = *checked;
    if (!damage) continue;
    if (damage->cut_short && !damage->records_follow) {
      torn.push_back(path + " ends in the middle of an append, which began at byte " +
                     std::to_string(damage->record) + " and is left out. A crash, a power cut or a full disk " +
                     "during the append leaves this, and then it was never acknowledged; without any of these, the " +
                     "file lost its end.");
      continue;
    }
    const auto where = path + " is corrupt at byte " + std::to_string(damage->offset) + " (" + damage->reason + ")";
    const auto cut = "truncate -s " + std::to_string(damage->record) + " " + path;
    if (damage->records_follow) {
      throw StartupError(where +
                         " and records follow: acknowledged updates are damaged. Restore the data folder from a " +
                         "copy, or give up everything behind the damage with: " + cut);
    }
    throw StartupError(where +
                       " in its last append. A power cut during an append that was never acknowledged leaves " +
                       "this, but so does damage to the last acknowledged one. To start without it: " + cut);
  }
  return torn;
}

}  // namespace playhead::disk
