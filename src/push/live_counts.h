#pragma once

// How many watch what right now. Follows the sessions as they begin and end, so asking costs nothing.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace playhead::push {

// Any thread.
class LiveCounts {
 public:
  // A session that begins (1) or no longer (-1) watches this. What nobody watches takes no memory.
  void add(std::string_view show, std::string_view episode, int by);

  // Of every show that has an episode of this id; of one show's; of the show. The ids are not empty.
  std::uint64_t of_episode(std::string_view episode) const;
  std::uint64_t of_episode(std::string_view show, std::string_view episode) const;
  std::uint64_t of_show(std::string_view show) const;

  std::uint64_t all() const;

 private:
  static constexpr std::size_t kShards = 64;
  struct Shard {
    mutable std::mutex mutex;
    boost::unordered_flat_map<std::string, std::uint64_t> counts;
  };
  void add_one(const std::string& key, int by);
  std::uint64_t count(const std::string& key) const;

  std::array<Shard, kShards> shards_;
};

}  // namespace playhead::push
