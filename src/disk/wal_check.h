#pragma once

// Looks through a RocksDB write-ahead log before RocksDB does. Its tolerant recovery takes a damaged length, type or
// zeroed block near the end of the file for the end of the log and starts with less data without a word; here such
// damage is found and told apart from the torn tail that a crash in the middle of an append leaves.
//
// The file's format is RocksDB's "Write Ahead Log File Format": blocks of 32 kB, in them fragments of
// checksum (4 bytes, masked CRC-32C of type and payload), length (2), type (1: whole, 2: first, 3: middle, 4: last).

#include <rocksdb/env.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace playhead::disk {

struct WalDamage {
  std::uint64_t offset = 0;  // byte in the file of the first fragment that is not intact
  std::uint64_t record = 0;  // byte where the record with that fragment begins
  std::string reason;
  // A later record begins behind the damage: since each append ends before the next begins, what is damaged was
  // complete, and may have been acknowledged. Without one, the damage is the end of the file's last append.
  bool records_follow = false;
  // The file just ends too early: a torn tail, unless records follow.
  bool cut_short = false;
};

// Nothing when every byte of the file is part of an intact record. Fails with "io" when it can't be read.
Result<std::optional<WalDamage>> check_wal(rocksdb::Env& env, const std::string& path);

// The write-ahead logs in `folder`, oldest first; empty when there is no such folder.
std::vector<std::string> wal_files(rocksdb::Env& env, const std::string& folder);

// Throws StartupError naming the file and byte of any damage in `folder` beyond a torn tail. Returns a sentence for
// each torn tail: what is started without.
std::vector<std::string> refuse_damaged_wals(rocksdb::Env& env, const std::string& folder);

}  // namespace playhead::disk
