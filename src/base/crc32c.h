#pragma once

// CRC-32C (Castagnoli): guards the log's records, and is what RocksDB writes into its write-ahead log.

#include <cstdint>
#include <string_view>

namespace playhead {

// The checksum of what `crc` already covers followed by `bytes`; `crc` is 0 at the start. Uses the processor's
// instruction where there is one: about 6 GB/s instead of 0.4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace playhead
