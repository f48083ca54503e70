#pragma once

// The rows of one answer, in key order and in one buffer: a user may have 20,000 of them, and two strings a row would
// cost more than reading them.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace playhead::store {

// Borrowed from its Rows; stays valid when these are moved.
struct StoredItem {
  std::string_view row_key;
  std::string_view item;
};

class Rows {
 public:
  Rows() = default;
  // Answers what `rows` hold without a copy of them, until something is appended.
  explicit Rows(std::shared_ptr<const Rows> rows) : shared_(std::move(rows)) {}

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = StoredItem;
    using difference_type = std::ptrdiff_t;
    using pointer = const StoredItem*;
    using reference = StoredItem;

    Iterator() = default;
    Iterator(const Rows* rows, std::size_t at) : rows_(rows), at_(at) {}
    StoredItem operator*() const { return (*rows_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      auto before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const Rows* rows_ = nullptr;
    std::size_t at_ = 0;
  };

  // Invalidates what was borrowed before.
  void append(std::string_view row_key, std::string_view item) {
    if (shared_) *this = Rows(*shared_);
    bytes_.insert(bytes_.end(), row_key.begin(), row_key.end());
    const auto key_end = bytes_.size();
    bytes_.insert(bytes_.end(), item.begin(), item.end());
    ends_.push_back({key_end, bytes_.size()});
  }
  void clear() {
    shared_.reset();
    bytes_.clear();
    ends_.clear();
  }

  std::size_t size() const { return own().ends_.size(); }
  bool empty() const { return size() == 0; }
  StoredItem operator[](std::size_t i) const {
    const auto& [bytes, ends, shared] = own();
    const std::size_t begin = i == 0 ? 0 : ends[i - 1].item;
    const auto& [key_end, item_end] = ends[i];
    return {{bytes.data() + begin, key_end - begin}, {bytes.data() + key_end, item_end - key_end}};
  }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }
  std::size_t memory_bytes() const { return own().bytes_.size() + own().ends_.size() * sizeof(Ends); }

 private:
  struct Ends {
    std::size_t key;
    std::size_t item;
  };
  const Rows& own() const { return shared_ ? *shared_ : *this; }

  std::vector<char> bytes_;
  std::vector<Ends> ends_;
  std::shared_ptr<const Rows> shared_;  // itself not shared
};

}  // namespace playhead::store
