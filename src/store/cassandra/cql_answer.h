#pragma once

// What a request to the bridge (bridge/src/lib.rs) calls back. The bridge's generated code includes this header and
// nothing else of ours.

#include <rust/cxx.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace playhead::store::cql {

enum class Outcome : std::uint8_t;
struct Column;

// Called from one thread of the driver's at a time. end() comes last, exactly once: by the destructor, as Outcome::
// Unavailable, when the request was dropped on its way.
class Answer {
 public:
  using Row = std::move_only_function<void(rust::Slice<const Column>)>;
  using End = std::move_only_function<void(Outcome, std::string_view detail)>;

  Answer(Row row, End end) : row_(std::move(row)), end_(std::move(end)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer();

  void row(rust::Slice<const Column> columns) { row_(columns); }
  void end(Outcome outcome, rust::Str detail) {
    std::exchange(end_, nullptr)(outcome, {detail.data(), detail.size()});
  }

 private:
  Row row_;
  End end_;
};

}  // namespace playhead::store::cql
