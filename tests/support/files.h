#pragma once

// Whole files as strings, and folders of them, for tests that damage, cut and copy.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace playhead::test {

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The non-empty files in `folder` whose names end in `ending`, by name.
inline std::vector<std::string> files_in(const std::string& folder, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto path = entry.path().string();
    if (path.ends_with(ending) && entry.file_size() > 0) found.push_back(path);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace playhead::test
